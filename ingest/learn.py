"""Learn which English and Chinese terms mean one idea: from the stored papers, and from what a model says.

What is learnt is kept in the store, and search understands it beside the glossary; checks of answers don't, for a term
that a stranger wrote must not make another stranger's sentence true.

Owns: when a pair is taken, and how near its terms must be in meaning.
Does not own: reading pairs out of papers (mining), keeping them and searching by them (store.learnt).
"""

from collections.abc import Sequence

import numpy as np

from ingest import mining
from ingest.embed import Embedder
from ingest.mining import Pair
from ingest.passages import centres
from store import learnt, papers, question
from store.db import Db
from store.lexicon import Lexicon
from store.types import Vectors
from store.words import phrase

SAID_NEAR = 0.3
"""Cosine that the two terms of a model's must have: one in a thousand of unlike terms has it."""


def from_papers(db: Db, glossary: Lexicon, embedder: Embedder) -> int:
    """Learn the stored papers' pairs anew, in place of those learnt before; return how many. Blocks: seconds.

    Raises:
        EmbedderError: nearness could not be told; what was learnt before stays.
    """
    nearness = _Nearness(db, glossary, embedder)
    newest = db.read("SELECT id FROM papers ORDER BY day DESC, id LIMIT ?", [mining.MOST_READ])
    entries = papers.by_rowid(db, [row["id"] for row in newest])
    found = mining.pairs(list(entries.values()), glossary.explains, nearness)
    learnt.replace(db, found)
    return len(found)


def from_wordings(db: Db, glossary: Lexicon, embedder: Embedder, one: str, other: str) -> bool:
    """Learn the term of a question that a model put into both languages, if it is one; return whether it was.

    A term that the glossary has, or whose counterpart stands in no paper, is none; nor is what means something else.

    Raises:
        EmbedderError: nearness could not be told.
    """
    by_lang = {read.lang: read.topic.strip(" ?？.。!！") for read in (question.read(one), question.read(other))}
    english, chinese = by_lang.get("en", ""), by_lang.get("zh", "")
    if not mining.is_pair(english, chinese) or glossary.explains(english) or not _stands(db, chinese):
        return False
    if _Nearness(db, glossary, embedder)([(english, chinese)])[0] < SAID_NEAR:
        return False
    learnt.add(db, english, chinese)
    return True


def _stands(db: Db, term: str) -> bool:
    """Whether any paper has the term."""
    return db.value("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", [f'"{phrase(term)}"']) is not None


class _Nearness:
    """Centred cosines of terms; each term is embedded once."""

    def __init__(self, db: Db, glossary: Lexicon, embedder: Embedder) -> None:
        self._embedder, self._centres = embedder, centres(db, glossary, embedder)

    def __call__(self, pairs: Sequence[Pair]) -> list[float]:
        english, at_english = np.unique([pair[0] for pair in pairs], return_inverse=True)
        chinese, at_chinese = np.unique([pair[1] for pair in pairs], return_inverse=True)
        left = _unit(self._embedder.queries(english.tolist()) - self._centres["en"])[at_english]
        right = _unit(self._embedder.queries(chinese.tolist()) - self._centres["zh"])[at_chinese]
        return [float(one) for one in np.sum(left * right, axis=1)]


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
