"""Who is let in: named chats, operators, and who knows the pairing code."""

from collections.abc import Callable

import pytest

from bot.app import App
from bot.config_talk import Telegram
from bot.fronts.telegram_gate import TRIES, Gate
from tests.bot.fronts.conftest import Talking
from tests.fakes.clocks import HandClock
from tests.fakes.telegram_server import TelegramServer
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

ME, OTHER, GROUP = 77, 78, -100500
CODE = "open-sesame"


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


def gate(app: App, clock: HandClock | None = None, **settings: object) -> Gate:
    return Gate(Telegram(**settings), app.folder.db, (clock or HandClock()).now)  # type: ignore[arg-type]


def test_without_settings_everybody_is_let_in(app: App) -> None:
    assert gate(app).judge(ME, ME, "/help") == "in"


@pytest.mark.parametrize(
    ("chat", "user"),
    [
        pytest.param(ME, ME, id="a user by name"),
        pytest.param(GROUP, OTHER, id="a group by name"),
        pytest.param(-100600, ME, id="a user by name, wherever they are"),
        pytest.param(79, 79, id="an operator"),
    ],
)
def test_who_is_named_is_let_in(app: App, chat: int, user: int) -> None:
    assert gate(app, allowed_chats=(ME, GROUP), operators=(79,)).judge(chat, user, "hello") == "in"


def test_who_is_not_is_told_once(app: App) -> None:
    door = gate(app, allowed_chats=(ME,))
    assert [door.judge(OTHER, OTHER, "hello") for _ in range(3)] == ["told", "silent", "silent"]


def test_a_group_that_is_not_let_in_hears_nothing(app: App) -> None:
    assert gate(app, allowed_chats=(ME,)).judge(GROUP, OTHER, "/help") == "silent"


def test_the_code_lets_a_chat_in_for_good(app: App) -> None:
    assert gate(app, pairing_code=CODE).judge(ME, ME, f"/start {CODE}") == "paired"
    after_a_restart = gate(app, pairing_code=CODE)
    assert after_a_restart.judge(ME, ME, "/help") == "in"
    assert after_a_restart.judge(OTHER, OTHER, "/help") == "told"


def test_a_chat_that_moves_stays_let_in(app: App) -> None:
    door = gate(app, pairing_code=CODE, allowed_chats=(-500,))
    door.migrate(-500, -100501)
    door.migrate(-600, -100601)
    assert [door.admits(chat, OTHER) for chat in (-100501, -100601)] == [True, False]


def test_codes_cannot_be_tried_for_ever(app: App) -> None:
    clock = HandClock()
    door = gate(app, clock, pairing_code=CODE)
    for n in range(TRIES):
        assert door.judge(ME, ME, f"/start {n}") != "paired"
    assert door.judge(ME, ME, f"/start {CODE}") != "paired"
    clock.at += 3601
    assert door.judge(ME, ME, f"/start {CODE}") == "paired"


@pytest.mark.parametrize("text", ["/start", "/start ", CODE, f"/startx {CODE}"])
def test_nothing_else_opens(app: App, text: str) -> None:
    assert gate(app, pairing_code=CODE).judge(ME, ME, text) == "told"


def test_a_wrong_code_is_said_to_be_one_as_long_as_codes_are_tried(app: App) -> None:
    door = gate(app, pairing_code=CODE)
    verdicts = [door.judge(ME, ME, f"/start {n}") for n in range(TRIES + 2)]
    assert verdicts == ["wrong"] * TRIES + ["told", "silent"]


async def test_a_private_bot_talks_to_those_who_sent_the_code(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app, pairing_code=CODE):
        tg.say(ME, "/help")
        (told,) = await tg.wait(ME)
        tg.start(ME, CODE)
        paired = (await tg.wait(ME, 2))[-1]
        tg.say(ME, "/help")
        answer = (await tg.wait(ME, 3))[-1]
    assert "private" in told.text
    assert "connected" in paired.text
    assert answer.text.startswith("What I do")


async def test_a_private_bot_does_nothing_for_a_stranger(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app, allowed_chats=(ME,)):
        for _ in range(5):
            tg.say(OTHER, "which papers are about video generation?")
        tg.push("inline_query", {"id": "1", "from": tg.users[OTHER].json(), "query": "video", "offset": ""})
        tg.say(ME, "/help")
        await tg.wait(ME)
    assert len(tg.messages(OTHER)) == 1
    assert str(OTHER) not in {call.params["chat_id"] for call in tg.calls("sendChatAction")}
