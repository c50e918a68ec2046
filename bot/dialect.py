"""How one platform wants its text: a `Dialect` is a value, and the console's two are here.

Owns: the form of a dialect; plain text, and text for a terminal.
Does not own: the chat platforms' dialects (each front), or using them (render).
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.doc import Span

UNLIMITED = sys.maxsize


def same(text: str) -> str:
    """A hook that changes nothing."""
    return text


def units(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True)
class Dialect:
    """A platform's limit and markup.

    `measure` counts what the platform counts, given dressed text: at least 1 for each character of the text itself
    (less only where it is a moment), and for two texts together no more than for both alone. `escape` makes plain text
    harmless.

    `span` dresses a `Span` with a style or a moment, which never begins or ends with a space (so `**…**` works); `pre`
    dresses code. Both get raw text and escape it themselves. The hooks for other blocks get dressed text; a title's has
    no bold in it.
    A hook may wrap (`<b>…</b>`) or begin each line (`> …`), at no greater cost for a whole than for its parts.
    """

    name: str
    limit: int
    measure: Callable[[str], int]
    escape: Callable[[str], str]
    span: Callable[[Span], str]
    title: Callable[[str], str] = same
    quote: Callable[[str], str] = same
    fold: Callable[[str], str] = same
    note: Callable[[str], str] = same
    aside: Callable[[str], str] = same
    pre: Callable[[str], str] = same
    bullet: str = "•"

    def dress(self, span: Span) -> str:
        """`span` in markup, the space around it left outside; escaped only where it has no style."""
        core = span.text.strip()
        if not core or not (span.bold or span.italic or span.code or span.url or span.moment):
            return self.escape(span.text)
        before, after = span.text.split(core, 1)
        return self.escape(before) + self.span(replace(span, text=core)) + self.escape(after)


def _lines(prefix: str) -> Callable[[str], str]:
    """A hook that begins every line with `prefix`."""
    return lambda text: prefix + text.replace("\n", "\n" + prefix)


def _between(on: int, off: int) -> Callable[[str], str]:
    """A hook that switches one attribute of a terminal on, and only that one off again."""
    return lambda text: f"\033[{on}m{text}\033[{off}m"


_BOLD, _DIM, _ITALIC, _UNDERLINED, _CYAN = (
    _between(1, 22),
    _between(2, 22),
    _between(3, 23),
    _between(4, 24),
    _between(36, 39),
)


def _plain_span(span: Span) -> str:
    return f"{span.text} ({span.url})" if span.url and span.url != span.text else span.text


def _ansi_span(span: Span) -> str:
    text = span.text
    for wanted, hook in ((span.code, _CYAN), (span.italic, _ITALIC), (span.bold, _BOLD), (span.url, _UNDERLINED)):
        text = hook(text) if wanted else text
    # https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
    return f"\033]8;;{span.url}\033\\{text}\033]8;;\033\\" if span.url else text


PLAIN = Dialect(
    name="plain",
    limit=UNLIMITED,
    measure=len,
    escape=same,
    span=_plain_span,
    quote=_lines("> "),
    pre=_lines("    "),
)
"""Text and nothing else: pipes, --no-color, log files."""

ANSI = Dialect(
    name="ansi",
    limit=UNLIMITED,
    measure=len,
    escape=same,
    span=_ansi_span,
    title=_BOLD,
    quote=_lines("│ "),
    note=_DIM,
    aside=_DIM,
    pre=_lines("    "),
)
"""A terminal with colours and links. `Span` has let no escape sequence in, so none needs escaping."""
