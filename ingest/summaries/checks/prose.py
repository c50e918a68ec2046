"""A section without what belongs to no language, and cut into the pieces that may be taken out of it."""

import re
from itertools import pairwise

_NO_PROSE = (
    re.compile(r"```.*?```", re.DOTALL),
    re.compile(r"`[^`\n]*`"),
    re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL),
    re.compile(r"https?://\S+"),
)
_MARKUP = re.compile(r"[*_#>|~`]+")
_STOP = re.compile(r"(?<=[.!?])[\"'”’)\]*_]*\s+(?=[^\sa-z])|(?<=[。！？；])[”’）*_]*\s*")
_LEAD = re.compile(r"^\s*(?:[-*+•]\s+|\(?\d{1,2}[.)）、]\s*)?")


def without_code(text: str) -> str:
    """`text` without code, formulas and addresses; a space stands for each."""
    for pattern in _NO_PROSE:
        text = pattern.sub(" ", text)
    return text


def plain(text: str) -> str:
    """`text` as people read it: without code, formulas, addresses and the marks of Markdown."""
    return _MARKUP.sub("", without_code(text))


def lead(line: str) -> str:
    """The indentation and list mark that `line` begins with."""
    found = _LEAD.match(line)
    return found[0] if found else ""


def sentences(line: str) -> list[str]:
    """Cut a line into sentences, space and marks between them included: joined, they are the line again."""
    ends = [0, *(stop.end() for stop in _STOP.finditer(line)), len(line)]
    return [line[start:end] for start, end in pairwise(ends) if start < end]
