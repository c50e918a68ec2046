"""The slash commands: made of the table of commands, told to Discord only when they have changed.

Each has its name in the table, which Discord shows in every language; descriptions and options are localised.

Owns: the form of a command for Discord, and what Discord was told last.
Does not own: which commands there are (commands), reading one that was used (discord_events).

Source: https://discord.com/developers/docs/interactions/application-commands
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, TypeAlias

import discord
import structlog

from bot import lang as languages
from bot.commands import Row
from store import facts
from store.db import Db
from store.types import Lang

FRONT = "discord"

CHANNEL = "channel"
"""The option by which a command about a chat's choices reaches another channel: in a forum nobody can write."""

LOCALES: dict[Lang, tuple[str, ...]] = {"en": ("en-US", "en-GB"), "zh": ("zh-CN", "zh-TW")}
"""Discord's names of our languages."""

TEXT_KINDS = (0, 5, 10, 11, 12, 15)
"""Text and announcement channels, threads, forums (https://discord.com/developers/docs/resources/channel)."""

_SLASH, _ON_MESSAGE = 1, 3
_STRING, _INTEGER, _CHANNEL = 3, 4, 7
_IN_GUILDS, _IN_PRIVATE = 0, 1
_MOST = 100
"""Characters of a description."""

_TOLD = "discord.commands"

Payload: TypeAlias = dict[str, Any]

log = structlog.get_logger()


async def tell(client: discord.Client, db: Db, rows: Iterable[Row], first: Lang, *, operators: bool) -> bool:
    """Tell Discord the commands if they differ from what it was told; return whether that was done.

    What is refused is noted and tried again at the next start.
    """
    made = payloads(rows, first, operators=operators)
    told = f"{client.application_id} {hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()}"
    if facts.get(db, _TOLD) == told or client.application_id is None:
        return False
    try:
        await client.http.bulk_upsert_global_commands(client.application_id, made)
    except discord.HTTPException as error:
        log.warning("operator", text=f"Discord refuses the slash commands: {error.text or error.status}")
        return False
    facts.put(db, _TOLD, told)
    log.info("slash commands told", count=len(made))
    return True


def payloads(rows: Iterable[Row], first: Lang, *, operators: bool) -> list[Payload]:
    """The commands of this front, as Discord wants them; in a client of no language of ours `first` is shown.

    The operators' commands are there in private only, and only if there are `operators`.
    """
    shown = [row for row in rows if row.shown and row.on(FRONT) and (operators or row.who != "operator")]
    return [*(_command(row, first) for row in shown), _explain(first)]


def _command(row: Row, first: Lang) -> Payload:
    options = [_option(name, first, required=row.takes == "text") for name in row.options]
    made: Payload = {
        "name": row.name,
        "type": _SLASH,
        **_described(f"help.{row.name}.what", first),
        "options": options,
        "contexts": [_IN_PRIVATE] if row.who == "operator" else [_IN_GUILDS, _IN_PRIVATE],
        "integration_types": [0],
    }
    if row.whose == "chat":
        made["default_member_permissions"] = str(discord.Permissions(manage_channels=True).value)
        channel = {"type": _CHANNEL, "channel_types": [*TEXT_KINDS]}
        options.append(_named(CHANNEL) | _described(f"option.{CHANNEL}.what", first) | channel)
    return made


def _option(name: str, first: Lang, *, required: bool) -> Payload:
    made = _named(name) | _described(f"option.{name}.what", first) | {"required": required}
    if name == "number":
        return made | {"type": _INTEGER, "min_value": 1}
    return made | {"type": _STRING, "autocomplete": name != "question"}


def _explain(first: Lang) -> Payload:
    """The entry of a message's own menu; with it, the text of a message that was not meant for the bot can be read."""
    name = languages.load(first)("discord.explain")
    localised = {"name_localizations": _localised("discord.explain")}
    return {"name": name, "type": _ON_MESSAGE, **localised, "contexts": [_IN_GUILDS, _IN_PRIVATE]}


def _named(option: str) -> Payload:
    """An option is called the same for us in every language."""
    return {"name": option, "name_localizations": _localised(f"option.{option}.name")}


def _described(key: str, first: Lang) -> Payload:
    return {
        "description": languages.load(first)(key)[:_MOST],
        "description_localizations": {code: text[:_MOST] for code, text in _localised(key).items()},
    }


def _localised(key: str) -> dict[str, str]:
    return {code: languages.load(lang)(key) for lang, codes in LOCALES.items() for code in codes}
