"""What is late is told to the operators once, with the reason: digests that haven't arrived, lists not whole."""

import asyncio
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from bot import alarm, delivery, lang, sender
from bot.app import App
from bot.notices import Notice
from bot.outgoing import NotSent, Outcome, Refused, Unknown
from bot.sender import Sender
from store import chats, papers, polls
from store.outbox import Outbox
from store.polls import Outage, Poll
from tests.fakes.platform import Platform
from tests.makers.papers import DAY, entry
from tests.makers.subscribers import HALF, at, library, subscribe

AppOf = Callable[..., App]
AFTER = timedelta(minutes=180)
MORNING = at("08:30")
WORDS = lang.load("en")


class Clock:
    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app_of: AppOf, clock: Clock) -> App:
    return app_of(now=clock, languages=("en", "zh"))


def told(app: App) -> list[str]:
    """What the operators of "telegram" are told of what is late now."""
    (outlet,) = app.notices.listen("telegram", ["42"])
    for one in alarm.raised(app, [Platform()]):
        alarm.tell(app, one)
    waiting: list[Notice] = outlet.waiting(app.now())
    for notice in waiting:
        outlet.done(notice)
    return [notice.text(WORDS) for notice in waiting if notice.kind in ("late", "unsettled")]


@pytest.fixture(autouse=True)
def _settled_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "SETTLE_AFTER_S", 0.0)


async def delivered(app: App, *outcomes: Outcome) -> None:
    """A round in which the sends to chat 7 go so."""
    platform = Platform()
    platform.answers("7", *outcomes)
    delivery.make(app, platform)
    async with platform.sending(app) as deliver:
        await Sender(app, platform.name, deliver, Outbox(app.folder.db)).drain(0.0)


# --- digests --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "because"),
    [
        pytest.param(
            NotSent("ConnectError"), "1 can't be sent it now, and it is tried again: ConnectError.", id="unreachable"
        ),
        pytest.param(
            Unknown("500"), "1 is parked, see `paperboy deliveries --parked`: nobody looked.", id="nobody knows"
        ),
        pytest.param(Refused("message is too long"), "1 was refused: message is too long.", id="refused"),
    ],
)  # fmt: skip
async def test_a_digest_that_has_not_arrived_is_told_once_with_the_reason(
    app: App, clock: Clock, outcome: Outcome, because: str
) -> None:
    library(app.folder.db, MORNING)
    subscribe(app.folder.db, 7)
    subscribe(app.folder.db, 8)
    await delivered(app, outcome)
    clock.at += AFTER - timedelta(minutes=1)
    assert told(app) == []
    clock.at += timedelta(minutes=1)
    whole = "The digest of 2031-05-06 on telegram is late: 180 minutes past its moment 1 chat hasn't had all of it. "
    assert told(app) == [whole + because]
    clock.at += timedelta(hours=20)  # another day, for which notices are counted anew
    del app.__dict__["notices"]
    assert told(app) == []


async def test_who_got_it_is_no_alarm_nor_who_was_paused_which_was_told_then(app: App, clock: Clock) -> None:
    library(app.folder.db, MORNING)
    subscribe(app.folder.db, 7)
    subscribe(app.folder.db, 8)
    await delivered(app, Refused("bot was blocked", shut=True))
    chats.pause(app.folder.db, "telegram", "7", "bot was blocked")
    clock.at += AFTER
    assert told(app) == []


async def test_a_digest_that_waits_for_summaries_is_told(
    app: App, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", timedelta(hours=9))
    library(app.folder.db, MORNING)
    papers.save(app.folder.db, [entry("3105.00099", day=DAY)])
    subscribe(app.folder.db, 7)
    subscribe(app.folder.db, 8, hour=time(11))
    await delivered(app)
    clock.at += AFTER
    (said,) = told(app)
    assert said.endswith("1 chat hasn't had all of it. 1 of its papers isn't summarised yet."), "8 is not late yet"


async def test_a_digest_that_was_due_while_the_process_was_dead_is_told_when_it_is_back(app: App, clock: Clock) -> None:
    library(app.folder.db, MORNING)
    subscribe(app.folder.db, 7)
    clock.at += timedelta(hours=10)
    (said,) = told(app)
    assert said.endswith("None could be made for 1: the log says why.")
    await delivered(app)
    assert told(app) == []


def test_a_new_subscription_is_owed_nothing(app: App, clock: Clock) -> None:
    library(app.folder.db, MORNING)
    clock.at += 2 * AFTER
    delivery.begin(app, subscribe(app.folder.db, 7, subscribed=False), "en")
    clock.at += AFTER
    assert told(app) == []


# --- days -----------------------------------------------------------------------------------------


def seen(app: App, *counts: int, first: datetime) -> None:
    """Looks at the list of `DAY`, half an hour apart."""
    for n, count in enumerate(counts):
        ids = frozenset(f"3105.{paper:05}" for paper in range(count))
        polls.add(app.folder.db, DAY, Poll(first + n * HALF, ids))


@pytest.mark.parametrize(
    ("counts", "because"),
    [
        pytest.param((1, 2, 3, 4, 5, 6, 7), "It holds 7 papers so far, and grows.", id="still filling"),
        pytest.param((0, 0, 0), "Nothing is listed so far.", id="nothing listed"),
    ],
)
def test_a_day_whose_list_is_not_whole_is_told_once_with_the_reason(
    app: App, clock: Clock, counts: tuple[int, ...], because: str
) -> None:
    seen(app, *counts, first=at("08:00"))
    clock.at = at("10:59")
    assert told(app) == []
    clock.at = at("11:00")
    assert told(app) == [
        "The list of 2031-05-06 isn't whole 180 minutes after the first look at it; no digest of it goes out before it"
        f" is. {because}"
    ]
    clock.at = at("14:00")
    assert told(app) == []


def test_that_the_source_is_down_is_told_as_the_reason(app: App, clock: Clock) -> None:
    polls.add(app.folder.db, DAY, Outage(at("08:00"), "503 from huggingface.co."))
    polls.add(app.folder.db, DAY, Outage(at("08:30"), "503 from huggingface.co."))
    clock.at = at("11:00")
    assert told(app)[0].endswith("before it is. Hugging Face can't be reached since 08:00: 503 from huggingface.co.")


def test_a_day_that_is_whole_or_empty_is_no_alarm(app: App, clock: Clock) -> None:
    seen(app, 3, 3, first=at("08:00"))
    saturday = DAY + timedelta(days=4)
    for moment in (at("08:00", saturday), at("08:30", saturday)):
        polls.add(app.folder.db, saturday, Poll(moment, frozenset()))
    clock.at = at("20:00")
    assert told(app) == []
    clock.at = at("12:00", saturday)
    assert [one for one in told(app) if saturday.isoformat() in one] == []


# --- the watch ------------------------------------------------------------------------------------


async def test_it_looks_each_minute_through_errors(app: App, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "LOOK_S", 0.001)
    (outlet,) = app.notices.listen("telegram", ["42"])
    polls.add(app.folder.db, DAY, Outage(at("08:00"), "503"))
    broken = [ValueError("odd")]

    def now() -> datetime:
        if broken:
            raise broken.pop()
        return at("11:00")

    app.now = now
    with capture_logs() as logged:
        task = asyncio.create_task(alarm.watch(app, [Platform()]))
        async with asyncio.timeout(10):
            while not any(line["event"] == "operator" for line in logged):
                await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert logged[0]["event"] == "no look at what is late"
    assert [notice.kind for notice in outlet.waiting(at("11:00"))] == ["unsettled"]
