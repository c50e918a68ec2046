"""A message as every platform could show it: titles, paragraphs, list lines, links, folds.

Whatever is put in comes out harmless: a `Span` holds no control characters and no bidi overrides, a link leads to
http or https or it is no link. So no dialect has to think of them, and a terminal gets no escape sequence.

Owns: the parts of a message.
Does not own: the Markdown of a summary (markdown), where a message breaks and how it is dressed (render), what is
said (digest, answer).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Literal, TypeAlias

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_URL = re.compile(r"https?://[^\s/?#][^\s\x00-\x1f\x7f]{0,2000}", re.IGNORECASE)
_ENCODED = {ord(char): f"%{ord(char):02X}" for char in "\"'()<>\\^`{|}"}


Shown: TypeAlias = Literal["full", "day", "time", "distance"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, and what is said of it: its date and time, one of them, or how far it is ("in 3 hours").

    Never a day of papers: that is the same day for everybody, wherever they are.
    """

    at: datetime
    shown: Shown = "full"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; `url` makes it a link. "\\n" breaks the line.

    With a `moment` the text says it in the chat's zone; a platform may say it in each reader's own instead.

    The text is cleaned and the address checked as the span is made: what is no http(s) address becomes "".
    """

    text: str
    bold: bool = False
    code: bool = False
    italic: bool = False
    url: str = ""
    moment: Moment | None = None

    def __post_init__(self) -> None:
        text = _UNSAFE.sub("", _LINE_END.sub("\n", self.text).replace("\t", "    "))
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "url", _address(self.url))


def _address(url: str) -> str:
    """`url` as an http(s) address without anything that markup could read, or ""."""
    url = url.strip()
    return _UNSAFE.sub("", url).translate(_ENCODED) if _URL.fullmatch(url) else ""


Text: TypeAlias = tuple[Span, ...]

Line: TypeAlias = str | Text
"""What a block is made with; a `str` is plain text."""


def plain(text: str) -> Text:
    """`text` as it is: no character of it is markup."""
    return (Span(text),)


def bold(text: str) -> Text:
    """`text` in bold."""
    return (Span(text, bold=True),)


def link(text: str, url: str) -> Text:
    """`text`, leading to `url`."""
    return (Span(text, url=url),)


def moment(text: str, at: datetime, shown: Shown = "full") -> Text:
    """`text`, which says the moment `at`."""
    return (Span(text, moment=Moment(at, shown)),)


def merged(parts: Iterable[Span]) -> Text:
    """`parts` with neighbours of one style made one; a moment stays by itself."""
    found: list[Span] = []
    for style, same in groupby(parts, key=lambda span: replace(span, text="")):
        run = list(same)
        found += run if style.moment or len(run) == 1 else [replace(style, text="".join(span.text for span in run))]
    return tuple(found)


def spans(line: Line) -> Text:
    """`line` as spans, whichever way it was given."""
    return plain(line) if isinstance(line, str) else line


@dataclass(frozen=True, slots=True)
class Title:
    """The heading of a message, or of a part of it."""

    text: Line


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    text: Line


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list, numbered or (None) not, `indent` levels deep; `note` is a second, quieter line below it."""

    text: Line
    number: int | None = None
    indent: int = 0
    note: Line = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of somebody else."""

    text: Line


@dataclass(frozen=True, slots=True)
class Fold:
    """Details that a platform may collapse under `title`."""

    title: Line
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: what was read, who wrote the summary."""

    text: Line


@dataclass(frozen=True, slots=True)
class Pre:
    """Text whose spaces and line breaks count, as code."""

    text: Line


Block: TypeAlias = Title | Para | Item | Quote | Fold | Note | Pre


@dataclass(frozen=True, slots=True, init=False)
class Doc:
    """A message: its blocks, in order. What is not a block is a keyword beside them: `picture` is the address of one
    that a platform may show small; what is no http(s) address becomes ""."""

    blocks: tuple[Block, ...]
    picture: str

    def __init__(self, *blocks: Block, picture: str = "") -> None:
        object.__setattr__(self, "blocks", blocks)
        object.__setattr__(self, "picture", _address(picture))
