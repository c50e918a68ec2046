"""Sending what waits: what each outcome leads to, that chats don't wait for each other, and how it ends."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.app import App
from bot.outgoing import Absent, Arrived, CantTell, NotSent, Part, Refused, Sent, Unknown, Verdict, encode
from bot.sender import AT_ONCE, SETTLE_AFTER_S, SETTLE_AGAIN_S, TRIES, Sender
from store import deliveries, talks
from store.errors import StoreError
from store.outbox import Made, Outbox
from store.talks import Talk
from tests.fakes.platform import Platform
from tests.makers.papers import DAY
from tests.makers.subscribers import at, subscribe

AppOf = Callable[..., App]
NOON = at("12:00")
TALK = Talk(("3105.00001", "3105.00002"), listed="/day 2031-05-06")
DOWN = NotSent("ConnectError")


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self):
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app_of: AppOf, clock: Clock) -> App:
    return app_of(now=clock)


@pytest.fixture
def platform() -> Platform:
    return Platform()


def queued(app: App, *chats: int, parts: int = 1, **choices: object) -> None:
    """A digest of so many parts waits for each chat."""
    contents = [encode(Part(f"part {n}", talk=TALK)) for n in range(1, parts + 1)]
    Outbox(app.folder.db).put(
        DAY, [Made(contents, [subscribe(app.folder.db, chat, **choices).id for chat in chats])], NOON
    )


async def sent(app: App, platform: Platform, queue: Outbox | None = None) -> None:
    """Everything is sent that can be sent now."""
    async with platform.sending(app) as deliver:
        sender = Sender(app, platform.name, deliver, queue or Outbox(app.folder.db))
        async with asyncio.timeout(20):
            await sender.drain(0.0)


def states(app: App) -> list[tuple[str, int, str, str]]:
    return [(one.chat.chat, one.part, one.state, one.code) for one in deliveries.listed(app.folder.db)]


def texts(platform: Platform, chat: int) -> list[str]:
    return [part.text for part in platform.to(chat)]


async def test_every_chat_gets_each_part_once_and_in_order(app: App, platform: Platform) -> None:
    chats = range(1, 101)
    queued(app, *chats, parts=3)
    await sent(app, platform)
    await sent(app, platform)
    assert {tuple(texts(platform, chat)) for chat in chats} == {("part 1", "part 2", "part 3")}
    assert len(platform.arrived) == 300
    assert 1 < platform.at_once <= AT_ONCE
    assert deliveries.counts(app.folder.db)["sent"] == 300


async def test_a_message_is_remembered_with_what_it_shows(app: App, platform: Platform) -> None:
    queued(app, 7)
    await sent(app, platform)
    (one,) = deliveries.listed(app.folder.db)
    assert one.message == "1"
    assert talks.of_message(app.folder.db, "telegram", "7", "1") == TALK


async def test_what_was_surely_not_sent_is_sent_later(app: App, platform: Platform, clock: Clock) -> None:
    queued(app, 7, parts=2)
    platform.answers("7", NotSent("429", 60.0))
    await sent(app, platform)
    assert (texts(platform, 7), states(app)[0]) == ([], ("7", 1, "pending", "retry"))
    clock.at += timedelta(seconds=59)
    await sent(app, platform)
    assert texts(platform, 7) == []
    clock.at += timedelta(seconds=1)
    await sent(app, platform)
    assert texts(platform, 7) == ["part 1", "part 2"]


async def test_a_chat_that_must_wait_delays_no_other(app: App, platform: Platform) -> None:
    queued(app, *range(1, 61), parts=2)
    for chat in range(1, 31):
        platform.answers(str(chat), NotSent("429", 3600.0))
    await sent(app, platform)
    assert [len(platform.to(chat)) for chat in range(1, 61)] == [0] * 30 + [2] * 30


async def test_a_group_of_many_topics_leaves_room_for_the_others(app: App, platform: Platform) -> None:
    contents = [encode(Part("part 1"))]
    ids = [subscribe(app.folder.db, -100, thread=str(n)).id for n in range(1, 101)]
    Outbox(app.folder.db).put(DAY, [Made(contents, ids)], NOON)
    queued(app, 7)
    platform.hold("-100")
    work = asyncio.create_task(sent(app, platform))
    async with asyncio.timeout(10):
        while not platform.to(7):
            await asyncio.sleep(0.001)
    assert platform.asked.count("-100") == 1
    platform.let_go("-100")
    await work
    assert len(platform.to(-100)) == 100


async def test_tries_are_bounded_then_it_is_parked(app: App, platform: Platform, clock: Clock) -> None:
    queued(app, 7, parts=2)
    platform.answers("7", *[NotSent("429", 1.0)] * TRIES)
    waits = []
    for _ in range(TRIES):
        await sent(app, platform)
        clock.at += timedelta(seconds=2)
        waits.append(clock.at)
    assert states(app) == [("7", 1, "parked", "tries"), ("7", 2, "sent", "")]


@pytest.mark.parametrize(
    "outcome", [pytest.param(Unknown("read timed out"), id="told"), pytest.param(ValueError("odd"), id="an error")]
)
async def test_what_may_have_arrived_is_settled_before_anything_else_is_sent(
    app: App, platform: Platform, clock: Clock, outcome: Unknown | ValueError
) -> None:
    queued(app, 7, 8, parts=2)
    platform.answers("7", outcome)
    platform.verdicts("7", Arrived("44"))
    await sent(app, platform)
    assert states(app)[:2] == [("7", 1, "sending", "unknown"), ("7", 2, "pending", "")]
    assert (texts(platform, 7), texts(platform, 8)) == ([], ["part 1", "part 2"])
    clock.at += timedelta(seconds=SETTLE_AFTER_S)
    await sent(app, platform)
    assert [one[2] for one in states(app)] == ["sent"] * 4
    assert texts(platform, 7) == ["part 2"], "the first is there already"
    assert talks.of_message(app.folder.db, "telegram", "7", "44") == TALK


async def test_what_had_not_arrived_is_sent_again(app: App, platform: Platform, clock: Clock) -> None:
    queued(app, 7, parts=2)
    platform.answers("7", Unknown("502"))
    platform.verdicts("7", Absent())
    for _ in range(2):
        await sent(app, platform)
        clock.at += timedelta(seconds=SETTLE_AFTER_S)
    assert texts(platform, 7) == ["part 1", "part 2"]


async def test_what_never_arrives_is_parked_in_the_end(app: App, platform: Platform, clock: Clock) -> None:
    queued(app, 7, parts=2)
    platform.answers("7", *[Unknown("502")] * TRIES)
    platform.verdicts("7", *[Absent()] * TRIES)
    for _ in range(2 * TRIES):
        await sent(app, platform)
        clock.at += timedelta(minutes=11)
    assert states(app) == [("7", 1, "parked", "tries"), ("7", 2, "sent", "")]
    assert platform.asked == ["7"] * (TRIES + 1)


async def test_what_cannot_be_told_is_parked_and_never_sent_again(app: App, platform: Platform, clock: Clock) -> None:
    queued(app, 7, parts=2)
    (outlet,) = app.notices.listen("telegram", ["42"])
    platform.answers("7", Unknown("read timed out"))
    for _ in range(3):
        await sent(app, platform)
        clock.at += timedelta(days=1)
    assert states(app) == [("7", 1, "parked", "unknown"), ("7", 2, "sent", "")]
    assert platform.asked == ["7", "7"]
    assert [notice.kind for notice in outlet.waiting(NOON)] == ["parked"]


@pytest.mark.parametrize(
    "verdict", [pytest.param(NotSent("ConnectError"), id="down"), pytest.param(ValueError("odd"), id="an error")]
)
async def test_a_platform_that_cannot_be_asked_is_asked_again(
    app: App, platform: Platform, clock: Clock, verdict: NotSent | ValueError
) -> None:
    queued(app, 7)
    platform.answers("7", Unknown("read timed out"))
    platform.verdicts("7", verdict, verdict, Arrived("44"))
    for _ in range(4):
        await sent(app, platform)
        clock.at += timedelta(seconds=SETTLE_AGAIN_S)
    assert states(app) == [("7", 1, "sent", "")]
    assert platform.settled == ["7"] * 3


async def test_breaking_off_a_settling_is_harmless(app: App, platform: Platform, clock: Clock) -> None:
    queued(app, 7)
    platform.answers("7", Unknown("read timed out"))
    await sent(app, platform)
    clock.at += timedelta(seconds=SETTLE_AFTER_S)
    async with platform.sending(app) as carrier:
        sender = Sender(app, platform.name, carrier, Outbox(app.folder.db))
        await sender.work(0.0)
        await sender.finish(1.0)
    assert states(app) == [("7", 1, "sending", "unknown")]
    platform.verdicts("7", Arrived("44"))
    await sent(app, platform)
    assert states(app) == [("7", 1, "sent", "")]


async def test_a_part_that_is_refused_holds_up_nothing(app: App, platform: Platform) -> None:
    queued(app, 7, parts=2)
    platform.answers("7", Refused("message is too long"))
    await sent(app, platform)
    assert states(app) == [("7", 1, "failed", "refused"), ("7", 2, "sent", "")]


async def test_for_a_chat_that_is_shut_nothing_waits_any_more(app: App, platform: Platform) -> None:
    queued(app, 7, 8, parts=2)
    platform.answers("7", Refused("bot was blocked", shut=True))
    await sent(app, platform)
    assert [one[2:] for one in states(app)] == [("failed", "paused")] * 2 + [("sent", "")] * 2


@pytest.mark.parametrize(
    ("verdict", "end", "said"),
    [
        pytest.param(Arrived("44"), "sent", ["part 2"], id="it had arrived"),
        pytest.param(Absent(), "sent", ["part 1", "part 2"], id="it had not"),
        pytest.param(CantTell("no right"), "parked", ["part 2"], id="nobody can tell"),
    ],
)
async def test_what_the_last_process_was_sending_is_settled(
    app: App, platform: Platform, verdict: Verdict, end: str, said: list[str]
) -> None:
    queued(app, 7, parts=2)
    outbox = Outbox(app.folder.db)
    outbox.claim(outbox.waiting("telegram", NOON, 1)[0].id, NOON)
    async with platform.sending(app) as deliver:
        sender = Sender(app, platform.name, deliver, outbox)
        platform.verdicts("7", verdict)
        sender.recover()
        await sender.drain(0.0)
    assert [one[2] for one in states(app)] == [end, "sent"]
    assert texts(platform, 7) == said


async def test_a_platform_that_is_down_is_asked_by_one_part_at_a_time(app: App, platform: Platform) -> None:
    queued(app, *range(1, 101))
    for chat in range(1, 101):
        platform.answers(str(chat), *[DOWN] * 9)
    async with platform.sending(app) as deliver:
        sender = Sender(app, platform.name, deliver, Outbox(app.folder.db))
        await sender.work(0.5)
        assert len(platform.asked) == AT_ONCE
        await sender.finish(1.0)
    assert deliveries.counts(app.folder.db)["pending"] == 100


async def test_when_it_is_back_everything_is_sent(app: App, platform: Platform, clock: Clock) -> None:
    queued(app, *range(1, 31))
    for chat in range(1, 31):
        platform.answers(str(chat), DOWN)
    for _ in range(4):
        async with platform.sending(app) as deliver:
            sender = Sender(app, platform.name, deliver, Outbox(app.folder.db))
            await sender.work(0.1)
            await sender.finish(1.0)
        clock.at += timedelta(minutes=10)
    assert [len(platform.to(chat)) for chat in range(1, 31)] == [1] * 30


async def test_who_unsubscribes_while_it_waits_for_its_turn_gets_nothing(app: App, platform: Platform) -> None:
    queued(app, 7)
    platform.hold("7", before=True)
    work = asyncio.create_task(sent(app, platform))
    while not platform.in_hand:
        await asyncio.sleep(0)
    subscribe(app.folder.db, 7, subscribed=False)
    platform.let_go("7")
    await work
    assert (platform.arrived, platform.asked) == ([], [])


async def test_ending_finishes_what_has_begun_and_begins_nothing(app: App, platform: Platform) -> None:
    queued(app, 7, 8, 9, parts=2)
    platform.hold("7")
    platform.hold("8", before=True)
    platform.hold("9")
    async with platform.sending(app) as deliver:
        sender = Sender(app, platform.name, deliver, Outbox(app.folder.db))
        await sender.work(0.05)
        asyncio.get_running_loop().call_soon(platform.let_go, "7")
        await sender.finish(0.2)
    assert texts(platform, 7) == ["part 1"]
    assert [one[1:3] for one in states(app)] == [
        (1, "sent"), (2, "pending"), (1, "pending"), (2, "pending"), (1, "sending"), (2, "pending"),
    ]  # fmt: skip


class Full(Outbox):
    """A queue on a disk that is full from the second write on."""

    full = False

    def sent(self, delivery, message, now) -> None:
        self.full = True
        raise StoreError("The disk is full.")

    def claim(self, delivery, now) -> bool:
        if self.full:
            raise StoreError("The disk is full.")
        return super().claim(delivery, now)


async def test_what_cannot_be_written_down_is_not_sent_again(app: App, platform: Platform) -> None:
    queued(app, 7, 8)
    platform.hold("8", before=True)
    full = Full(app.folder.db)
    with capture_logs() as logged:
        async with platform.sending(app) as deliver:
            sender = Sender(app, platform.name, deliver, full)
            for _ in range(3):
                await sender.work(0.05)
            platform.let_go("8")
            await sender.work(0.05)
            await sender.finish(1.0)
    assert [one[2] for one in states(app)] == ["sending", "pending"]
    assert platform.asked == ["7"]
    assert [line["event"] for line in logged] == ["outcome not written down"] * 2


async def test_silence_is_the_chats_choice_when_it_is_sent(app: App, platform: Platform) -> None:
    queued(app, 7)
    queued(app, 8)
    subscribe(app.folder.db, 7, silent=True)
    await sent(app, platform)
    assert platform.silent == {"7"}


async def test_a_chat_that_moved_is_remembered_where_it_is(app: App, platform: Platform) -> None:
    queued(app, -5)

    class Moved(Platform):
        async def __call__(self, chat, part, begin):
            begin()
            return Sent("44", "-1005")

    sender = Sender(app, "telegram", Moved(), Outbox(app.folder.db))
    with suppress(TimeoutError):
        await sender.drain(0.0)
    assert talks.of_message(app.folder.db, "telegram", "-1005", "44") == TALK
