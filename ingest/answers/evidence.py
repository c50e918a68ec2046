"""The numbered passages that an answer may be written from: sections of summaries, and pieces of one full text.

A passage stands in its section word for word.

Owns: which passages of the papers that were found are shown to the model, in which order, and how long they may be.
Does not own: finding the papers (store.search), how passages are put to the model (prompts).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.fulltext.text import Text, clean
from ingest.models.chat import estimate
from store import quote
from store.lexicon import Unit
from store.types import Entry, Lang, Paper

MAX_PASSAGES = 24
"""More are no help to a model, and long answers cite a handful."""

PIECE = 1200
"""Characters of a piece of a full text: a paragraph or three."""

_PIECES = 8
_HEAD = 120  # characters of a heading that are kept as the name of its section


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a paper. `section` is a SectionName, "abstract", or a heading as printed; `n` counts from 1."""

    n: int
    paper: Paper
    section: str
    lang: Lang
    text: str

    @property
    def known(self) -> str:
        """All that a sentence which cites the passage may take from it: its words and its paper's title."""
        return f"{self.paper.title}\n{self.text}"


def of_papers(
    entries: Sequence[Entry], weights: Mapping[Unit, float], langs: Sequence[Lang], max_tokens: int
) -> list[Passage]:
    """The sections of these papers (best paper first) that fit into `max_tokens`, those that hold most of the question
    first; each paper has its share, what it leaves is the next one's."""
    found: list[Passage] = []
    for at, entry in enumerate(entries):
        left = max_tokens - tokens(found)
        share = max(left // (len(entries) - at), left // 2 if at == 0 and len(entries) > 1 else 0)
        found += _fitting(_ranked(entry, weights, langs), share)
    return numbered(found)


def of_text(entry: Entry, text: Text, weights: Mapping[Unit, float], max_tokens: int) -> list[Passage]:
    """The pieces of a paper's full text that hold something of the question, those that hold most first."""
    pieces = [Passage(0, entry.paper, heading, "en", piece) for heading, piece in _pieces(text)]
    scored = [(quote.held_in(f"{one.section}\n{one.text}", weights), -at) for at, one in enumerate(pieces)]
    best = sorted(((score, at) for score, at in scored if score > 0), reverse=True)[:_PIECES]
    return numbered(_fitting([pieces[-at] for _, at in best], max_tokens))


def held(text: Text, weights: Mapping[Unit, float]) -> float:
    """The share of the question (0 to 1) that stands in one piece of the text at most."""
    return max((quote.held_in(f"{heading}\n{piece}", weights) for heading, piece in _pieces(text)), default=0.0)


def tokens(passages: Sequence[Passage]) -> int:
    """About how many tokens the passages take."""
    return sum(map(_size, passages))


def numbered(passages: Sequence[Passage]) -> list[Passage]:
    """The passages, numbered from 1 in their order; more than MAX_PASSAGES are left out."""
    return [replace(one, n=n) for n, one in enumerate(passages[:MAX_PASSAGES], 1)]


def _ranked(entry: Entry, weights: Mapping[Unit, float], langs: Sequence[Lang]) -> list[Passage]:
    """The sections of the summary in the first of `langs` that there is, then the abstract, by what they hold."""
    texts: list[tuple[str, Lang, str]] = []
    if (summary := entry.summary(*langs)) is not None:
        texts += [(name, summary.lang, text) for name, text in summary.sections.items()]
    if entry.paper.abstract:
        texts.append(("abstract", "en", entry.paper.abstract))
    passages = [Passage(0, entry.paper, section, lang, text) for section, lang, text in texts]
    return sorted(passages, key=lambda one: -quote.held_in(one.text, weights))


def _fitting(passages: Sequence[Passage], max_tokens: int) -> list[Passage]:
    found: list[Passage] = []
    for one in passages:
        if _size(one) <= max_tokens:
            found.append(one)
            max_tokens -= _size(one)
    return found


def _size(passage: Passage) -> int:
    return estimate(passage.text) + estimate(passage.paper.title) + 20  # number, section, day


def _pieces(text: Text) -> Iterator[tuple[str, str]]:
    """(heading, piece) of each section, paragraphs kept whole where they fit."""
    for part in text.blocks:
        heading = " ".join(clean(part.heading).split())[:_HEAD] or text.title[:_HEAD]
        piece = ""
        for paragraph in clean(part.text).split("\n\n"):
            if piece and len(piece) + len(paragraph) > PIECE:
                yield heading, piece
                piece = ""
            piece = f"{piece}\n\n{paragraph}".strip()
            while len(piece) > 2 * PIECE:
                yield heading, piece[:PIECE]
                piece = piece[PIECE:]
        if piece:
            yield heading, piece
