"""A part on Telegram: sent once, or put in the place of a message, when its turn comes, after those who wait for an
answer; what has to wait longer than a moment isn't waited for.

The first part that a bot ever sends goes alone: until it has arrived, nobody could look for it or for another.

Owns: how a part is sent and edited, and what tells it from others.
Does not own: what follows from a refusal (telegram_send), what an outcome means (telegram_deliver, telegram_settle).
"""

import asyncio
import hashlib
from collections.abc import Callable

from bot.fronts.base import Undelivered
from bot.fronts.pace import Pace
from bot.fronts.telegram_buttons import markup
from bot.fronts.telegram_send import Courier, Try
from bot.fronts.telegram_updates import Place
from bot.outgoing import Part, encode

LONG_S = 1.0
"""A chat that asked to wait longer is left alone."""


class Parts:
    """Parts of one bot."""

    def __init__(self, courier: Courier, pace: Pace) -> None:
        self._courier, self._pace = courier, pace
        self._first = asyncio.Lock()

    async def send(self, place: Place, part: Part, begin: Callable[[], bool], *, silent: bool) -> tuple[str, int]:
        """Send it; `begin` is asked when the turn has come; no: it isn't sent. Returns the message's id, and the chat
        that it went to.

        Raises:
            Undelivered: it was not sent, or nobody knows.
        """
        self._not_held(place)
        key, buttons = digest(place, part), markup(part.buttons)

        async def act(now: Try) -> tuple[str, int]:
            message = await self._courier.send(now, part.text, buttons, silent, part.picture, key)
            return str(message), now.place.chat

        async with self._first:
            if not self._courier.trail.known():
                return await self._courier.do(Try(place, begin=begin), act)
        return await self._courier.do(Try(place, begin=begin), act)

    async def change(
        self, place: Place, message: int, part: Part, may: Callable[[], bool] = lambda: True
    ) -> str | None:
        """Make a message be this part; `may` is asked when the turn has come. Returns "", or what Telegram says of a
        message that isn't changed, in lower case; None: it wasn't asked.

        Raises:
            Undelivered: it couldn't be asked (`again_s`), or nothing can be changed in that chat.
        """
        self._not_held(place)
        buttons = markup(part.buttons)

        async def act(now: Try) -> str | None:
            if not may():
                return None
            await self._courier.edit(now, message, part.text, buttons, caption=bool(part.picture))
            return ""

        try:
            return await self._courier.do(Try(place, begin=lambda: True), act, repeatable=True)
        except Undelivered as error:
            if error.shut or error.again_s is not None:
                raise
            return str(error).lower()

    def _not_held(self, place: Place) -> None:
        held_s = self._pace.held_s(str(place.chat))
        if held_s > LONG_S:
            raise Undelivered("the chat asked to wait", again_s=held_s)


def digest(place: Place, part: Part) -> str:
    """What tells a part from all others that go to a chat."""
    return hashlib.sha256(f"{place.thread} {encode(part)}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
