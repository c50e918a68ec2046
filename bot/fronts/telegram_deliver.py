"""Sending to Telegram unasked: one part of a digest to one chat, tried once, and what came of it as an `Outcome`.

Owns: where a chat's part goes, and what a refusal means to the queue.
Does not own: what follows from a refusal on the spot, such as a plain text or a chat's pause (telegram_send).
"""

from collections.abc import Callable

from bot.fronts.base import Undelivered
from bot.fronts.telegram_send import Courier
from bot.fronts.telegram_updates import Place
from bot.outgoing import NotSent, Outcome, Part, Refused, Sent, Unknown
from store.chats import Chat


class Postman:
    """Delivers for one bot (a `bot.outgoing.Deliver`)."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    async def __call__(self, chat: Chat, part: Part, begin: Callable[[], bool]) -> Outcome:
        """Send the part, once."""
        number = int(chat.chat)
        # A channel's id looks like a group's, whose limits are the narrower ones.
        place = Place(number, int(chat.thread) if chat.thread else None, group=number < 0)
        try:
            message, where = await self._courier.attempt(place, part, begin, silent=chat.silent)
        except Undelivered as error:
            return _outcome(error)
        return Sent(message, str(where))


def _outcome(error: Undelivered) -> Outcome:
    if error.parked:
        return Unknown(str(error))
    if error.again_s is not None:
        return NotSent(str(error), error.again_s or None)
    return Refused(str(error), error.shut)
