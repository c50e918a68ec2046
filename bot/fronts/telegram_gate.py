"""Who is let in: anybody, or (a private bot) the chats that the operator named, and those that know the pairing code.

Owns: the list of paired chats, trying codes. Does not own: what people may do once they are in (the core).
"""

import hmac
import json
import time
from collections.abc import Callable
from typing import Literal, TypeAlias

from bot.config_talk import Telegram
from store import facts
from store.db import Db

Verdict: TypeAlias = Literal["in", "paired", "wrong", "told", "silent"]
"""Let in; let in just now by the code; kept out: for a wrong code, and to be told so; kept out without a word."""

TRIES = 5
"""Wrong codes of one chat in an hour."""

_HOUR_S = 3600.0
_REMEMBERED = 10_000
_PAIRED = "telegram.paired"


class Gate:
    """The door of one bot."""

    def __init__(self, settings: Telegram, db: Db, now: Callable[[], float] = time.monotonic) -> None:
        self._code = settings.pairing_code.get_secret_value()
        self._open = not self._code and not settings.allowed_chats
        self._allowed = frozenset((*settings.allowed_chats, *settings.operators))
        self._db, self._now = db, now
        self._paired: set[int] = set(json.loads(facts.get(db, _PAIRED) or "[]"))
        self._tried: dict[int, tuple[int, float]] = {}
        self._told: set[int] = set()

    def admits(self, chat: int, user: int) -> bool:
        """Whether the bot talks to this user in this chat."""
        return self._open or bool({chat, user} & self._allowed) or chat in self._paired

    def judge(self, chat: int, user: int, text: str) -> Verdict:
        """What to do with a message; the right code lets its chat in. A chat is told once that it is kept out."""
        if self.admits(chat, user):
            return "in"
        command, _, code = text.partition(" ")
        if self._code and command == "/start" and code:
            if self._right(chat, code.strip()):
                self._keep(self._paired | {chat})
                return "paired"
            if chat > 0 and self._tried[chat][0] <= TRIES:
                return "wrong"
        if chat in self._told or chat < 0:
            return "silent"
        if len(self._told) >= _REMEMBERED:
            self._told.clear()
        self._told.add(chat)
        return "told"

    def migrate(self, old: int, new: int) -> None:
        """A chat that was let in stays so under its new id."""
        if old in self._paired | self._allowed:
            self._keep(self._paired - {old} | {new})

    def _right(self, chat: int, code: str) -> bool:
        """Whether it is the code; after `TRIES` wrong ones no code is right for an hour."""
        wrong, since = self._tried.get(chat, (0, self._now()))
        if self._now() - since > _HOUR_S:
            wrong, since = 0, self._now()
        right = wrong < TRIES and hmac.compare_digest(code.encode(), self._code.encode())
        if not right:
            if len(self._tried) >= _REMEMBERED:
                self._tried.clear()
            self._tried[chat] = (wrong + 1, since)
        return right

    def _keep(self, paired: set[int]) -> None:
        self._paired = paired
        facts.put(self._db, _PAIRED, json.dumps(sorted(paired)))
