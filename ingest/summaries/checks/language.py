"""Every section is in the language that it should be in.

Chinese keeps its Latin terms, so a section may have about as many Latin words as Chinese characters, and a short one
may be nothing but terms; a run of English that is built as a sentence is no term. English has hardly any Chinese
character. Code, formulas and what stands in brackets or quotation marks are not looked at.
"""

import re

from ingest.summaries.checks.problem import Problem
from ingest.summaries.checks.prose import plain, sentences
from store.types import Lang, Sections
from store.words import HAN

LEAST_HAN = 0.5
"""Chinese characters among characters and Latin words together; the lowest of 90 real sections has .60."""

MOST_HAN = 0.03
"""Chinese characters among the letters of an English section, beyond a name of FEW_HAN."""

FEW_HAN = 6
FEW_WORDS = 8
"""Latin words that may stand alone as terms."""

_ASIDE = re.compile(r"[(（\[【《“「\"][^()（）\[\]【】《》“”「」\"\n]*[)）\]】》”」\"]")
_HAN = re.compile(f"[{HAN}]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")
_RUN = re.compile(f"[^{HAN}\n，。；：、！？]+")
_WORDS = """a an and are as at be been but by can could do does for from had has have if in is it its not of on or our
should so than that the their them then there these they this those to was we were when where which while who
will with would you your"""
_GRAMMAR = frozenset(_WORDS.split())


def foreign(text: str, lang: Lang) -> str:
    """Say why `text` is not in `lang`, or nothing."""
    bare = _ASIDE.sub(" ", plain(text))
    han, words = len(_HAN.findall(bare)), _WORD.findall(bare)
    if lang == "en":
        if han > FEW_HAN + MOST_HAN * sum(map(len, words)):
            return "not in English"
        return ""
    if han < LEAST_HAN * (han + len(words)) and (len(words) > FEW_WORDS or _built(bare)):
        return "not in Chinese"
    return "it has an English sentence" if any(map(_is_sentence, _RUN.findall(bare))) else ""


def check(sections: Sections, lang: Lang) -> list[Problem]:
    """Return a problem for each section that is, in whole or in part, in another language."""
    found = [(name, foreign(text, lang)) for name, text in sections.items()]
    return [Problem("language", lang, name, why) for name, why in found if why]


def _built(text: str) -> bool:
    """Whether words stand there that bind other words."""
    return any(word.lower() in _GRAMMAR for word in _WORD.findall(text))


def _is_sentence(run: str) -> bool:
    return any(
        len(words := _WORD.findall(one)) >= FEW_WORDS and sum(word.lower() in _GRAMMAR for word in words) >= 2
        for one in sentences(run)
    )
