"""Numbers in words, as invented ones may be written to get past a look at the digits: ninety per cent, 百分之九十五.

Owns: reading Chinese numerals, and which number words of a sentence count.
Does not own: digits (summaries.checks.numbers), English number words (summaries.checks.words).
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from ingest.summaries.checks.numbers import Known
from ingest.summaries.checks.words import number_words

SMALL = 2
"""Up to here a number word counts nothing: "one of them", "both"."""

_DIGITS = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"万": 10**4, "亿": 10**8}
_SIGNS = "".join((*_DIGITS, *_UNITS, *_GREAT))
_RUN = re.compile(rf"(?P<percent>百分之)?(?P<signs>[{_SIGNS}]+)(?:点(?P<rest>[{''.join(_DIGITS)}]+))?")
_SCALED = re.compile(r"(?<=\d)[\s-]*(?:hundred|thousand|million|billion|trillion)s?\b", re.IGNORECASE)
_FOLD = re.compile(r"\s*[倍成折]")


def strange(text: str, known: Known) -> list[str]:
    """The numbers in words of `text` that are not among `known`."""
    words = number_words(_SCALED.sub(" ", text))
    found = [f"{value:f}" for value in words if value > SMALL and value not in known.every]
    found += [shown for shown, value in chinese(text) if value > SMALL and value not in known.every]
    return list(dict.fromkeys(found))


def chinese(text: str) -> Iterator[tuple[str, Decimal]]:
    """The Chinese numerals of `text`: as written, and what they stand for; a lone sign only before 倍, 成 or as per
    cent, for 一 and 三 stand in words that count nothing."""
    for found in _RUN.finditer(text):
        signs, rest = found["signs"], found["rest"]
        alone = not (set(signs) & set(_DIGITS) and (set(signs) & (set(_UNITS) | set(_GREAT)) or rest))
        if alone and not found["percent"] and not _FOLD.match(text, found.end()):
            continue
        value = Decimal(_whole(signs))
        if rest:
            value += Decimal("0." + "".join(str(_DIGITS[sign]) for sign in rest))
        yield found[0], value


def _whole(signs: str) -> int:
    total = section = digit = 0
    for sign in signs:
        if sign in _DIGITS:
            digit = _DIGITS[sign] if not digit else 10 * digit + _DIGITS[sign]
        elif sign in _UNITS:
            section += max(digit, 1) * _UNITS[sign]
            digit = 0
        else:
            total = (total + section + digit or 1) * _GREAT[sign]
            section = digit = 0
    return total + section + digit
