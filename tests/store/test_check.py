"""A look at a data folder finds what is broken in it, and says what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store import check, papers
from store.folder import Folder
from tests.makers.library import Library
from tests.makers.papers import LIBRARY, entry

SIGNATURE = "hash-1"
PAGE = 4096


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """An owned folder with the papers of `LIBRARY`."""
    Library(tmp_path, LIBRARY).close()
    with Folder(tmp_path, own=True) as opened:
        yield opened


def state(folder: Folder, name: str, signature: str = SIGNATURE) -> check.Finding:
    return next(one for one in check.look(folder, signature) if one.name == name)


def test_a_folder_in_order_is_ok_throughout(folder):
    found = check.look(folder, SIGNATURE)
    assert [one.name for one in found] == ["database", "references", "words", "vectors", "index"]
    assert {one.state for one in found} == {"ok"}


def test_beside_an_owner_the_index_is_left_alone(folder):
    with Folder(folder.path) as beside:
        assert state(beside, "index").text == "another Paperboy uses it, and keeps it up to date"


def test_papers_that_have_lost_their_words_are_counted(folder):
    with folder.db.write() as connection:
        connection.execute("DELETE FROM words WHERE rowid <= 2")
    found = state(folder, "words")
    assert (found.state, found.text[:8]) == ("broken", "2 papers")
    assert "reindex" in found.todo


def test_rows_that_belong_to_nothing_are_counted(folder):
    connection = folder.db.here.conn
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM papers WHERE id = 1")
    assert state(folder, "references").state == "broken"


def test_another_model_in_the_settings_is_told(folder):
    found = state(folder, "vectors", "other-model")
    assert found.state == "broken"
    assert SIGNATURE in found.text
    assert "other-model" in found.text


def test_what_waits_to_be_embedded_is_a_warning(folder):
    papers.save(folder.db, [entry("3105.09999", "en")])
    assert state(folder, "vectors").state == "warning"


def test_a_damaged_page_is_found_and_nothing_else_is_looked_at(tmp_path):
    Library(tmp_path, LIBRARY).close()
    path = tmp_path / "paperboy.db"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'summaries'").fetchone()
    whole = bytearray(path.read_bytes())
    whole[(page - 1) * PAGE : page * PAGE] = b"\xff" * PAGE
    path.write_bytes(whole)
    with Folder(tmp_path, own=True) as folder:
        (found,) = check.look(folder, SIGNATURE)
    assert (found.name, found.state) == ("database", "broken")
    assert "restore" in found.todo
