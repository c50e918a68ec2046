"""Completions: what may stand in an option of a slash command, while somebody fills it in.

Owns: an offer's form for Discord. Does not own: what is offered (completions).
"""

from contextlib import suppress
from typing import Any

import structlog
from discord import app_commands

from bot import completions
from bot import lang as languages
from bot.app import App
from bot.fronts.base import Undelivered, language
from bot.fronts.discord_press import Interaction
from bot.fronts.discord_send import Courier
from store.errors import AppError

CHOICES = 25
"""More are refused, and so is one that is longer."""

CHARACTERS = 100

log = structlog.get_logger()


async def offer(app: App, courier: Courier, interaction: Interaction, *, nothing: bool = False) -> None:
    """Answer a completion; with `nothing` where the person has written on already. Who gets no answer writes on."""
    choices: list[app_commands.Choice[str]] = []
    if not nothing:
        try:
            choices = await _choices(app, interaction)
        except AppError as error:
            log.warning("nothing offered", reason=str(error))
    with suppress(Undelivered):
        await courier.do(lambda: interaction.response.autocomplete(choices), try_s=3.0)


async def _choices(app: App, interaction: Interaction) -> list[app_commands.Choice[str]]:
    data: Any = interaction.data
    options = data.get("options", ())
    at = next((n for n, one in enumerate(options) if one.get("focused")), None)
    if at is None:
        return []
    words = languages.load(language(str(interaction.locale)) or app.langs[0])
    name, typed = options[at]["name"], str(options[at]["value"])
    given = str(options[at - 1]["value"]) if at else ""
    found = await completions.complete(app, name, typed, given, words, CHOICES)
    return [app_commands.Choice(name=label[:CHARACTERS], value=value[:CHARACTERS]) for label, value in found if value]
