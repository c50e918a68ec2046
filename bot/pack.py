"""Fill messages with pieces of text, cutting the pieces that no message can hold.

Owns: how much goes into a message.
Does not own: how the pieces are laid out (render), where a text may be broken (breaks), markup (dialect).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from bot.breaks import best_break, is_visible
from bot.dialect import Dialect
from bot.doc import Span, Text, merged


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or what is left of one.

    `gap` is the line breaks above it; `lead` stands before its first line, `hang` before the others. `fold` numbers the
    fold it lies in (0: none). `keeps` says that it must not end a message, `raw` that `hook` escapes by itself.
    """

    text: Text
    hook: Callable[[str], str]
    gap: str
    lead: str = ""
    hang: str = ""
    fold: int = 0
    keeps: bool = False
    raw: bool = False


class _Run:
    """A text that can be cut anywhere: its characters as one string, and which span each belongs to."""

    def __init__(self, text: Text, space: str | None) -> None:
        self._spans = [span for span in text if span.text]
        self._starts = [0, *accumulate(len(span.text) for span in self._spans)]
        self._space = space
        self.body = "".join(span.text for span in self._spans)
        self.end = len(self.body.rstrip(space))

    def skip(self, at: int) -> int:
        """`at`, or where the space that begins there ends."""
        while at < self.end and (self.body[at] in self._space if self._space else self.body[at].isspace()):
            at += 1
        return at

    def trim(self, start: int, end: int) -> int:
        """`end`, or where the space that ends there begins."""
        return start + len(self.body[start:end].rstrip(self._space))

    def part(self, start: int, end: int) -> Text:
        """What lies between two places, as spans."""
        found = []
        for n in range(bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)):
            span, at = self._spans[n], self._starts[n]
            inside = at >= start and self._starts[n + 1] <= end
            found.append(span if inside else replace(span, text=span.text[max(start - at, 0) : end - at], moment=None))
        return merged(found)


class Packer:
    """Fills one message after another.

    A piece is measured with a fold of its own around it, which is never too little. Where that seems too much, the
    whole message is measured: a fold counts once, and of two costs (text and tags) the sums may differ.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._done: list[str] = []
        self._parts: list[tuple[Piece, str]] = []
        self._size = 0

    def add(self, piece: Piece) -> None:
        """Put `piece` below what there is: whole where a message can hold it, else in as few parts as will do.

        Raises:
            ValueError: the dialect's limit is too small for one character in its markup.
        """
        limit = self._dialect.limit
        run = _Run(self._affordable(piece.text), "\n" if piece.raw else None)
        at = run.skip(0)
        while at < run.end:
            whole = self._dress(piece, run, at, run.end) if run.end - at <= limit else ""
            if whole and (not is_visible(run.body[at : run.end]) or self._put(piece, whole)):
                return
            room = limit - self._size
            fits_alone = bool(whole) and self._cost(piece, whole) <= limit
            waits = bool(self._parts) and (fits_alone or room < limit // 4)
            stop = at if waits else self._cut(piece, run, at)
            if stop > at:
                if is_visible(run.body[at:stop]):
                    self._put(piece, self._dress(piece, run, at, stop))
                    piece = replace(piece, lead="")
                at = run.skip(stop)
            elif not self._parts:
                raise ValueError(f"{self._dialect.name}: {limit} is no room for a character")
            self._next()

    def close(self) -> list[str]:
        """End the last message and return them all."""
        if self._parts:
            self._done.append(self._joined(self._parts))
        self._parts, self._size = [], 0
        return self._done

    def _affordable(self, text: Text) -> Text:
        """`text` without the links that would leave no room for anything else."""
        most = self._dialect.limit // 2
        return tuple(replace(span, url="") if span.url and self._frame(span) >= most else span for span in text)

    def _frame(self, span: Span) -> int:
        return self._dialect.measure(self._dialect.dress(replace(span, text="x")))

    def _put(self, piece: Piece, dressed: str) -> bool:
        """Add it to the message, if there is room."""
        size = self._size + self._gap(piece) + self._cost(piece, dressed)
        if size > self._dialect.limit:
            size = self._whole(piece, dressed)
        if size > self._dialect.limit:
            self._size = self._dialect.measure(self._joined(self._parts)) if self._parts else 0
            return False
        self._parts.append((piece, dressed))
        self._size = size
        return True

    def _cut(self, piece: Piece, run: _Run, start: int) -> int:
        """The best place to break at, such that what comes before has room in the message; `start` when nothing has."""
        limit = self._dialect.limit

        def fits(stop: int) -> bool:
            return self._whole(piece, self._dress(piece, run, start, stop)) <= limit

        low, high = start, min(run.end, start + limit)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if fits(middle) else (low, middle - 1)
        if low in (start, run.end):
            return low
        best = best_break(run.body, start, low)
        return best if fits(best) else low

    def _dress(self, piece: Piece, run: _Run, start: int, end: int) -> str:
        end = run.trim(start, end)
        if piece.raw:
            return piece.hook(run.body[start:end])
        text = "".join(self._dialect.dress(span) for span in run.part(start, end))
        return piece.hook(self._dialect.escape(piece.lead) + text.replace("\n", "\n" + piece.hang))

    def _cost(self, piece: Piece, dressed: str) -> int:
        return self._dialect.measure(self._dialect.fold(dressed) if piece.fold else dressed)

    def _whole(self, piece: Piece, dressed: str) -> int:
        """What the message costs with the piece in it, as it would be sent."""
        return self._dialect.measure(self._joined([*self._parts, (piece, dressed)]))

    def _gap(self, piece: Piece) -> int:
        return self._cost(piece, piece.gap) if self._parts else 0

    def _next(self) -> None:
        """End the message; what must not end it (a title, an item before its note) goes along to the next."""
        last = len(self._parts)
        while last and self._parts[last - 1][0].keeps:
            last -= 1
        kept = self._parts[last:] if last else []
        self._parts = self._parts[: last or None]
        self.close()
        for piece, dressed in kept:
            self._put(piece, dressed)

    def _joined(self, parts: list[tuple[Piece, str]]) -> str:
        out: list[str] = []
        for fold, members in groupby(parts, key=lambda part: part[0].fold):
            (first, text), *others = members
            text += "".join(piece.gap + dressed for piece, dressed in others)
            out += (first.gap, self._dialect.fold(text) if fold else text)
        return "".join(out[1:])
