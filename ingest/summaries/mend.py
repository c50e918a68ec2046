"""Take out of a section what must not be shown, and nothing more than the sentence or list item it stands in.

Owns: what goes with a bad sentence, and how a section is tidied before it is looked at.
Does not own: what is bad (checks), whether enough is left (checks.filler).
"""

import re
from collections.abc import Callable

from ingest.fulltext.text import clean
from ingest.summaries.checks.prose import lead, sentences
from store.report import SECTION_NAMES, canonical
from store.types import SectionName, Sections

_PAIRED = ("**", "`", "$", "$$")


def tidy(name: SectionName, text: str) -> str:
    """`text` without what people can't see and without the section's own heading, in the report's canonical form."""
    names = "|".join(re.escape(names[name]) for names in SECTION_NAMES.values())
    heading = rf"\A[\s#*_\d.、()（）]*(?:{names})[\s*_]*(?:[:：][\s*_]*|\n)"
    lines = canonical(text).split("\n")
    indents = [line[: len(line) - len(line.lstrip(" "))] for line in lines]
    # `clean` takes indentation for a run of spaces, but it is what nests a list.
    seen = "\n".join(indent + clean(line) for indent, line in zip(indents, lines, strict=True))
    return canonical(re.sub(heading, "", re.sub(r"\n{3,}", "\n\n", seen), count=1, flags=re.IGNORECASE))


def tidied(sections: Sections) -> Sections:
    """All five, tidied."""
    return Sections(**{name: tidy(name, text) for name, text in sections.items()})


def cut(text: str, bad: Callable[[str], bool]) -> str:
    """Return `text` without its bad sentences; a list item of which nothing stays goes, and a line that only led to it.

    Where the cut would leave half a pair of marks (`**`, `$`), the whole line goes.
    """
    lines = text.split("\n")
    left = [_line(line, bad) for line in lines]
    for at in reversed(range(len(lines))):
        below = _below(lines, at)
        if below and all(left[one] is None for one in below):
            left[at] = None
    return canonical(re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in left if line is not None)))


def _line(line: str, bad: Callable[[str], bool]) -> str | None:
    """The line without its bad sentences, or None when nothing of it stays."""
    if not line.strip() or not bad(line):
        return line
    mark = lead(line)
    left = [one for one in sentences(line[len(mark) :]) if not bad(one)]
    shorter = mark + "".join(left).rstrip()
    broken = any(shorter.count(pair) % 2 for pair in _PAIRED)
    return None if not "".join(left).strip(" *_") or broken or bad(shorter) else shorter


def _below(lines: list[str], at: int) -> list[int]:
    """Where the lines stand that the line `at` leads to, when it ends in a colon: a list, or deeper items."""
    if not lines[at].rstrip(" *_").endswith((":", "：")):
        return []
    found: list[int] = []
    for one in range(at + 1, len(lines)):
        deeper = _indent(lines[one]) > _indent(lines[at])
        if lines[one].strip() and not deeper and (_listed(lines[at]) or not _listed(lines[one])):
            break
        found += [one] if lines[one].strip() else []
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _listed(line: str) -> bool:
    return bool(lead(line).strip())
