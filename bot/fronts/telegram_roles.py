"""Who administers which group or channel, asked of Telegram and remembered for a minute.

The list of administrators is asked for, for a bot that is none itself may not look up a single member.

Owns: asking and remembering. Does not own: what only administrators may do (commands).

Source: https://core.telegram.org/bots/api#getchatadministrators
"""

import time
from collections.abc import Callable

from telegram import Bot
from telegram.error import TelegramError

KEPT_S = 60.0
_REMEMBERED = 2_000


class Roles:
    """One bot's view of groups."""

    def __init__(self, bot: Bot, now: Callable[[], float] = time.monotonic) -> None:
        self._bot, self._now = bot, now
        self._known: dict[int, tuple[frozenset[int], float]] = {}

    async def is_admin(self, chat: int, user: int) -> bool | None:
        """Whether the user administers the chat; None: Telegram doesn't say, now."""
        known = self._known.get(chat)
        if known is not None and self._now() - known[1] < KEPT_S:
            return user in known[0]
        try:
            found = frozenset(member.user.id for member in await self._bot.get_chat_administrators(chat))
        except TelegramError:
            return None
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[chat] = found, self._now()
        return user in found
