"""Telegram in trouble, through the strict server: what is sent again, what never is, and who is told."""

from collections.abc import Callable

import pytest

from bot.app import App
from bot.fronts import telegram_returns
from bot.fronts.telegram_dialect import HTML
from store import chats, subscriptions
from tests.bot.fronts.conftest import Slow, Talking
from tests.fakes.telegram_server import TelegramServer
from tests.makers.papers import LIBRARY
from tests.makers.subscribers import subscribe

AppOf = Callable[..., App]

ME, OTHER = 77, 78
GROUP, FORUM, CHANNEL = -100500, -100600, -100700
HELP = "What I do"


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


def paused(app: App, chat: int) -> str:
    return chats.get(app.folder.db, "telegram", str(chat)).paused


def known(app: App, chat: int) -> None:
    """Subscribe the chat."""
    subscribe(app.folder.db, chat)


def subscribed(app: App) -> list[str]:
    return [one.chat.chat for one in subscriptions.everything(app.folder.db)]


async def sent(tg: TelegramServer, times: int, method: str = "sendMessage") -> list[str]:
    """What became of that many calls, once they have ended."""
    await tg.until(lambda: len([call for call in tg.calls(method) if call.outcome != "pending"]) >= times)
    return [call.outcome for call in tg.calls(method)]


async def test_a_message_that_was_surely_not_sent_is_sent_when_it_can_be(
    tg: TelegramServer, app: App, talking: Talking, slow: Slow
) -> None:
    async with talking(app) as talk:
        tg.say(ME, "/help")
        await slow.begun.wait()
        await tg.__aexit__()
        slow.go.set()
        await tg.until(lambda: len(talk.slept) > 3)
        async with tg:
            (message,) = await tg.wait(ME)
    assert message.text
    assert tg.stats()["duplicates"] == []


@pytest.mark.parametrize("kind", ["500", "502", "reset", "garbage", "lost_reply"])
async def test_what_may_have_been_sent_is_not_sent_again(
    tg: TelegramServer, app: App, talking: Talking, kind: str
) -> None:
    async with talking(app):
        tg.fault(kind, "sendMessage")
        tg.say(ME, "/help")
        await tg.until(lambda: tg.calls("sendMessage"))
        tg.say(ME, "/paper 3105.00003")
        await tg.until(lambda: any(message.text.startswith("TouchPilot") for message in tg.messages(ME)))
    assert len(tg.calls("sendMessage")) == 2
    assert tg.stats()["duplicates"] == []


@pytest.mark.parametrize("kind", ["500", "reset", "lost_reply"])
async def test_an_edit_may_be_repeated(tg: TelegramServer, app: App, talking: Talking, kind: str) -> None:
    async with talking(app):
        tg.say(ME, "/today")
        await tg.wait(ME)
        tg.fault(kind, "editMessageText")
        tg.click(ME, label="1")
        await tg.until(lambda: len(tg.calls("editMessageText")) == 2)
        await tg.until(lambda: tg.calls("editMessageText")[1].status)
    assert tg.messages(ME)[0].text.startswith("Graspable")
    assert len(tg.messages(ME)) == 1


async def test_a_429_is_waited_for_by_its_chat_alone(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(ME)
    tg.set_state(ME, retry_after=1, times=1)
    async with talking(app):
        tg.say(ME, "/help")
        await sent(tg, 1)
        tg.say(OTHER, "/help")
        await tg.wait(OTHER)
        assert tg.messages(ME) == []
        await tg.wait(ME)
    assert len(tg.messages(ME)) == 1


async def test_a_blocked_chat_is_paused_and_kept(tg: TelegramServer, app: App, talking: Talking) -> None:
    known(app, ME)
    async with talking(app):
        tg.say(ME, "/help")
        tg.set_state(ME, "blocked")
        await tg.until(lambda: paused(app, ME))
        tg.say(OTHER, "/help")
        await tg.wait(OTHER)
    assert "blocked" in paused(app, ME)
    assert subscribed(app) == [str(ME)]


@pytest.mark.parametrize("state", ["no_rights", "not_found", "kicked", "not_member"])
async def test_a_chat_that_cannot_be_written_to_is_paused(
    tg: TelegramServer, app: App, talking: Talking, state: str
) -> None:
    known(app, GROUP)
    async with talking(app):
        tg.say(GROUP, "/help")
        tg.set_state(GROUP, state)
        await tg.until(lambda: paused(app, GROUP))
    assert tg.messages(GROUP) == []


async def test_a_chat_that_comes_back_is_resumed(tg: TelegramServer, app: App, talking: Talking) -> None:
    known(app, ME)
    async with talking(app):
        tg.set_bot_role(ME, "kicked", ME)
        await tg.until(lambda: paused(app, ME))
        tg.set_bot_role(ME, "member", ME)
        await tg.until(lambda: not paused(app, ME))


async def test_a_right_that_is_taken_pauses_and_one_that_is_given_back_resumes(
    tg: TelegramServer, app: App, talking: Talking
) -> None:
    known(app, CHANNEL)
    tg.add_chat(CHANNEL, "channel")
    async with talking(app):
        tg.set_bot_role(CHANNEL, "member")
        await tg.until(lambda: paused(app, CHANNEL))
        assert "may not write" in paused(app, CHANNEL)
        tg.set_bot_role(CHANNEL, "administrator")
        await tg.until(lambda: not paused(app, CHANNEL))


@pytest.mark.parametrize("chat", [pytest.param(ME, id="private"), pytest.param(GROUP, id="group")])
async def test_a_chat_that_came_back_unnoticed_is_resumed_without_a_message(
    tg: TelegramServer, app: App, talking: Talking, monkeypatch: pytest.MonkeyPatch, chat: int
) -> None:
    monkeypatch.setattr(telegram_returns, "LOOK_S", 0.01)
    monkeypatch.setattr(telegram_returns, "PACE_S", 0.0)
    known(app, chat)
    chats.pause(app.folder.db, "telegram", str(chat), "it could not be written to")
    tg.add_chat(chat)
    asked = "sendChatAction" if chat > 0 else "getChatMember"
    tg.set_state(chat, "blocked" if chat > 0 else "no_rights")
    async with talking(app):
        await tg.until(lambda: len(tg.calls(asked)) > 2)
        assert paused(app, chat)
        tg.set_state(chat, "ok")
        await tg.until(lambda: not paused(app, chat))
    assert tg.messages(chat) == []


async def test_a_chat_that_moved_is_answered_under_its_new_id(tg: TelegramServer, app: App, talking: Talking) -> None:
    old, new = -500, -100501
    known(app, old)
    async with talking(app):
        tg.say(old, "/help")
        tg.migrate(old, new)
        (message,) = await tg.wait(new)
        await tg.until(lambda: subscribed(app) == [str(new)])
    assert message.text.startswith(HELP)


async def test_a_send_to_a_chat_that_moved_unseen_is_made_once_more(
    tg: TelegramServer, app: App, talking: Talking
) -> None:
    old, new = -500, -100501
    known(app, old)
    async with talking(app):
        tg.say(old, "/help")
        place = tg.add_chat(new)
        tg.chats[old].migrated_to = place.id
        await tg.wait(new)
    assert subscribed(app) == [str(new)]


async def test_what_a_moved_chat_was_sent_is_remembered_under_its_new_id_and_it_stays_paired(
    tg: TelegramServer, app: App, talking: Talking
) -> None:
    old, new = -500, -100501
    async with talking(app, allowed_chats=(old,)):
        tg.say(old, "/day 2031-05-06")
        place = tg.add_chat(new)
        tg.chats[old].migrated_to = place.id
        (day,) = await tg.wait(new)
        tg.say(new, "2", reply_to=day.id)
        await tg.wait(new, 2)
        said = len([call for call in tg.calls("sendMessage") if call.params["chat_id"] == str(old)])
    assert "3105.0" in tg.messages(new)[1].text
    assert said == 1


@pytest.mark.parametrize("state", ["closed", "deleted"])
async def test_a_topic_that_is_gone_is_answered_in_the_main_one(
    tg: TelegramServer, app: App, talking: Talking, state: str
) -> None:
    tg.add_chat(FORUM, "forum")
    topic = tg.add_topic(FORUM)
    async with talking(app):
        tg.say(FORUM, "/help", thread=topic)
        tg.set_topic(FORUM, topic, state)
        (message,) = await tg.wait(FORUM)
    assert message.thread_id is None
    assert not paused(app, FORUM)


async def test_markup_that_is_refused_goes_out_as_plain_text_once(
    tg: TelegramServer, app: App, talking: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The dialect never makes such a text; a future server might refuse one that it makes today.
    monkeypatch.setitem(HTML.__dict__, "title", lambda text: f"<h1>{text}</h1>")
    async with talking(app):
        tg.say(ME, "/paper 3105.00003")
        (message,) = await tg.wait(ME)
    assert message.text.startswith("TouchPilot")
    assert "parse_mode" not in tg.calls("sendMessage")[-1].params
    assert "<" not in message.text
    assert len(tg.calls("sendMessage")) == 2
