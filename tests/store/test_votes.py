"""How votes grew, from what was counted on which day."""

from datetime import date, timedelta

from store import papers, votes
from store.db import Db
from tests.makers.papers import DAY, entry, paper

MONDAY = date(2031, 5, 5)
SUNDAY = MONDAY + timedelta(days=6)


def counted(db: Db, number: int, **days: int) -> None:
    """Paper 3105.<number> had so many votes on days of May: counted(db, 1, d05=3, d06=9)."""
    one = f"3105.{number:05}"
    papers.save(db, [entry(one, day=DAY)])
    for name, n in days.items():
        votes.note(db, [paper(one, upvotes=n)], date(2031, 5, int(name[1:])))


def test_growth_is_counted_from_the_first_look_in_these_days(db: Db) -> None:
    counted(db, 1, d05=3, d06=9, d09=20)
    counted(db, 2, d07=5)
    assert votes.grown(db, MONDAY, SUNDAY) == {"3105.00001": 17}


def test_a_day_with_several_looks_keeps_its_first_and_its_last(db: Db) -> None:
    for n in (3, 8, 12):
        counted(db, 1, d05=n)
    assert votes.grown(db, MONDAY, MONDAY) == {"3105.00001": 9}


def test_growth_before_these_days_is_not_counted_and_none_after(db: Db) -> None:
    counted(db, 1, d01=3, d03=50, d07=60, d12=99)
    assert votes.grown(db, MONDAY, SUNDAY) == {"3105.00001": 10}


def test_who_grew_most_comes_first_and_who_did_not_grow_not_at_all(db: Db) -> None:
    counted(db, 1, d05=3, d06=5)
    counted(db, 2, d05=3, d06=9)
    counted(db, 3, d05=3, d06=2)
    counted(db, 4, d05=3, d06=3)
    assert list(votes.grown(db, MONDAY, SUNDAY)) == ["3105.00002", "3105.00001"]


def test_papers_that_are_not_stored_or_not_counted_are_passed_over(db: Db) -> None:
    votes.note(db, [paper("3105.00009", upvotes=3)], MONDAY)
    papers.save(db, [entry("3105.00001", day=DAY)])
    votes.note(db, [paper("3105.00001", upvotes=None)], MONDAY)
    assert db.value("SELECT count(*) FROM votes") == 0
