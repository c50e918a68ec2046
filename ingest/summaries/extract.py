"""A summary without a model: a paper's own sentences, word for word, under the five sections.

A sentence's score for a section is what its place promises, what its phrases say, and how near it lies to the middle
of the paper. The contribution is the listing's `ai_summary` where there is one, and the field falls back to the
paper's keywords: the only words that are not the paper's own.

A paper that can't fill five sections so gets no summary. One sentence under five headings would pass for more than was
read; the abstract itself, shown with a note, says it better.

Owns: which sentences are weighed, their scores, and the form of the sections.
Does not own: cutting sentences (sentences), which may be shown (quotable), what phrases mean (cues), who gets which
(choose).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import numpy as np

from ingest.embed import Embedder
from ingest.fulltext.text import Text
from ingest.summaries import choose
from ingest.summaries.checks import links
from ingest.summaries.choose import Chosen, Scores
from ingest.summaries.cues import awkward, leans, prior, side, worth
from ingest.summaries.quotable import harmless, quotable
from ingest.summaries.sentences import Sentence, flat, occurs, read
from store.types import EXTRACTIVE, SECTIONS, Lang, Paper, SectionName, Sections, Summary
from store.words import is_chinese

PROMPT_VERSION = "extract-1"

POOL = 36
"""Sentences that are embedded, at 5 to 20 ms each."""

_MOST: Mapping[SectionName, int] = {"application": 2, "contribution": 1, "usage": 5, "innovations": 3, "results": 4}
_LEAST: Mapping[SectionName, float] = {
    "application": 0.6, "contribution": 1.0, "usage": 0.3, "innovations": 0.3, "results": 0.6,
}  # fmt: skip
"""The score below which a sentence says nothing for its section."""

_MORE = 1.1  # the score from which a section takes a further sentence
_CENTRAL = 0.6  # what nearness to the paper's middle weighs
_SAME_SIDE = 0.6  # taken off for speaking of the same side of the usage again
_FOLLOWS = 0.9  # given back to a sentence that goes on from a chosen one
_TOLD = 0.5  # what likeness to the listing's sentence weighs
_SAYS = 1.0  # what the phrases of a further sentence must be worth
_FEWEST = 3  # sentences: usage, innovations and results have no other words
_LISTS: tuple[SectionName, ...] = ("usage", "innovations", "results")
_KEYWORDS = 8
_LONGEST = 600  # characters of an `ai_summary`; a longer one is none
_CATEGORY = re.compile(r"[a-z-]+\.[A-Za-z-]{2,}")


def extract(paper: Paper, text: Text, embedder: Embedder, *, now: datetime) -> Summary | None:
    """Return five sections in the paper's own words, or None where it has too few sentences for them.

    An abstract of six sentences mostly suffices. `now` is an aware UTC time.
    Blocks: up to a second of CPU.

    Raises:
        EmbedderError: no vector could be made.
    """
    abstract = text.abstract or paper.abstract
    lang: Lang = "zh" if is_chinese(abstract or text.markdown()[:2000]) else "en"
    own = links.own(paper, abstract)
    told = _told(paper, lang, own)
    wanted = [name for name in SECTIONS if not (told and name == "contribution")]
    pool = _pool(read(text, abstract), wanted, own)
    words = _keywords(paper, lang, own)
    if len(pool) < _FEWEST:
        return None
    scores, alike = _scores(pool, wanted, paper.title, told, embedder)
    chosen = _chosen(pool, scores, alike, words)
    if chosen is None:
        return None
    source = f"{abstract}\n{text.markdown()}"
    if not all(occurs(pool[at].text, source) for ats in chosen.values() for at in ats):
        return None
    sections = _sections(pool, chosen, told, words)
    return Summary(paper.arxiv_id, lang, sections, text.source, EXTRACTIVE, PROMPT_VERSION, now)


def _told(paper: Paper, lang: Lang, own: frozenset[str]) -> str:
    """The listing's sentence, if it is in the paper's language and harmless."""
    said = flat(paper.ai_summary)
    return said if 0 < len(said) <= _LONGEST and is_chinese(said) == (lang == "zh") and harmless(said, own) else ""


def _keywords(paper: Paper, lang: Lang, own: frozenset[str]) -> str:
    """The paper's keywords in a line, without arXiv's categories ("cs.CV"); "" where there are none."""
    words = [word for word in map(flat, paper.keywords) if word and not _CATEGORY.fullmatch(word)]
    line = ", ".join(words[:_KEYWORDS])
    return line if harmless(line, own) else ""


def _pool(sentences: Sequence[Sentence], wanted: Sequence[SectionName], own: frozenset[str]) -> list[Sentence]:
    """The `POOL` sentences that say most for any section, in their order; the abstract's come first of all."""
    fit: dict[str, Sentence] = {}
    for one in sentences:
        if one.text not in fit and quotable(one.text, own):
            fit[one.text] = one
    ranked: dict[int, Sentence] = {one.at: one for one in fit.values() if one.kind == "abstract"}
    ranks = [sorted(fit.values(), key=partial(_rank, name)) for name in wanted]
    for row in zip(*ranks, strict=True):
        ranked |= {one.at: one for one in row}
    return sorted(list(ranked.values())[:POOL], key=lambda one: one.at)


def _rank(name: SectionName, one: Sentence) -> tuple[float, int]:
    return -_guess(name, one), one.at


def _guess(name: SectionName, one: Sentence) -> float:
    """What a sentence is worth for a section by its place and its words."""
    return prior(name, one) + worth(name, one.text) - awkward(one.text)


def _scores(
    pool: Sequence[Sentence], wanted: Sequence[SectionName], title: str, told: str, embedder: Embedder
) -> tuple[dict[SectionName, Scores], Scores]:
    """What each of `pool` is worth for each section, and how alike they are.

    The contribution is measured from the title, the others from the middle of `pool`.
    """
    vectors = embedder.passages([*(one.text for one in pool), title, *filter(None, [told])])
    count = len(pool)
    body, middle = vectors[:count], vectors[:count].mean(axis=0)
    alike = choose.likeness(vectors)
    repeats = _TOLD * alike[-1, :count] if told else 0.0  # what was told already
    scores: dict[SectionName, Scores] = {}
    for name in wanted:
        near = choose.spread(body @ (vectors[count] if name == "contribution" else middle))
        scores[name] = np.array([_guess(name, one) for one in pool]) + _CENTRAL * near - repeats
    return scores, alike[:count, :count]


def _chosen(pool: Sequence[Sentence], scores: dict[SectionName, Scores], alike: Scores, words: str) -> Chosen | None:
    """Which of `pool` go where; rather than nothing, without the field, where there are `words` for it."""
    chosen = choose.first(scores, _LEAST, alike)
    if chosen is None and words:
        scores = {name: row for name, row in scores.items() if name != "application"}
        chosen = choose.first(scores, _LEAST, alike)
    if chosen is not None:
        choose.fill(chosen, scores, _MOST, alike, _MORE, partial(_fits, pool))
    return chosen


def _fits(pool: Sequence[Sentence], name: SectionName, at: int, beside: Sequence[int]) -> float:
    """What a sentence gains or loses for a section that already has those `beside` it."""
    one = pool[at]
    if worth(name, one.text) < _SAYS:
        return -np.inf
    follows = any(pool[other].at == one.at - 1 for other in beside)
    if name == "application" and awkward(one.text) and not follows:
        return -np.inf
    gain = _FOLLOWS if follows and leans(one.text) else 0.0
    same = sum(side(name, pool[other].text) == side(name, one.text) for other in beside)
    return gain - (_SAME_SIDE * same if name == "usage" else 0.0)


def _sections(pool: Sequence[Sentence], chosen: Chosen, told: str, words: str) -> Sections:
    """The sections as Markdown: running text for the field and the contribution, lists for the rest."""
    quoted = {name: [pool[at].text for at in sorted(ats)] for name, ats in chosen.items()}
    quoted |= {name: ["\n".join(f"- {one}" for one in quoted[name])] for name in _LISTS}
    whole = {str(name): " ".join(texts) for name, texts in quoted.items()}
    return Sections(**({"application": words, "contribution": told} | whole))
