import pytest
import sqlite_utils

from store import papers, schema
from store.db import Db
from store.errors import StoreError
from tests.makers.papers import entry

TABLES = ("papers", "summaries", "sections", "passages", "facts")


def test_an_empty_file_gets_every_table(db):
    assert {*TABLES, "words"} <= set(db.here.table_names())


def test_opening_again_applies_nothing_and_keeps_everything(tmp_path):
    first = Db(tmp_path / "paperboy.db")
    papers.save(first, [entry("3105.00001", "en")])
    before = [*schema.migrations.applied(first.here)]
    first.close()
    again = Db(tmp_path / "paperboy.db")
    assert [*schema.migrations.applied(again.here)] == before
    assert papers.everything(again) == [entry("3105.00001", "en")]
    again.close()


def test_migrations_are_numbered_without_a_gap():
    names = [migration.name for migration in schema.migrations.pending(sqlite_utils.Database(memory=True))]
    assert [name.split("_")[0] for name in names] == [f"m{n:03}" for n in range(1, len(names) + 1)]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_strict(db, table):
    assert db.here.table(table).strict


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE papers SET upvotes = 'many'", id="a word for a number"),
        pytest.param("UPDATE passages SET vector = 'a vector'", id="text for bytes"),
        pytest.param("UPDATE papers SET title = NULL", id="nothing for a title"),
        pytest.param("UPDATE summaries SET paper = 99", id="a summary of no paper"),
        pytest.param("UPDATE summaries SET lang = 'en'", id="two summaries in one language"),
        pytest.param(
            "INSERT INTO papers SELECT 9, arxiv_id, title, day, '', '', 1, '', '', '' FROM papers", id="an id twice"
        ),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(db, change):
    papers.save(db, [entry("3105.00001", "en", "zh")])
    with pytest.raises(StoreError), db.write() as connection:
        connection.execute(change)
