"""The life of the Discord front, through the strict server: starting, losing the gateway, ending, and its log."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from bot.app import App
from bot.config_host import Log
from bot.log import setup
from store.errors import FrontRefused
from tests.bot.fronts.conftest import DISCORD_TOKEN, Slow, Talking, shown, until
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

HELP = "What I do"


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY, languages=("en", "zh"))


async def answered(dc: DiscordServer, direct: str, n: int = 1) -> None:
    """Wait for `n` messages of the bot."""
    await until(lambda: sum(one["author"]["id"] == dc.world.bot_id for one in dc.messages(direct)) >= n)


async def test_no_privileged_intent_is_asked_for(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        assert dc.stats()["intents"] == [1 << 0 | 1 << 9 | 1 << 12]


async def test_a_wrong_token_is_said_without_it(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    wrong = "W" * 26 + ".Gabcde." + "w" * 38
    async with on_discord(app, token=wrong, connected=False) as talk:
        with pytest.raises(FrontRefused, match="token") as refused:
            await asyncio.wait_for(talk.task, 5)
    assert wrong not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(4004, "token", id="the token is no longer good"),
        pytest.param(4014, "intents", id="an intent is not allowed"),
        pytest.param(4010, "shard_ids", id="the shard is unknown"),
        pytest.param(4011, "shard_count", id="more shards are needed"),
    ],
)
async def test_a_gateway_that_refuses_for_good_ends_it(
    dc: DiscordServer, app: App, on_discord: Talking, code: int, reason: str
) -> None:
    async with on_discord(app) as talk:
        await dc.disconnect(code)
        with pytest.raises(FrontRefused, match=reason):
            await asyncio.wait_for(talk.task, 5)


async def test_it_starts_without_network_and_recovers(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    port = dc.port
    await dc.stop()
    async with on_discord(app, connected=False) as talk:
        await until(lambda: len(talk.slept) >= 8)
        async with DiscordServer(port, token=DISCORD_TOKEN) as back:
            it = await until(lambda: back.commands() and back.gateway.ready.is_set()) and await back.slash(
                "about", wait="answered"
            )
    assert "Paperboy" in shown(it.message)
    assert talk.slept[:7] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


@pytest.mark.parametrize("kind", ["500", "503", "reset", "garbage", "429"])
@pytest.mark.parametrize("route", ["GET /users/@me", "GET /gateway/bot"])
async def test_a_start_that_fails_is_tried_again(
    dc: DiscordServer, app: App, on_discord: Talking, route: str, kind: str
) -> None:
    details = {"retry_after": 0.1} if kind == "429" else {}
    dc.fail(route, kind, 1, **details)
    async with on_discord(app):
        it = await dc.slash("about", wait="answered")
    assert it.answered


async def test_the_gateway_is_asked_for_where_the_settings_point(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    async with on_discord(app):
        pass
    paths = [one["path"] for one in dc.journal(kind="rest")]
    assert "/gateway/bot" in paths
    assert dc.stats()["unmodelled"] == []


@pytest.mark.parametrize("code", [None, 1001, 4000, 4009])
async def test_what_was_said_while_the_gateway_was_gone_is_answered(
    dc: DiscordServer, app: App, on_discord: Talking, code: int | None
) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        await dc.disconnect(code)
        await dc.say(direct, "/help")
        await answered(dc, direct)
    assert dc.stats()["counts"]["identifies"] == 1
    assert dc.stats()["counts"]["resumes"] == 1


async def test_a_session_is_resumed_although_the_first_tries_to_reconnect_failed(
    dc: DiscordServer, app: App, on_discord: Talking, caplog: pytest.LogCaptureFixture
) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        dc.gateway_up(False)
        await dc.disconnect(None)
        await until(lambda: "Attempting a reconnect" in caplog.text)
        await dc.say(direct, "/help")
        dc.gateway_up(True)
        await answered(dc, direct)
    assert dc.stats()["counts"]["identifies"] == 1


async def test_discord_may_ask_for_a_new_connection(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        await dc.request_reconnect()
        await dc.say(direct, "/help")
        await answered(dc, direct)
    assert dc.stats()["counts"]["identifies"] == 1


async def test_an_invalid_session_that_can_be_resumed_is(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        await dc.invalidate_session(resumable=True)
        await dc.say(direct, "/help")
        await answered(dc, direct)
    assert dc.stats()["counts"]["identifies"] == 1
    assert dc.stats()["counts"]["resumes"] == 1


async def test_a_session_that_is_invalid_is_begun_anew(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        await dc.invalidate_session()
        await until(lambda: dc.stats()["counts"]["identifies"] == 2)
        await dc.say(direct, "/help")
        await answered(dc, direct)


async def test_a_gateway_that_has_gone_silent_is_left_and_resumed(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    direct = await dc.open_dm()
    async with on_discord(app, heartbeat_s=1.0):
        dc.gateway_mute(True)
        await dc.say(direct, "/help")
        await answered(dc, direct)
    assert dc.stats()["counts"]["resumes"] == 1


async def test_the_end_finishes_the_message_in_hand(
    dc: DiscordServer, app: App, on_discord: Talking, slow: Slow
) -> None:
    direct = await dc.open_dm()
    async with on_discord(app) as talk:
        await dc.say(direct, "/help")
        await slow.begun.wait()
        talk.task.cancel()
        await asyncio.sleep(0)
        slow.go.set()
        with pytest.raises(asyncio.CancelledError):
            await talk.task
    assert len(dc.messages(direct)) == 2
    assert dc.stats()["connected"] == 0


async def test_nothing_new_is_begun_while_it_ends(dc: DiscordServer, app: App, on_discord: Talking, slow: Slow) -> None:
    direct = await dc.open_dm()
    async with on_discord(app) as talk:
        await dc.say(direct, "/help")
        await slow.begun.wait()
        talk.task.cancel()
        await asyncio.sleep(0)
        late = await dc.slash("about", timeout_s=0.3)
        slow.go.set()
        await asyncio.gather(talk.task, return_exceptions=True)
    assert (late.delivered, late.response) == (1, None)


async def test_a_chat_does_not_wait_for_another(dc: DiscordServer, app: App, on_discord: Talking, slow: Slow) -> None:
    direct, other = await dc.open_dm(), await dc.open_dm(await dc.add_user("other"))
    async with on_discord(app):
        await dc.say(direct, "/help")
        await slow.begun.wait()
        await dc.say(other, "/about")
        await answered(dc, other)
        assert len(dc.messages(direct)) == 1
        slow.go.set()
        await answered(dc, direct)


async def test_no_log_line_holds_a_token(
    dc: DiscordServer, app: App, on_discord: Talking, capfd: pytest.CaptureFixture[str]
) -> None:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        setup(Log(level="debug"), [])
        dc.fail("GET /users/@me", "503")
        async with on_discord(app):
            dc.fail("PATCH /webhooks/*", "429", retry_after=0.1)
            dc.fail("POST /channels/*/messages", "garbage")
            it = await dc.slash("status", wait="answered")
            dc.gateway_up(False)
            await dc.disconnect(None)
            await until(lambda: dc.stats()["connected"] == 0)
            dc.gateway_up(True)
            await until(lambda: dc.stats()["counts"].get("resumes"))
    finally:
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
    told = capfd.readouterr()
    for secret in (DISCORD_TOKEN, "s" * 38, it.token):
        assert secret not in told.err + told.out
    assert "Traceback" not in told.err


async def test_an_outage_is_noted_as_it_begins_and_as_it_ends(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    dc.fail("GET /users/@me", "503", 3)
    with capture_logs() as logged:
        async with on_discord(app):
            pass
    events = [one["event"] for one in logged]
    assert events.count("discord unreachable") == 1
    assert events.count("discord reachable again") == 1
