"""The words of a stored paper that answer a question, word for word.

Owns: which section and which sentences of a paper hold most of the question's units, and which section is asked for.
Does not own: which papers (search), or how a quote is shown (bot.answer).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.lexicon import Unit
from store.types import Entry, Lang, SectionName
from store.words import phrase

MAX_SENTENCES = 3
"""Sentences in one quote."""

_MARKER = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
_SENTENCE = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+(?=\S)")
_GUIDE = re.compile(
    r"how (?:do|can|should|would) (?:i|we|you|one) (?:use|run|apply)|how to use|怎[么样]使?用|如何使用|使用指南|用法",
    re.I,
)
_ASKED: tuple[tuple[SectionName, re.Pattern[str]], ...] = (
    ("usage", _GUIDE),
    (
        "usage",
        re.compile(
            r"\b(?:inputs?|outputs?|hardware|install|requirements?|open.?sourced?)\b|输入|输出|硬件|开源|推荐的", re.I
        ),
    ),
    (
        "results",
        re.compile(
            r"\b(?:results?|accuracy|scores?|improves?|outperforms?|rank(?:ed)?|how (?:much|fast|well))\b|"
            r"实验|效果|提升|得分|准确率|多少|[\d.]+%",
            re.I,
        ),
    ),
    ("innovations", re.compile(r"\b(?:innovations?|novel|how does|why|formula)\b|创新|公式|方法|为什么", re.I)),
    ("application", re.compile(r"\b(?:application|field|domain)s?\b|应用领域|哪个领域", re.I)),
)
"""Words that ask for a section, the clearest first."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a paper in the language `lang`. `section` is a SectionName, "abstract" or "title"."""

    section: str
    lang: Lang
    text: str


def asked_section(question: str) -> SectionName | None:
    """The section that a question asks for by its words, or None."""
    return next((name for name, pattern in _ASKED if pattern.search(question)), None)


def asks_guide(question: str) -> bool:
    """Whether the whole usage guide is asked for, not one fact of it."""
    return bool(_GUIDE.search(question))


def quote(entry: Entry, weights: Mapping[Unit, float], asked: SectionName | None, langs: Sequence[Lang]) -> Quote:
    """The sentences of one section that hold most of `weights`, at most MAX_SENTENCES, in their order.

    From the summary in the first of `langs` that there is. A section that was asked for counts half as much again.
    """
    wanted = _phrases(weights)
    best: tuple[float, list[str]] = (-1.0, [])
    found = Quote("title", "en", entry.paper.title)
    for name, lang, text in _texts(entry, langs):
        score, sentences = _best_sentences(text, wanted)
        score *= 1.5 if name == asked else 1.0
        if score > best[0] + 1e-9:
            best = (score, sentences)
            found = Quote(name, lang, "\n".join(sentences))
    return found


def whole(entry: Entry, name: SectionName, langs: Sequence[Lang]) -> Quote | None:
    """A section as it is, from the summary in the first of `langs` that there is; None without a summary."""
    summary = entry.summary(*langs)
    return Quote(name, summary.lang, summary.sections[name]) if summary else None


def section(entry: Entry, weights: Mapping[Unit, float]) -> str:
    """The section, of any summary, in which most of `weights` stands: a SectionName, "abstract" or "title"."""
    wanted = _phrases(weights)
    texts = [(name, text) for name, _, text in _texts(entry, ())]
    scores = [
        (_held(text, wanted)[0], -at, name) for at, (name, text) in enumerate([*texts, ("title", entry.paper.title)])
    ]
    return max(scores)[2]


def _texts(entry: Entry, langs: Sequence[Lang]) -> list[tuple[str, Lang, str]]:
    """(section, language, text) of the summary in the first of `langs`; of every summary when `langs` is empty."""
    chosen = entry.summary(*langs)
    summaries = entry.summaries if not langs else (chosen,) if chosen else ()
    texts: list[tuple[str, Lang, str]] = []
    for summary in summaries:
        texts += [(name, summary.lang, text) for name, text in summary.sections.items()]
    if entry.paper.abstract:
        texts.append(("abstract", "en", entry.paper.abstract))
    return texts


def _phrases(weights: Mapping[Unit, float]) -> list[tuple[tuple[str, ...], float]]:
    """Each unit's spellings as they stand in a cut text, between spaces."""
    cut = ((tuple(f" {found} " for found in map(phrase, unit) if found), weight) for unit, weight in weights.items())
    return [(spellings, weight) for spellings, weight in cut if spellings]


def _held(text: str, wanted: Iterable[tuple[tuple[str, ...], float]]) -> tuple[float, frozenset[int]]:
    """The weight of the units in `text`, and which they are."""
    cut = f" {phrase(text)} "
    held = {at: weight for at, (spellings, weight) in enumerate(wanted) if any(found in cut for found in spellings)}
    return sum(held.values()), frozenset(held)


def _best_sentences(text: str, wanted: list[tuple[tuple[str, ...], float]]) -> tuple[float, list[str]]:
    """The few sentences that together hold most of the weight, and that weight: each must add to those before it."""
    sentences = [part for line in text.splitlines() for part in _split(line)]
    held = [_held(sentence, wanted)[1] for sentence in sentences]
    covered: set[int] = set()
    chosen: list[int] = []
    while len(chosen) < min(MAX_SENTENCES, len(sentences)):
        gains = [sum(wanted[unit][1] for unit in units - covered) for units in held]
        at = max(range(len(gains)), key=lambda position: (gains[position], -position))
        if chosen and gains[at] < 0.05:
            break
        chosen.append(at)
        covered |= held[at]
    score = sum(wanted[unit][1] for unit in covered)
    return score, [sentences[at] for at in sorted(chosen)]


def _split(line: str) -> list[str]:
    """A line without its list marker, as sentences."""
    bare = _MARKER.sub("", line, count=1) if _MARKER.match(line) else line.strip()
    return [part.strip() for part in _SENTENCE.split(bare) if part and part.strip()]
