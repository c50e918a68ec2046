"""Tables: which elements are rows and cells, and where a cell stands that spans several of either."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

# A page may claim any span; beyond these it is no table for people, and a few bytes could ask for gigabytes.
_MAX_COLUMNS, _MAX_ROWS, _REPEATED_CHARS, _WIDEST = 20, 200, 80, 100


class Cell(NamedTuple):
    """What a cell says, and how many columns and rows it takes."""

    text: str
    across: int = 1
    down: int = 1


def classes(element: HtmlElement) -> set[str]:
    """The classes of an element; none for a comment."""
    return set((element.get("class") or "").split()) if isinstance(element.tag, str) else set()


def rows_of(table: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the rows of a table itself, not of one inside its cells. LaTeXML may write either as `span`."""
    for child in table:
        if child.tag == "tr" or "ltx_tr" in classes(child):
            yield child
        elif isinstance(child.tag, str):
            yield from rows_of(child)


def cells_of(row: HtmlElement) -> list[HtmlElement]:
    """The cells of a row."""
    return [one for one in row if one.tag in ("td", "th") or "ltx_td" in classes(one)]


def spans(cell: HtmlElement) -> tuple[int, int]:
    """How many columns and rows a cell takes, within reason."""
    return _number(cell.get("colspan"), _MAX_COLUMNS), _number(cell.get("rowspan"), _MAX_ROWS)


def fill(rows: Iterable[Iterable[Cell]]) -> Iterator[list[str]]:
    """Yield the texts of each row, a column each, so that columns stay under their heads.

    A cell over several columns is followed by empty ones; one over several rows is said again in each of them, as a
    reader would read it, unless it is long.
    """
    pending: dict[int, tuple[int, str]] = {}  # column → how many more rows, and the text
    for row in rows:
        line: list[str] = []
        for cell in row:
            _take(pending, line)
            texts = [cell.text, *[""] * (cell.across - 1)]
            if cell.down > 1:
                again = cell.text if len(cell.text) <= _REPEATED_CHARS else ""
                pending |= {len(line) + at: (cell.down - 1, "" if at else again) for at in range(cell.across)}
            line += texts
        _take(pending, line)
        yield line


def _take(pending: dict[int, tuple[int, str]], line: list[str]) -> None:
    """Append the cells from earlier rows that stand at the next columns."""
    while len(line) in pending and len(line) < _WIDEST:
        left, text = pending.pop(len(line))
        if left > 1:
            pending[len(line)] = (left - 1, text)
        line.append(text)


def _number(text: str | None, limit: int) -> int:
    return min(max(int(text), 1), limit) if text and text.isdecimal() and len(text) < 6 else 1
