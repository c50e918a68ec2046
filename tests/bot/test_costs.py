"""What models cost, and what a month will come to."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.costs import Forecast, costs
from store import ledger, usage
from store.db import Db

TODAY = date(2031, 5, 20)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Db]:
    opened = Db(tmp_path / "paperboy.db")
    yield opened
    opened.close()


def paid(db: Db, days_ago: int, usd: float, purpose: str = "summary") -> None:
    ledger.add(db, TODAY - timedelta(days=days_ago), "m", purpose, 10, 1, usd)


def test_only_the_days_asked_for_are_added_up(db):
    for days_ago in range(5):
        paid(db, days_ago, 1.0)
    found = costs(db, TODAY, 3)
    assert (found.since, found.until, found.total_usd) == (date(2031, 5, 18), TODAY, 3.0)


def test_a_forecast_is_made_from_whole_days_alone(db):
    paid(db, 0, 50.0)
    for days_ago in range(1, 10):
        paid(db, days_ago, 0.5)
    assert costs(db, TODAY, 1).forecast == Forecast(7, 0.5, 15.0)


def test_a_young_paperboy_forecasts_from_the_days_that_there_were(db):
    paid(db, 2, 3.0)  # nothing on the day between
    assert costs(db, TODAY, 1).forecast == Forecast(2, 1.5, 45.0)


def test_the_first_day_forecasts_nothing(db):
    paid(db, 0, 3.0)
    assert costs(db, TODAY, 30).forecast is None


def test_chats_are_named_with_what_they_cost(db):
    usage.add(db, TODAY, "discord", "u", "c", cost_usd=0.75)
    assert [(one.front, one.chat, one.cost_usd) for one in costs(db, TODAY, 1).chats] == [("discord", "c", 0.75)]


def test_without_a_call_there_is_nothing(db):
    found = costs(db, TODAY, 30)
    assert (list(found.lines), list(found.chats), found.total_usd, found.forecast) == ([], [], 0, None)
