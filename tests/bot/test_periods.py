"""Weeks and months: how they are written, where they begin and end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import periods
from bot.periods import Kind, Period

WEEK = Period("weekly", date(2026, 2, 23), date(2026, 3, 1))
FEBRUARY = Period("monthly", date(2026, 2, 1), date(2026, 2, 28))
KINDS = st.sampled_from(["weekly", "monthly"])
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        pytest.param("2026-W09", WEEK, id="a week"),
        pytest.param(" 2026w9 ", WEEK, id="a week, written otherwise"),
        pytest.param("2026-02", FEBRUARY, id="a month"),
        pytest.param("2026 年 2 月", FEBRUARY, id="a month in Chinese"),
        pytest.param("2020-W53", Period("weekly", date(2020, 12, 28), date(2021, 1, 3)), id="the 53rd week"),
        pytest.param("2021-W53", None, id="a year without one"),
        pytest.param("2026-13", None, id="no month"),
        pytest.param("2026-W00", None, id="no week"),
        pytest.param("0000-01", None, id="no year"),
        pytest.param("9999-W53", None, id="the end of time"),
        pytest.param("2026-02-26", None, id="a day"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_week_or_month_is_read_as_it_is_written(text: str, period: Period | None) -> None:
    assert periods.read(text) == period


@given(KINDS, DAYS)
def test_a_name_means_its_period(kind: Kind, day: date) -> None:
    period = periods.containing(kind, day)
    assert day in period.days
    assert periods.read(period.name) == period


@given(KINDS, DAYS)
def test_periods_follow_each_other_without_a_gap(kind: Kind, day: date) -> None:
    period = periods.containing(kind, day)
    assert period.before.last == period.first - timedelta(days=1)
    assert len(period.days) == 7 if kind == "weekly" else period.first.day == 1


@pytest.mark.parametrize(
    ("kind", "today", "name"),
    [
        pytest.param("weekly", date(2026, 3, 1), "2026-W08", id="on Sunday the week is not over"),
        pytest.param("weekly", date(2026, 3, 2), "2026-W09", id="on Monday it is"),
        pytest.param("monthly", date(2026, 2, 28), "2026-01", id="on the last the month is not over"),
        pytest.param("monthly", date(2026, 3, 1), "2026-02", id="on the first it is"),
    ],
)
def test_the_newest_that_is_over(kind: Kind, today: date, name: str) -> None:
    assert periods.over(kind, today).name == name
