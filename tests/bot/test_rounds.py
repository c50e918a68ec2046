"""When round-ups are due, and for whom: from a real store, with the time as a test says."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot import delivery, periods, post, rounds
from bot.app import App
from bot.outgoing import Part, decode
from bot.rounds import Ready
from store import chats, deliveries, polls, subscriptions
from store.outbox import Outbox
from store.polls import Poll
from store.subscriptions import Rhythm
from tests.fakes.platform import Platform
from tests.makers.papers import DAY, about
from tests.makers.subscribers import at, settle, subscribe

AppOf = Callable[..., App]

WEEK = periods.containing("weekly", DAY)  # Mon 5 to Sun 11 May 2031
MONTH = periods.containing("monthly", DAY)
MIDNIGHT = datetime(2031, 5, 12, tzinfo=UTC)
EIGHT = MIDNIGHT + timedelta(hours=8)
MINUTE = timedelta(minutes=1)
BOTH: tuple[Rhythm, ...] = ("weekly", "monthly")


class Clock:
    def __init__(self) -> None:
        self.at = EIGHT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app_of: AppOf, clock: Clock) -> App:
    """A week whose Tuesday had papers, and a Sunday of which it is known that it had none."""
    made = app_of(
        [about(n, f"Reel{n}", en="A video model.", zh="视频模型。", upvotes=n) for n in range(1, 9)], now=clock
    )
    settle(made.folder.db, DAY, at("08:30"))
    empty(made, WEEK.last)
    return made


def empty(app: App, day: date) -> None:
    for clock in ("08:00", "08:30"):
        polls.add(app.folder.db, day, Poll(at(clock, day), frozenset()))


def made(app: App) -> list[tuple[str, str]]:
    """(chat, kind) of what is put into the outbox now."""
    before = {one.id for one in deliveries.listed(app.folder.db)}
    rounds.make(app, Platform())
    new = [one for one in deliveries.listed(app.folder.db) if one.id not in before and one.part == 1]
    return [(one.chat.chat, one.kind) for one in new]


def contents(app: App, chat: int) -> list[Part]:
    found = Outbox(app.folder.db).waiting("telegram", datetime(2099, 1, 1, tzinfo=UTC), 1000)
    return [decode(one.content) for one in found if one.chat.chat == str(chat)]


# When one is ready


def test_a_week_is_ready_when_it_is_over_and_its_sunday_is_known(app: App) -> None:
    assert rounds.ready(app, "weekly", MIDNIGHT - MINUTE) is None
    assert rounds.ready(app, "weekly", MIDNIGHT) == Ready(WEEK, MIDNIGHT, EIGHT)


def test_a_sunday_of_which_nothing_is_known_is_given_up_after_a_day(app_of: AppOf) -> None:
    app = app_of([about(1, "Reel", en="A video model.")])
    settle(app.folder.db, DAY, at("08:30"))
    given_up = MIDNIGHT + rounds.GIVEN_UP
    assert rounds.ready(app, "weekly", given_up - MINUTE) is None
    assert rounds.ready(app, "weekly", given_up) == Ready(WEEK, given_up, given_up)


def test_it_is_made_up_for_until_it_is_another_weeks_turn(app: App) -> None:
    last = MIDNIGHT + timedelta(days=7) - MINUTE
    assert rounds.ready(app, "weekly", last) == Ready(WEEK, MIDNIGHT, EIGHT)
    assert rounds.ready(app, "weekly", last + MINUTE) is None


def test_a_month_is_ready_on_the_first_and_for_a_week(app: App) -> None:
    empty(app, MONTH.last)
    first = datetime(2031, 6, 1, tzinfo=UTC)
    assert rounds.ready(app, "monthly", first - MINUTE) is None
    assert rounds.ready(app, "monthly", first) == Ready(MONTH, first, first + timedelta(hours=8))
    assert rounds.ready(app, "monthly", first + timedelta(days=7)) is None


def test_papers_from_files_make_none(app_of: AppOf) -> None:
    app = app_of([about(1, "Reel", en="A video model.")])
    empty(app, WEEK.last)
    assert rounds.ready(app, "weekly", EIGHT) is None


# Who gets it, and when


def test_who_wants_weeks_gets_one_a_week_and_who_does_not_gets_none(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, rhythm=("weekly",))
    subscribe(app.folder.db, 8, rhythm=("daily", *BOTH))
    subscribe(app.folder.db, 9)
    assert made(app) == [("7", "weekly"), ("8", "weekly")]
    found = []
    while clock.at < MIDNIGHT + timedelta(days=30):
        clock.at += timedelta(hours=1)
        found += made(app)
    assert found == [("8", "monthly")], "the month whose last day was given up"


def test_without_an_hour_it_comes_when_lists_are_looked_at(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, rhythm=("weekly",))
    clock.at = EIGHT - MINUTE
    assert made(app) == []
    clock.at = EIGHT
    assert made(app) == [("7", "weekly")]


@pytest.mark.parametrize(
    ("hour", "zone", "comes"),
    [
        pytest.param("09:00", "UTC", datetime(2031, 5, 12, 9, tzinfo=UTC), id="UTC"),
        pytest.param("08:00", "Asia/Shanghai", MIDNIGHT, id="eight in Shanghai"),
        pytest.param("08:00", "Asia/Tokyo", MIDNIGHT, id="eight in Tokyo: an hour late"),
        pytest.param("08:00", "America/New_York", datetime(2031, 5, 12, 12, tzinfo=UTC), id="eight in New York"),
    ],
)
def test_with_an_hour_it_comes_at_that_hour_on_monday(
    app: App, clock: Clock, hour: str, zone: str, comes: datetime
) -> None:
    subscribe(app.folder.db, 7, rhythm=("weekly",), hour=time.fromisoformat(hour), zone=zone)
    clock.at = MIDNIGHT - timedelta(days=1)
    while not made(app):
        clock.at += timedelta(minutes=30)
    assert clock.at == comes


def test_weekdays_are_for_digests_of_days(app: App) -> None:
    subscribe(app.folder.db, 7, rhythm=("weekly",), weekdays=(3, 4))
    assert made(app) == [("7", "weekly")]


def test_who_subscribes_after_it_gets_the_next_one(app: App) -> None:
    chats.save(app.folder.db, chats.Chat("telegram", "7"), app.now())
    wanted = subscriptions.Subscription(chats.get(app.folder.db, "telegram", "7", ""), rhythm=("weekly",))
    subscriptions.begin(app.folder.db, wanted, "en", app.now())
    assert made(app) == []


def test_two_that_speak_one_language_share_it(app: App) -> None:
    for chat in range(1, 51):
        subscribe(app.folder.db, chat, rhythm=("weekly",), lang=("en", "zh")[chat % 2])
    assert len(made(app)) == 50
    assert app.folder.db.value("SELECT count(*) FROM contents") == 4, "two messages in each of two languages"


def test_it_is_the_chart_and_then_the_papers(app: App) -> None:
    subscribe(app.folder.db, 7, rhythm=("weekly",))
    made(app)
    (first,) = contents(app, 7)
    assert first.picture.startswith(b"\x89PNG")
    assert first.text.startswith("The week · 5–11 May 2031\n8 papers: video & audio 8")


async def test_the_round_of_deliveries_sends_it(app: App) -> None:
    platform = Platform()
    subscribe(app.folder.db, 7, rhythm=("weekly",))
    await post.once(app, [platform], None, due=True)
    first, second = platform.to(7)
    assert (bool(first.picture), bool(second.picture)) == (True, False)
    assert "Most voted" in second.text
    await post.once(app, [platform], None, due=True)
    assert len(platform.to(7)) == 2


def test_it_takes_no_place_of_a_days_digest(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, rhythm=("daily", "weekly"))
    delivery.make(app, Platform())
    made(app)
    assert [(one.kind, one.state) for one in deliveries.listed(app.folder.db) if one.part == 1] == [
        ("daily", "pending"),
        ("weekly", "pending"),
    ]
