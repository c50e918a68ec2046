"""Spellings that were learnt: an English and a Chinese term of one idea, read out of the papers or given by a model.

Owns: the table of pairs and its bounds, the glossary that has grown by them, kept up to date.
Does not own: learning them (ingest.learn), the glossary (lexicon).
"""

from collections.abc import Iterable
from threading import Lock
from typing import Literal, TypeAlias

from store import facts
from store.db import Db
from store.lexicon import Lexicon

Origin: TypeAlias = Literal["papers", "model"]

MOST: dict[Origin, int] = {"papers": 3000, "model": 1000}
"""Pairs kept: as many as a glossary has; of a model's the newest."""

_VERSION = "learnt version"


def replace(db: Db, pairs: Iterable[tuple[str, str]]) -> None:
    """Keep the pairs that the papers tell, the surest first, in place of those that they told before."""
    kept = list(dict.fromkeys(pairs))[: MOST["papers"]]
    with db.write() as connection:
        connection.execute("DELETE FROM learnt WHERE origin = 'papers'")
        _put(db, kept, "papers")


def add(db: Db, english: str, chinese: str) -> None:
    """Keep a pair that a model gave; the oldest of too many go."""
    with db.write() as connection:
        _put(db, [(english, chinese)], "model")
        connection.execute(
            """DELETE FROM learnt WHERE origin = 'model' AND id NOT IN
               (SELECT id FROM learnt WHERE origin = 'model' ORDER BY id DESC LIMIT ?)""",
            [MOST["model"]],
        )


def pairs(db: Db) -> list[tuple[str, str]]:
    """All pairs as (English, Chinese)."""
    return [(row["english"], row["chinese"]) for row in db.read("SELECT english, chinese FROM learnt ORDER BY id")]


class Terms:
    """The glossary with what was learnt, by this process or another. Threads may share it."""

    def __init__(self, db: Db, glossary: Lexicon) -> None:
        self._db, self._glossary = db, glossary
        self._turn = Lock()
        self._version, self._grown = "", glossary

    @property
    def lexicon(self) -> Lexicon:
        """The glossary as it has grown; made anew when something was learnt (some milliseconds)."""
        version = facts.get(self._db, _VERSION)
        with self._turn:
            if version != self._version:
                self._grown = self._glossary.grown(pairs(self._db))
                self._version = version
            return self._grown


def _put(db: Db, pairs: Iterable[tuple[str, str]], origin: Origin) -> None:
    with db.write() as connection:
        connection.conn.executemany(
            "INSERT OR IGNORE INTO learnt (english, chinese, origin) VALUES (?, ?, ?)",
            [(english, chinese, origin) for english, chinese in pairs],
        )
        facts.put(db, _VERSION, str(int(facts.get(db, _VERSION) or 0) + 1))
