"""The summary is of this paper, not of another one.

It is when it names what the title names ("SeaCache: …"), or else when enough of the words of title and abstract come
back in it: as they are, or in the other language by the glossary; or else when it is plainly made of the text that was
read: nearly all of its Latin words and every coined one stand there, or several telling numbers do. A summary of
another paper names that paper's own, and has its numbers.

Measured on 18 real Chinese summaries and the papers' abstracts, the shares of title and abstract averaged: .49 to .85
for the own paper (median .75), .23 (median) to .41 (95 in 100) for another. They grow with the glossary: measure anew.
"""

import re
from functools import cache

from ingest.summaries.checks.problem import Problem
from store import lexicon
from store.lexicon import Lexicon
from store.types import Lang, Paper, Sections

LEAST = 0.42
"""Share of the words of title and abstract, averaged, that must come back where the title names nothing."""

LEAST_UNNAMED = 0.49
"""The same where the title has a name, and the summary hasn't."""

WHOLE_TITLE = 5
"""Words from which on a title weighs as much as the abstract."""

GROUNDED = 0.9
"""Share of a summary's Latin words that must stand in the text read, where neither name nor words show whose it is."""

FEWEST = 8
"""Latin words that it takes to tell; fewer do when one of them is coined."""

TELLING = 3
"""Different numbers with a decimal or a percent sign that it takes to tell, all of them in the text."""

_TELLING = re.compile(r"\d+\.\d+|\d+(?=%)")
_TEX = re.compile(r"\$[^$\n]*\$|\\[A-Za-z]+")  # the words of a formula are TeX's
_WORDS = re.compile(r"[A-Za-z][A-Za-z-]{3,}")
_PUNCTUATION = re.compile(r"[^a-z0-9\u3400-\u9fff]+")
_COINED = re.compile(r"\b(?![A-Z]+s?\b)[A-Z]\w*[A-Z][\w+]*")  # LanternNet, not LLMs: a field's word names no paper


def names(title: str) -> list[str]:
    """What the paper calls its own: up to three words before the colon, else the words spelled like names."""
    head, colon, _ = title.partition(":")
    if colon and len(head.split()) <= 3:
        return [head.strip()]
    return _COINED.findall(title)


def share(text: str, summary: str) -> float:
    """How much of the words of `text` comes back in `summary`, 0 to 1, in any spelling of the glossary."""
    units = _glossary().units(text)
    said = _letters(summary)
    return sum(any(_letters(spelling) in said for spelling in unit) for unit in units) / max(1, len(units))


def likeness(paper: Paper, summary: str) -> float:
    """The shares of title and abstract that come back, averaged, 0 to 1.

    A title of few words weighs less: of "Attention Is All You Need" one is left, and any paper may have it.
    """
    title = min(1.0, len(_glossary().units(paper.title)) / WHOLE_TITLE)
    abstract = 1.0 if paper.abstract.strip() else 0.0
    found = title * share(paper.title, summary) + abstract * share(paper.abstract, summary)
    return found / max(title + abstract, 1 / WHOLE_TITLE)


def grounded(summary: str, text: str) -> bool:
    """Whether the summary's coined words are the text's, and so are nearly all Latin ones, or telling numbers."""
    summary = _TEX.sub(" ", summary)
    words, coined = set(_WORDS.findall(summary.lower())), set(_COINED.findall(summary))
    if not all(name in text for name in coined):
        return False
    there = set(_WORDS.findall(text.lower()))
    if len(words & there) < GROUNDED * len(words):
        return False
    numbers = set(_TELLING.findall(summary))
    return bool(coined) or len(words) >= FEWEST or (len(numbers) >= TELLING and numbers <= set(_TELLING.findall(text)))


def check(sections: Sections, lang: Lang, paper: Paper, text: str = "") -> list[Problem]:
    """Return a problem when the sections don't show that they are about `paper`, of which `text` was read."""
    summary = "\n".join(text for _, text in sections.items())
    said = _letters(summary)
    named = [name for name in map(_letters, names(paper.title)) if len(name) > 1]
    if any(name in said for name in named):
        return []
    if likeness(paper, summary) >= (LEAST_UNNAMED if named else LEAST):
        return []
    if grounded(summary, text):
        return []
    return [Problem("identity", lang, None, f"it does not show that it is about {paper.title!r}; name the method")]


@cache
def _glossary() -> Lexicon:
    return lexicon.load()


def _letters(text: str) -> str:
    return _PUNCTUATION.sub("", text.lower())
