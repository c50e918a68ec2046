"""What could not be done for a paper, on a real database."""

from datetime import UTC, datetime, timedelta

import pytest

from store import failures, papers
from store.failures import MAX_REASON, Failure
from tests.makers.papers import entry

ONE, TWO = "3105.00001", "3105.00002"
NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def db(db):
    papers.save(db, [entry(ONE), entry(TWO)])
    return db


def test_a_paper_that_never_failed_has_no_row(db):
    assert (failures.everything(db), failures.times(db, ONE)) == ([], 0)


def test_a_failure_says_what_why_how_often_and_when(db):
    failures.add(db, ONE, "read", "no page", NOON)
    assert failures.everything(db) == [Failure(ONE, "read", "no page", 1, NOON)]


def test_failing_again_counts_up_and_keeps_the_latest_reason(db):
    failures.add(db, ONE, "read", "no page", NOON)
    failures.add(db, ONE, "read", "half a page", LATER)
    assert failures.everything(db) == [Failure(ONE, "read", "half a page", 2, LATER)]


def test_a_papers_failures_count_over_all_stages(db):
    failures.add(db, ONE, "read", "no page", NOON)
    failures.add(db, ONE, "summarise", "refused", LATER)
    assert failures.times(db, ONE) == 2


def test_the_latest_comes_first(db):
    failures.add(db, ONE, "read", "a", NOON)
    failures.add(db, TWO, "read", "b", LATER)
    assert [one.arxiv_id for one in failures.everything(db)] == [TWO, ONE]


def test_clearing_forgets_all_stages_of_that_paper_alone(db):
    for arxiv_id in (ONE, TWO):
        for stage in ("read", "summarise"):
            failures.add(db, arxiv_id, stage, "a reason", NOON)
    failures.clear(db, ONE)
    assert (failures.times(db, ONE), failures.times(db, TWO)) == (0, 2)


def test_a_failure_shows_on_its_paper_until_it_is_cleared(db):
    failures.add(db, ONE, "read", "a", NOON)
    assert [papers.need(db, arxiv_id).failed for arxiv_id in (ONE, TWO)] == [True, False]
    failures.clear(db, ONE)
    assert not papers.need(db, ONE).failed


def test_a_long_reason_is_cut(db):
    failures.add(db, ONE, "read", "x" * 2000, NOON)
    assert len(failures.everything(db)[0].reason) == MAX_REASON


def test_a_failure_of_a_paper_that_is_not_stored_is_no_row(db):
    failures.add(db, "9999.99999", "read", "a", NOON)
    failures.clear(db, "9999.99999")
    assert failures.everything(db) == []


def test_a_failure_that_waiting_may_cure_is_noted_and_not_counted(db):
    failures.add(db, ONE, "summarise", "the server is down", NOON, counts=False)
    assert ([one.reason for one in failures.everything(db)], failures.times(db, ONE)) == (["the server is down"], 0)
