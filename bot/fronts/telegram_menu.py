"""The command menu that Telegram shows, told to it only when it has changed.

Owns: scopes, languages, and what Telegram was told last. Does not own: which commands there are (commands).

Source: https://core.telegram.org/bots/api#setmycommands
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Protocol

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from store import facts
from store.db import Db
from store.types import LANGS, Lang

Rows = Sequence[tuple[str, str]]
"""(name, what it does)."""


class Menu(Protocol):
    """The menu in a language; it is longer for an administrator, and for an operator."""

    def __call__(self, lang: Lang, *, admin: bool = True, operator: bool = False) -> Rows:
        """Its rows."""


_TOLD = "telegram.menu"
_MOST = 100

log = structlog.get_logger()


async def tell(bot: Bot, db: Db, menu: Menu, first: Lang, operators: Sequence[int]) -> int:
    """Tell Telegram the menus that changed since it was told; return how many those were.

    A client of no language of ours gets `first`. In groups the menu holds what everybody may do, and all for those who
    administer them. An operator has a menu of their own, in their chat, and who is one no more loses it. What is
    refused is noted and tried again at the next start.
    """
    told: dict[str, str] = json.loads(facts.get(db, _TOLD) or "{}")
    changed = 0
    for key, scope, code, rows in _menus(bot.id, menu, first, operators):
        commands = [BotCommand(name, " ".join(what.split())[:256]) for name, what in rows][:_MOST]
        digest = hashlib.sha256(repr([(one.command, one.description) for one in commands]).encode()).hexdigest()
        if told.get(key) == digest:
            continue
        try:
            await bot.set_my_commands(commands, scope=scope, language_code=code)
        except TelegramError as error:
            log.warning("menu refused", menu=key, reason=error.message)
            continue
        told[key] = digest
        changed += 1
    changed += await _take_back(bot, told, operators)
    if changed:
        facts.put(db, _TOLD, json.dumps(told))
    return changed


async def _take_back(bot: Bot, told: dict[str, str], operators: Sequence[int]) -> int:
    """Delete the menus of who was an operator; return how many those were."""
    changed = 0
    for key in list(told):
        which, user, code = key.split(":", 2)
        if which != str(bot.id) or not user.isdigit() or int(user) in operators:
            continue
        try:
            await bot.delete_my_commands(BotCommandScopeChat(int(user)), code)
        except TelegramError as error:
            log.warning("menu refused", menu=key, reason=error.message)
            continue
        del told[key]
        changed += 1
    return changed


def _menus(
    bot: int, menu: Menu, first: Lang, operators: Sequence[int]
) -> Iterator[tuple[str, BotCommandScope, str, Rows]]:
    for code, lang in (("", first), *((lang, lang) for lang in LANGS)):
        yield f"{bot}:default:{code}", BotCommandScopeDefault(), code, menu(lang)
        yield f"{bot}:groups:{code}", BotCommandScopeAllGroupChats(), code, menu(lang, admin=False)
        yield f"{bot}:admins:{code}", BotCommandScopeAllChatAdministrators(), code, menu(lang)
        for user in operators:
            yield f"{bot}:{user}:{code}", BotCommandScopeChat(user), code, menu(lang, operator=True)
