"""A written answer as a message: its sentences with [n] behind each, then where each number leads.

Passages are numbered anew, in the order in which they are cited: a reader sees [1], [2], whatever the model was shown.

Owns: how a written answer is laid out, its citations.
Does not own: what is written (ingest.answers), the form of a source's line (answer).
"""

from collections.abc import Sequence
from itertools import groupby

from bot import answer, doc, markdown
from bot.doc import Block, Doc, Item, Note, Para, Pre
from bot.given import Citation
from bot.lang import Words
from ingest.answers.evidence import Passage
from ingest.answers.sentences import Sentence, marked
from store import quote
from store.lexicon import Lexicon


def draft(sentences: Sequence[Sentence], words: Words) -> Doc:
    """The sentences that there are so far."""
    return Doc(*_body(sentences, _numbers(sentences), words))


def whole(
    sentences: Sequence[Sentence], passages: Sequence[Passage], words: Words, lexicon: Lexicon, cut: bool
) -> tuple[Doc, tuple[Citation, ...]]:
    """The finished answer with its sources, and its citations; `cut`: it says that its end is missing."""
    numbers = _numbers(sentences)
    by_number = {one.n: one for one in passages}
    blocks: list[Block] = [*_body(sentences, numbers, words)]
    if cut:
        blocks.append(Note(words("written.cut")))
    citations: list[Citation] = []
    for shown, at in numbers.items():
        passage = by_number[shown]
        said = " ".join(one.bare for one in sentences if shown in one.cites)
        citations.append(Citation(at, passage.paper.arxiv_id, passage.section, _quoted(passage, said, lexicon)))
        blocks.append(Note(answer.source(at, passage.paper, passage.section, words)))
    return Doc(*blocks), tuple(citations)


def _numbers(sentences: Sequence[Sentence]) -> dict[int, int]:
    """The numbers that passages are shown under, by those under which the model knew them, in the shown order."""
    cited = dict.fromkeys(n for one in sentences for n in one.cites)
    return {n: at for at, n in enumerate(cited, 1)}


def _body(sentences: Sequence[Sentence], numbers: dict[int, int], words: Words) -> list[Block]:
    blocks: list[Block] = []
    joint = "" if words.lang == "zh" else " "
    for (_, listed), line in groupby(sentences, key=lambda one: (one.line, one.listed)):
        text = joint.join(marked(one.bare, tuple(sorted(numbers[n] for n in one.cites))) for one in line)
        for block in markdown.from_markdown(text):
            if isinstance(block, Para | Item | Pre):
                blocks.append(Item(doc.spans(block.text)) if listed else Para(doc.spans(block.text)))
    return blocks


def _quoted(passage: Passage, said: str, lexicon: Lexicon) -> str:
    """The passage's sentences that what was said of it leans on, word for word."""
    units = lexicon.units(said)
    return quote.best(passage.text, dict.fromkeys(units, 1 / len(units))) if units else passage.text
