"""Calculate from the stored papers alone when an answer is sure: the gate, the listing's cut, the margin of one paper.

    gate    questions of ideas that stand in different papers, never together, are asked beside such of two ideas of one
            paper and one of another: the gate is where as many of the first pass as of the second fail
    cut     one idea or two of a paper are asked for, and the papers that have them should be listed: the best mean F1
    margin  a sentence is asked while its paper is hidden: one in five may be answered as if a paper stood out

Owns: which questions are asked, what share may pass, which figure follows.
Does not own: ranking (store.search), the figures' bounds and keeping them (store.calibration).
"""

import random
from collections.abc import Sequence

import numpy as np

from ingest.embed import Embedder
from store import calibration, papers, question, quote
from store.calibration import SHIPPED, Calibration
from store.cover import Rows, coverage, together
from store.folder import Folder
from store.lexicon import Lexicon, Unit
from store.search import RIVALS, Search
from store.types import LANGS, Entry, Lang

ASKED = 120
"""Questions asked for each figure, of as many papers, spread evenly over the store: some seconds in all."""

FEWEST = 40
"""From fewer the shipped figure stays: a handful of questions tells little."""

MAY_PASS = 0.2
"""Share of the sentences without a paper that may be taken for one that has it."""

DEEP = 100
"""Hits in which a cut is looked for."""

STEPS = np.arange(0.5, 0.9, 0.01)
"""Figures that are tried."""


def calibrate(folder: Folder, search: Search, embedder: Embedder, glossary: Lexicon) -> Calibration:
    """Calculate, keep and return the figures. Blocks: some seconds. The same papers always give the same.

    Raises:
        EmbedderError: a question could not be embedded; the earlier figures stay.
    """
    work = _Work(folder, search, embedder, glossary)
    found = {"gate": work.gate(), "cut": work.cut(), "margin": work.margin()}
    values = {
        name: calibration.within(name, value) if n >= FEWEST else getattr(SHIPPED, name)
        for name, (value, n) in found.items()
    }
    made = Calibration(
        **values,
        papers=len(work.rows),
        gate_of=found["gate"][1],
        cut_of=found["cut"][1],
        margin_of=found["margin"][1],
        embedding=embedder.signature,
    )
    calibration.put(folder.db, made)
    return made


class _Work:
    """The questions of one calibration, each figure with how many questions it comes from."""

    def __init__(self, folder: Folder, search: Search, embedder: Embedder, glossary: Lexicon) -> None:
        self._db, self._search, self._embedder, self._glossary = folder.db, search, embedder, glossary
        self.rows: Rows = np.array([row["id"] for row in self._db.read("SELECT id FROM papers ORDER BY id")], np.int64)
        chosen = self.rows[:: max(1, len(self.rows) // ASKED)][:ASKED].tolist()
        self._entries = papers.by_rowid(self._db, chosen)
        self._chance = random.Random(0)  # noqa: S311 - which questions, not which secrets

    def gate(self) -> tuple[float, int]:
        """Where questions of strangers' ideas pass as often as questions that a paper answers in part fail."""
        apart: list[float] = []
        partly: list[float] = []
        for lang in LANGS:
            said = [ideas for entry in self._entries.values() if len(ideas := self._ideas(entry, lang)) > 1]
            for _ in range(ASKED if len(said) > 3 else 0):
                strangers = [
                    self._chance.choice(ideas) for ideas in self._chance.sample(said, self._chance.choice((2, 3)))
                ]
                if len(set(strangers)) == len(strangers) and not together(self._db, strangers, self.rows).any():
                    apart.append(coverage(self._db, strangers, self.rows, False).best)
                one, other = self._chance.sample(said, 2)
                mixed = [*self._chance.sample(one, 2), self._chance.choice(other)]
                if len(set(mixed)) == len(mixed):
                    partly.append(coverage(self._db, mixed, self.rows, False).best)
        if not apart or not partly:
            return SHIPPED.gate, 0
        pass_, fail = np.array(apart), np.array(partly)
        off = [abs(float((pass_ >= step).mean() - (fail < step).mean())) for step in STEPS]
        return float(STEPS[int(np.argmin(off))]), len(apart) + len(partly)

    def cut(self) -> tuple[float, int]:
        """The cut whose lists are best: the middle of those that are within a hundredth of it."""
        curves = []
        for entry in self._entries.values():
            for lang in LANGS:
                ideas = self._ideas(entry, lang)
                for n in (1, 2):
                    if len(ideas) >= n:
                        curves += self._lists(self._chance.sample(ideas, n), lang)
        if not curves:
            return SHIPPED.cut, 0
        mean = np.mean(curves, axis=0)
        return float(np.median(STEPS[mean >= mean.max() - 0.01])), len(curves)

    def margin(self) -> tuple[float, int]:
        """The margin that four of five sentences without their paper stay below."""
        margins = []
        for row, entry in self._entries.items():
            if text := _sentence(entry):
                asked = question.read(text)
                vector = self._embedder.queries([asked.topic])[0]
                found = self._search.rank(asked, vector, limit=1 + RIVALS, among=self.rows[self.rows != row])
                margins.append(found.margin)
        return (float(np.quantile(margins, 1 - MAY_PASS)) if margins else SHIPPED.margin), len(margins)

    def _ideas(self, entry: Entry, lang: Lang) -> list[Unit]:
        """The glossary's ideas in what a paper says of itself first: its title, its contribution."""
        summary = entry.summary(lang)
        text = summary.sections.contribution if summary and summary.lang == lang else ""
        if lang == "en":
            text = f"{entry.paper.title.partition(':')[2] or entry.paper.title}\n{text}"
        return [unit for unit in self._glossary.units(text) if len(unit) > 1]

    def _lists(self, ideas: Sequence[Unit], lang: Lang) -> list[list[float]]:
        """The F1 of the list that each cut would make of a topic, as a row; none of one that every third paper has."""
        has = together(self._db, ideas, self.rows)
        if not has.any() or has.sum() > len(self.rows) / 3:
            return []
        meant = {entry.paper.arxiv_id for entry in papers.by_rowid(self._db, self.rows[has].tolist()).values()}
        words = [unit[0] for unit in ideas]
        asked = question.read(
            f"papers about {' with '.join(words)}" if lang == "en" else f"关于{'的'.join(words)}的论文"
        )
        hits = self._search.rank(asked, self._embedder.queries([asked.topic])[0], limit=DEEP).hits
        scores = np.array([hit.score for hit in hits])
        right = np.array([hit.entry.paper.arxiv_id in meant for hit in hits])
        if not len(hits):
            return []
        listed = scores >= np.minimum(STEPS, 0.9 * scores[0])[:, None]
        return [(2 * (listed & right).sum(axis=1) / (listed.sum(axis=1) + len(meant))).tolist()]


def _sentence(entry: Entry) -> str:
    """A sentence of the paper without its name, long enough to be taken for one; "" for none."""
    told = [summary.sections for summary in entry.summaries]
    for text in [*(one.innovations for one in told), *(one.contribution for one in told), entry.paper.abstract]:
        for line in quote.sentences(text):
            if question.read(line).is_statement:
                return line
    return ""
