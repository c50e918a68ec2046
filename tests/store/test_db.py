import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from store import papers
from store.db import BUSY_TIMEOUT_S, Db
from store.errors import StoreError
from tests.makers.papers import entry

ROOT = Path(__file__).parents[2]
COUNT = "INSERT INTO facts (name, value) VALUES (?, x'00')"


def facts(db: Db) -> list[str]:
    return [row["name"] for row in db.read("SELECT name FROM facts ORDER BY name")]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("journal_mode", "wal", id="readers never wait for a writer"),
        pytest.param("foreign_keys", 1, id="foreign keys hold"),
        pytest.param("synchronous", 2, id="a power cut loses no commit"),
    ],
)
def test_every_thread_has_a_connection_set_up_alike(db, pragma, value):
    with ThreadPoolExecutor(1) as other:
        assert other.submit(db.value, f"PRAGMA {pragma}").result() == db.value(f"PRAGMA {pragma}") == value


def test_a_connection_belongs_to_its_thread(db):
    with ThreadPoolExecutor(1) as other:
        theirs = other.submit(lambda: db.here).result()
        assert other.submit(lambda: db.here).result() is theirs
    assert theirs is not db.here is db.here


def test_deleting_a_paper_deletes_what_hangs_on_it(db):
    papers.save(db, [entry("3105.00001", "en", "zh")])
    with db.write() as connection:
        connection.execute("DELETE FROM papers")
    assert [db.value(f"SELECT count(*) FROM {table}") for table in ("summaries", "sections", "passages")] == [0, 0, 0]


def test_a_write_that_fails_leaves_nothing(db):
    def half() -> None:
        with db.write() as connection:
            connection.execute(COUNT, ["half"])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert facts(db) == []


def test_a_write_within_a_write_joins_it(db):
    with db.write() as outer:
        outer.execute(COUNT, ["outer"])
        with db.write() as inner:
            inner.execute(COUNT, ["inner"])
        assert outer.conn.in_transaction
    assert facts(db) == ["inner", "outer"]


def test_a_failure_after_an_inner_write_undoes_that_too(db):
    def fail_late() -> None:
        with db.write():
            with db.write() as inner:
                inner.execute(COUNT, ["inner"])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()
    assert facts(db) == []


def test_a_reader_sees_nothing_of_an_unfinished_write(db):
    with db.write() as connection, ThreadPoolExecutor(1) as other:
        connection.execute(COUNT, ["unfinished"])
        assert other.submit(facts, db).result() == []


def test_threads_that_read_and_then_write_never_fail(db):
    """What fails with a DEFERRED transaction: both read, one writes, the other's snapshot is old."""
    both = threading.Barrier(2)

    def work(name: str) -> None:
        both.wait()
        for n in range(100):
            with db.write() as connection:
                known = connection.execute("SELECT count(*) FROM facts").fetchone()[0]
                connection.execute(COUNT, [f"{known:03} {name} {n}"])

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, name) for name in "ab"]:
            done.result()
    assert [name.split()[0] for name in facts(db)] == [f"{n:03}" for n in range(200)]


def test_closing_twice_is_harmless(db):
    db.close()
    db.close()


def test_closing_closes_the_connections_of_all_threads(tmp_path):
    db = Db(tmp_path / "paperboy.db")
    with ThreadPoolExecutor(1) as other:
        theirs = other.submit(lambda: db.here.conn).result()
        db.close()
    with pytest.raises(sqlite3.ProgrammingError):
        theirs.execute("SELECT 1")


@pytest.mark.parametrize("new_thread", [pytest.param(False, id="this thread"), pytest.param(True, id="a new thread")])
def test_a_closed_database_says_so(db, new_thread):
    db.close()
    with ThreadPoolExecutor(1) as other, pytest.raises(StoreError, match="closed"):
        other.submit(facts, db).result() if new_thread else facts(db)


def refused(path: Path) -> str:
    """The one line that opening the database at `path` gives."""
    with pytest.raises(StoreError) as error:
        Db(path)
    text = str(error.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "paperboy.db"
    path.write_bytes(b"Dear diary, " * 1000)
    assert "move it away, or use another folder" in refused(path)
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_a_folder_in_the_place_of_the_file_cannot_be_opened(tmp_path):
    assert "--data" in refused(tmp_path)


def test_a_newer_papers_database_asks_for_an_upgrade(tmp_path):
    path = tmp_path / "paperboy.db"
    db = Db(path)
    with db.write() as connection:
        connection.execute("UPDATE _sqlite_migrations SET name = 'm999_telepathy' WHERE name LIKE 'm003%'")
    db.close()
    assert "newer Paperboy (m999_telepathy): upgrade" in refused(path)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A closed database of 200 papers."""
    path = tmp_path / "paperboy.db"
    db = Db(path)
    papers.save(db, [entry(f"3105.{n:05}", "en", "zh") for n in range(200)])
    db.close()
    return path


def read_all(path: Path) -> None:
    with closing(Db(path)) as db:
        papers.everything(db)


def test_damage_is_named_with_what_to_do(filled):
    content = bytearray(filled.read_bytes())
    half = len(content) // 8
    content[half:-half] = b"\xa5" * (len(content) - 2 * half)
    filled.write_bytes(content)
    with pytest.raises(StoreError, match=r"paperboy\.db is damaged: `paperboy restore") as error:
        read_all(filled)
    assert "\n" not in str(error.value)


def test_a_file_cut_short_is_damaged(filled):
    os.truncate(filled, filled.stat().st_size // 2)
    with pytest.raises(StoreError, match="is damaged"):
        read_all(filled)


def test_a_full_database_is_left_as_it_was(db):
    papers.save(db, [entry("3105.00001", "en")])
    db.here.conn.execute(f"PRAGMA max_page_count = {db.value('PRAGMA page_count')}")
    with pytest.raises(StoreError, match=r"disk is full.*was left as it was"):
        papers.save(db, [entry(f"3105.{n:05}", "en") for n in range(2, 200)])
    assert [one.paper.arxiv_id for one in papers.everything(db)] == ["3105.00001"]


def test_a_file_that_may_not_grow_fails_in_one_line_and_loses_nothing(filled):
    code = f"""
import resource
from pathlib import Path
from store import papers
from store.db import BUSY_TIMEOUT_S, Db
from store.errors import StoreError
from tests.makers.papers import entry
db = Db(Path({str(filled)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    papers.save(db, [entry(f"3106.{{n:05}}", "en") for n in range(2000)])
except StoreError as error:
    print(error)
print(len(papers.everything(db)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    said, left = done.stdout.splitlines()
    assert str(filled) in said
    assert "space" in said or "room" in said
    assert left == "200"


def test_a_write_without_permission_names_the_folder(db):
    db.here.conn.execute("PRAGMA query_only = 1")
    with pytest.raises(StoreError, match="can't be written: make the folder writable"):
        papers.save(db, [entry()])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_cannot_hold_a_database(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert "make its folder writable" in refused(tmp_path / "paperboy.db")
    finally:
        tmp_path.chmod(0o700)


def test_a_writer_that_never_ends_is_named_as_such(db):
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    db.here.conn.execute("PRAGMA busy_timeout = 0")
    with pytest.raises(StoreError, match="being written by another program"):
        papers.save(db, [entry()])
    other.close()


def test_what_need_not_last_gives_way_to_another_writer_soon(tmp_path: Path) -> None:
    with closing(Db(tmp_path / "a.db")) as db, closing(sqlite3.connect(db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.perf_counter()
        with pytest.raises(StoreError, match="another program"), db.write(lasting=False):
            pass
        assert time.perf_counter() - begun < BUSY_TIMEOUT_S / 10
        assert db.value("PRAGMA busy_timeout") == BUSY_TIMEOUT_S * 1000
