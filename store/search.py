"""Ranked papers for a question: words and vectors together, and whether anything stored answers it at all.

A question's topic is cut into *units* (store.lexicon), each an idea with all its spellings in both languages.

    coverage(paper) = share of the question's IDF mass whose units stand in the paper: 0 to 1, comparable across corpora
    score(paper)    = .7 coverage(anywhere) + .3 coverage(title, application, contribution) + centred cosine

The *gate* looks at coverage alone, since cosines don't tell a question without an answer from one with; the *cut* looks
at the score. One set of constants serves a day of 18 papers and an archive of 1,500.

Owns: coverage, score, gate, cut.
Does not own: the question's vector (ingest.embed makes it), or what is said of the hits (bot.answer).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from store import find, papers, vectors
from store.folder import Folder
from store.lexicon import Lexicon, Unit
from store.question import Question
from store.types import LANGS, Entry, Hit, Lang, Vector, Vectors
from store.words import phrase

GATE = 0.65
"""Coverage that the best paper of a topic must reach for the store to know the topic at all."""

GATE_ONE = 0.40
"""The same for a question about one paper: much of its wording stands in no paper."""

CUT = 0.60
"""Score from which a paper is on the topic. Anything from .55 to .72 lists as well."""

LONG = 4
"""A topic of more units than this is a sentence: papers repeat less of it, and it means one paper."""

BEST = 2.0
"""The score of a paper that is called by its name: the highest that there is."""

NEAREST = 200
"""Passages taken from the vector index."""

WORDIEST = 1000
"""Papers taken from the word index, best covered first: the longest list that an answer can be complete for."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search found. `hits` come best first; `listed` of them are on the topic.

    `known` is false when nothing stored is about the question (then `listed` is 0, and hits are only the nearest);
    `one` says that one paper was asked for. `weights` are the shares of the question's units in its IDF mass.
    """

    question: Question
    hits: tuple[Hit, ...]
    listed: int
    known: bool
    one: bool
    weights: Mapping[Unit, float]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of some units' IDF mass stands in each paper: anywhere (`body`), and in title and core."""

    weights: Mapping[Unit, float]
    body: NDArray[np.float64]
    core: NDArray[np.float64]

    def answers(self, asks_one: bool) -> bool:
        """The gate: whether the best covered paper covers enough. Of a sentence, less must be covered."""
        needed = GATE * min(1.0, 3 / max(len(self.weights), 1)) ** 1.25
        return bool(self.body.max(initial=0.0) >= (min(GATE_ONE, needed) if asks_one else needed))


class Search:
    """Searches one folder. `centres` are the mean question vectors, shape (dim,), by language (`ingest.embed`)."""

    def __init__(self, folder: Folder, lexicon: Lexicon, centres: Mapping[Lang, Vector]) -> None:
        self._folder = folder
        self._lexicon = lexicon
        self._centres = centres
        self._means: tuple[object, dict[Lang, Vector | None]] = (None, {})

    def rank(
        self,
        question: Question,
        vector: Vector,
        *,
        limit: int = 100,
        since: date = date.min,
        until: date = date.max,
    ) -> Ranking:
        """Return the `limit` best papers of the days `since` to `until`, and how many of all are on the topic.

        `vector` embeds the question's topic, shape (dim,). Papers on the topic are never cut off by `limit`. Papers
        named by their ids are the whole answer; so are those with such a title, where no paper is about the words.
        """
        db = self._folder.db
        if named := _within(find.ids_stored(db, question.text), since, until):
            return _named(question, named)
        units = self._lexicon.units(question.topic)
        one = question.asks_one or len(units) > LONG
        rows = self._rows(since, until)
        parts = [question.topic] if question.asks_one or len(units) > 2 * LONG else question.alternatives
        covered = [self._coverage(self._lexicon.units(part), rows) for part in parts]
        words = np.max([0.7 * part.body + 0.3 * part.core for part in covered], axis=0)
        # A single letter or digit stands in every paper, and no question hangs on one.
        telling = any(len(unit[0]) > 1 for unit in units)
        known = telling and any(part.answers(question.asks_one) for part in covered)
        if telling and not known and (named := _within(find.by_title(db, question.topic), since, until)):
            return _named(question, named)
        query = _unit(vector - self._centres[question.lang])
        near = self._folder.nearest(query, NEAREST, since, until)
        at, score = self._scored(rows, words, near, query)
        need = 0.0 if not len(score) else 0.7 * score[0] if one else min(CUT, 0.9 * score[0])
        listed = int((score >= need).sum()) if known else 0
        best = slice(max(limit, listed))
        hits = self._hits(rows[at[best]], score[best]) if question.text else ()
        weights = {unit: weight for part in reversed(covered) for unit, weight in part.weights.items()}
        return Ranking(question, hits, listed, known, one, weights)

    def _rows(self, since: date, until: date) -> NDArray[np.int64]:
        """The papers of these days, by row, ascending."""
        bounds = [since.isoformat(), until.isoformat()]
        found = self._folder.db.value("SELECT group_concat(id) FROM papers WHERE day BETWEEN ? AND ?", bounds)
        return np.sort(_numbers(found))

    def _coverage(self, units: Sequence[Unit], rows: NDArray[np.int64]) -> Coverage:
        size = len(rows)
        if not units or not size:
            return Coverage({}, np.zeros(size), np.zeros(size))
        body = np.array([self._having(unit, rows) for unit in units])
        core = np.array([self._having(unit, rows, "{title core} : ") for unit in units])
        df = body.sum(axis=1)
        idf = np.log(1 + (size - df + 0.5) / (df + 0.5))
        idf /= idf.sum()
        return Coverage(dict(zip(units, idf.tolist(), strict=True)), idf @ body, idf @ core)

    def _having(self, unit: Unit, rows: NDArray[np.int64], columns: str = "") -> NDArray[np.bool_]:
        """Which papers of `rows` have any spelling of the unit as a phrase."""
        phrases = dict.fromkeys(f'"{tokens}"' for tokens in map(phrase, unit) if tokens)
        match = f"{columns}({' OR '.join(phrases)})"
        # One string out of SQLite, not a row a paper: at 20,000 papers that is 1 ms instead of 10.
        found = self._folder.db.value("SELECT group_concat(rowid) FROM words WHERE words MATCH ?", [match])
        return np.isin(rows, _numbers(found))

    def _scored(
        self, rows: NDArray[np.int64], words: NDArray[np.float64], near: Sequence[int], query: Vector
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Positions in `rows` of the candidates of both kinds, best first, with their scores."""
        wordiest = np.argsort(-words, kind="stable")[:WORDIEST]
        at = np.union1d(wordiest[words[wordiest] > 0], np.flatnonzero(np.isin(rows, np.array(near, np.int64))))
        cosine = self._cosines(rows[at], query)
        score = words[at] + cosine
        order = np.argsort(-score, kind="stable")
        return at[order], score[order]

    def _cosines(self, rows: NDArray[np.int64], query: Vector) -> NDArray[np.float64]:
        """Each paper's best centred cosine with the question over its languages; 0 where it has no vector yet."""
        owners, matrix = vectors.of_papers(self._folder.db, [int(row) for row in rows])
        best = np.full(len(rows), -np.inf)
        for lang in LANGS:
            mine = [at for at, (_, of) in enumerate(owners) if of == lang]
            mean = self._mean(lang) if mine else None
            if mean is not None:
                at = np.searchsorted(rows, [owners[position][0] for position in mine])
                np.maximum.at(best, at, _unit(matrix[mine] - mean) @ query)
        return np.where(np.isfinite(best), best, 0.0)

    def _mean(self, lang: Lang) -> Vector | None:
        """The passages' mean, kept until passages come or are embedded."""
        state = vectors.state(self._folder.db)
        if self._means[0] != state:
            self._means = (state, {lang: vectors.mean(self._folder.db, lang) for lang in LANGS})
        return self._means[1][lang]

    def _hits(self, rows: NDArray[np.int64], scores: NDArray[np.float64]) -> tuple[Hit, ...]:
        entries = papers.by_rowid(self._folder.db, rows.tolist())
        return tuple(Hit(entries[row], score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True))


def _within(entries: Sequence[Entry], since: date, until: date) -> list[Entry]:
    return [entry for entry in entries if since <= entry.paper.day <= until]


def _named(question: Question, entries: Sequence[Entry]) -> Ranking:
    """The papers that the question calls by their names; nothing of it is left to be searched for."""
    hits = tuple(Hit(entry, BEST) for entry in entries)
    return Ranking(question, hits, len(hits), known=True, one=True, weights={})


def _numbers(joined: str | None) -> NDArray[np.int64]:
    return np.array(joined.split(",") if joined else [], dtype=np.int64)


def _unit(vectors_: Vectors) -> Vectors:
    """Rows of length 1; a zero row stays zero."""
    length = np.linalg.norm(vectors_, axis=-1, keepdims=True)
    unit: Vectors = vectors_ / np.maximum(length, 1e-9)
    return unit
