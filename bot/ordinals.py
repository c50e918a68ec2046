"""Which line of a list a text means: "3", "the second one", "第二篇", "最后一篇".

Owns: numbers and ordinals in both languages.
Does not own: which list (followup).
"""

import re
from dataclasses import dataclass

LAST = -1
"""The number of the last line, however long the list is."""

_EN = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ZH = "一二三四五六七八九十"

_BARE = re.compile(
    r"(?:#|no\.?|number|nr\.?|paper)?\s*(?P<number>\d{1,3})\s*(?:篇|个|条|号)?[\s.)。?？]*", re.IGNORECASE
)
_WORD = rf"(?P<word>{'|'.join(_EN)}|last)|(?P<nth>\d{{1,3}})(?:st|nd|rd|th)"
_ENGLISH = re.compile(
    rf"\b(?:the\s+)?(?:{_WORD})(?:\s+(?:one|paper|entry)(?:['’]s)?\b|(?=\s*[?.!]*\s*$))"
    r"|(?<!\w)(?:#|\b(?:no\.|number|paper)\s*)(?P<number>\d{1,3})\b(?!\.\d)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    rf"第\s*(?P<number>\d{{1,3}}|[{_ZH}两]{{1,3}})\s*(?:篇论文|篇|个|条|项|(?=[呢的？?\s]|$))|(?P<last>最后一?[篇个条])"
)


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A line of a list: its `number` from 1 (or LAST), and the text around it."""

    number: int
    rest: str = ""


def find(text: str) -> Ordinal | None:
    """The first line that `text` names, or None."""
    text = text.strip()
    if match := _BARE.fullmatch(text):
        return Ordinal(int(match["number"]))
    if match := _CHINESE.search(text):
        number = LAST if match["last"] else _number(match["number"])
        return _around(text, match, number)
    if match := _ENGLISH.search(text):
        if match["word"]:
            word = match["word"].lower()
            return _around(text, match, LAST if word == "last" else _EN.index(word) + 1)
        return _around(text, match, int(match["nth"] or match["number"]))
    return None


def _around(text: str, match: re.Match[str], number: int) -> Ordinal:
    rest = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
    return Ordinal(number, rest.strip(" ?？.。!！,，"))


def _number(text: str) -> int:
    """12, 十二, 二十, 二十一 as numbers."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.replace("两", "二").rpartition("十")
    digit = _ZH.find(ones) + 1 if ones else 0
    return ((_ZH.find(tens) + 1 if tens else 1) * 10 if ten else 0) + digit
