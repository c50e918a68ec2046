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

MAX_SECTIONS = 2
"""Sections of one paper that are quoted."""

_ADDS = 0.1
"""Share of the question that a further sentence, or section, must add."""

_NUMBER = -1
"""The unit that stands for any number."""

_ASKS_NUMBER = re.compile(r"\bhow (?:many|much|long|fast|large|big)\b|多少|几[个篇种倍层次]|多[大长快]", re.I)

_MARKER = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
_SENTENCE = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+(?=\S)")
_HEADING = re.compile(r"#{1,6}\s.*|.*[:：][*_\s]*|\*\*[^*]+\*\*")
"""A heading, or what leads to a list: "Training settings:"."""

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


def asks_number(question: str) -> bool:
    """Whether a number is asked for."""
    return bool(_ASKS_NUMBER.search(question))


def asks_guide(question: str) -> bool:
    """Whether the whole usage guide is asked for, not one fact of it."""
    return bool(_GUIDE.search(question))


def quotes(entry: Entry, weights: Mapping[Unit, float], question: str, langs: Sequence[Lang]) -> list[Quote]:
    """The sentences that hold most of `weights`: of the best section, and of a second one where it adds to it.

    From the summary in the first of `langs` that there is. A section that the question asks for by its words counts
    half as much again; where a number is asked for, that a sentence has one counts as a unit.
    """
    wanted = _phrases(weights)
    asked = asked_section(question)
    left = {at: weight for at, (_, weight) in enumerate(wanted)}
    if _ASKS_NUMBER.search(question):
        left[_NUMBER] = 0.3
    texts = [
        (name, lang, [_Sentence.of(part, wanted) for part in sentences(text)])
        for name, lang, text in _texts(entry, langs)
    ]
    found: list[Quote] = []
    while texts and len(found) < MAX_SECTIONS:
        scored = [(_chosen(sentences, left), at) for at, (_, _, sentences) in enumerate(texts)]
        (gain, best), at = max(scored, key=lambda one: (one[0][0] * (1.5 if texts[one[1]][0] == asked else 1), -one[1]))
        if found and gain < _ADDS:
            break
        name, lang, _ = texts.pop(at)
        found.append(Quote(name, lang, "\n".join(sentence.text for sentence in best)))
        left = {unit: weight for unit, weight in left.items() if not any(unit in sentence.units for sentence in best)}
    return found or [Quote("title", "en", entry.paper.title)]


def whole(entry: Entry, name: SectionName, langs: Sequence[Lang]) -> Quote | None:
    """A section as it is, from the summary in the first of `langs` that there is; None without a summary."""
    summary = entry.summary(*langs)
    return Quote(name, summary.lang, summary.sections[name]) if summary else None


def section(entry: Entry, weights: Mapping[Unit, float]) -> str:
    """The section, of any summary, in which most of `weights` stands: a SectionName, "abstract" or "title".

    Without weights the paper was called by its name, which stands in its title.
    """
    if not weights:
        return "title"
    wanted = _phrases(weights)
    texts = [(name, text) for name, _, text in _texts(entry, ())]
    scores = [
        (_held(text, wanted)[0], -at, name) for at, (name, text) in enumerate([*texts, ("title", entry.paper.title)])
    ]
    return max(scores)[2]


def held(entry: Entry, weights: Mapping[Unit, float], langs: Sequence[Lang]) -> float:
    """The share of `weights` (0 to 1) that stands in what `quotes` may quote."""
    wanted = _phrases(weights)
    return _held("\n".join(text for _, _, text in _texts(entry, langs)), wanted)[0]


def held_in(text: str, weights: Mapping[Unit, float]) -> float:
    """The share of `weights` (0 to 1) that stands in `text`."""
    return _held(text, _phrases(weights))[0]


def standing(entry: Entry, weights: Mapping[Unit, float]) -> tuple[str, ...]:
    """A spelling of each unit of `weights` that stands in the paper, in any language, the weightiest first."""
    texts = (entry.paper.title, *entry.paper.keywords, *(text for _, _, text in _texts(entry, ())))
    cut = f" {' . '.join(map(phrase, texts))} "
    units = sorted(weights, key=lambda unit: -weights[unit])
    found = (next((one for one in unit if phrase(one) and f" {phrase(one)} " in cut), "") for unit in units)
    return tuple(one for one in found if one)


def best(text: str, weights: Mapping[Unit, float]) -> str:
    """The few sentences of `text` that together hold most of `weights`, a line each, in their order."""
    wanted = _phrases(weights)
    parts = [_Sentence.of(part, wanted) for part in sentences(text)]
    left = {at: weight for at, (_, weight) in enumerate(wanted)}
    return "\n".join(sentence.text for sentence in _chosen(parts, left)[1]) if parts else ""


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
    """Each unit's spellings as they stand in a cut text, between spaces, and what it counts for.

    Half of a unit's weight is its share of the IDF mass, half an equal share: a word that every paper has still tells
    one sentence of a paper from another.
    """
    cut = ((tuple(f" {found} " for found in map(phrase, unit) if found), weight) for unit, weight in weights.items())
    return [(spellings, 0.5 * weight + 0.5 / len(weights)) for spellings, weight in cut if spellings]


def _held(text: str, wanted: Iterable[tuple[tuple[str, ...], float]]) -> tuple[float, frozenset[int]]:
    """The weight of the units in `text`, and which they are."""
    cut = f" {phrase(text)} "
    held = {at: weight for at, (spellings, weight) in enumerate(wanted) if any(found in cut for found in spellings)}
    return sum(held.values()), frozenset(held)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with the positions of the units in it, _NUMBER among them when it says a number about another one."""

    text: str
    units: frozenset[int]

    @classmethod
    def of(cls, text: str, wanted: list[tuple[tuple[str, ...], float]]) -> "_Sentence":
        units = _held(text, wanted)[1]
        return cls(text, units | {_NUMBER} if units and any(map(str.isdigit, text)) else units)


def _chosen(sentences: list[_Sentence], weights: Mapping[int, float]) -> tuple[float, list[_Sentence]]:
    """The few sentences that together hold most of the weight, and that weight: each must add to those before it."""
    left = dict(weights)
    total = 0.0
    chosen: list[int] = []
    while len(chosen) < min(MAX_SENTENCES, len(sentences)):
        gains = [sum(left.get(unit, 0.0) for unit in one.units) for one in sentences]
        at = max(range(len(gains)), key=lambda position: (gains[position], -position))
        if chosen and gains[at] < _ADDS:
            break
        chosen.append(at)
        total += gains[at]
        left = {unit: weight for unit, weight in left.items() if unit not in sentences[at].units}
    return total, [sentences[at] for at in sorted(chosen)]


def sentences(text: str) -> list[str]:
    """A section as sentences, without list markers; and without headings, which say nothing of their own."""
    lines = (_MARKER.sub("", line, count=1) if _MARKER.match(line) else line for line in text.splitlines())
    parts = [part.strip() for line in lines for part in _SENTENCE.split(line) if part and part.strip()]
    return [part for part in parts if not _HEADING.fullmatch(part)] or parts
