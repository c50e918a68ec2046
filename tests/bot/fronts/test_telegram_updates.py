"""What is read of an update: links under words, what is answered, and the language of what is told beside answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.app import App
from bot.commands import TABLE, Call
from bot.request import Reply
from store import chats
from store.chats import Chat
from tests.bot.fronts.conftest import Talking
from tests.fakes.telegram_server import Json, TelegramServer
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

ME, OTHER = 77, 78
GROUP = -100500
LINK = "https://arxiv.org/abs/3105.00003"
NOW = datetime(2031, 5, 7, 12, tzinfo=UTC)


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


def linked(text: str, url: str) -> Json:
    """A text that is a link as a whole."""
    return {"text": text, "entities": [{"type": "text_link", "offset": 0, "length": len(text), "url": url}]}


def write(tg: TelegramServer, chat: int, user: int, **content: object) -> None:
    sender = tg.add_user(user).json()
    tg.push("message", {"message_id": 900, "date": 1, "chat": tg.add_chat(chat).json(), "from": sender, **content})


async def test_a_link_under_words_is_read(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        write(tg, ME, ME, **linked("Read this", LINK))
        (message,) = await tg.wait(ME)
    assert message.text.startswith("TouchPilot")


async def test_a_link_to_something_else_is_not(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        write(tg, ME, ME, **linked("/paper 3105.00003", "https://example.org/3"))
        (message,) = await tg.wait(ME)
    assert message.text.startswith("TouchPilot")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("@fake_bot what are its results?", id="a question"),
        pytest.param("/results", id="a command"),
    ],
)
async def test_a_reply_to_somebodys_link_is_about_it(tg: TelegramServer, app: App, talking: Talking, text: str) -> None:
    async with talking(app):
        link = tg.say(GROUP, f"look: {LINK}", user=OTHER)
        tg.say(GROUP, text, reply_to=link)
        (message,) = await tg.wait(GROUP)
    assert message.text.startswith("TouchPilot")


@pytest.mark.parametrize(
    ("by_us", "answers"), [pytest.param(True, 1, id="ours"), pytest.param(False, 0, id="another bot")]
)
async def test_a_reply_to_a_paper_that_was_sent_inline_is_about_it(
    tg: TelegramServer, app: App, talking: Talking, by_us: bool, answers: int
) -> None:
    via = tg.bot.json() if by_us else tg.bot.json() | {"id": 4711, "username": "other_bot"}
    sender = tg.add_user(OTHER).json()
    above = {"message_id": 60, "date": 1, "chat": tg.add_chat(GROUP).json(), "from": sender, "via_bot": via}
    async with talking(app):
        write(tg, GROUP, ME, text="what are its results?", reply_to_message=above | linked("TouchPilot", LINK))
        tg.say(GROUP, "/help")
        messages = await tg.wait(GROUP, 1 + answers)
    assert [message.text.startswith("TouchPilot") for message in messages] == [True] * answers + [False]


async def broken(call: Call) -> Reply:
    raise ZeroDivisionError("a bug")


async def test_what_goes_wrong_is_told_in_the_language_that_the_chat_chose(
    tg: TelegramServer, app: App, talking: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, "help", replace(TABLE["help"], run=broken))
    chats.save(app.folder.db, Chat("telegram", str(ME), lang="zh"), NOW)
    async with talking(app):
        tg.say(ME, "/help")
        tg.push("message", {"message_id": 1, "date": "never", "chat": {"id": ME, "type": "private"}})
        messages = await tg.wait(ME, 2)
    assert ["这里出了点问题" in message.text for message in messages] == [True, True]
