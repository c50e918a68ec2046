"""Buttons as Discord's message components: rows of buttons, and a menu where there are many of a kind.

A button's id and a menu's values hold the action itself, so they work as long as their message is there
(discord_press).

Owns: the components' limits, what becomes a menu.
Does not own: which buttons there are (the reply), what a press does (discord_talk).

Source: https://discord.com/developers/docs/components/reference
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.breaks import is_visible
from bot.doc import Doc, Item, spans
from bot.fronts.discord_dialect import leads_somewhere
from bot.lang import Words
from bot.pages import shortened
from bot.request import Button, Buttons

ROWS = 5
A_ROW = 5
"""Rows of a message, buttons of a row; a menu takes a row."""

LABEL = 80
URL = 512
CHOICES = 25
CHOICE = 100
"""Characters of a button's label and of its address; choices of a menu, characters of a choice's parts."""

BUTTON, MENU = "p:", "s:"
"""What an id begins with."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a menu: picking it sends `action`; `about` is a second line, "" for none."""

    label: str
    action: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of 1 to `CHOICES` choices; `hint` stands in it while nothing is picked."""

    hint: str
    choices: tuple[Choice, ...]


Row: TypeAlias = tuple[Button, ...] | Menu


def rows(buttons: Buttons, doc: Doc, words: Words) -> tuple[Row, ...]:
    """The components of a message that shows `doc`, within every limit.

    The numbers of a list become a menu of its lines; so do all buttons but the last row's where there are too many. A
    button that Discord would refuse (no label, no address, a second one with the same action) is left out: one of them
    would cost the whole message.
    """
    shown = [row for row in _shown(buttons) if row]
    numbers = [button for row in shown for button in row if button.action and button.label.isdecimal()]
    if len(numbers) < 2:
        numbers = []
    rest = [left for row in shown if (left := [button for button in row if button not in numbers])]
    menus = list(_menus(_lines(numbers, doc), words))
    if len(menus) + len(_broken(rest)) > ROWS:
        many = [button for row in rest[:-1] or rest for button in row]
        rest = [many, *rest[1:][-1:]]
    if len(menus) + len(_broken(rest)) > ROWS:
        menus += _menus((Choice(button.label, button.action) for button in rest[0] if button.action), words)
        rest = [[button for button in rest[0] if button.url], *rest[1:]]
    return (*menus, *_broken(rest))[:ROWS]


def view(made: Iterable[Row]) -> ui.View | None:
    """The rows as discord.py wants them, None for none: a stopped view, which discord.py forgets when it is sent."""
    found = ui.View(timeout=None)
    for at, row in enumerate(made):
        for item in _items(row, at):
            found.add_item(item)
    found.stop()
    return found if found.children else None


def kept(row: Row) -> dict[str, Any]:
    """A row as JSON knows it; `reopened` makes it again, the same."""
    if isinstance(row, Menu):
        return {"hint": row.hint, "choices": [[one.label, one.action, one.about] for one in row.choices]}
    return {"buttons": [[button.label, button.action, button.url] for button in row]}


def reopened(found: Mapping[str, Any]) -> Row:
    """The row that was kept."""
    if "choices" in found:
        return Menu(found["hint"], tuple(Choice(*one) for one in found["choices"]))
    return tuple(Button(*one) for one in found["buttons"])


def _items(row: Row, at: int) -> Iterator[ui.Item[Any]]:
    if isinstance(row, Menu):
        options = [
            discord.SelectOption(label=one.label, value=one.action, description=one.about or None)
            for one in row.choices
        ]
        yield ui.Select(custom_id=f"{MENU}{at}", placeholder=row.hint, options=options, row=at)
        return
    for button in row:
        if button.url:
            yield ui.Button(label=button.label, url=button.url, row=at)
        else:
            style = discord.ButtonStyle.secondary
            yield ui.Button(label=button.label, custom_id=BUTTON + button.action, style=style, row=at)


def _shown(buttons: Buttons) -> Iterator[list[Button]]:
    seen: set[str] = set()
    for row in buttons:
        kept = []
        for button in row:
            label = _fitting(button.label, LABEL)
            goes = _is_address(button.url) if button.url else button.action not in seen and is_visible(button.action)
            if is_visible(label) and goes:
                seen.add(button.action)
                kept.append(replace(button, label=label))
        yield kept


def _is_address(url: str) -> bool:
    return len(url) <= URL and leads_somewhere(url)


def _broken(rows: list[list[Button]]) -> list[Row]:
    return [tuple(row[at : at + A_ROW]) for row in rows for at in range(0, len(row), A_ROW)]


def _lines(numbers: list[Button], doc: Doc) -> Iterator[Choice]:
    """A choice for each number: the line of the list that it stands for."""
    items = {str(block.number): block for block in doc.blocks if isinstance(block, Item)}
    for button in numbers:
        item = items.get(button.label)
        if item is None:
            yield Choice(button.label, button.action)
            continue
        text = spans(item.text)
        name = next((span.text for span in text if span.url), "".join(span.text for span in text))
        about = _fitting("".join(span.text for span in spans(item.note)), CHOICE)
        yield Choice(_fitting(f"{button.label} · {name}", CHOICE), button.action, about if is_visible(about) else "")


def _menus(choices: Iterable[Choice], words: Words) -> Iterator[Menu]:
    found = tuple(choices)
    for at in range(0, len(found), CHOICES):
        yield Menu(words("discord.menu"), found[at : at + CHOICES])


def _fitting(text: str, most: int) -> str:
    """`text` in one line of `most` characters at most: a column is never less than one."""
    return shortened(" ".join(text.split()), most - 1)
