"""The press of a button: the client waits for an answer to it, which can hold a few words for the presser alone.

Owns: when a press is answered, and with what.
Does not own: what the button does (respond), the message that it sits on (telegram_answer).

Source: https://core.telegram.org/bots/api#answercallbackquery
"""

import asyncio
from contextlib import suppress

from telegram import Bot
from telegram.error import TelegramError

WITHIN_S = 0.5
"""How long the answer waits for words: a client that waits much longer looks broken."""

MOST = 200
"""Characters of these words."""


class Press:
    """One press, answered soon whatever comes. Make it within a running loop; `task` ends when it is answered."""

    def __init__(self, bot: Bot, query: str) -> None:
        self._bot, self._query = bot, query
        self._words: asyncio.Future[dict[str, str | bool]] = asyncio.get_running_loop().create_future()
        self._late = False
        self.task = asyncio.create_task(self._answer())

    def say(self, text: str = "", url: str = "") -> bool:
        """Answer now, with words in a window for the presser alone, or with an address that opens (of this bot's);
        False: it is too late for that, or the words are too many."""
        if self._late or self._words.done() or len(text) > MOST:
            return False
        self._words.set_result({"text": text, "show_alert": True} if text else {"url": url} if url else {})
        return True

    async def _answer(self) -> None:
        said: dict[str, str | bool] = {}
        with suppress(TimeoutError):
            said = await asyncio.wait_for(asyncio.shield(self._words), WITHIN_S)
        self._late = True
        with suppress(TelegramError):  # who waited too long no longer wants to know
            await self._bot.answer_callback_query(self._query, **said)  # type: ignore[arg-type]
