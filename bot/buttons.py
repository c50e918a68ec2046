"""Buttons, laid out in rows. Each action is a text that could have been typed.

Owns: the rows.
Does not own: what the buttons say (lang), what a press does (commands).
"""

from collections.abc import Iterable, Sequence

from bot.lang import Words
from bot.request import Button, Buttons

IN_A_ROW = 5
"""Buttons in a row: Discord takes no more."""

PAGE = 10
"""Lines of a list that are shown at once where it comes in pages."""


def row(*wanted: tuple[str, str]) -> Buttons:
    """(label, action) as one row, or as several where there are too many."""
    return grid(wanted, IN_A_ROW)


def grid(wanted: Iterable[tuple[str, str]], wide: int) -> Buttons:
    """(label, action) in rows of `wide`."""
    made = [Button(label, action) for label, action in wanted]
    return tuple(tuple(made[at : at + wide]) for at in range(0, len(made), wide))


def lines(page: int, size: int = PAGE) -> range:
    """The numbers of the lines of a page; pages and lines count from 1."""
    return range((page - 1) * size + 1, page * size + 1)


def numbers(ids: Sequence[str], asked: str = "/paper", shown: range = range(1, PAGE + 1)) -> Buttons:
    """A button for each paper of the `shown` lines, with its number, that sends a command with the paper's id."""
    wanted = [(str(at), f"{asked or '/paper'} {arxiv_id}") for at, arxiv_id in enumerate(ids, 1) if at in shown]
    return grid(wanted[:PAGE], IN_A_ROW)


def pages(page: int, of: int, action: str, words: Words, size: int = PAGE) -> Buttons:
    """The way to the pages before and after `page` (from 1) of `of` lines; `action` takes a page's number."""
    wanted = []
    if page > 1:
        wanted.append((words("button.previous"), action.format(page - 1)))
    if page * size < of:
        wanted.append((words("button.next", n=min(size, of - page * size)), action.format(page + 1)))
    return row(*wanted)
