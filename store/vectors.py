"""The embeddings of passages, kept in SQLite: the truth that the Chroma index is derived from.

Owns: which passages lack a vector, the vectors, their means, the signature of the model that made them, the exact scan.
Does not own: making vectors (ingest.embed) or the approximate index (index).
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from store import facts, papers
from store.db import Db
from store.errors import IndexMismatch, StoreError
from store.types import Lang, Vector, Vectors

_SIGNATURE = "embedding signature"
_VERSION = "vectors version"
_STAGED = "staged signature"
_MEAN_OF = 2000
"""So many passages of a language are enough for their mean; the first ones, so that it stops moving."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to be embedded: a paper's title and sections in one language. `id` is the passage's row.

    `digest` names the text as it was read: it may have changed by the time its vector comes.
    """

    id: int
    lang: Lang
    digest: str
    text: str


def signature(db: Db) -> str | None:
    """What names the model that made the stored vectors; None before the first."""
    value = db.value("SELECT value FROM facts WHERE name = ?", [_SIGNATURE])
    return None if value is None else bytes(value).decode()


def require(db: Db, wanted: str) -> None:
    """Make sure that the stored vectors are those of the model `wanted`; an empty store takes its name.

    Raises:
        IndexMismatch: another model made them.
    """
    stored = signature(db)
    if stored is None:
        restart(db, wanted)
    elif stored != wanted:
        raise IndexMismatch(
            f"The stored papers were embedded with {stored}, the configured model is {wanted}: "
            "run `paperboy reindex`, or set the earlier model in [embedding]."
        )


def restart(db: Db, wanted: str) -> None:
    """Forget every vector: all passages wait for one of the model `wanted`."""
    with db.write() as connection:
        connection.execute("UPDATE passages SET vector = NULL, indexed = 0")
        _changed(db)
        put_fact(db, _SIGNATURE, wanted.encode())


def lacking(db: Db, limit: int, among: Collection[str] | None = None, *, staged: bool = False) -> list[Passage]:
    """Up to `limit` passages that have no vector yet, oldest first; of the papers `among` (canonical ids) if given.

    `staged`: those that lack the vector that is to take its place (`stage`).
    """
    within = "AND paper IN (SELECT papers.id FROM papers JOIN json_each(?) ON value = arxiv_id)"
    chosen, column = "" if among is None else within, "staged" if staged else "vector"
    rows = db.read(
        f"SELECT id, paper, lang, digest FROM passages WHERE {column} IS NULL {chosen} ORDER BY id LIMIT ?",  # noqa: S608
        [*([] if among is None else [json.dumps(sorted(among))]), limit],
    )
    entries = papers.by_rowid(db, [row["paper"] for row in rows])
    texts = {rowid: papers.passages(entry) for rowid, entry in entries.items()}
    return [Passage(row["id"], row["lang"], row["digest"], texts[row["paper"]][row["lang"]]) for row in rows]


def begin_staging(db: Db, wanted: str) -> int:
    """Make room for vectors of the model `wanted` beside those in use; return how many an earlier run left."""
    with db.write() as connection:
        if facts.get(db, _STAGED) != wanted:
            connection.execute("UPDATE passages SET staged = NULL WHERE staged IS NOT NULL")
            facts.put(db, _STAGED, wanted)
    return int(db.value("SELECT count(*) FROM passages WHERE staged IS NOT NULL"))


def stage(db: Db, passages: Sequence[Passage], made: Vectors) -> None:
    """Keep vectors beside those in use; a text that has changed meanwhile goes on waiting."""
    _put_made(db, "staged = ?", passages, made)


def promote(db: Db, wanted: str) -> None:
    """Put the staged vectors of the model `wanted` in use, all at once."""
    with db.write() as connection:
        connection.execute("UPDATE passages SET vector = staged, staged = NULL, indexed = 0")
        put_fact(db, _SIGNATURE, wanted.encode())
        facts.put(db, _STAGED, "")
        _changed(db)


def count_lacking(db: Db) -> int:
    """How many passages have no vector yet."""
    return int(db.value("SELECT count(*) FROM passages WHERE vector IS NULL"))


def state(db: Db) -> tuple[int, int]:
    """Two numbers that change when passages are added or embedded; cheap to ask for."""
    return int(db.value("SELECT coalesce(max(id), 0) FROM passages")), count_lacking(db)


def version(db: Db) -> str:
    """Another text whenever vectors were written or forgotten, by any process; cheap to ask for."""
    return facts.get(db, _VERSION)


def count(db: Db) -> int:
    """How many passages have a vector."""
    return int(db.value("SELECT count(*) FROM passages")) - count_lacking(db)


def put(db: Db, vectors: Mapping[int, Vector]) -> None:
    """Store vectors by passage id; Chroma gets them with the next `index.sync`."""
    with db.write() as connection:
        connection.conn.executemany(
            "UPDATE passages SET vector = ?, indexed = 0 WHERE id = ?",
            [(vector.astype("<f4").tobytes(), row) for row, vector in vectors.items()],
        )
        _changed(db)


def put_made(db: Db, passages: Sequence[Passage], made: Vectors) -> None:
    """Store the vectors of `passages`, row by row; a text that has changed meanwhile goes on waiting."""
    with db.write():
        _put_made(db, "vector = ?, indexed = 0", passages, made)
        _changed(db)


def mean(db: Db, lang: Lang) -> Vector | None:
    """The mean of the language's passages, shape (dim,), not of length 1; None where there is no passage.

    e5's vectors all share a large part that says nothing; without it a cosine tells what is near from what is not.
    """
    rows = db.read(
        "SELECT vector FROM passages WHERE lang = ? AND vector IS NOT NULL ORDER BY id LIMIT ?", [lang, _MEAN_OF]
    )
    return _matrix(row["vector"] for row in rows).mean(axis=0) if rows else None


def of_lang(db: Db, lang: Lang) -> tuple[NDArray[np.int64], Vectors]:
    """The vectors of all passages in a language, by paper: (paper rows, ascending) and, row by row, shape (n, dim)."""
    rows = db.read("SELECT paper, vector FROM passages WHERE lang = ? AND vector IS NOT NULL ORDER BY paper", [lang])
    return np.array([row["paper"] for row in rows], np.int64), _matrix(row["vector"] for row in rows)


def of_papers(db: Db, rowids: Sequence[int]) -> tuple[list[tuple[int, Lang]], Vectors]:
    """The vectors of these papers' passages: ((paper row, language), …) and, row by row, shape (n, dim)."""
    owners: list[tuple[int, Lang]] = []
    blobs: list[bytes] = []
    for start in range(0, len(rowids), 500):
        part = list(rowids[start : start + 500])
        marks = ", ".join("?" * len(part))
        sql = f"SELECT paper, lang, vector FROM passages WHERE paper IN ({marks}) AND vector IS NOT NULL"  # noqa: S608
        for row in db.read(sql, part):
            owners.append((row["paper"], row["lang"]))
            blobs.append(row["vector"])
    return owners, _matrix(blobs)


def nearest(db: Db, vector: Vector, k: int, since: date, until: date) -> list[int]:
    """The papers (rows) of the `k` closest passages within these days, best first: an exact scan.

    For a few days, and for a process that doesn't own the index; it reads every vector in the range.
    """
    rows = db.read(
        """SELECT paper, vector FROM passages JOIN papers ON papers.id = paper
           WHERE vector IS NOT NULL AND day BETWEEN ? AND ?""",
        [since.isoformat(), until.isoformat()],
    )
    if not rows:
        return []
    scores = _matrix(row["vector"] for row in rows) @ vector
    best = np.argsort(-scores, kind="stable")[:k]
    return list(dict.fromkeys(int(rows[at]["paper"]) for at in best))


def put_fact(db: Db, name: str, value: bytes) -> None:
    """Keep one value under `name`."""
    with db.write() as connection:
        connection.execute(
            "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
        )


def fact(db: Db, name: str) -> Vector | None:
    """A vector kept under `name` by `put_fact`, or None."""
    value = db.value("SELECT value FROM facts WHERE name = ?", [name])
    return None if value is None else np.frombuffer(value, "<f4")


def _put_made(db: Db, sets: str, passages: Sequence[Passage], made: Vectors) -> None:
    rows = [
        (vector.astype("<f4").tobytes(), passage.id, passage.digest)
        for passage, vector in zip(passages, made, strict=True)
    ]
    with db.write() as connection:
        connection.conn.executemany(f"UPDATE passages SET {sets} WHERE id = ? AND digest = ?", rows)  # noqa: S608 - ours


def _changed(db: Db) -> None:
    facts.put(db, _VERSION, str(int(version(db) or 0) + 1))


def _matrix(blobs: Iterable[bytes]) -> Vectors:
    parts = list(blobs)
    if not parts:
        return np.zeros((0, 0), np.float32)  # no length can be told from nothing
    if len({len(part) for part in parts}) > 1:
        raise StoreError("The stored vectors differ in length: run `paperboy reindex`.")
    return np.frombuffer(b"".join(parts), "<f4").reshape(len(parts), -1)
