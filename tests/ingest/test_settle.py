"""A day's state, decided from the day, the time and what was seen."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.settle import SETTLE, Poll, State, state

THURSDAY = date(2026, 2, 26)
SATURDAY = date(2026, 2, 28)
A, AB = frozenset({"2602.00001"}), frozenset({"2602.00001", "2602.00002"})
NONE: frozenset[str] = frozenset()


def at(text: str) -> datetime:
    """A time in February 2026, UTC: "26 09:30"."""
    return datetime.strptime(f"2026-02-{text} +0000", "%Y-%m-%d %H:%M %z")


def polls(*seen: tuple[str, frozenset[str]]) -> list[Poll]:
    return [Poll(at(when), ids) for when, ids in seen]


@pytest.mark.parametrize(
    ("day", "now", "seen", "expected"),
    [
        pytest.param(THURSDAY, "25 23:59", (), "not-yet", id="before the day"),
        pytest.param(THURSDAY, "25 23:59", (("25 23:58", A),), "not-yet", id="before the day, whatever was answered"),
        pytest.param(THURSDAY, "26 00:00", (), "not-yet", id="today, nobody has looked"),
        pytest.param(THURSDAY, "26 09:00", (("26 08:00", NONE),), "not-yet", id="today, nothing"),
        pytest.param(THURSDAY, "26 23:59", (("26 08:00", NONE), ("26 23:50", NONE)), "not-yet", id="nothing all day"),
        pytest.param(THURSDAY, "26 09:00", (("26 09:00", A),), "growing", id="one poll"),
        pytest.param(THURSDAY, "26 09:30", (("26 09:00", A), ("26 09:30", AB)), "growing", id="more than before"),
        pytest.param(THURSDAY, "26 09:30", (("26 09:00", AB), ("26 09:30", A)), "growing", id="fewer than before"),
        pytest.param(THURSDAY, "26 09:30", (("26 09:00", NONE), ("26 09:30", A)), "growing", id="the first ones"),
        pytest.param(THURSDAY, "26 09:30", (("26 09:00", AB), ("26 09:30", AB)), "settled", id="two polls agree"),
        pytest.param(THURSDAY, "26 09:10", (("26 09:00", AB), ("26 09:10", AB)), "growing", id="they agree too soon"),
        pytest.param(
            THURSDAY, "26 09:35", (("26 09:00", A), ("26 09:10", AB), ("26 09:35", AB)), "growing", id="not long enough"
        ),
        pytest.param(
            THURSDAY,
            "26 09:40",
            (("26 09:00", AB), ("26 09:20", AB), ("26 09:40", AB)),
            "settled",
            id="many polls agree",
        ),
        pytest.param(
            THURSDAY, "26 10:10", (("26 09:00", A), ("26 09:30", A), ("26 10:10", AB)), "growing", id="late arrivals"
        ),
        pytest.param(THURSDAY, "27 00:05", (), "growing", id="a past day, nobody has looked"),
        pytest.param(THURSDAY, "27 00:05", (("26 08:00", NONE),), "growing", id="nobody has looked since it ended"),
        pytest.param(THURSDAY, "27 00:05", (("27 00:05", NONE),), "empty", id="a holiday"),
        pytest.param(THURSDAY, "27 00:05", (("27 00:05", A),), "growing", id="only just past"),
        pytest.param(THURSDAY, "28 00:00", (("28 00:00", A),), "settled", id="long past: one poll is enough"),
        pytest.param(SATURDAY, "28 09:00", (("28 09:00", NONE),), "not-yet", id="a weekend, one poll"),
        pytest.param(
            SATURDAY, "28 09:30", (("28 09:00", NONE), ("28 09:30", NONE)), "empty", id="a weekend, two polls"
        ),
        pytest.param(SATURDAY, "28 09:30", (("28 09:00", A), ("28 09:30", A)), "settled", id="a weekend with papers"),
    ],
)
def test_a_day_stands(day: date, now: str, seen: tuple[tuple[str, frozenset[str]], ...], expected: State) -> None:
    assert state(day, at(now), polls(*seen)) == expected


def test_the_interval_is_a_setting() -> None:
    seen = polls(("26 09:00", A), ("26 09:10", A))
    assert state(THURSDAY, at("26 09:10"), seen, timedelta(minutes=10)) == "settled"


def test_now_may_be_in_any_zone() -> None:
    beijing = datetime(2026, 2, 26, 7, 59, tzinfo=timezone(timedelta(hours=8)))
    assert state(THURSDAY, beijing, polls(("25 23:58", A))) == "not-yet"


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from([NONE, A, AB])), max_size=8))
def test_a_settled_day_was_seen_twice_the_same_or_long_after(steps: list[tuple[int, frozenset[str]]]) -> None:
    now, seen = datetime(2026, 2, 26, tzinfo=UTC), []
    for minutes, ids in steps:
        now += timedelta(minutes=minutes)
        seen.append(Poll(now, ids))
    if state(THURSDAY, now, seen) == "settled":
        same = [poll for poll in seen if poll.ids == seen[-1].ids]
        assert seen[-1].ids
        assert same[-1].at - same[0].at >= SETTLE
