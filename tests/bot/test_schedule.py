"""What is due, from what a real database remembers: no clock but the one that is given."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import schedule
from bot.schedule import LOOK_BACK, REFRESH_AGES, Hours, Job, due, hours
from store import overviews, papers, polls
from store.db import Db
from store.overviews import Overview
from store.polls import Outage, Poll
from store.types import Lang
from tests.makers.papers import entry

THURSDAY = date(2026, 2, 26)
UTC8 = hours("08:00", "UTC", 30)
IDS = frozenset({"2602.00001"})
MINUTE = timedelta(minutes=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Db]:
    opened = Db(tmp_path / "papers.db")
    yield opened
    opened.close()


def at(clock: str, day: date = THURSDAY) -> datetime:
    """A moment of a day in UTC."""
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


def before(days: int, day: date = THURSDAY) -> date:
    return day - timedelta(days=days)


def seen(db: Db, day: date, *times: datetime, ids: frozenset[str] = IDS) -> None:
    """Looks at `day` that found `ids`."""
    for time in times:
        polls.add(db, day, Poll(time, ids))


def settled(db: Db, day: date) -> None:
    """`day` was looked at until it had settled."""
    seen(db, day, at("08:00", day), at("08:30", day))


def jobs(db: Db, now: datetime, when: Hours = UTC8) -> list[tuple[str, date]]:
    return [(job.kind, job.day) for job in due(db, now, when)]


# --- today ----------------------------------------------------------------------------------------


def test_todays_list_is_looked_at_from_its_hour_on(db):
    assert jobs(db, at("08:00") - MINUTE) == []
    assert jobs(db, at("08:00")) == [("look", THURSDAY)]


@pytest.mark.parametrize(
    ("zone", "day", "opens"),
    [
        pytest.param("UTC", THURSDAY, "2026-02-26T08:00", id="UTC"),
        pytest.param("Europe/Berlin", THURSDAY, "2026-02-26T07:00", id="Berlin in winter"),
        pytest.param("Europe/Berlin", date(2026, 3, 30), "2026-03-30T06:00", id="Berlin in summer"),
        pytest.param("America/New_York", date(2026, 3, 8), "2026-03-08T12:00", id="New York, as its clocks go forward"),
        pytest.param("America/New_York", date(2026, 11, 1), "2026-11-01T13:00", id="New York, as they go back"),
        pytest.param("Asia/Shanghai", THURSDAY, "2026-02-26T00:00", id="Shanghai"),
        pytest.param("Pacific/Auckland", THURSDAY, "2026-02-26T00:00", id="Auckland: not before the day has begun"),
    ],
)
def test_the_hour_is_the_hosts(db, zone, day, opens):
    moment = datetime.fromisoformat(f"{opens}+00:00")
    there = hours("08:00", zone, 30)
    assert ("look", day) not in jobs(db, moment - MINUTE, there)
    assert ("look", day) in jobs(db, moment, there)


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        pytest.param(date(2026, 3, 29), "2026-03-29T01:30", id="an hour that is left out"),
        pytest.param(date(2026, 10, 25), "2026-10-25T00:30", id="an hour that comes twice: the first"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat_opens_once(db, day, opens):
    there = hours("02:30", "Europe/Berlin", 30)
    moment = datetime.fromisoformat(f"{opens}+00:00")
    assert [jobs(db, moment + step, there) for step in (-MINUTE, timedelta())] == [[], [("look", day)]]


@pytest.mark.parametrize("minutes", [1, 30, 90])
def test_a_growing_list_is_looked_at_again_after_the_settling_time(db, minutes):
    when = hours("08:00", "UTC", minutes)
    seen(db, THURSDAY, at("08:00"))
    again = at("08:00") + timedelta(minutes=minutes)
    assert (jobs(db, again - timedelta(seconds=1), when), jobs(db, again, when)) == ([], [("look", THURSDAY)])


def test_a_list_that_has_settled_is_not_looked_at_again_that_day(db):
    settled(db, THURSDAY)
    assert [jobs(db, at(clock)) for clock in ("08:31", "12:00", "23:59")] == [[], [], []]


def test_nothing_listed_yet_is_looked_at_again(db):
    seen(db, THURSDAY, at("08:00"), at("08:30"), ids=frozenset())
    assert jobs(db, at("09:00")) == [("look", THURSDAY)]


def test_an_empty_weekend_is_left_alone(db):
    saturday = date(2026, 2, 28)
    seen(db, saturday, at("08:00", saturday), at("08:30", saturday), ids=frozenset())
    assert jobs(db, at("12:00", saturday)) == []


def test_a_source_that_is_down_is_asked_again_no_sooner_than_one_that_is_up(db):
    polls.add(db, THURSDAY, Outage(at("08:00"), "down"))
    assert (jobs(db, at("08:29")), jobs(db, at("08:30"))) == ([], [("look", THURSDAY)])


# --- missed days ----------------------------------------------------------------------------------


def test_a_new_host_begins_with_today(db):
    assert jobs(db, at("12:00")) == [("look", THURSDAY)]


def test_days_missed_while_the_machine_was_off_are_made_up_newest_first(db):
    settled(db, before(3))
    assert jobs(db, at("12:00"))[:3] == [("look", THURSDAY), ("look", before(1)), ("look", before(2))]


def test_a_day_that_was_made_up_is_not_due_again(db):
    settled(db, before(3))
    for age in (0, 1, 2):
        settled(db, before(age))
    seen(db, before(2), at("12:00"))
    assert [job for job in jobs(db, at("12:31")) if job[0] == "look"] == []


def test_a_weekday_that_was_found_empty_after_its_end_is_made_up(db):
    settled(db, before(2))
    settled(db, THURSDAY)
    seen(db, before(1), at("08:00"), ids=frozenset())
    assert [job for job in jobs(db, at("12:00")) if job[0] == "look"] == []


def test_a_day_broken_off_as_it_grew_is_looked_at_until_it_has_settled(db):
    seen(db, before(1), at("08:00", before(1)))
    assert ("look", before(1)) in jobs(db, at("09:00"))


def test_no_run_is_made_up_for_days_too_long_ago(db):
    settled(db, before(30))
    days = [day for kind, day in jobs(db, at("12:00")) if kind == "look"]
    assert days == [before(age) for age in range(LOOK_BACK + 1)]


# --- votes ----------------------------------------------------------------------------------------


@pytest.fixture
def listed(db: Db) -> Db:
    """A day with a paper, settled."""
    papers.save(db, [entry("2602.00001", day=THURSDAY)])
    settled(db, THURSDAY)
    return db


def refreshes(db: Db, age: int, clock: str = "12:00") -> list[Job]:
    """The refreshes of `THURSDAY` that are due so many days later."""
    return [job for job in due(db, at(clock, before(-age)), UTC8) if job.kind == "refresh"]


@pytest.mark.parametrize("age", REFRESH_AGES)
def test_votes_are_counted_again_at_each_age_once(listed, age):
    for mark in REFRESH_AGES[: REFRESH_AGES.index(age)]:
        polls.mark_refreshed(listed, THURSDAY, mark)
    assert refreshes(listed, age) == [Job("refresh", THURSDAY, age)]
    polls.mark_refreshed(listed, THURSDAY, age)
    assert refreshes(listed, age) == []


@pytest.mark.parametrize(("age", "last"), [(0, None), (2, 1), (6, 3), (13, 7), (20, 14)])
def test_between_the_ages_nothing_is_due(listed, age, last):
    for mark in [mark for mark in REFRESH_AGES if last and mark <= last]:
        polls.mark_refreshed(listed, THURSDAY, mark)
    assert refreshes(listed, age) == []


def test_ages_missed_are_made_up_by_one_refresh(listed):
    assert refreshes(listed, 9) == [Job("refresh", THURSDAY, 7)]


@pytest.mark.parametrize(("age", "wanted"), [(14 + LOOK_BACK, True), (14 + LOOK_BACK + 1, False)])
def test_a_day_long_past_is_not_counted_again(listed, age, wanted):
    assert bool(refreshes(listed, age)) is wanted


def test_a_day_without_papers_has_no_votes_to_count(db):
    seen(db, THURSDAY, at("08:00", before(-1)), ids=frozenset())
    assert refreshes(db, 1) == []


@pytest.mark.parametrize(
    ("minutes", "wanted"), [pytest.param(59, False, id="within the hour"), pytest.param(60, True, id="after an hour")]
)
def test_a_source_that_is_down_is_not_asked_for_votes_every_minute(listed, minutes, wanted):
    polls.add(listed, THURSDAY, Outage(at("12:00", before(-1)) - timedelta(minutes=minutes), "down"))
    assert bool(refreshes(listed, 1)) is wanted


# --- whatever was seen ----------------------------------------------------------------------------

LOOKS = st.tuples(st.integers(0, 25), st.integers(0, 60 * 24 * 5), st.sampled_from(["found", "other", "none", "down"]))


@given(
    looks=st.lists(LOOKS, max_size=12),
    stored=st.sets(st.integers(0, 25), max_size=6),
    marks=st.lists(st.tuples(st.integers(0, 25), st.sampled_from(REFRESH_AGES)), max_size=6),
    minute=st.integers(0, 60 * 24 - 1),
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Auckland"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_day_never_has_two_jobs_at_a_moment_nor_one_before_it_began(
    tmp_path_factory, looks, stored, marks, minute, zone
):
    db = Db(tmp_path_factory.mktemp("any") / "papers.db")
    now = at("00:00") + minute * MINUTE
    found = {"found": IDS, "other": frozenset({"2602.00002"}), "none": frozenset[str]()}
    for age, ago, what in looks:
        time = now - ago * MINUTE
        polls.add(db, before(age), Outage(time, "down") if what == "down" else Poll(time, found[what]))
    papers.save(db, [entry(f"2602.{10 + age:05}", day=before(age)) for age in stored])
    for age, mark in marks:
        polls.mark_refreshed(db, before(age), mark)
    days = [job.day for job in due(db, now, hours("08:00", zone, 30))]
    db.close()
    assert len(days) == len(set(days))
    assert all(datetime.combine(day, datetime.min.time(), UTC) <= now for day in days)


@given(looked=st.lists(st.booleans(), min_size=20, max_size=20))
@settings(max_examples=15, deadline=None)
def test_doing_what_is_due_leaves_nothing_due_at_that_moment(tmp_path_factory, looked):
    db = Db(tmp_path_factory.mktemp("any") / "papers.db")
    for age, was in enumerate(looked, 1):
        if was:
            papers.save(db, [entry(f"2602.{10 + age:05}", day=before(age))])
            settled(db, before(age))
    now = at("12:00")
    for _ in range(2):
        for job in due(db, now, UTC8):
            seen(db, job.day, now)
            if job.kind == "refresh":
                polls.mark_refreshed(db, job.day, job.age)
    left = schedule.due(db, now, UTC8)
    db.close()
    assert left == []


def test_a_day_that_came_from_a_file_is_not_asked_for_again(db):
    papers.save(db, [entry("3105.00001", "en", day=before(3))])
    assert [job for job in jobs(db, at("12:00")) if job[0] == "refresh"] == []


# The paragraph about a day


def whole(db: Db, day: date = THURSDAY) -> None:
    papers.save(db, [entry(f"2602.{day.day:05}", "en", day=day)])
    seen(db, day, at("08:00", day), at("08:30", day))


def unwritten(db: Db, now: datetime, langs: tuple[Lang, ...] = ("en",)) -> list[date]:
    return schedule.unwritten(db, now, UTC8, langs)


def test_a_day_is_written_about_when_its_list_and_its_summaries_are_whole(db: Db) -> None:
    papers.save(db, [entry("2602.00001", day=THURSDAY)])
    seen(db, THURSDAY, at("08:00"))
    assert unwritten(db, at("08:29")) == []
    seen(db, THURSDAY, at("08:30"))
    assert unwritten(db, at("08:31")) == [], "a summary is missing"
    papers.save(db, [entry("2602.00001", "en", day=THURSDAY)])
    assert unwritten(db, at("08:32")) == [THURSDAY]


def test_without_somebody_who_writes_it_is_not(db: Db) -> None:
    whole(db)
    assert unwritten(db, at("09:00"), ()) == []


def test_what_is_written_in_all_languages_is_done(db: Db) -> None:
    whole(db)
    overviews.save(db, Overview(THURSDAY, "en", "Much is folded.", "m", "1", at("09:00")))
    assert [unwritten(db, at("10:00")), unwritten(db, at("10:00"), ("zh", "en"))] == [[], [THURSDAY]]


def test_on_monday_fridays_list_is_still_written_about_and_no_older_one(db: Db) -> None:
    friday = before(-1)
    whole(db)
    whole(db, friday)
    assert unwritten(db, at("09:00", before(-3, friday))) == [friday]
