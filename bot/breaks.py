"""Where a text that is too long may be broken: after a sentence, else between words, else between characters.

Chinese has no spaces: any two of its characters may part, but a line doesn't begin with a closing mark or end with
an opening one.

Owns: the places. Pure functions over strings.
Does not own: how much fits (render).
"""

import re
import unicodedata

_SENTENCE = re.compile(r"\n|[.!?…]['\")\]”’]*\s|[。！？；…][」』”’）】]*")
_CJK = re.compile("[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_NEVER_FIRST = frozenset("，。、；：？！…）》〉」』】”’％,.;:?!)]}%")
_NEVER_LAST = frozenset("（《〈「『【“‘([{")
_JOINER = "\u200d"


def best_break(text: str, start: int, end: int) -> int:
    """Return where to break `text`, of which `start` to `end` fits and more follows: a place in (start, end].

    A sentence's end counts only in the later half, lest a message be mostly empty.
    """
    half = start + (end - start) // 2
    sentence = max((match.end() for match in _SENTENCE.finditer(text, half, end)), default=0)
    if text[end].isspace() and text[end - 1] in ".!?…。！？；":
        return end
    if sentence:
        return sentence
    for at in range(end, start, -1):
        if _is_between_words(text, at):
            return at
    for at in range(end, max(start, end - 64), -1):
        if not _is_one_character(text, at):
            return at
    return end


def is_visible(text: str) -> bool:
    """Whether there is anything to see: chat platforms refuse a message of spaces and joiners."""
    return any(char.isprintable() and not char.isspace() for char in text)


def _is_between_words(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return True
    if before in _NEVER_LAST or after in _NEVER_FIRST:
        return False
    return bool(_CJK.match(before) or _CJK.match(after)) and not _is_one_character(text, at)


def _is_one_character(text: str, at: int) -> bool:
    """Whether the code points on both sides of `at` are seen as one: an accent, a family, a skin tone, a flag."""
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    flags = 0
    while flags < min(at, 64) and "\U0001f1e6" <= text[at - flags - 1] <= "\U0001f1ff":
        flags += 1
    return flags % 2 == 1 and "\U0001f1e6" <= after <= "\U0001f1ff"
