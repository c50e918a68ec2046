"""Who is an administrator of which group, asked of Telegram and remembered for a minute.

Owns: asking and remembering. Does not own: what only administrators may do (commands).
"""

import time
from collections.abc import Callable

from telegram import Bot, ChatMember
from telegram.error import TelegramError

KEPT_S = 60.0
_REMEMBERED = 10_000


class Roles:
    """One bot's view of groups."""

    def __init__(self, bot: Bot, now: Callable[[], float] = time.monotonic) -> None:
        self._bot, self._now = bot, now
        self._known: dict[tuple[int, int], tuple[bool, float]] = {}

    async def is_admin(self, chat: int, user: int) -> bool:
        """Whether the user administers the chat; who can't be looked up does not."""
        known = self._known.get((chat, user))
        if known is not None and self._now() - known[1] < KEPT_S:
            return known[0]
        try:
            member = await self._bot.get_chat_member(chat, user)
        except TelegramError:
            return False
        found = member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[chat, user] = found, self._now()
        return found
