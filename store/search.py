"""Ranked papers for a question: words and vectors together, and whether anything stored answers it at all.

A question's topic is cut into *units* (store.lexicon), each an idea with all its spellings in both languages.

    coverage(paper) = share of the question's IDF mass whose units stand in the paper: 0 to 1, comparable across corpora
    score(paper)    = .7 coverage(anywhere) + .3 coverage(title, application, contribution) + centred cosine
    of a sentence   = coverage(anywhere) + .5 centred cosine

The *gate* looks at coverage alone, since cosines don't tell a question without an answer from one with; the *cut* looks
at the score. A question about one paper is answered where the best paper stands out from those behind it: whose own
paper isn't stored finds several equally far. Gate, cut and margin are the store's own (calibration).

Owns: score, cut, whether the one paper stands out.
Does not own: coverage and gate (cover), the question's vector (ingest.embed), or what is said of the hits (bot.answer).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from store import calibration, categories, find, papers, vectors
from store.cover import FEW, Rows, carrying, coverage, ideas, names, numbers, stands_in
from store.folder import Folder
from store.learnt import Terms
from store.lexicon import Lexicon, Unit
from store.question import Question
from store.types import LANGS, Entry, Hit, Lang, Vector, Vectors

OF_CORE = 0.3
"""Share of the words' score that title, application and contribution have."""

OF_COSINE = 1.0

STANDS_OUT_ASKED = 0.25
"""The margin of a question about one paper: it names a paper's own things, which a mere neighbour has few of."""

RIVALS = 5
"""Papers behind the best one that it must stand out from."""

ASKED = 0.5
"""Coverage from which a question about one paper has closest papers where none stands out."""

STATED = 0.15
"""Coverage that a plain sentence needs for its closest papers to be named at all."""

OUTSIDE = 0.2
"""What the words of a paper count for when a category is asked for and it carries others."""

LONG = 4
"""A topic of more units than this is a sentence: papers repeat less of it, and it means one paper."""

BEST = 2.0
"""The score of a paper that is called by its name: the highest that there is."""

NEAREST = 200
"""Passages taken from the vector index."""

WORDIEST = 1000
"""Papers taken from the word index, best covered first: the longest list that an answer can be complete for."""


_Near: TypeAlias = tuple[Rows, Callable[[Rows], NDArray[np.float64]]]
"""Positions of the nearest papers, and the cosines of any positions."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search found. `hits` come best first; `listed` of them are on the topic.

    `known` is false when nothing stored is about the question (then `listed` is 0, and hits are only the nearest);
    `one` says that one paper was asked for, `sure` that the best hit stands out as that paper. `weights` are the shares
    of the question's units in its IDF mass.
    """

    question: Question
    hits: tuple[Hit, ...]
    listed: int
    known: bool
    one: bool
    weights: Mapping[Unit, float]
    sure: bool = True

    @property
    def margin(self) -> float:
        """By how much the best hit outscores the mean of the RIVALS behind it."""
        return _margin([hit.score for hit in self.hits])


class Search:
    """Searches one folder, by the glossary `lexicon` and what was learnt beside it.

    `centres` are the mean question vectors, shape (dim,), by language (`ingest.embed`).
    """

    def __init__(self, folder: Folder, lexicon: Lexicon, centres: Mapping[Lang, Vector]) -> None:
        self._folder = folder
        self._terms = Terms(folder.db, lexicon)
        self._centres = centres
        self._means: tuple[object, dict[Lang, Vector | None]] = (None, {})

    def rank(
        self,
        question: Question,
        vector: Vector | None,
        *,
        limit: int = 100,
        since: date = date.min,
        until: date = date.max,
        among: Rows | None = None,
        of: Rows | None = None,
    ) -> Ranking:
        """Return the `limit` best papers of the days `since` to `until`, and how many of all are on the topic.

        With `among` (paper rows) no others are looked at; with `of` they are, to tell what is common and how near the
        best comes, and no others are returned.

        `vector` embeds the question's topic, shape (dim,); None: its words alone tell. Papers on the topic are never
        cut off by `limit`. Papers named by their ids are the whole answer; so are those with such a title, where no
        paper is about the words.
        """
        db = self._folder.db
        if named := _within(find.ids_stored(db, question.text), since, until):
            return _named(question, named)
        lexicon = self._terms.lexicon
        units = lexicon.units(question.topic)
        one = question.asks_one or question.is_statement or ideas(units) > LONG
        rows = self._rows(since, until)
        rows = rows if among is None else np.intersect1d(rows, among)
        parts = [question.topic] if question.asks_one or ideas(units) > 2 * LONG else question.alternatives
        figures = calibration.get(db)
        covered = [coverage(db, lexicon.units(part), rows, not one or ideas(units) <= FEW) for part in parts]
        # A single letter or digit stands in every paper, and no question hangs on one.
        telling = any(len(unit[0]) > 1 for unit in units)
        known = telling and any(
            part.answers(question.asks_one, figures.gate) and part.is_anchored() for part in covered
        )
        known = known or (question.is_statement and max(part.best for part in covered) >= STATED)
        if telling and not known and (named := _within(find.by_title(db, question.topic), since, until)):
            return _named(question, named)
        of_core, of_cosine = (0.0, 0.5) if one else (OF_CORE, OF_COSINE)
        words = np.max([(1 - of_core) * part.body + of_core * part.core for part in covered], axis=0)
        words, carried = self._by_category(question, rows, words)
        centre = self._centres[question.lang]
        near = self._nearest(rows, 0 * centre if vector is None else _unit(vector - centre), since, until)
        at, score = self._scored(rows, words, near, of_cosine, limit + NEAREST if one else WORDIEST)
        called = question.asks_one and self._calls(question, rows[at[:1]])
        sure = not one or called or self._stands_out(question, units, rows[at[:1]], score)
        enough = sure or not question.asks_one or max(part.best for part in covered) >= ASKED
        known = called or carried or (known and enough)
        need = 0.0 if not len(score) else 0.7 * score[0] if one else min(figures.cut, 0.9 * score[0])
        if of is not None:
            at, score = at[kept := np.isin(rows[at], of)], score[kept]
        listed = int((score >= need).sum()) if known else 0
        best = slice(max(limit, listed))
        hits = self._hits(rows[at[best]], score[best]) if question.text else ()
        weights = {unit: weight for part in reversed(covered) for unit, weight in part.weights.items()}
        return Ranking(question, hits, listed, known, one, weights, sure=sure)

    def _calls(self, question: Question, best: Rows) -> bool:
        """Whether the question says the name of the best paper: then it is known, whatever else is asked."""
        titles = [self._folder.db.value("SELECT title FROM papers WHERE id = ?", [int(row)]) for row in best]
        return any(find.is_called(question.text, title) for title in titles)

    def _stands_out(self, question: Question, units: Sequence[Unit], best: Rows, score: NDArray[np.float64]) -> bool:
        """Whether the best paper is the one that is meant, not merely the nearest.

        Of a question, more than half of the names and numbers that it says must stand in it.
        """
        if not question.asks_one:
            return _margin(score) >= calibration.get(self._folder.db).margin
        said = names(question.text, units)
        there = not said or any(2 * stands_in(self._folder.db, said, int(row)) > len(said) for row in best)
        return there and _margin(score) >= STANDS_OUT_ASKED

    def _by_category(
        self, question: Question, rows: Rows, words: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], bool]:
        """The words' scores where a topic is a category of arXiv's, and whether one is: "robotics" asks for cs.RO.

        Papers that carry it come before all; those that carry others alone are not meant, whatever their words.
        """
        codes = categories.named(question.alternatives)
        if not codes:
            return words, False
        carries, coded = carrying(self._folder.db, codes, rows)
        if not carries.any():
            return words, False
        return np.where(carries, 1 + words, np.where(coded, OUTSIDE * words, words)), True

    def _rows(self, since: date, until: date) -> Rows:
        """The papers of these days, by row, ascending."""
        bounds = [since.isoformat(), until.isoformat()]
        found = self._folder.db.value("SELECT group_concat(id) FROM papers WHERE day BETWEEN ? AND ?", bounds)
        return np.sort(numbers(found))

    def _nearest(self, rows: Rows, query: Vector, since: date, until: date) -> _Near:
        """The papers of `rows` nearest to the question: exactly, or by the index where there are too many."""
        exact = self._folder.cosines(rows, query)
        if exact is not None:
            best = np.argpartition(-exact, NEAREST)[:NEAREST] if len(exact) > NEAREST else np.arange(len(exact))
            return best, lambda at: exact[at]
        found = np.array(self._folder.nearest(query, NEAREST, since, until), np.int64)
        return np.flatnonzero(np.isin(rows, found)), lambda at: self._cosines(rows[at], query)

    def _scored(
        self, rows: Rows, words: NDArray[np.float64], near: _Near, of_cosine: float, most: int
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Positions in `rows` of the candidates of both kinds, best first, with their scores."""
        nearest, cosines = near
        wordiest = np.argsort(-words, kind="stable")[:most]
        at = np.union1d(wordiest[words[wordiest] > 0], nearest)
        score = words[at] + of_cosine * cosines(at)
        order = np.argsort(-score, kind="stable")
        return at[order], score[order]

    def _cosines(self, rows: Rows, query: Vector) -> NDArray[np.float64]:
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

    def _hits(self, rows: Rows, scores: NDArray[np.float64]) -> tuple[Hit, ...]:
        entries = papers.by_rowid(self._folder.db, rows.tolist())
        return tuple(Hit(entries[row], score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True))


def _margin(score: Sequence[float] | NDArray[np.float64]) -> float:
    """By how much the first of `score`, best first, outscores the mean of the RIVALS behind it."""
    first, *rivals = [float(one) for one in score[: 1 + RIVALS]] or [0.0]
    return first - sum(rivals) / max(len(rivals), 1)


def _within(entries: Sequence[Entry], since: date, until: date) -> list[Entry]:
    return [entry for entry in entries if since <= entry.paper.day <= until]


def _named(question: Question, entries: Sequence[Entry]) -> Ranking:
    """The papers that the question calls by their names; nothing of it is left to be searched for."""
    hits = tuple(Hit(entry, BEST) for entry in entries)
    return Ranking(question, hits, len(hits), known=True, one=True, weights={})


def _unit(vectors_: Vectors) -> Vectors:
    """Rows of length 1; a zero row stays zero."""
    length = np.linalg.norm(vectors_, axis=-1, keepdims=True)
    unit: Vectors = vectors_ / np.maximum(length, 1e-9)
    return unit
