"""The ledger, on a real database."""

from datetime import date

import pytest

from store import ledger
from store.db import Db
from store.ledger import Line, Spent

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


@pytest.fixture
def db(tmp_path):
    opened = Db(tmp_path / "papers.db")
    yield opened
    opened.close()


def test_a_day_without_calls_cost_nothing(db):
    assert ledger.spent(db, MONDAY) == Spent(0, 0.0)
    assert ledger.by_day(db, MONDAY, WEDNESDAY) == []


def test_calls_of_one_model_for_one_purpose_add_up_in_one_line(db):
    ledger.add(db, MONDAY, "small", "summary", 1000, 200, 0.5)
    ledger.add(db, MONDAY, "small", "summary", 10, 2, 0.25)
    assert ledger.by_day(db, MONDAY, MONDAY) == [Line(MONDAY, "small", "summary", 2, 1010, 202, 0.75)]


def test_a_days_sum_is_over_all_models_and_purposes_and_no_other_day(db):
    ledger.add(db, MONDAY, "small", "summary", 1, 2, 0.5)
    ledger.add(db, MONDAY, "large", "summary", 10, 20, 1.0)
    ledger.add(db, MONDAY, "large", "answer", 100, 200, 2.0)
    ledger.add(db, TUESDAY, "large", "answer", 1000, 2000, 4.0)
    assert ledger.spent(db, MONDAY) == Spent(333, 3.5)


def test_lines_come_oldest_first_and_both_ends_count(db):
    for day in (WEDNESDAY, MONDAY, TUESDAY):
        for model in ("small", "large"):
            ledger.add(db, day, model, "summary", 1, 1, 0.0)
    found = [(line.day, line.model) for line in ledger.by_day(db, MONDAY, TUESDAY)]
    assert found == [(MONDAY, "large"), (MONDAY, "small"), (TUESDAY, "large"), (TUESDAY, "small")]


def test_the_ledger_outlives_the_process(db, tmp_path):
    ledger.add(db, MONDAY, "small", "summary", 1, 2, 0.5)
    db.close()
    again = Db(tmp_path / "papers.db")
    assert ledger.spent(again, MONDAY) == Spent(3, 0.5)
    again.close()
