"""Is what lies in a data folder whole? Each finding is one line, and says what to do where something is to be done.

Owns: looking at the database, the words and vectors derived from its papers, and the index against them.
Does not own: mending (folder, papers, vectors mend what is derived), what is outside the folder (bot.doctor).
"""

import sqlite3
from dataclasses import dataclass
from typing import Literal, TypeAlias

from store import vectors
from store.db import Db
from store.errors import StoreError
from store.folder import Folder

State: TypeAlias = Literal["ok", "warning", "broken"]

MOST_NAMED = 3
"""Faults that are named of many."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, in one line what was found, and (unless "ok") what to do."""

    name: str
    state: State
    text: str
    todo: str = ""


def look(folder: Folder, signature: str) -> list[Finding]:
    """All that can be said of a folder from inside; `signature` is that of the configured embedding model.

    The index of a folder that this process owns is opened, and made from the database where it was damaged.
    """
    database = _database(folder.db)
    if database.state == "broken":
        return [database]
    if vectors.signature(folder.db) in (None, signature):
        folder.connect(signature)
    return [database, _references(folder.db), _words(folder.db), _vectors(folder.db, signature), _index(folder)]


def _database(db: Db) -> Finding:
    try:
        said = [row[0] for row in db.here.conn.execute("PRAGMA integrity_check(10)")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    if said == ["ok"]:
        papers = db.value("SELECT count(*) FROM papers")
        return Finding("database", "ok", f"sound, {papers} papers")
    found = "; ".join(said[:MOST_NAMED])
    return Finding("database", "broken", f"damaged: {found}", "stop Paperboy and run `paperboy restore BACKUP`")


def _references(db: Db) -> Finding:
    lost = db.read("PRAGMA foreign_key_check")
    if not lost:
        return Finding("references", "ok", "every row belongs to one that is there")
    tables = ", ".join(sorted({row["table"] for row in lost})[:MOST_NAMED])
    return Finding("references", "broken", f"{len(lost)} rows of {tables} belong to nothing", "restore a backup")


def _words(db: Db) -> Finding:
    try:
        with db.write() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    except StoreError as error:
        return Finding("words", "broken", f"the word index is damaged ({error})", "restore a backup")
    lacking = db.value("SELECT count(*) FROM papers WHERE id NOT IN (SELECT rowid FROM words)")
    if lacking:
        return Finding("words", "broken", f"{lacking} papers can't be found by their words", "run `paperboy reindex`")
    return Finding("words", "ok", "every paper can be found by its words")


def _vectors(db: Db, signature: str) -> Finding:
    stored, lacking = vectors.signature(db), vectors.count_lacking(db)
    if stored is not None and stored != signature:
        text = f"made by {stored}, the configured model is {signature}"
        return Finding("vectors", "broken", text, "run `paperboy reindex`, or set the earlier model in [embedding]")
    if lacking:
        return Finding("vectors", "warning", f"{lacking} passages aren't embedded yet", "`paperboy run` does it")
    return Finding("vectors", "ok", f"{vectors.count(db)} passages by {stored or signature}")


def _index(folder: Folder) -> Finding:
    indexed = folder.indexed()
    if indexed is None:
        return Finding("index", "ok", "another Paperboy uses it, and keeps it up to date")
    known = vectors.count(folder.db)
    state: State = "ok" if indexed == known else "broken"
    text = f"{indexed} passages, {known} in the database"
    return Finding("index", state, text, "" if state == "ok" else "delete the folder `index` in the data folder")
