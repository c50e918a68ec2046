"""Texts that were read, kept for a while; and a database of the first release, brought up to date."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlite_utils
from sqlite_utils.migrations import Migrations

from store import failures, fulltexts, ledger, papers, polls, schema
from store.db import Db
from tests.makers.papers import entry

ONE, TWO = "3105.00001", "3105.00002"
NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)


@pytest.fixture
def stored(db):
    papers.save(db, [entry(ONE), entry(TWO)])
    return db


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("We fold 折纸 🙂.", id="any script"),
        pytest.param("half a pair \ud83d", id="a lone surrogate, as PDFs give them"),
        pytest.param("nul \x00 within", id="a nul"),
        pytest.param("long " * 200_000, id="a megabyte"),
    ],
)
def test_a_text_comes_back_as_it_was_kept(stored, text):
    fulltexts.put(stored, ONE, text, NOON)
    assert fulltexts.get(stored, ONE) == text


def test_there_is_no_text_of_a_paper_that_was_not_read(stored):
    fulltexts.put(stored, ONE, "text", NOON)
    assert fulltexts.get(stored, TWO) is None


def test_a_text_of_a_paper_that_is_not_stored_is_not_kept(stored):
    fulltexts.put(stored, "9999.99999", "text", NOON)
    assert fulltexts.get(stored, "9999.99999") is None


def test_a_newer_text_takes_the_place_of_the_older(stored):
    fulltexts.put(stored, ONE, "old", NOON)
    fulltexts.put(stored, ONE, "new", NOON + timedelta(days=1))
    assert (fulltexts.get(stored, ONE), fulltexts.expire(stored, NOON + timedelta(hours=1))) == ("new", 0)


def test_a_text_is_thrown_away_when_its_time_has_come_and_not_before(stored):
    fulltexts.put(stored, ONE, "old", NOON)
    fulltexts.put(stored, TWO, "new", NOON + timedelta(microseconds=1))
    assert fulltexts.expire(stored, NOON + timedelta(microseconds=1)) == 1
    assert (fulltexts.get(stored, ONE), fulltexts.get(stored, TWO)) == (None, "new")


def test_the_paper_stays_when_its_text_goes(stored):
    fulltexts.put(stored, ONE, "text", NOON)
    fulltexts.expire(stored, NOON + timedelta(days=1))
    assert papers.get(stored, ONE) == entry(ONE)


# --- a database of the first release --------------------------------------------------------------

FIRST = ("m001_papers", "m002_passages", "m003_words")
SECTION_NAMES = ("application", "contribution", "usage", "innovations", "results")


@pytest.fixture
def old(tmp_path):
    """A database as the first three migrations made it, with a summarised and embedded paper in it."""
    path = tmp_path / "old.db"
    db = sqlite_utils.Database(path)
    early = Migrations("paperboy")
    for migration in list(schema.migrations._migrations):
        if migration.name in FIRST:
            early()(migration.fn)
    early.apply(db)
    db.execute("INSERT INTO papers VALUES (7, '3105.00001', 'FoldNet', '2031-05-06', '[\"Ada\"]', 'We fold.', 3, "
               "'[\"folds\"]', 'https://example.org/r', '')")  # fmt: skip
    db.execute("INSERT INTO summaries VALUES (5, 7, 'en', 'HTML', 'folder-9b', '3', '2031-05-06T07:00:00+00:00')")
    for name in SECTION_NAMES:
        db.execute("INSERT INTO sections VALUES (5, ?, ?)", [name, f"The {name}."])
    db.execute("INSERT INTO passages VALUES (1, 7, 'en', 'digest', X'0000803F', 1)")
    db.execute("INSERT INTO facts VALUES ('signature', X'41')")
    db.execute("INSERT INTO words (rowid, title, core, rest) VALUES (7, 'foldnet', 'folds', '')")
    db.conn.commit()
    db.close()
    return path


@pytest.fixture
def upgraded(old):
    opened = Db(old)
    yield opened
    opened.close()


def test_an_old_database_gets_every_migration(upgraded):
    assert {one.name for one in schema.migrations.applied(upgraded.here)} == {
        one.name for one in schema.migrations._migrations
    }


def test_an_old_papers_fields_and_summary_are_kept(upgraded):
    found = papers.need(upgraded, ONE)
    (summary,) = found.summaries
    assert (found.paper.title, found.paper.authors, found.paper.upvotes, found.paper.day) == (
        "FoldNet", ("Ada",), 3, date(2031, 5, 6)
    )  # fmt: skip
    assert (summary.model, summary.sections["results"]) == ("folder-9b", "The results.")


def test_what_an_old_paper_does_not_know_is_empty(upgraded):
    found = papers.need(upgraded, ONE)
    paper = found.paper
    assert (paper.ai_summary, paper.stars, paper.organisation, paper.thumbnail) == ("", None, "", "")
    assert (found.summaries[0].tokens, found.summaries[0].cost_usd, found.failed) == (0, 0.0, False)


def test_an_old_databases_vectors_words_and_facts_are_kept(upgraded):
    rows = [
        *upgraded.read("SELECT vector FROM passages"),
        *upgraded.read("SELECT value FROM facts"),
        *upgraded.read("SELECT rowid FROM words WHERE words MATCH 'folds'"),
    ]
    assert [row[0] for row in rows] == [b"\x00\x00\x80\x3f", b"A", 7]


def test_an_old_database_takes_everything_new(upgraded):
    polls.add(upgraded, date(2031, 5, 6), polls.Poll(NOON, frozenset({ONE})))
    failures.add(upgraded, ONE, "read", "a", NOON)
    fulltexts.put(upgraded, ONE, "text", NOON)
    ledger.add(upgraded, date(2031, 5, 6), "m", "summary", 1, 1, 0.0)
    assert (fulltexts.get(upgraded, ONE), failures.times(upgraded, ONE)) == ("text", 1)
