"""Buttons as Telegram's inline keyboard.

Owns: the keyboard's limits. Does not own: which buttons there are (the reply).
"""

import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.request import Button, Buttons

A_ROW = 8
"""Buttons in a row that a client shows side by side."""

MOST = 100
"""Buttons of a message."""

_LEADS_SOMEWHERE = re.compile(r"https?://[^\s/?#]+\.[^\s/?#.]+([/?#]\S*)?", re.IGNORECASE)


def markup(buttons: Buttons) -> InlineKeyboardMarkup | None:
    """The keyboard of a message; None where there are no buttons.

    Rows are broken at `A_ROW`; a button without a label, or with an address that Telegram refuses, is left out: one of
    them would cost the whole message.
    """
    rows: list[list[InlineKeyboardButton]] = []
    left = MOST
    for row in buttons:
        shown = [made for button in row if (made := _button(button)) is not None][:left]
        left -= len(shown)
        rows += [shown[at : at + A_ROW] for at in range(0, len(shown), A_ROW)]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton | None:
    label = button.label.strip()
    if not label:
        return None
    if button.action:
        return InlineKeyboardButton(label, callback_data=button.action)
    return InlineKeyboardButton(label, url=button.url) if _LEADS_SOMEWHERE.fullmatch(button.url) else None
