"""Which line of a list a text means: "3", "the second one", "第二篇", "最后一篇".

Owns: numbers and ordinals in both languages.
Does not own: which list (followup).
"""

import re
from dataclasses import dataclass

from store.words import HAN

LAST = -1
"""The number of the last line, however long the list is."""

BEFORE_LAST = -2
"""The last line but one."""

_EN = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ZH = "一二三四五六七八九十"

_BARE = re.compile(
    rf"(?:#|no\.?|number|nr\.?|paper)?\s*(?P<number>\d{{1,3}})\s*(?:篇|个|条|号)?[\s.)。?？]*|"
    rf"(?P<han>[{_ZH}]{{1,3}})[\s。?？]*",
    re.IGNORECASE,
)
_WORD = (
    rf"(?P<word>second[ -](?:to[ -])?last|last but one|penultimate|{'|'.join(_EN)}|last)|"
    r"(?P<nth>\d{1,3})(?:st|nd|rd|th)"
)
_ENGLISH = re.compile(
    rf"\b(?P<the>the\s+)?(?:{_WORD})"
    r"(?:\s+(?:one|entry|paper(?!\s+(?:on|about)\b))(?:['’]s)?\b(?!\s+(?:to|that|which|ever)\b)|(?P<end>\s*[?.!]*$))"
    r"|(?<!\w)(?:#|\b(?:no\.|number|paper)\s*)(?P<number>\d{1,3})\b(?!\.\d|\s+(?:on|in|among)\s)",
    re.IGNORECASE,
)
_BEFORE_END = re.compile(
    r"(?:(?:and|or|so|ok|okay|then|now|what|how|about|of|show|give|open|me|please)\b\W*)*", re.IGNORECASE
)
"""What may come before "second?" without a "the": in "30 frames per second?" and "which came first?" it is no line."""

_NEXT = (
    "(?=\\s*(?:[呢吗的？?。.！!，,]|怎么|如何|是什么|是关于|是怎么|是不是|有什么|有没有|有多|讲|说了|用了什么|用的|$))"
)
"""What comes after 第二个 where it is a line; 第二个阶段 and 第一个用扩散模型的工作 are things of their own."""

_CHINESE = re.compile(
    rf"(?<!倒数)第\s*(?P<number>\d{{1,3}}|[{_ZH}两]{{1,3}})\s*(?:篇论文|篇|[个条项]{_NEXT})"
    rf"|(?:(?<![{HAN}])|(?<=那))第\s*(?P<bare>\d{{1,3}}|[{_ZH}两]{{1,3}})(?=\s*(?:[呢的？?。.！!，,]|$))"
    rf"|倒数第\s*(?P<end>\d{{1,3}}|[{_ZH}两]{{1,3}})\s*[篇个条项]?"
    rf"|(?P<last>最后一?(?:篇|[个条项]{_NEXT}))"
)


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A line of a list: its `number` from 1 (or from the end: LAST, -2 …), and the text around it."""

    number: int
    rest: str = ""


def find(text: str) -> Ordinal | None:
    """The first line that `text` names, or None."""
    text = text.strip()
    if match := _BARE.fullmatch(text):
        return Ordinal(number(match["number"] or match["han"]))
    if match := _CHINESE.search(text):
        if match["end"]:
            return _around(text, match, -number(match["end"]))
        return _around(text, match, LAST if match["last"] else number(match["number"] or match["bare"]))
    match = _ENGLISH.search(text)
    if match is None or (
        match["end"] is not None and not match["the"] and not _BEFORE_END.fullmatch(text[: match.start()])
    ):
        return None
    if match["word"]:
        word = match["word"].lower()
        if word not in _EN:
            return _around(text, match, LAST if word == "last" else BEFORE_LAST)
        return _around(text, match, _EN.index(word) + 1)
    return _around(text, match, int(match["nth"] or match["number"]))


def _around(text: str, match: re.Match[str], number: int) -> Ordinal:
    rest = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
    return Ordinal(number, rest.strip(" ?？.。!！,，"))


def number(text: str) -> int:
    """12, 十二, 二十, 二十一 as numbers; 0 for what is none."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.replace("两", "二").rpartition("十")
    digit = _ZH.find(ones) + 1 if len(ones) == 1 else 0
    return ((_ZH.find(tens) + 1 if tens else 1) * 10 if ten else 0) + digit
