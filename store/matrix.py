"""All vectors in memory: how near each paper is to a question, exactly, in a millisecond or two.

Up to MOST passages the scan is faster than the approximate index, and misses nothing; beyond, memory is dearer.

Owns: the copy in memory, and when it is read anew.
Does not own: the vectors (vectors), the index that stands in beyond MOST (index).
"""

from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from store import vectors
from store.db import Db
from store.types import LANGS, Vector, Vectors

MOST = 60_000
"""Passages held in memory: 92 MB of vectors."""


@dataclass(frozen=True, slots=True)
class _Block:
    """The vectors of one language, by paper (rows, ascending); `length` is each one's without the language's mean."""

    papers: NDArray[np.int64]
    vectors: Vectors
    mean: Vector
    length: NDArray[np.float32]


class Matrix:
    """The vectors of `db`, if no more than `most`. Threads may share it; it follows what any process writes."""

    def __init__(self, db: Db, most: int = MOST) -> None:
        self._db = db
        self._most = most
        self._turn = Lock()
        self._version: str | None = None
        self._blocks: list[_Block] | None = None

    def cosines(self, rows: NDArray[np.int64], query: Vector) -> NDArray[np.float64] | None:
        """The best cosine with `query` of any passage of each paper, taken without its language's mean.

        `rows` ascend; a paper without a vector has 0. None where there are too many.
        """
        blocks = self._current()
        if blocks is None:
            return None
        best = np.full(len(rows), -np.inf)
        for block in blocks:
            scores = (block.vectors @ query - block.mean @ query) / block.length
            at = np.searchsorted(rows, block.papers)
            wanted = at < len(rows)
            wanted[wanted] = rows[at[wanted]] == block.papers[wanted]
            # A paper has one passage a language, so no row is written twice.
            best[at[wanted]] = np.maximum(best[at[wanted]], scores[wanted])
        return np.where(np.isfinite(best), best, 0.0)

    def _current(self) -> list[_Block] | None:
        version = vectors.version(self._db)
        with self._turn:
            if version != self._version:
                self._blocks = None if vectors.count(self._db) > self._most else self._read()
                self._version = version
            return self._blocks

    def _read(self) -> list[_Block]:
        found = []
        for lang in LANGS:
            papers, matrix = vectors.of_lang(self._db, lang)
            mean = vectors.mean(self._db, lang)
            if mean is not None:
                length = np.sqrt(np.maximum(1 - 2 * (matrix @ mean) + mean @ mean, 1e-18))
                found.append(_Block(papers, matrix, mean, length.astype(np.float32)))
        return found
