"""Every number of a summary must stand in the text that was read.

A number may be written otherwise: 95% as 0.95 or 95 个百分点, 1,264 as 1264, 1264 万 as 12.64M or 12,640,000, 10⁵ as
100000, 5.0 as 5, 三 is not looked at. It may not be another one: rounding (5.85 as 5.9), sums and differences count
as invented, for a reader can't find them in the paper. The text is read generously (digits within names, number words
such as "three" or "half"), the summary strictly: a unit that doesn't fit (12.64B for 12.64M) is another number.

Signs are not compared ("3.5 lower" is −3.5), nor marks of a list ("1." before a line).

Owns: reading numbers from text, and comparing them.
Does not own: what becomes of a wrong one (mend).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ingest.summaries.checks.problem import Problem
from ingest.summaries.checks.words import number_words
from store.types import Lang, Sections

_POWERS = {
    "百万": 6, "千万": 7, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12, "千": 3, "万": 4, "亿": 8,
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "mn": 6, "bn": 9, "k": 3, "m": 6, "b": 9, "t": 12,
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_PLAIN = str.maketrans("０１２３４５６７８９％．＋－", "0123456789%.+-")
_TEX = (
    (re.compile(r"\{,\}|(?<=\d)\\[,;:! ](?=\d{3})"), ","),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\(?:times|cdot)(?![a-z])"), "×"),
    (re.compile(r"(?<=\d)\\[,;:! ]"), " "),
)
_MARKER = re.compile(r"^[ \t]*(?:[-*+•][ \t]+)?(?:\*\*|__)?[(（]?\d{1,2}(?:[.)）](?!\d)|、)", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+")
_NUMBER = re.compile(
    r"""(?P<hundredths> 百分之\s* )?
    (?P<digits> \d{1,3} (?:,\d{3})+ (?!\d) (?:\.\d+)? | \d+ (?:\.\d+)? | (?<![\w.])\.\d+ )
    (?: e (?P<e> [-+−]?\d{1,2} ) (?! \d | \.\d ) )?
    (?: (?: \s*[×x*]\s* 10 (?:\^|(?=[⁻⁰¹²³⁴-⁹])) \{? (?P<times> [-+−⁻]?[\d⁰¹²³⁴-⁹]{1,2} ) \}?
          | (?<=(?<![\d.,])10) (?:\^|(?=[⁻⁰¹²³⁴-⁹])) \{? (?P<raised> [-+−⁻]?[\d⁰¹²³⁴-⁹]{1,2} ) \}? ) )?
    (?: [ \u00a0\u2009\u202f]* (?P<percent> % | per[ ]?cent\b | percentage[ -]points?\b | pp\b | 个?百分点 )
      | [ \u00a0\u2009\u202f-]? (?P<unit> 百万 | 千万 | 十亿 | 百亿 | 千亿 | 万亿 | 千(?![米克瓦赫]) | 万 | 亿
          | (?:thousand|million|billion|trillion|mn|bn)s?\b | (?-i:[kKMBT])(?![a-z0-9]) ) )?""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written. `value` counts its unit in; `raw` doesn't; `parts` are its digits cut at their commas."""

    shown: str
    value: Decimal
    raw: Decimal
    unit: bool
    percent: bool
    parts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The numbers of a text: all of them, and those that stand there without a unit (a table's head may name it)."""

    every: frozenset[Decimal]
    bare: frozenset[Decimal]

    def __contains__(self, number: Number) -> bool:
        if number.percent:
            return number.value in self.bare or number.value / 100 in self.every
        if number.value in self.every:
            return True
        if number.unit:
            return number.raw in self.bare
        return len(number.parts) > 1 and all(part in self.every for part in number.parts)


def known(text: str) -> Known:
    """Return the numbers that stand in `text`, however they are written."""
    every, bare = set[Decimal](), set(number_words(text))
    for number in read(text):
        every |= {number.value, number.raw, *number.parts}
        if not number.unit:
            bare |= {number.raw, *number.parts}
        if number.percent:
            every.add(number.value / 100)
            bare.add(number.value / 100)
    return Known(frozenset(every | bare), frozenset(bare))


def strange(text: str, numbers: Known) -> list[str]:
    """Return the numbers of `text`, as written there, that are not among `numbers`."""
    plain = _MARKER.sub("", _ADDRESS.sub(" ", text))
    return list(dict.fromkeys(number.shown for number in read(plain) if number not in numbers))


def check(sections: Sections, lang: Lang, numbers: Known) -> list[Problem]:
    """Return a problem for each section that holds a number which is not among `numbers`, those of the text read."""
    found = [(name, strange(text, numbers)) for name, text in sections.items()]
    return [
        Problem("numbers", lang, name, f"not in the paper's text, in these digits: {', '.join(odd[:10])}")
        for name, odd in found
        if odd
    ]


def read(text: str) -> Iterator[Number]:
    """Yield the numbers of `text` in their order."""
    text = text.translate(_PLAIN)
    for pattern, plain in _TEX:
        text = pattern.sub(plain, text)
    for found in _NUMBER.finditer(text):
        yield _number(found)


def _number(found: re.Match[str]) -> Number:
    digits = found["digits"]
    raw = Decimal(digits.replace(",", ""))
    unit = (found["unit"] or "").lower()
    power = _POWERS.get(unit) or _POWERS.get(unit.rstrip("s")) or 0
    for exponent in (found["e"], found["times"]):
        power += int(exponent.translate(_RAISED)) if exponent else 0
    value = raw.scaleb(power)
    parts = [Decimal(part) for part in digits.split(",")] if "," in digits else [raw]
    if found["raised"]:
        value = Decimal(1).scaleb(int(found["raised"].translate(_RAISED)))
    scaled = value != raw
    percent = bool(found["percent"] or found["hundredths"])
    return Number(found[0].strip(), value, raw, scaled, percent, tuple(parts))
