"""The day's budget, on a real ledger."""

from datetime import date, timedelta

import pytest

from ingest.models.budget import Budget
from store import ledger
from store.db import Db
from store.errors import BudgetSpent, ModelError

MONDAY = date(2026, 3, 2)


class Calendar:
    """Says which day it is."""

    def __init__(self) -> None:
        self.day = MONDAY

    def __call__(self) -> date:
        return self.day


def test_no_limit_is_never_reached(db):
    budget = Budget(db, lambda: MONDAY)
    budget.book("small", "summary", 10**12, 10**12, 10**9)
    budget.check()


@pytest.mark.parametrize(("limits", "words"), [
    pytest.param({"usd": 1.0}, r"\$1\.00 of \$1\.00", id="dollars"),
    pytest.param({"tokens": 1500}, r"1,500 of 1,500 tokens", id="tokens"),
    pytest.param({"usd": 5.0, "tokens": 1000}, r"1,500 of 1,000 tokens", id="whichever comes first"),
])  # fmt: skip
def test_a_limit_that_is_reached_stops_the_next_call(db, limits, words):
    budget = Budget(db, lambda: MONDAY, **limits)
    budget.check()
    budget.book("small", "summary", 1000, 500, 1.0)
    with pytest.raises(BudgetSpent, match=words):
        budget.check()


def test_what_is_left_waits_for_tomorrow(db):
    calendar = Calendar()
    budget = Budget(db, calendar, tokens=10)
    budget.book("small", "summary", 5, 5, 0.0)
    with pytest.raises(BudgetSpent, match="waits for 2026-03-03") as caught:
        budget.check()
    assert (caught.value.until, caught.value.retry) == (date(2026, 3, 3), True)
    assert isinstance(caught.value, ModelError)
    calendar.day += timedelta(days=1)
    budget.check()


def test_calls_under_way_count(db):
    budget = Budget(db, lambda: MONDAY, tokens=100)
    with budget.hold(60, 0.0), budget.hold(60, 0.0), pytest.raises(BudgetSpent), budget.hold(1, 0.0):
        pass
    budget.check()


def test_a_call_that_fails_gives_back_what_it_held(db):
    budget = Budget(db, lambda: MONDAY, usd=1.0)
    with pytest.raises(ValueError, match="broken"), budget.hold(0, 5.0):
        raise ValueError("broken")
    budget.check()


def test_calls_of_another_process_count(db, tmp_path):
    budget = Budget(db, lambda: MONDAY, tokens=100)
    other = Db(tmp_path / "papers.db")
    ledger.add(other, MONDAY, "small", "answer", 100, 0, 0.0)
    other.close()
    with pytest.raises(BudgetSpent):
        budget.check()
