"""Sending to Telegram unasked: one part of a digest to one chat, tried once, and what came of it as an `Outcome`.

Owns: where a chat's part goes, and what a refusal means to the queue or to who edits.
Does not own: finding out what became of a part (telegram_settle), what follows from a refusal on the spot, such as a
plain text or a chat's pause (telegram_send).
"""

from collections.abc import Callable
from datetime import datetime

from bot.fronts.base import Undelivered
from bot.fronts.telegram_parts import Parts
from bot.fronts.telegram_send import UNCHANGED, UNEDITABLE
from bot.fronts.telegram_settle import Settler
from bot.fronts.telegram_updates import Place
from bot.outgoing import Changed, NotSent, Outcome, Part, Refused, Sent, Unknown, Verdict
from store.chats import Chat


class Postman:
    """Delivers for one bot (a `bot.outgoing.Carrier`)."""

    def __init__(self, parts: Parts, settler: Settler) -> None:
        self._parts, self._settler = parts, settler

    async def __call__(self, chat: Chat, part: Part, begin: Callable[[], bool]) -> Outcome:
        """Send the part, once."""
        try:
            message, where = await self._parts.send(_place(chat), part, begin, silent=chat.silent)
        except Undelivered as error:
            return _outcome(error)
        return Sent(message, str(where))

    async def settle(self, chat: Chat, part: Part, at: datetime) -> Verdict:
        """Look where the part must be, if it arrived."""
        return await self._settler(_place(chat), part)

    async def edit(self, chat: Chat, message: str, part: Part) -> Changed | NotSent:
        """Make the message be the part; a picture stays, and its caption changes."""
        try:
            said = await self._parts.change(_place(chat), int(message), part)
        except Undelivered as error:
            return "refused" if error.again_s is None else NotSent(str(error), error.again_s or None)
        if not said:
            return "edited"
        if UNCHANGED in said:
            return "same"
        return "gone" if any(sign in said for sign in UNEDITABLE) else "refused"


def _place(chat: Chat) -> Place:
    """Where a chat's part goes. A channel's id looks like a group's, whose limits are the narrower ones."""
    number = int(chat.chat)
    return Place(number, int(chat.thread) if chat.thread else None, group=number < 0)


def _outcome(error: Undelivered) -> Outcome:
    if error.parked:
        return Unknown(str(error))
    if error.again_s is not None:
        return NotSent(str(error), error.again_s or None)
    return Refused(str(error), error.shut)
