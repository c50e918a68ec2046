"""What chats are told when their hour passes without a digest: once, in their words, and only where it is news."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from bot import absence, delivery
from bot.app import App
from bot.outgoing import decode
from store import deliveries, papers, polls
from store.outbox import Outbox
from store.polls import Outage, Poll
from store.wishes import Wish
from tests.fakes.platform import Platform
from tests.makers.papers import DAY, entry
from tests.makers.subscribers import HALF, another, at, full_day, library, subscribe

AppOf = Callable[..., App]
NINE = time(9)
YESTERDAY, SATURDAY = DAY - timedelta(days=1), DAY + timedelta(days=4)


class Clock:
    def __init__(self) -> None:
        self.at = at("10:00")

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app_of: AppOf, clock: Clock) -> App:
    return app_of(now=clock)


def told(app: App) -> list[tuple[str, str]]:
    """(chat, text) of what is put into the outbox now."""
    before = {one.id for one in deliveries.listed(app.folder.db)}
    absence.make(app, Platform())
    waiting = Outbox(app.folder.db).waiting("telegram", at("23:00", SATURDAY), 100)
    return [(one.chat.chat, decode(one.content).text) for one in waiting if one.id not in before]


def looked(app: App, *looks: tuple[str, int]) -> None:
    """Looks at the list of `DAY`: the time, and how many papers were there (below 0: the source was down)."""
    for clock, count in looks:
        ids = frozenset(f"3105.{paper:05}" for paper in range(count))
        polls.add(app.folder.db, DAY, Poll(at(clock), ids) if count >= 0 else Outage(at(clock), "503"))


FILLING = (("08:00", 5), ("08:30", 9), ("09:00", 12), ("09:30", 14))


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        pytest.param(FILLING, "The list of Tue 6 May 2031 is still filling (14 papers so far).", id="still filling"),
        pytest.param((("08:00", 0), ("08:30", 0)), "Nothing for Tue 6 May 2031 yet. I keep looking.", id="not yet"),
        pytest.param((("08:00", -1),), "Hugging Face can't be reached since 08:00. I keep trying.", id="down"),
    ],
)
def test_an_hour_that_passes_without_a_digest_is_spoken_of_once(
    app: App, clock: Clock, looks: tuple[tuple[str, int], ...], said: str
) -> None:
    subscribe(app.folder.db, 7, hour=NINE)
    looked(app, *looks)
    clock.at = at("09:59")
    assert told(app) == [], "it may come still"
    clock.at = at("10:00")
    when = " If the day's list is whole by then, the digest comes on Wed 7 May 2031 at 09:00."
    assert told(app) == [("7", said + when)]
    for later in ("10:01", "11:30", "12:59", "18:00"):
        clock.at = at(later)
        assert told(app) == []


def test_it_is_said_in_the_chats_language_and_zone_and_as_quietly_as_the_digest(app: App) -> None:
    subscribe(app.folder.db, 7, hour=time(17), zone="Asia/Shanghai", lang="zh", silent=True)
    looked(app, ("08:10", -1))
    down, then = "从 16:10 起连不上 Hugging Face，会继续重试。", "2031 年 5 月 7 日 周三 17:00"
    assert told(app) == [("7", f"{down}如果列表届时完整，摘要会在 {then} 发送。")]
    (one,) = Outbox(app.folder.db).waiting("telegram", at("23:00"), 10)
    assert (one.kind, one.chat.silent) == ("note", True)


def test_who_chose_no_hour_is_told_when_the_list_is_not_whole_for_hours(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    looked(app, *FILLING)
    clock.at = at("10:59")
    assert told(app) == []
    clock.at = at("11:00")
    ((_, said),) = told(app)
    assert said.endswith("(14 papers so far). The digest comes as soon as the day's list is whole.")
    clock.at = at("12:00")
    assert told(app) == []


def test_a_chat_with_several_subscriptions_is_told_once(app: App) -> None:
    first = subscribe(app.folder.db, 7, hour=NINE)
    another(app.folder.db, first, hour=NINE, wish=Wish(groups=("agents",)))
    looked(app, *FILLING)
    assert [chat for chat, _ in told(app)] == ["7"]


def test_who_got_a_digest_in_that_hour_or_has_that_day_is_told_nothing(app: App, clock: Clock) -> None:
    full_day(app.folder.db, YESTERDAY, at("08:30", YESTERDAY))
    subscribe(app.folder.db, 7, hour=NINE)
    subscribe(app.folder.db, 8, hour=time(7))
    clock.at = at("09:00")
    delivery.make(app, Platform())
    looked(app, *FILLING)
    clock.at = at("10:00")
    assert told(app) == [], "yesterday's came today to 7, and today's can't be there at the hour of 8"


def test_a_wish_that_nothing_fits_is_answered_by_silence(app: App, clock: Clock) -> None:
    library(app.folder.db, at("08:30"))
    subscribe(app.folder.db, 7, hour=NINE, wish=Wish(groups=("robotics",), least_votes=10_000))
    clock.at = at("09:00")
    delivery.make(app, Platform())
    clock.at = at("10:00")
    assert told(app) == []


def test_an_empty_weekend_is_no_news_but_that_the_source_is_down_is(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, hour=NINE)
    for look in ("08:00", "08:30"):
        polls.add(app.folder.db, SATURDAY, Poll(at(look, SATURDAY), frozenset()))
    clock.at = at("10:00", SATURDAY)
    assert told(app) == []
    polls.add(app.folder.db, SATURDAY, Outage(at("09:00", SATURDAY), "503"))
    assert "can't be reached since 09:00" in told(app)[0][1]


def test_a_weekday_without_papers_is_told_with_the_next_morning(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, hour=time(7))
    looked(app, ("08:00", 0), ("08:30", 0))
    polls.add(app.folder.db, DAY, Poll(at("00:10", DAY + timedelta(days=1)), frozenset()))
    clock.at = at("08:00", DAY + timedelta(days=1))
    assert told(app) == [("7", "No papers on Tue 6 May 2031: Daily Papers was empty that day.")]


def test_a_list_that_nobody_looked_at_is_nothing_to_tell(app: App) -> None:
    papers.save(app.folder.db, [entry(day=DAY)])
    subscribe(app.folder.db, 7, hour=NINE)
    assert told(app) == []


def test_a_note_that_still_waits_gives_way_to_the_digest(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    looked(app, *FILLING)
    clock.at = at("11:00")
    assert len(told(app)) == 1
    full_day(app.folder.db, DAY, at("11:30"))
    clock.at = at("12:30")
    delivery.make(app, Platform())
    states = [(one.kind, one.state, one.code) for one in deliveries.listed(app.folder.db)]
    assert states == [("note", "failed", "late"), ("daily", "pending", "")]


def test_who_subscribed_after_the_hour_is_told_nothing(app: App, clock: Clock) -> None:
    looked(app, *FILLING)
    first = subscribe(app.folder.db, 7, hour=NINE)
    clock.at = at("09:30")
    another_one, _ = delivery.begin(app, first, "en")
    assert another_one.began == at("09:30")
    clock.at = at("10:00")
    assert [chat for chat, _ in told(app)] == ["7"], "for the first subscription alone"


def test_what_was_hours_ago_is_no_news(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, hour=NINE)
    looked(app, *FILLING)
    clock.at = at("10:00") + absence.WHILE
    assert told(app) == []


def test_each_hour_tells_of_the_day_that_it_could_have_had(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, hour=time(8))
    subscribe(app.folder.db, 8, hour=time(7, 20))
    looked(app, *FILLING)
    clock.at = at("09:00") + HALF
    assert [chat for chat, _ in told(app)] == ["7"]
