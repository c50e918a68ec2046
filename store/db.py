"""The SQLite file of a data folder: one connection a thread, and errors that say what to do.

Owns: opening, WAL, foreign keys, write transactions, turning SQLite's errors into ours.
Does not own: tables (schema) or what is in them (papers, vectors, …).
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import sqlite_utils

from store import backup, schema
from store.errors import StoreError

BEFORE_UPGRADE = ".before-upgrade"
"""Ends the name of the copy that is kept when a newer Paperboy changes the tables; `paperboy restore` takes it."""

Row: TypeAlias = sqlite3.Row
Params: TypeAlias = Sequence[object] | Mapping[str, object]

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another one; a write takes milliseconds, so this is never met in health."""

PASSING_TIMEOUT_S = 0.5
"""How long what is written with every message waits: nobody is to wait for a reply because of it."""


class Db:
    """The database at `path`, made and brought up to date when opened.

    A connection belongs to the thread that made it: each thread gets its own on first use, and `close` closes all.

    Raises:
        StoreError: not a database, damaged, read-only, full, or made by a newer Paperboy.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        try:
            with self._translated():
                schema.refuse_newer(self.here, path)
            if schema.migrations.pending(self.here):
                self._upgrade()
        except BaseException:
            self.close()
            raise

    @property
    def here(self) -> sqlite_utils.Database:
        """This thread's connection."""
        db: sqlite_utils.Database | None = getattr(self._local, "db", None)
        if db is None:
            with self._translated():
                db = self._local.db = sqlite_utils.Database(self._connect())
        return db

    def read(self, sql: str, params: Params = ()) -> list[Row]:
        """All rows of a query."""
        with self._translated():
            return list(self.here.conn.execute(sql, params))

    def value(self, sql: str, params: Params = ()) -> Any:
        """The first column of the first row; None where there is no row."""
        rows = self.read(sql, params)
        return rows[0][0] if rows else None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads that see one state of the database. Inside a transaction they join it."""
        connection = self.here.conn
        if connection.in_transaction:
            yield
            return
        with self._translated():
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.rollback()

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[sqlite_utils.Database]:
        """A write transaction: all of it or nothing.

        Begun IMMEDIATE: a DEFERRED one that turns into a writer fails at once when another writer was quicker,
        whatever the time-out (https://www.sqlite.org/lang_transaction.html). Inside another one it joins it.

        `lasting=False` doesn't wait for the disk: a power cut may lose it, never the file; nor for long for another
        writer. For what is written with every message and matters for minutes.
        """
        db = self.here
        if db.conn.in_transaction:
            yield db
            return
        with self._translated(), _patience(db, lasting):
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.conn.rollback()
                raise
            db.conn.execute("COMMIT")

    def vacuum(self) -> None:
        """Write the file anew without the gaps that deleted rows left, and empty the write-ahead log.

        Raises:
            StoreError: another process is using it, or there is no room for a second copy.
        """
        with self._translated():
            connection = self.here.conn
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every thread's connection. Closing twice is harmless; using it afterwards is an error."""
        with self._lock:
            self._closed = True
            for connection in self._all:
                connection.close()
            self._all.clear()

    def _upgrade(self) -> None:
        """Bring the tables up to date; a database that has some is copied first, for whoever wants to go back."""
        if next(iter(schema.migrations.applied(self.here)), None) is not None:
            with self._translated():
                backup.copy_aside(self.here.conn, self.path.with_name(self.path.name + BEFORE_UPGRADE))
        with self.write() as db:
            schema.migrations.apply(db)

    def _connect(self) -> sqlite3.Connection:
        # autocommit: transactions begin where write() says so. Other threads may only *close* the connection.
        connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        with self._lock:
            if self._closed:
                connection.close()
                raise StoreError(f"{self.path} is closed.")
            self._all.append(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        # FULL costs 4 ms a commit and survives a power cut; commits are few, but see write().
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(explain(error, self.path)) from error


@contextmanager
def _patience(db: sqlite_utils.Database, lasting: bool) -> Iterator[None]:
    """Whether commits within the block wait for the disk, and for how long for another writer
    (https://www.sqlite.org/pragma.html#pragma_synchronous, #pragma_busy_timeout)."""
    if lasting:
        yield
        return
    db.conn.execute("PRAGMA synchronous = NORMAL")
    db.conn.execute(f"PRAGMA busy_timeout = {round(PASSING_TIMEOUT_S * 1000)}")
    try:
        yield
    finally:
        db.conn.execute("PRAGMA synchronous = FULL")
        db.conn.execute(f"PRAGMA busy_timeout = {round(BUSY_TIMEOUT_S * 1000)}")


def explain(error: sqlite3.Error, path: Path) -> str:
    """One line on what is wrong with the database at `path`, and what to do."""
    text = str(error)
    known = {
        "readonly": f"{path} can't be written: make the folder writable, or use another with --data.",
        "unable to open": f"{path} can't be opened: make its folder writable, or use another with --data.",
        "full": f"The disk is full: {path} was left as it was. Make room and run the command again.",
        "locked": f"{path} is being written by another program: try again when it has finished.",
        "not a database": f"{path} is not a Paperboy database: move it away, or use another folder with --data.",
        "malformed": f"{path} is damaged: `paperboy restore BACKUP` puts a backup in its place.",
        "disk I/O error": f"{path} can't be read or written (disk I/O error): check the disk and its free space.",
    }
    return next((what for sign, what in known.items() if sign in text), f"{path}: {text}.")
