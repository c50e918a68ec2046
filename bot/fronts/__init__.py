"""The chat platforms, and which of them the settings ask for: one line each.

Owns: the choice. Does not own: any platform; each is imported only when it is asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.fronts.base import Dresser, Front

DRESSERS = ("telegram", "discord", "text")
"""The forms in which a digest can be shown."""


def configured(settings: "Settings") -> "list[Front]":
    """The fronts that `paperboy run` serves."""
    found: list[Front] = []
    if settings.telegram.token.get_secret_value():
        from bot.fronts.telegram import Telegram

        found.append(Telegram())
    if settings.discord.token.get_secret_value():
        from bot.fronts.discord import Discord

        found.append(Discord())
    return found


def dresser(name: str) -> "Dresser | None":
    """One of `DRESSERS`, whether or not there is a token for it; None for any other name."""
    if name == "telegram":
        from bot.fronts.telegram import Telegram

        return Telegram()
    if name == "discord":
        from bot.fronts.discord import Discord

        return Discord()
    if name == "text":
        from bot.fronts.console import Plain

        return Plain()
    return None
