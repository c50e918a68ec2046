"""Papers that are near a stored one, by the vectors that are there already: no model is asked.

Each vector is taken without its language's mean (see `vectors.mean`), so a Chinese summary finds English ones.

Owns: nearness of papers to papers.
Does not own: nearness to a question (search).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from store import papers, vectors
from store.db import Db
from store.folder import Folder
from store.types import LANGS, Hit, Lang, Vector

CANDIDATES = 200
"""Passages nearest to the paper's own that are compared with it."""


def similar(folder: Folder, arxiv_id: str, k: int) -> list[Hit]:
    """The `k` papers nearest to the stored paper `arxiv_id`, best first, without itself; the score is a cosine.

    None for a paper that isn't stored or has no vector yet.
    """
    db = folder.db
    own = db.value("SELECT id FROM papers WHERE arxiv_id = ?", [arxiv_id])
    if own is None:
        return []
    owners, matrix = vectors.of_papers(db, [own])
    near = {row for vector in matrix for row in folder.nearest(vector, CANDIDATES)} - {own}
    if not near:
        return []
    means = {lang: vectors.mean(db, lang) for lang in LANGS}
    mine = [_centred(vector, means[lang]) for (_, lang), vector in zip(owners, matrix, strict=True)]
    scores = _scores(db, sorted(near), np.array(mine), means)
    best = sorted(scores, key=lambda row: (-scores[row], row))[:k]
    entries = papers.by_rowid(db, best)
    return [Hit(entries[row], scores[row]) for row in best]


class Nearness:
    """How near any papers are to these (canonical ids, stored). What was found out of a paper is kept."""

    def __init__(self, db: Db, arxiv_ids: Sequence[str]) -> None:
        self._db = db
        self._means = {lang: vectors.mean(db, lang) for lang in LANGS}
        rows = {one: int(papers.rows(db, [one])[0]) for one in arxiv_ids}
        of = self._centred_of(list(rows.values()))
        self._own = [of.get(rows[one], []) for one in arxiv_ids]
        self._known: dict[int, NDArray[np.float64]] = {}

    def to(self, rows: Sequence[int]) -> NDArray[np.float64]:
        """The best cosine of any passage of each paper (row) with any of each of these, shape (rows, these); 0 where
        one has no vector yet."""
        of = self._centred_of([row for row in rows if row not in self._known])
        for row in rows:
            if row not in self._known:
                self._known[row] = np.array([_best(of.get(row, []), own) for own in self._own])
        return np.array([self._known[row] for row in rows])

    def _centred_of(self, rows: Sequence[int]) -> dict[int, list[Vector]]:
        found: dict[int, list[Vector]] = {}
        owners, matrix = vectors.of_papers(self._db, rows)
        for (row, lang), vector in zip(owners, matrix, strict=True):
            found.setdefault(row, []).append(_centred(vector, self._means[lang]))
        return found


def _best(some: Sequence[Vector], others: Sequence[Vector]) -> float:
    return float((np.array(some) @ np.array(others).T).max()) if some and others else 0.0


def _scores(db: Db, rows: list[int], mine: NDArray[np.float32], means: dict[Lang, Vector | None]) -> dict[int, float]:
    """The best cosine of any passage of each paper with any of `mine`."""
    scores: dict[int, float] = {}
    owners, matrix = vectors.of_papers(db, rows)
    for (row, lang), vector in zip(owners, matrix, strict=True):
        cosine = float((mine @ _centred(vector, means[lang])).max())
        scores[row] = max(cosine, scores.get(row, -1.0))
    return scores


def _centred(vector: Vector, mean: Vector | None) -> Vector:
    rest: Vector = vector - mean if mean is not None else vector
    unit: Vector = rest / max(float(np.linalg.norm(rest)), 1e-9)
    return unit
