"""The light Markdown that summaries and models write, as blocks of a message.

Owns: which marks mean something, and when a `$` is money.
Does not own: the blocks (doc), what a formula reads like (tex).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot import tex
from bot.doc import Block, Item, Para, Pre, Span, Text, merged

FORMULAS = 1000
"""Formulas read in one text; further ones stay as they came (a summary has ten)."""

DEEPEST = 4
"""Levels of a list below the first; deeper ones are shown as this one."""

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LIST = re.compile(r"(?:[*+-]|(\d{1,3})[.)]) +(\S.*)")
_HEADING = re.compile(r"#{1,6} +(\S.*)")
_FENCE = re.compile(r"(`{3,})[^`]*")
# Each branch stops at the next character of its own kind, so that a text of nothing but openings takes no longer.
_INLINE = re.compile(
    r"""\\\( (?P<round> (?: [^\\\n] | \\ [^()\n] )++ ) \\\)
    | \\\[ (?P<square> (?: [^\\] | \\ [^][] )++ ) \\\]
    | \\ (?P<escaped> [\\`*_{}\[\]()#+.!$|~<>-] )
    | ` (?P<code> [^`\n]++ ) `
    | \$\$ (?P<display> [^$]++ ) \$\$
    | \$ (?P<math> (?![\s$]) [^$\n]++ (?<![\s\\]) ) \$ (?![\d$])
    | \[ (?P<label> [^][\n]++ ) \] \( (?P<url> https?:// (?: [^\s()] | \( [^\s()]*+ \) )++ ) \)
    | (?P<stars> \*++ )""",
    re.VERBOSE | re.IGNORECASE,
)
_MONEY = re.compile(r"\d[^\\^_={}<>+\s]*\s[^\\^_={}<>+]*")


def from_markdown(text: str) -> tuple[Block, ...]:
    r"""Return the blocks of `text`.

    Read are paragraphs, lists nested by indentation, headings (as bold paragraphs), fenced code, **bold**, *italic*,
    `code`, http(s) links, and formulas between $…$, $$…$$, \(…\) or \[…\]; all else is literal, and a line break
    stays one. Takes any text, in time that grows with its length.
    """
    return tuple(_Reader().read(_LINE_END.sub("\n", text).expandtabs(4).split("\n")))


@dataclass(frozen=True, slots=True)
class _Stars:
    """A run of one to three asterisks that may open or close something."""

    count: int
    opens: bool
    closes: bool

    @property
    def marks(self) -> tuple[int, ...]:
        return (2, 1) if self.count == 3 else (self.count,)


class _Reader:
    """One text's way from lines to blocks; `_open` is the list item that further lines belong to."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open: tuple[int | None, int] | None = None
        self._widths: list[int] = []
        self._formulas = 0

    def read(self, lines: list[str]) -> Iterator[Block]:
        numbered = iter(lines)
        for line in numbered:
            words = line.strip()
            width = len(line) - len(line.lstrip())
            if fence := _FENCE.fullmatch(words):
                yield from self._close()
                yield from _code(numbered, fence[1])
            elif not words or _is_rule(words):
                if self._open is None:
                    yield from self._close()
            elif heading := _HEADING.fullmatch(words):
                yield from self._leave()
                yield Para(merged(replace(span, bold=True) for span in self._inline(heading[1])))
            elif listed := _LIST.fullmatch(words):
                yield from self._close()
                self._open = (int(listed[1]) if listed[1] else None, self._level(width))
                self._lines.append(listed[2])
            else:
                if self._open is not None and not width:
                    yield from self._leave()
                self._lines.append(words)
        yield from self._close()

    def _level(self, width: int) -> int:
        """How deep a list line that starts `width` spaces in lies."""
        while self._widths and self._widths[-1] > width:
            self._widths.pop()
        if not self._widths or self._widths[-1] < width:
            self._widths.append(width)
        return min(len(self._widths) - 1, DEEPEST)

    def _leave(self) -> Iterator[Block]:
        """Close the block, and the list around it."""
        yield from self._close()
        self._widths.clear()

    def _close(self) -> Iterator[Block]:
        if self._lines:
            text = self._inline("\n".join(self._lines))
            yield Para(text) if self._open is None else Item(text, *self._open)
        self._lines, self._open = [], None

    def _inline(self, text: str) -> Text:
        return merged(_emphasised(list(self._parts(text))))

    def _parts(self, text: str) -> Iterator[Span | _Stars]:
        """`text` in pieces: what is literal, code, formula or link as spans, and the asterisks between them."""
        done = at = 0
        while match := _INLINE.search(text, at):
            at = match.end()
            kind, found = match.lastgroup, match[match.lastgroup or 0]
            if kind == "math" and _MONEY.fullmatch(found):
                at = match.start() + 1
                continue
            yield from _literal(text[done : match.start()])
            done = at
            if kind == "stars":
                yield _stars(text, match)
            elif kind == "url":
                label = merged(_emphasised(list(self._parts(match["label"]))))
                yield from (replace(span, url=found) for span in label)
            elif kind in ("code", "escaped"):
                yield Span(found, code=kind == "code")
            else:
                yield Span(self._formula(found))
        yield from _literal(text[done:])

    def _formula(self, found: str) -> str:
        self._formulas += 1
        return tex.readable(found) if self._formulas <= FORMULAS else found


def _is_rule(words: str) -> bool:
    marks = set(words.replace(" ", ""))
    return len(words) > 2 and len(marks) == 1 and marks <= set("-*_=")


def _code(lines: Iterator[str], fence: str) -> Iterator[Block]:
    """The lines up to the closing fence, or to the end of the text."""
    code = []
    for line in lines:
        if line.strip().startswith(fence) and not line.strip(" `"):
            break
        code.append(line)
    if any(line.strip() for line in code):
        yield Pre("\n".join(code))


def _literal(text: str) -> Text:
    return (Span(text),) if text else ()


def _stars(text: str, match: re.Match[str]) -> Span | _Stars:
    """The run of asterisks as a mark, or as itself: a mark leans on a word, and stands in none ("2*3*4")."""
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    inside = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
    opens, closes = bool(after.strip()) and not inside, bool(before.strip())
    count = len(match[0])
    return _Stars(count, opens, closes) if count <= 3 and (opens or closes) else Span(match[0])


def _emphasised(parts: list[Span | _Stars]) -> Iterator[Span]:
    """`parts` with their asterisks turned into style, or literal where one has no partner."""
    waiting: dict[int, int] = {}
    paired: set[tuple[int, int]] = set()
    for at, part in enumerate(parts):
        if isinstance(part, Span):
            continue
        for mark in part.marks:
            if part.closes and mark in waiting:
                paired |= {(waiting.pop(mark), mark), (at, mark)}
            elif part.opens:
                waiting[mark] = at
    bold = italic = False
    for at, part in enumerate(parts):
        if isinstance(part, Span):
            yield replace(part, bold=bold or part.bold, italic=italic or part.italic)
            continue
        for mark in part.marks:
            if (at, mark) not in paired:
                yield Span("*" * mark, bold=bold, italic=italic)
            elif mark == 2:
                bold = not bold
            else:
                italic = not italic
