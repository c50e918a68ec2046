"""Several shards through the strict server: each serves its guilds, one's trouble is its own, none begins too soon."""

import asyncio
from collections.abc import Callable

import pytest

from bot.app import App
from store.errors import FrontRefused
from tests.bot.fronts.conftest import Talking, shown, until
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY, languages=("en", "zh"))


async def channel_of(dc: DiscordServer, shard: int, count: int = 2) -> str:
    """A channel in a guild whose events are the shard's."""
    while True:
        dc.advance(0.001)  # a guild's id is the moment at which it was made
        guild = await dc.add_guild(f"readers of {shard}")
        if (int(guild) >> 22) % count == shard:
            return await dc.add_channel("papers", guild=guild)


async def ready(dc: DiscordServer, *shards: tuple[int, int]) -> None:
    """Wait until these shards are there, and the commands."""
    await until(lambda: dc.stats()["shards"] == sorted(shards) and dc.commands())


def too_soon(dc: DiscordServer) -> int:
    """Sessions that Discord refused because another had just begun."""
    return dc.world.journal.counts["identifies too soon"]


async def test_every_shard_serves_its_guilds(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    dc.set_sharding(2)
    channels = [await channel_of(dc, shard) for shard in range(2)]
    direct = await dc.open_dm()
    async with on_discord(app, connected=False):
        await ready(dc, (0, 2), (1, 2))
        answers = [await dc.slash("about", channel=channel, wait="answered") for channel in channels]
        await dc.say(direct, "/about")
        await until(lambda: len(dc.messages(direct)) == 2)
    assert [one.delivered for one in answers] == [1, 1]
    assert all("Paperboy" in shown(one.message) for one in answers)
    assert too_soon(dc) == 0
    assert dc.world.journal.counts["command syncs"] == 1


async def test_a_shard_that_is_gone_is_resumed_while_the_other_goes_on(
    dc: DiscordServer, app: App, on_discord: Talking, caplog: pytest.LogCaptureFixture
) -> None:
    dc.set_sharding(2)
    here, there = [await channel_of(dc, shard) for shard in range(2)]
    async with on_discord(app, connected=False, threads=False):
        await ready(dc, (0, 2), (1, 2))
        dc.gateway_up(False)
        await dc.disconnect(None, shard=1)
        await until(lambda: "Attempting a reconnect for shard ID 1" in caplog.text)
        await dc.say(there, f"<@{dc.world.bot_id}> /about")
        meanwhile = await dc.slash("about", channel=here, wait="answered")
        assert meanwhile.answered
        assert dc.stats()["shards"] == [(0, 2)]
        dc.gateway_up(True)
        await until(lambda: len(dc.messages(there)) == 2)
    counts = dc.stats()["counts"]
    assert (counts["identifies"], counts["resumes"]) == (2, 1)


async def test_a_process_may_run_some_of_the_shards(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    other, own = [await channel_of(dc, shard) for shard in range(2)]
    async with on_discord(app, connected=False, shard_ids=(1,), shard_count=2):
        await ready(dc, (1, 2))
        answered = await dc.slash("about", channel=own, wait="answered")
        elsewhere = await dc.slash("about", channel=other, wait="no")
        assert dc.stats()["shards"] == [(1, 2)]
    assert (answered.delivered, answered.answered) == (1, True)
    assert (elsewhere.delivered, elsewhere.response) == (0, None)


async def test_fewer_shards_than_discord_wants_are_refused(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    dc.set_sharding(2, least=2)
    async with on_discord(app, connected=False, shard_count=1) as talk:
        with pytest.raises(FrontRefused, match="shard_count"):
            await asyncio.wait_for(talk.task, 5)


@pytest.mark.parametrize(
    ("at_once", "waits"),
    [pytest.param(1, 3, id="one after the other"), pytest.param(4, 0, id="all of them"), pytest.param(2, 2, id="two")],
)
async def test_as_many_sessions_begin_at_once_as_discord_takes(
    dc: DiscordServer, app: App, on_discord: Talking, at_once: int, waits: int
) -> None:
    dc.set_sharding(4, max_concurrency=at_once)
    async with on_discord(app, connected=False) as talk:
        await ready(dc, *((shard, 4) for shard in range(4)))
    assert too_soon(dc) == 0
    assert len(talk.slept) == waits
    assert all(5.0 < wait_s <= 5.5 for wait_s in talk.slept)


async def test_a_session_that_begins_too_soon_after_another_process_waits(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    for _ in range(2):
        async with on_discord(app):
            it = await dc.slash("about", wait="answered")
            assert it.answered
    assert too_soon(dc) == 1
    assert dc.stats()["counts"]["identifies"] == 2


async def test_no_session_begins_when_the_days_are_used_up(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    dc.set_sharding(1, starts=0)
    async with on_discord(app, connected=False) as talk:
        await until(lambda: 86_400.0 in talk.slept)
        assert dc.stats()["counts"].get("identifies", 0) == 0
        dc.set_sharding(1)
        await ready(dc, (0, 1))
