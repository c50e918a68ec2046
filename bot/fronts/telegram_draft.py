"""Drafts on Telegram: a message, edited at most once a second, when nobody else needs the chat's turn (`Pace.lull`).

Owns: when a draft is sent or edited.
Does not own: which draft is shown, and what becomes of it (drafts), when there is a lull (pace), the answer's own way
(telegram_send, telegram_talk).
"""

from collections.abc import Callable

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.doc import Doc
from bot.fronts import drafts
from bot.fronts.base import Undelivered
from bot.fronts.pace import Pace
from bot.fronts.telegram_dialect import HTML
from bot.fronts.telegram_send import Courier, Try, waiting_s
from bot.fronts.telegram_trail import UNSENT
from bot.fronts.telegram_updates import FRONT, Place
from bot.render import render
from store.db import Db


class Drafts(drafts.Drafts[Place]):
    """The drafts of one bot."""

    def __init__(self, courier: Courier, pace: Pace, db: Db) -> None:
        super().__init__(FRONT, db)
        self._courier, self._pace = courier, pace

    def at(self, chat: int) -> Place:
        """A chat, where it doesn't matter which of its topics."""
        return Place(chat, group=chat < 0)

    async def show(self, place: Place, newest: Callable[[], Doc], message: int = 0) -> int | None:
        """See `drafts.Drafts`."""
        try:
            async with self._pace.lull(str(place.chat), group=place.group):
                text = next(iter(render(newest(), HTML)), "")
                if text and not message:
                    return await self._courier.send(Try(place), text)
                if text:
                    await self._courier.edit(Try(place), message, text)
                return message
        except RetryAfter as error:
            self._pace.hold(str(place.chat), waiting_s(error))
            return None
        except Forbidden as error:
            self._courier.pause(place.chat, error.message)
            raise Undelivered(error.message) from error
        except TelegramError as error:
            if not message and type(error.__cause__).__name__ in UNSENT:
                return None
            unchanged = "message is not modified" in error.message.lower()
            if message and (unchanged or not isinstance(error, BadRequest | ChatMigrated)):
                return message  # whatever it shows by now
            raise Undelivered(error.message) from error
