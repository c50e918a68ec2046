"""Which lines of a printed paper are headings, where its abstract is, and where the references end.

A numbered heading is believed only where its number follows the ones before: "2 GPUs were used" may begin a line
anywhere, but seldom just after section 1 and in the look of a title.

Owns: the outline of a paper in lines.
Does not own: reading a PDF (pdf), joining lines (lines), the kinds of sections (text).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NewType

from ingest.fulltext.text import Draft

Line = NewType("Line", str)

_NAMES = (
    r"introduction|related works?|background|preliminaries|motivation|problem (?:statement|formulation)|methods?|"
    r"methodology|approach|our approach|model|experiments?|experimental (?:setup|results)|evaluation|results|"
    r"results and discussion|discussion|analysis|ablation stud(?:y|ies)|limitations?|conclusions?|"
    r"conclusions? and (?:future work|discussion)|future work|broader impacts?|acknowledge?ments?|ethics statement|"
    r"reproducibility statement|(?:code and )?data availability|code and data availability|summary"
)
_KNOWN = re.compile(rf"(?:{_NAMES})\.?", re.IGNORECASE)
_ABSTRACT = re.compile(r"abstract\s*(?:[.:—–-]+\s*|$)(.*)", re.IGNORECASE)
_INDEX_TERMS = re.compile(r"(?:index terms|keywords|key words|ccs concepts)\b", re.IGNORECASE)
_REFERENCES = re.compile(r"(?:\d{1,2}\.?\s+|[IVX]+\.\s+)?(?:references|bibliography|literature cited)", re.IGNORECASE)
_APPENDIX = re.compile(r"(?:appendix|appendices|supplementa(?:ry|l) materials?)\b.{0,70}", re.IGNORECASE)
_REFERENCE = re.compile(r"^\[\d+\]|\b(?:19|20)\d\d[a-z]?[.,)]|arXiv preprint|\bpp\. ?\d|\bIn Proc|et al\.,? ?\(?\d{4}")
_NUMBERED = re.compile(r"((?:\d{1,2}|[A-Z](?=\.\d))(?:\.\d{1,2}){0,3})(\.?)\s+(\S.*)")
_ROMAN = re.compile(r"([IVX]{1,5})\s?\.\s+(\S.*)")
_LETTER = re.compile(r"([A-Z])(\.?)\s+(\S.*)")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ROMANS = [tens + ones for tens in ("", "X") for ones in _ONES]
_FRONT_LINES = 70  # how far an abstract is looked for, and how long it may be


@dataclass(slots=True)
class Outline:
    """Where in the numbering the reading is; `appendix` after the references."""

    number: tuple[int, ...] = (0,)
    style: str = ""  # "1" or "1." or "I.": a paper numbers all its sections in one way
    appendix: bool = False
    lettered: tuple[int, ...] = field(default=(0,))

    def heading(self, line: str, usual: int) -> tuple[str, int] | None:
        """Return (heading, level) if the line is the next heading, and step on to it."""
        if len(line) > max(usual * 0.95, 60) and not line.isupper():
            return None
        if _KNOWN.fullmatch(line) and line[0].isupper():
            return line, 1
        if self.appendix:
            return self._lettered(line)
        return self._roman(line) or self._arabic(line)

    def _arabic(self, line: str) -> tuple[str, int] | None:
        match = _NUMBERED.fullmatch(line)
        if not match or not match[1][0].isdecimal() or self.style not in ("", "1" + match[2]) or not _titled(match[3]):
            return None
        number = tuple(map(int, match[1].split(".")))
        if not _follows(self.number, number):
            return None
        if len(number) == 1:
            self.style = "1" + match[2]
        self.number = number
        return line, len(number)

    def _roman(self, line: str) -> tuple[str, int] | None:
        """IEEE's way: I. INTRODUCTION, then A. Setting."""
        if (match := _ROMAN.fullmatch(line)) and self.style in ("", "I."):
            name = _small_capitals(match[2])
            number: tuple[int, ...] = (_ROMANS.index(match[1]) if match[1] in _ROMANS else 0,)
            if name.upper() == name and _titled(name) and _follows(self.number, number):
                self.number, self.style = number, "I."
                return f"{match[1]}. {name}", 1
        if self.style == "I." and (match := _LETTER.fullmatch(line)) and match[2] and _titled(match[3]):
            number = (self.number[0], ord(match[1]) - 64)
            if _follows(self.number, number):
                self.number = number
                return line, 2
        return None

    def _lettered(self, line: str) -> tuple[str, int] | None:
        """An appendix: A Proofs, A.1 Lemmas."""
        if _APPENDIX.fullmatch(line) and _titled(line):
            return line, 1
        match = _NUMBERED.fullmatch(line) or _LETTER.fullmatch(line)
        if not match or not _titled(match[3]):
            return None
        letter, *rest = match[1].split(".")
        number = (ord(letter) - 64, *map(int, rest)) if letter.isalpha() else ()
        if not number or not _follows(self.lettered, number):
            return None
        self.lettered = number
        return line, len(number)


def _follows(before: tuple[int, ...], number: tuple[int, ...]) -> bool:
    """Whether a number may come next: a first child, or one more (or two: a heading may be missed) at any depth."""
    if len(number) > len(before) + 1:
        return False
    if len(number) == len(before) + 1:
        return number[:-1] == before and number[-1] == 1
    depth = len(number) - 1
    return number[:depth] == before[:depth] and 1 <= number[depth] - before[depth] <= 2


def _titled(name: str) -> bool:
    """Whether words look like a title: short, a capital first, mostly letters, no sentence's end."""
    words = name.split()
    letters = sum(letter.isalpha() or letter.isspace() for letter in name)
    ends = name.rstrip().endswith((".", ",", ";", "-")) and not name.endswith("etc.")
    return name[:1].isupper() and len(words) <= 14 and letters > len(name) * 0.7 and not ends


def _small_capitals(name: str) -> str:
    """Return "I NTRODUCTION", as small capitals come out, as "INTRODUCTION"."""
    return re.sub(r"\b([A-Z]) (?=[A-Z]{2,})", r"\1", name)


def sections(lines: Sequence[Line]) -> tuple[list[str], list[Draft]]:
    """Return the abstract's lines, and the sections with their lines as paragraphs; references are left out.

    What stands before the abstract (title, authors, addresses) is dropped. Without an abstract it is dropped up to the
    first heading, unless that is far: then a heading was missed, and everything is kept.
    """
    usual = sorted(map(len, lines))[len(lines) * 3 // 4] if lines else 1
    at, abstract = _abstract(lines, usual)
    outline, drafts = Outline(), [Draft("", 1)]
    while at < len(lines):
        line = lines[at]
        at += 1
        if _REFERENCES.fullmatch(line) and not outline.appendix:
            at, outline.appendix = _after_references(lines, at), True
        elif found := outline.heading(line, usual):
            if len(drafts) == 1 and not abstract and len(drafts[0].paragraphs) < _FRONT_LINES:
                drafts[0].paragraphs.clear()
            heading, level = found
            if len(line) > usual * 0.8 and at < len(lines) and _goes_on(lines[at]):
                heading, at = f"{heading} {lines[at]}", at + 1
            drafts.append(Draft(heading, level, appendix=outline.appendix or bool(_APPENDIX.match(line))))
        else:
            drafts[-1].paragraphs.append(line)
    return abstract, drafts


def _abstract(lines: Sequence[Line], usual: int) -> tuple[int, list[str]]:
    """Return where the text after the abstract begins, and the abstract's lines; (0, []) without one.

    It ends at the first heading or at the keywords, or where it would be longer than abstracts are.
    """
    found = ((at, match) for at in range(min(_FRONT_LINES, len(lines))) if (match := _ABSTRACT.fullmatch(lines[at])))
    start, match = next(found, (0, None))
    if match is None:
        return 0, []
    abstract = [match[1]] if match[1] else []
    for at in range(start + 1, min(start + _FRONT_LINES, len(lines))):
        if Outline().heading(lines[at], usual):
            return at, abstract
        if _INDEX_TERMS.match(lines[at]):
            after = range(at + 1, min(at + 6, len(lines)))
            return next((one for one in after if Outline().heading(lines[one], usual)), at + 1), abstract
        abstract.append(lines[at])
    return min(start + _FRONT_LINES, len(lines)), abstract


def _goes_on(line: str) -> bool:
    """Whether a line can be the last words of a long heading."""
    return len(line.split()) <= 3 and _titled(line) and not _KNOWN.fullmatch(line)


def _after_references(lines: Sequence[Line], start: int) -> int:
    """Return where the appendix begins: a title of one, after which no more references are listed; else the end."""
    for at in range(start, len(lines)):
        match = _LETTER.fullmatch(lines[at])
        lettered = match and match[1] == "A" and _titled(match[3]) and not re.search(r",| [A-Z]\.| and ", match[3])
        if (lettered or _APPENDIX.fullmatch(lines[at])) and _titled(lines[at]):
            following = lines[at + 1 : at + 25]
            if sum(bool(_REFERENCE.search(line)) for line in following) < max(3, len(following) / 5):
                return at
    return len(lines)
