"""Asking on Discord, through the strict server: in channels, threads and private, in English and Chinese."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.app import App
from bot.commands import TABLE
from store import chats
from tests.bot.fronts.conftest import Slow, Talking, pressable, shown, until
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import LIBRARY, about

AppOf = Callable[..., App]


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY, languages=("en", "zh"))


@pytest.fixture(autouse=True)
def _everything_was_taken(dc: DiscordServer, request: pytest.FixtureRequest) -> Any:
    """The server has seen nothing that the real one would refuse, and no text without allowed_mentions."""
    yield
    stats = dc.stats()
    assert stats["unmodelled"] == []
    assert stats["without_allowed_mentions"] == 0
    assert not any(dc.world.journal.counts[code] for code in ("400", "401", "403", "404", "429"))


def mention(dc: DiscordServer, text: str) -> str:
    return f"<@{dc.world.bot_id}> {text}"


async def answers(dc: DiscordServer, channel: str, n: int = 1) -> list[dict[str, Any]]:
    """The first `n` messages of the bot in a channel or thread, when they are there."""

    def own() -> list[dict[str, Any]]:
        held = dc.messages(channel) if channel in dc.world.channels else []
        return [one for one in held if one["author"]["id"] == dc.world.bot_id]

    await until(lambda: len(own()) >= n)
    return own()


async def test_a_mention_is_answered_in_a_thread_of_its_own(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        asked = await dc.say(dc.channel_id, mention(dc, "which papers are about video generation?"))
        (answer,) = await answers(dc, asked["id"])
    thread = dc.world.channels[asked["id"]]
    assert "ReelForge" in shown(answer)
    assert (thread.parent_id, thread.name) == (dc.channel_id, "which papers are about video generation?")


async def test_a_conversation_goes_on_in_the_thread(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        asked = await dc.say(dc.channel_id, mention(dc, "TouchPilot"))
        await answers(dc, asked["id"])
        await dc.say(asked["id"], mention(dc, "and how do I use it?"))
        second = (await answers(dc, asked["id"], 2))[1]
    assert "TouchPilot" in shown(second)
    assert second["message_reference"]


async def test_what_a_channel_chose_holds_in_its_threads(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    chats.save(app.folder.db, chats.Chat("discord", dc.channel_id, lang="zh"), app.now())
    async with on_discord(app):
        asked = await dc.say(dc.channel_id, mention(dc, "/help"))
        (answer,) = await answers(dc, asked["id"])
    assert "我能做的事" in shown(answer)


@pytest.mark.parametrize("where", ["nowhere", "in another channel", "where it may not"])
async def test_without_a_thread_the_answer_is_below_the_question(
    dc: DiscordServer, app: App, on_discord: Talking, where: str
) -> None:
    threads = {"nowhere": False, "in another channel": (int(dc.news_id),), "where it may not": True}[where]
    if where == "where it may not":
        await dc.set_permissions(dc.channel_id, deny=["create_public_threads"])
    async with on_discord(app, threads=threads):
        asked = await dc.say(dc.channel_id, mention(dc, "TouchPilot"))
        (answer,) = await answers(dc, dc.channel_id)
    assert answer["message_reference"]["message_id"] == asked["id"]
    assert asked["id"] not in dc.world.channels


@pytest.mark.parametrize("named", ["guild", "channel"])
async def test_threads_are_opened_where_the_settings_name_it(
    dc: DiscordServer, app: App, on_discord: Talking, named: str
) -> None:
    async with on_discord(app, threads=(int(dc.guild_id if named == "guild" else dc.channel_id),)):
        asked = await dc.say(dc.channel_id, mention(dc, "TouchPilot"))
        await answers(dc, asked["id"])


async def test_a_message_to_nobody_is_left_alone(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        await dc.say(dc.channel_id, "TouchPilot")
        asked = await dc.say(dc.channel_id, mention(dc, "ReelForge"))
        await answers(dc, asked["id"])
    assert len(dc.messages()) == 2


async def test_in_private_everything_is_meant_for_the_bot(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        await dc.say(direct, "TouchPilot是什么")
        (answer,) = await answers(dc, direct)
        await dc.say(direct, "它的实验结果呢")
        second = (await answers(dc, direct, 2))[1]
    assert "GUI智能体" in shown(answer)
    assert "TouchPilot" in shown(second)


async def test_a_reply_means_what_its_message_shows(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app, threads=False):
        first = await dc.slash("paper", {"paper": "3105.00003"}, wait="answered")
        await dc.slash("paper", {"paper": "3105.00004"}, wait="answered")
        assert first.message is not None
        await dc.say(dc.channel_id, "how do I use it?", reply_to=first.message["id"])
        answer = (await answers(dc, dc.channel_id, 3))[2]
    assert "TouchPilot" in shown(answer)


async def test_a_slow_answer_is_acknowledged_at_once(
    dc: DiscordServer, app: App, on_discord: Talking, slow: Slow
) -> None:
    async with on_discord(app):
        it = await dc.slash("help")
        assert it.acked_after_s is not None
        assert it.acked_after_s < 1
        slow.go.set()
        await it.until(lambda one: one.answered)
    assert "tomorrow" in shown(it.message)


async def test_an_answer_that_took_more_than_a_quarter_of_an_hour_comes_as_a_message(
    dc: DiscordServer, app: App, on_discord: Talking, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, "today", replace(TABLE["today"], run=slow.run))
    async with on_discord(app):
        it = await dc.slash("today")
        await slow.begun.wait()
        dc.advance(901)
        slow.go.set()
        (_, answer) = await answers(dc, dc.channel_id, 2)
    assert it.loading
    assert "tomorrow" in shown(answer)
    dc.world.journal.counts["401"] -= 1  # how it learns that it is too late


async def test_a_mention_shows_a_sign_of_life_while_it_takes_long(
    dc: DiscordServer, app: App, on_discord: Talking, slow: Slow
) -> None:
    async with on_discord(app):
        asked = await dc.say(dc.channel_id, mention(dc, "/help"))
        await until(lambda: [one for one in dc.journal(kind="rest") if one["path"].endswith("/typing")])
        slow.go.set()
        await answers(dc, asked["id"])


async def test_a_channel_that_floods_is_told(dc: DiscordServer, app: App, on_discord: Talking, slow: Slow) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        for _ in range(22):
            await dc.say(direct, "/help")
        (told, *_) = await answers(dc, direct)
        slow.go.set()
        found = await answers(dc, direct, 6)
    assert "at once" in shown(told)
    assert len(found) == 6, "five answers, and one word about the rest"


async def test_a_flood_of_one_person_keeps_nobody_else_in_a_thread_from_an_answer(
    dc: DiscordServer, app: App, on_discord: Talking, slow: Slow
) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    async with on_discord(app):
        asked = await dc.say(dc.channel_id, mention(dc, "/help"))
        slow.go.set()
        await answers(dc, asked["id"])
        slow.go.clear()
        for _ in range(30):
            await dc.say(asked["id"], mention(dc, "/help"))
        await dc.say(asked["id"], mention(dc, "TouchPilot"), user=owner)
        slow.go.set()
        found = await answers(dc, asked["id"], 8)  # the first, five more, a word about the rest, and the owner's
    assert "TouchPilot" in shown(found[-1])
    assert len(found) == 8


async def test_a_long_answer_has_more_than_one_message(dc: DiscordServer, app_of: AppOf, on_discord: Talking) -> None:
    long = app_of([about(1, "Endless", en=" ".join(f"Thing {n} is endless." for n in range(900)))], languages=("en",))
    async with on_discord(long):
        it = await dc.slash("paper", {"paper": "3105.00001"}, wait="answered")
        await until(lambda: pressable(dc.messages()[-1]))
    assert it.message is not None
    first, *others = dc.messages()
    assert first["id"] == it.message["id"]
    assert others
    assert not pressable(first)
