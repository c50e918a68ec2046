"""Feedback: one vote for each person and paper, a chat's opinion, and what is no longer kept."""

from datetime import UTC, datetime, timedelta

import pytest

from store import chats, feedback, papers, talks
from store.db import Db
from store.feedback import KEPT, MOST
from tests.makers.papers import entry

NOW = datetime(2031, 5, 7, 8, tzinfo=UTC)
FOLD, CREASE = "3105.00001", "3105.00002"


@pytest.fixture
def db(db: Db) -> Db:
    """Two papers are stored."""
    papers.save(db, [entry(FOLD, "en"), entry(CREASE, "en")])
    return db


def vote(db: Db, value: feedback.Vote, user: str = "ann", paper: str = FOLD, at: datetime = NOW) -> bool:
    return feedback.put(db, "telegram", "-5", user, paper, value, at)


def values(db: Db, chat: str = "-5") -> dict[str, float]:
    return {one.arxiv_id: one.value for one in feedback.opinions(db, "telegram", chat)}


def test_a_persons_last_vote_is_the_one_that_counts(db: Db) -> None:
    assert [vote(db, 1), vote(db, 1), vote(db, -1)] == [True, False, True]
    assert (values(db), feedback.mine(db, "telegram", "-5", "ann", FOLD)) == ({FOLD: -1}, -1)


def test_a_chats_opinion_is_the_mean_of_its_peoples(db: Db) -> None:
    for user, value in (("ann", 1), ("bob", 1), ("cem", -1), ("dee", 1)):
        vote(db, 1 if value > 0 else -1, user)
    assert values(db) == {FOLD: 0.5}


def test_the_latest_opinion_comes_first_with_its_day(db: Db) -> None:
    vote(db, 1, at=NOW - timedelta(days=3))
    vote(db, -1, paper=CREASE)
    found = feedback.opinions(db, "telegram", "-5")
    assert [(one.arxiv_id, (NOW.date() - one.on).days) for one in found] == [(CREASE, 0), (FOLD, 3)]


def test_another_chat_and_another_front_think_for_themselves(db: Db) -> None:
    vote(db, 1)
    assert (values(db, "-6"), feedback.opinions(db, "discord", "-5")) == ({}, ())
    assert (feedback.chats(db, "telegram"), feedback.chats(db, "discord")) == ({"-5"}, frozenset())


def test_a_paper_that_is_not_stored_has_no_vote(db: Db) -> None:
    assert not vote(db, 1, paper="3105.99999")
    assert not feedback.chats(db, "telegram")


def test_old_votes_go_with_the_next_one(db: Db) -> None:
    vote(db, 1, at=NOW - KEPT - timedelta(days=1))
    vote(db, 1, paper=CREASE)
    assert values(db) == {CREASE: 1}


def test_only_the_latest_papers_of_a_chat_count(db: Db) -> None:
    many = [f"3104.{n:05}" for n in range(MOST + 1)]
    papers.save(db, [entry(one, "en") for one in many])
    for at, one in enumerate(many):
        vote(db, 1, paper=one, at=NOW + timedelta(seconds=at))
    assert set(values(db)) == set(many[1:])


def test_a_person_who_is_forgotten_leaves_no_vote(db: Db) -> None:
    vote(db, 1)
    vote(db, -1, "bob", CREASE)
    talks.forget(db, "telegram", "ann")
    assert values(db) == {CREASE: -1}


def test_a_chat_that_moves_takes_its_opinions_along(db: Db) -> None:
    vote(db, 1)
    for _ in range(2):
        chats.migrate(db, "telegram", "-5", "-1005")
    assert (values(db), values(db, "-1005")) == ({}, {FOLD: 1})
