"""Lines of a printed page: what the printer added goes, and the rest is put together to paragraphs.

Owns: running heads, page numbers, arXiv's stamp; words cut at a line's end; where a paragraph ends.
Does not own: headings and references (headings).
"""

import re
from collections import Counter
from collections.abc import Sequence, Set

from ingest.fulltext.text import CAPTION

_STAMP = re.compile(r"arXiv:\d{4}\.\d{4,5}(v\d+)?\s*(\[[\w.\-]+\])?\s*\d{1,2} \w{3,9} \d{4}")
_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|TABLE|FIGURE|Algorithm)\s+(?:\d+|[IVXL]+)(?:[.:|]|\s*$)")
_EDGE = 2  # lines at the top and at the bottom of a page where running heads stand
_SHORT, _FULL = 0.5, 0.8  # of a usual line: a row of a table or a label; a line that goes on in the next one


def tidy_pages(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the pages without the stamp, page numbers, and lines that stand at the edge of many pages."""
    edges = Counter(key for page in pages for key in {_key(line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    often = max(3, len(pages) * 0.3)
    running = {key for key, times in edges.items() if times >= often}
    return [
        [
            line
            for at, line in enumerate(page)
            if line and not _STAMP.fullmatch(line)
            if _EDGE <= at < len(page) - _EDGE or not (line.isdecimal() or _key(line) in running)
        ]
        for page in pages
    ]


def _key(line: str) -> str:
    """What stays the same in a running head when its page number changes."""
    return re.sub(r"\d+", "#", line)


def words(pages: Sequence[Sequence[str]]) -> set[str]:
    """Return the words of a document in lower case, without those that a line's end cuts in two."""
    found: set[str] = set()
    for page in pages:
        cut = False
        for line in page:
            here = re.findall(r"\w+(?:-\w+)*", line.lower())
            ends = line.endswith("-")
            found.update(here[cut : len(here) - ends])
            cut = ends
    return found


def prose(lines: Sequence[str], known: Set[str]) -> list[str]:
    """Return paragraphs: lines joined where a sentence goes on, captions marked, rows of tables a line each.

    `known` are the document's words in lower case, by which "hun-" and "dreds" are told from "labor-" and "intensive".
    """
    if not lines:
        return []
    usual = sorted(map(len, lines))[len(lines) * 3 // 4] or 1
    paragraphs: list[str] = []
    before = ""
    for line in lines:
        if not before or _CAPTION.match(line):
            paragraphs.append(CAPTION + line if _CAPTION.match(line) else line)
        elif _is_row(before) or _is_row(line) or _ends(before, line, paragraphs[-1], usual):
            rows = [_is_row(one) or len(one) < usual * _SHORT for one in (before, line)]
            if all(rows) and not paragraphs[-1].startswith(CAPTION):
                paragraphs[-1] += "\n" + line
            else:
                paragraphs.append(line)
        else:
            paragraphs[-1] = join(paragraphs[-1], line, known)
        before = line
    return paragraphs


def _is_row(line: str) -> bool:
    """Whether a line is a table's: most of what stands in it are numbers."""
    tokens = line.split()
    numbers = sum(bool(re.fullmatch(r"[+\-−±]?\d[\d.,]*[%×kKMB]?", token)) for token in tokens)
    return numbers > 1 and numbers > len(tokens) * 0.35


def _ends(before: str, line: str, paragraph: str, usual: int) -> bool:
    """Whether a paragraph ends between two lines."""
    stops = before.endswith((".", "!", "?", ":", "”", '"'))
    if paragraph.startswith(CAPTION):
        return stops
    if len(before) < usual * _SHORT and not before.endswith("-"):
        return not line[:1].islower()
    return stops and len(before) < usual * _FULL


def join(text: str, line: str, known: Set[str]) -> str:
    """Return `text` with `line` after it, a word that was cut at the line's end made whole.

    A hyphen stays in a word that is known with it, and between two words that are both known by themselves.
    """
    cut = re.search(r"([^\W\d_]+)-$", text[-60:])
    rest = re.match(r"[^\W\d_]+", line)
    if not cut or not rest or not rest[0][0].islower():
        glued = text.endswith(("—", "/")) or re.search(r"\w-$", text[-2:])
        return f"{text}{line}" if glued else f"{text} {line}"
    first, second = cut[1].lower(), rest[0].lower()
    whole = first + second in known
    hyphen = not whole and (f"{first}-{second}" in known or (first in known and second in known and len(first) > 2))
    return (text if hyphen else text[:-1]) + line
