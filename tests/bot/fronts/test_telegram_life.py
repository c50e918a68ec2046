"""The life of the Telegram front, through the strict server: starting, polling, poison, ending, and its log."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import pytest
from structlog.testing import capture_logs

from bot.app import App
from bot.config_host import Log
from bot.fronts import telegram_answer, telegram_poll
from bot.log import setup
from bot.request import Reply
from store.errors import FrontRefused
from tests.bot.fronts.conftest import TOKEN, Slow, Talking
from tests.fakes.telegram_server import TelegramServer
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

ME, OTHER = 77, 78
HELP = "What I do"


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


async def test_a_second_poller_is_told_and_this_one_stops(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app) as talk:
        other = tg.url + f"/bot{TOKEN}/getUpdates?timeout=0"
        await asyncio.to_thread(_get, other)
        with pytest.raises(FrontRefused, match="another process") as refused:
            await asyncio.wait_for(talk.task, 5)
    assert TOKEN not in str(refused.value)


def _get(url: str) -> None:
    with urlopen(url, timeout=5) as reply:  # noqa: S310 - the loopback
        reply.read()


async def test_a_wrong_token_is_said_without_it(tg: TelegramServer, app: App, talking: Talking) -> None:
    wrong = TOKEN + "wrong"
    async with talking(app, token=wrong, connected=False) as talk:
        with pytest.raises(FrontRefused, match="token") as refused:
            await asyncio.wait_for(talk.task, 5)
    assert wrong not in str(refused.value)
    assert refused.value.__suppress_context__


async def test_it_starts_without_network_and_recovers(tg: TelegramServer, app: App, talking: Talking) -> None:
    await tg.__aexit__()
    async with talking(app, connected=False) as talk:
        await tg.until(lambda: len(talk.slept) >= 8)
        async with tg:
            tg.say(ME, "/help")
            await tg.wait(ME)
    assert talk.slept[:7] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


@pytest.mark.parametrize("kind", ["500", "502", "reset", "garbage", "429"])
async def test_polling_outlives(tg: TelegramServer, app: App, talking: Talking, kind: str) -> None:
    tg.fault(kind, "getUpdates", times=3)
    async with talking(app) as talk:
        tg.say(ME, "/help")
        await tg.wait(ME)
        assert len(talk.slept) == 3


async def test_a_webhook_that_was_left_is_taken_down(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.webhook_url = "https://old.example/hook"
    async with talking(app):
        tg.say(ME, "/help")
        await tg.wait(ME)


MALFORMED: list[Any] = [
    pytest.param({"message_id": 1}, id="a message without a chat"),
    pytest.param({"message_id": "x", "date": "y", "chat": {"id": ME}}, id="words for numbers"),
    pytest.param("nonsense", id="text for an object"),
    pytest.param([], id="a list for an object"),
    pytest.param({"message_id": 1, "date": 1, "chat": "x", "text": 5}, id="a chat that is text"),
]


@pytest.mark.parametrize("message", MALFORMED)
async def test_a_poison_update_is_passed_over(tg: TelegramServer, app: App, talking: Talking, message: Any) -> None:
    async with talking(app):
        tg.push("message", message)
        tg.push("callback_query", message)
        tg.push("inline_query", message)
        tg.push("my_chat_member", message)
        tg.say(OTHER, "/help")
        (answer,) = await tg.wait(OTHER)
    assert answer.text.startswith(HELP)


async def test_who_sent_a_poison_update_is_given_its_id(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(ME)
    with capture_logs() as logged:
        async with talking(app):
            tg.push("message", {"message_id": "x", "date": "y", "chat": {"id": ME}})
            (message,) = await tg.wait(ME)
    (incident,) = [line["incident"] for line in logged if line["event"] == "poison update"]
    assert incident in message.text


async def test_a_command_that_breaks_says_so_and_the_chat_goes_on(
    tg: TelegramServer, app: App, talking: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_app: App, _request: object, _draft: object) -> Reply:
        raise RuntimeError("a bug beneath")

    async with talking(app):
        with monkeypatch.context() as patch:
            patch.setattr(telegram_answer, "respond", broken)
            tg.say(ME, "/help")
            (told,) = await tg.wait(ME)
        tg.say(ME, "/help")
        answer = (await tg.wait(ME, 2))[-1]
    assert "bug" not in told.text
    assert answer.text.startswith(HELP)


async def test_the_end_finishes_the_message_in_hand(tg: TelegramServer, app: App, talking: Talking, slow: Slow) -> None:
    async with talking(app) as talk:
        tg.say(ME, "/help")
        await slow.begun.wait()
        talk.task.cancel()
        await asyncio.sleep(0)
        slow.go.set()
        with pytest.raises(asyncio.CancelledError):
            await talk.task
    assert len(tg.messages(ME)) == 1
    assert tg.updates == []  # and confirmed: it is not sent again after a restart


async def test_a_command_that_takes_long_shows_a_sign_of_life(
    tg: TelegramServer, app: App, talking: Talking, slow: Slow
) -> None:
    async with talking(app):
        tg.say(ME, "/help")
        await tg.until(lambda: tg.calls("sendChatAction"))
        slow.go.set()
        await tg.wait(ME)


async def test_a_chat_does_not_wait_for_another(tg: TelegramServer, app: App, talking: Talking, slow: Slow) -> None:
    async with talking(app):
        tg.say(ME, "/help")
        await slow.begun.wait()
        tg.say(OTHER, "/paper 3105.00003")
        await tg.wait(OTHER)
        assert tg.messages(ME) == []
        slow.go.set()
        await tg.wait(ME)


async def test_no_log_line_holds_the_token(
    tg: TelegramServer, app: App, talking: Talking, capfd: pytest.CaptureFixture[str]
) -> None:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        setup(Log(level="debug"), [TOKEN])
        tg.fault("reset", "getUpdates", times=2)
        tg.fault("garbage", "sendMessage")
        async with talking(app):
            tg.say(ME, "/help")
            await tg.until(lambda: tg.calls("sendMessage"))
            tg.say(ME, "/status")
            (status,) = await tg.wait(ME)
    finally:
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
    told = capfd.readouterr()
    assert TOKEN not in told.err + told.out + status.text
    assert "S" * 35 not in told.err + told.out


async def test_a_chat_that_floods_is_told_once(tg: TelegramServer, app: App, talking: Talking, slow: Slow) -> None:
    async with talking(app):
        for _ in range(30):
            tg.say(ME, "/help")
        (told,) = await tg.wait(ME)
        slow.go.set()
        await tg.until(lambda: len(tg.messages(ME)) == 21)
    assert "at once" in told.text


async def test_a_silent_server_does_not_hold_up_the_end(
    tg: TelegramServer, app: App, talking: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_poll, "PARTING_S", 0.05)
    async with talking(app) as talk:
        tg.say(ME, "/help")
        await tg.wait(ME)
        tg.fault("hang", "getUpdates", times=None, seconds=60)
        talk.task.cancel()
        done, _ = await asyncio.wait({talk.task}, timeout=5)
        tg.clear_faults()
    assert done


async def test_of_many_waiting_messages_one_shows_typing(
    tg: TelegramServer, app: App, talking: Talking, slow: Slow
) -> None:
    async with talking(app):
        for _ in range(10):
            tg.say(ME, "/help")
        await slow.begun.wait()
        await tg.until(lambda: tg.calls("sendChatAction"))
        tg.say(OTHER, "/paper 3105.00003")
        await tg.wait(OTHER)
        assert len(tg.calls("sendChatAction")) == 1
        slow.go.set()
        await tg.wait(ME, 10)
