"""What goes wrong on Discord, through the strict server: rights, lost answers, limits, channels that are gone."""

from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import App
from bot.fronts import discord_answer
from bot.request import Reply
from store import chats
from tests.bot.fronts.conftest import Slow, Talking, press, shown, until
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import LIBRARY, about
from tests.makers.subscribers import subscribe

AppOf = Callable[..., App]

SENDS = "POST /channels/*/messages"
HELP = "What I do"


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY, languages=("en", "zh"))


def mention(dc: DiscordServer, text: str) -> str:
    return f"<@{dc.world.bot_id}> {text}"


def own(dc: DiscordServer, channel: str) -> list[dict[str, Any]]:
    held = dc.messages(channel) if channel in dc.world.channels else []
    return [one for one in held if one["author"]["id"] == dc.world.bot_id]


async def first(dc: DiscordServer, channel: str) -> dict[str, Any]:
    await until(lambda: own(dc, channel))
    return own(dc, channel)[0]


def subscribed(app: App, channel: str, thread: str = "") -> None:
    subscribe(app.folder.db, channel, "discord", thread=thread)


def paused(app: App, channel: str, thread: str = "") -> str:
    return chats.get(app.folder.db, "discord", channel, thread).paused


# -- lost answers, and what is never sent twice ----------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        pytest.param("500", {"act": True}, id="500 after it was done"),
        pytest.param("502", {}, id="502 before"),
        pytest.param("503", {"act": True}, id="503 after it was done"),
        pytest.param("lost", {}, id="done, and the connection cut"),
        pytest.param("reset", {}, id="the connection cut before"),
        pytest.param("garbage", {}, id="an answer that is no JSON"),
        pytest.param("429", {"retry_after": 0.05}, id="a short limit"),
    ],
)
@pytest.mark.parametrize("times", [1, 3])
async def test_an_answer_comes_once(
    dc: DiscordServer, app: App, on_discord: Talking, kind: str, details: dict[str, Any], times: int
) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        dc.fail(SENDS, kind, times, **details)
        await dc.say(direct, "/help")
        await first(dc, direct)
        await dc.say(direct, "/about")
        await until(lambda: len(own(dc, direct)) >= 2)
    assert [HELP in shown(one) for one in own(dc, direct)] == [True, False]
    assert dc.stats()["duplicates"] == []


async def test_what_never_comes_through_is_given_up(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    direct = await dc.open_dm()
    with capture_logs() as logged:
        async with on_discord(app) as talk:
            dc.fail(SENDS, "500", None)
            await dc.say(direct, "/help")
            await until(lambda: [one for one in logged if one["event"] == "undelivered"])
            dc.clear_faults()
            await dc.say(direct, "/about")
            await first(dc, direct)
    assert talk.slept == [1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]
    assert logged[[one["event"] for one in logged].index("undelivered")]["parked"]


async def test_a_thread_is_opened_once(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        dc.fail("POST /channels/*/messages/*/threads", "500", act=True)
        asked = await dc.say(dc.channel_id, mention(dc, "/help"))
        assert HELP in shown(await first(dc, asked["id"]))


async def test_a_thread_that_cannot_be_opened_costs_no_answer(
    dc: DiscordServer, app: App, on_discord: Talking, slow: Slow
) -> None:
    async with on_discord(app):
        asked = await dc.say(dc.channel_id, mention(dc, "/help"))
        await slow.begun.wait()
        dc.world.channels[dc.channel_id].overwrites[dc.world.bot_id] = (1, 0, 1 << 35)  # nobody told the bot yet
        slow.go.set()
        answer = await first(dc, dc.channel_id)
    assert answer["message_reference"]["message_id"] == asked["id"]


@pytest.mark.parametrize("act", [False, True])
async def test_a_command_is_acknowledged_although_the_first_try_failed(
    dc: DiscordServer, app: App, on_discord: Talking, act: bool
) -> None:
    async with on_discord(app):
        dc.fail("POST /interactions/*/*/callback", "500", act=act)
        it = await dc.slash("about", wait="answered")
    assert "Paperboy" in shown(it.message)


async def test_an_answer_to_a_command_comes_once(dc: DiscordServer, app_of: AppOf, on_discord: Talking) -> None:
    long = app_of([about(1, "Endless", en=" ".join(f"Thing {n} is endless." for n in range(900)))], languages=("en",))
    async with on_discord(long):
        dc.fail("PATCH /webhooks/*", "500", act=True)
        dc.fail(SENDS, "500", act=True)
        await dc.slash("paper", {"paper": "3105.00001"}, wait="answered", timeout_s=10)
        await until(lambda: len(own(dc, dc.channel_id)) >= 2)
        await until(lambda: dc.stats()["deduplicated"])
    assert dc.stats()["duplicates"] == []


async def test_an_interaction_that_is_over_stops_nothing(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    with capture_logs() as logged:
        async with on_discord(app):
            dc.fail("POST /interactions/*/*/callback", "reset", 3)
            await dc.slash("about", timeout_s=0.5)
            it = await dc.slash("about", wait="answered")
    assert it.answered
    assert len([one for one in logged if one["event"] == "interaction lost"]) == 1


async def test_a_second_process_with_the_token_is_noticed(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    with capture_logs() as logged:
        async with on_discord(app), on_discord(app):
            await until(lambda: dc.stats()["connected"] == 2)
            it = await dc.slash("about", wait="answered")
            await until(lambda: [one for one in logged if one["event"] == "interaction lost"])
    assert it.followups == []


async def test_a_long_limit_is_not_slept_through(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    direct = await dc.open_dm()
    with capture_logs() as logged:
        async with on_discord(app):
            dc.fail(SENDS, "429", retry_after=3600)
            await dc.say(direct, "/help")
            await until(lambda: [one for one in logged if one["event"] == "undelivered"])
            await dc.say(direct, "/about")
            await first(dc, direct)


# -- rights, and channels that are shut --------------------------------------------------------------


async def test_who_cannot_be_answered_is_told_in_private_which_right_is_missing(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    await dc.set_permissions(dc.channel_id, deny=["send_messages", "create_public_threads"])
    subscribed(app, dc.channel_id)
    direct = await dc.open_dm()
    with capture_logs() as logged:
        async with on_discord(app):
            await dc.say(dc.channel_id, mention(dc, "/help"))
            told = shown(await first(dc, direct))
            await dc.say(dc.channel_id, mention(dc, "/help"))  # a second time nobody wants to read it
            await dc.say(direct, "/about")
            await until(lambda: len(own(dc, direct)) >= 2)
    assert "Send Messages" in told
    assert "#general" in told
    assert "Embed Links" not in told
    assert "send_messages in #general" in paused(app, dc.channel_id)
    (operator, *_) = [one["text"] for one in logged if one["event"] == "operator"]
    assert "send_messages in #general" in operator


async def test_a_chat_that_is_heard_from_again_goes_on(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    subscribed(app, dc.channel_id)
    chats.pause(app.folder.db, "discord", dc.channel_id, "no right")
    async with on_discord(app):
        await dc.slash("about", wait="answered")
    assert paused(app, dc.channel_id) == ""


async def test_a_command_is_answered_where_the_bot_may_not_write(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    await dc.set_permissions(dc.channel_id, deny=["send_messages"])
    async with on_discord(app):
        it = await dc.slash("about", wait="answered")
    assert "Paperboy" in shown(it.message)


async def test_a_guild_that_puts_the_bot_out_is_paused_and_goes_on_when_it_is_back(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    subscribed(app, dc.channel_id)
    async with on_discord(app):
        await dc.remove_guild(dc.guild_id)
        await until(lambda: paused(app, dc.channel_id))
        assert "no longer" in paused(app, dc.channel_id)
        guild = dc.world.guilds[dc.guild_id]
        guild.bot_inside = True
        joined = {name: part for name, part in dc.world.guild(guild).items() if name != "unavailable"}
        await dc.gateway.dispatch("GUILD_CREATE", joined, intent="guilds")
        await until(lambda: not paused(app, dc.channel_id))


async def test_a_right_that_is_given_back_resumes_the_chat(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    await dc.set_permissions(dc.channel_id, deny=["send_messages"])
    subscribed(app, dc.channel_id)
    chats.pause(app.folder.db, "discord", dc.channel_id, "Missing Permissions (50013): no send_messages in #general")
    async with on_discord(app):
        await dc.slash("about", wait="answered")
        assert paused(app, dc.channel_id), "a command is answered even there"
        await dc.set_permissions(dc.channel_id, deny=["create_public_threads"])
        await until(lambda: not paused(app, dc.channel_id))


async def test_an_outage_of_a_guild_pauses_nothing(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    subscribed(app, dc.channel_id)
    direct = await dc.open_dm()
    async with on_discord(app):
        await dc.remove_guild(dc.guild_id, outage=True)
        await dc.say(direct, "/help")
        await first(dc, direct)
    assert paused(app, dc.channel_id) == ""


async def test_a_thread_that_is_shut_does_not_shut_its_channel(
    dc: DiscordServer, app: App, on_discord: Talking, slow: Slow
) -> None:
    subscribed(app, dc.channel_id)
    async with on_discord(app):
        asked = await dc.say(dc.channel_id, mention(dc, "TouchPilot"))
        await first(dc, asked["id"])
        subscribed(app, dc.channel_id, asked["id"])
        await dc.say(asked["id"], mention(dc, "/help"))
        await slow.begun.wait()
        await dc.archive_thread(asked["id"])
        slow.go.set()
        await until(lambda: paused(app, dc.channel_id, asked["id"]))
    assert "archived" in paused(app, dc.channel_id, asked["id"])
    assert paused(app, dc.channel_id) == ""


async def test_who_takes_no_direct_messages_is_paused(
    dc: DiscordServer, app: App, on_discord: Talking, slow: Slow
) -> None:
    direct = await dc.open_dm()
    subscribed(app, direct)
    async with on_discord(app):
        await dc.say(direct, "/help")
        await slow.begun.wait()
        dc.close_dms()
        slow.go.set()
        await until(lambda: paused(app, direct))
    assert "50007" in paused(app, direct)


async def test_a_channel_that_is_gone_is_paused(dc: DiscordServer, app: App, on_discord: Talking, slow: Slow) -> None:
    channel = await dc.add_channel("short-lived")
    subscribed(app, channel)
    async with on_discord(app, threads=False):
        await dc.say(channel, mention(dc, "/help"))
        await slow.begun.wait()
        await dc.remove_channel(channel)
        slow.go.set()
        await until(lambda: paused(app, channel))
    assert "10003" in paused(app, channel)


# -- bugs beneath ------------------------------------------------------------------------------------


async def test_a_bug_beneath_is_told_by_its_id_and_the_chat_goes_on(
    dc: DiscordServer, app: App, on_discord: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_app: App, _request: object, _draft: object) -> Reply:
        raise RuntimeError("a bug beneath")

    with capture_logs() as logged:
        async with on_discord(app):
            with monkeypatch.context() as patch:
                patch.setattr(discord_answer, "respond", broken)
                it = await dc.slash("about", wait="acked")
                await until(lambda: it.followups)
            again = await dc.slash("about", wait="answered")
    (incident,) = [one["incident"] for one in logged if one["event"] == "request failed"]
    assert incident in shown(it.followups[0])
    assert "bug" not in shown(it.followups[0])
    assert "Paperboy" in shown(again.message)


POISON: list[Any] = [
    pytest.param("MESSAGE_CREATE", {"id": "1"}, id="a message without a channel"),
    pytest.param("MESSAGE_CREATE", "nonsense", id="text for a message"),
    pytest.param("INTERACTION_CREATE", {"id": "1", "type": 2}, id="half an interaction"),
    pytest.param("INTERACTION_CREATE", [], id="a list for an interaction"),
    pytest.param("SOMETHING_NEW", {"id": "1"}, id="an event that nobody knows yet"),
]


@pytest.mark.parametrize(("event", "data"), POISON)
async def test_an_event_that_cannot_be_read_is_passed_over(
    dc: DiscordServer, app: App, on_discord: Talking, event: str, data: Any
) -> None:
    async with on_discord(app):
        for session in dc.gateway.sessions.values():
            await session.send(event, data)
        it = await dc.slash("about", wait="answered", timeout_s=10)
    assert "Paperboy" in shown(it.message)


async def test_without_the_right_to_show_embeds_no_thread_is_opened(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    await dc.set_permissions(dc.channel_id, deny=["embed_links"])
    async with on_discord(app):
        asked = await dc.say(dc.channel_id, mention(dc, "TouchPilot"))
        direct = await dc.open_dm()
        told = await first(dc, direct)
    assert asked["id"] not in dc.world.channels
    assert f"#{dc.world.channels[dc.channel_id].name}" in shown(told)


async def test_a_button_of_another_time_says_so(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        it = await dc.slash("day", {"date": "2031-05-06"}, wait="answered")
        assert it.message is not None
        it.message["components"] = [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "old", "custom_id": "p:/gone 1"}]}
        ]
        pressed = await press(dc, it.message, "old")
        await until(lambda: "/gone" in shown(dc.messages()[0]))
    assert pressed.errors == []
