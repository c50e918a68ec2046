"""The round of the digests beside all else: each minute what is due, through errors, until it is told to end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot import post
from bot.app import App
from store import chats, deliveries
from store.errors import StoreError
from store.outbox import Outbox
from tests.fakes.platform import Platform
from tests.makers.papers import DAY
from tests.makers.subscribers import at, library, subscribe

AppOf = Callable[..., App]
NOON = at("12:00")


@pytest.fixture
def app(app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> App:
    """A bot whose day is whole, whose rounds take no minute."""
    monkeypatch.setattr(post, "ROUND_S", 0.01)
    made = app_of(now=lambda: NOON)
    library(made.folder.db, at("08:30"))
    return made


@asynccontextmanager
async def serving(app: App, platform: Platform) -> AsyncIterator[None]:
    task = asyncio.create_task(post.serve(app, platform))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def arrived(platform: Platform, chat: int) -> None:
    async with asyncio.timeout(10):
        while not platform.to(chat):
            await asyncio.sleep(0.001)


async def test_who_is_due_meanwhile_is_seen_in_the_next_round(app: App) -> None:
    platform = Platform()
    async with serving(app, platform):
        subscribe(app.folder.db, 7)
        await arrived(platform, 7)
        subscribe(app.folder.db, 8)
        await arrived(platform, 8)
    assert len(platform.arrived) == 2


@pytest.mark.parametrize(
    "error", [pytest.param(StoreError("The disk is full."), id="foreseen"), pytest.param(ValueError("odd"), id="not")]
)
async def test_after_an_error_the_next_round_works(app: App, error: Exception) -> None:
    platform, raised = Platform(), []
    subscribe(app.folder.db, 7)

    def now() -> datetime:
        if not raised:
            raised.append(error)
            raise error
        return NOON

    with capture_logs() as logged:
        async with platform.sending(app) as deliver:
            sender = post.Sender(app, platform.name, deliver, Outbox(app.folder.db))
            app.now = now
            for _ in range(2):
                await post._beat(app, platform, sender)
            async with asyncio.timeout(10):
                await sender.drain(0.0)
    assert [line["event"] for line in logged] == ["round failed", "digests made"]
    assert len(platform.to(7)) == 1


async def test_what_was_being_sent_when_the_last_process_died_is_told(app: App) -> None:
    subscribe(app.folder.db, 7)
    platform = Platform(operators=("42",))
    post.delivery.make(app, platform)
    outbox = Outbox(app.folder.db)
    outbox.claim(outbox.waiting("telegram", NOON, 1)[0].id, NOON)
    async with serving(app, platform):
        await arrived(platform, 42)
    assert "第 1 部分已搁置" in platform.to(42)[0].text
    assert platform.to(7) == []


async def test_a_single_round_counts_messages(app: App) -> None:
    for chat in (7, 8):
        subscribe(app.folder.db, chat, style="full")
    done = await post.once(app, [Platform(limit=300)], None, due=True)
    assert done.sent == deliveries.counts(app.folder.db, DAY)["sent"] > 4


async def test_a_day_that_was_named_is_made_only_if_it_is_the_one_that_is_due(app: App) -> None:
    subscribe(app.folder.db, 7)
    platform = Platform()
    assert await post.once(app, [platform], DAY - timedelta(days=1), due=True) == post.Round(DAY - timedelta(days=1))
    assert await post.once(app, [platform], DAY, due=True) == post.Round(DAY, sent=1)


async def test_what_was_sent_long_ago_is_forgotten(app: App) -> None:
    subscribe(app.folder.db, 7)
    await post.once(app, [Platform()], None, due=True)
    app.now = lambda: NOON + timedelta(days=post.KEEP_DAYS, seconds=1)
    post.expire(app)
    assert deliveries.listed(app.folder.db) == []


def withhold(app: App, platform: Platform) -> None:
    """The chat refuses the second part of its digest, and is paused, as a front does it."""
    post.delivery.make(app, platform)
    outbox, db = Outbox(app.folder.db), app.folder.db
    first, second = (one.id for one in deliveries.listed(db)[:2])
    for one in (first, second):
        assert outbox.claim(one, NOON)
        outbox.sent(one, "1", NOON)
    chats.pause(db, "telegram", "7", "not enough rights")
    outbox.failed(second, "paused", "not enough rights", NOON)
    outbox.withdraw("telegram", "7", None, "paused", NOON)


async def test_a_chat_that_is_back_within_the_day_is_sent_what_was_withheld_once(app: App) -> None:
    subscribe(app.folder.db, 7, style="full")
    platform = Platform(limit=300)
    withhold(app, platform)
    await post.once(app, [platform], None, due=True)
    assert platform.to(7) == [], "still paused"
    chats.resume(app.folder.db, "telegram", "7")
    for _ in range(2):
        await post.once(app, [platform], None, due=True)
    found = deliveries.listed(app.folder.db)
    assert {one.state for one in found} == {"sent"}
    assert len(platform.to(7)) == len(found) - 1 > 1


async def test_what_was_withheld_long_ago_is_not_sent(app: App) -> None:
    subscribe(app.folder.db, 7, style="full")
    platform = Platform(limit=300)
    withhold(app, platform)
    chats.resume(app.folder.db, "telegram", "7")
    app.now = lambda: NOON + post.WITHHELD
    await post.once(app, [platform], None, due=True)
    assert platform.to(7) == []
