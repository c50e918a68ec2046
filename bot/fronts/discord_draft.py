"""Drafts on Discord: the interaction's own response, or a message in the channel, edited at most once a second.

Owns: when a draft is sent or edited.
Does not own: which draft is shown, and what becomes of it (drafts), the answer's own way (discord_reply).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot import lang as languages
from bot.doc import Doc
from bot.fronts import discord_reply, drafts
from bot.fronts.base import Undelivered
from bot.fronts.discord_commands import FRONT
from bot.fronts.discord_events import Incoming, Place
from bot.fronts.discord_form import Page, pack
from bot.fronts.discord_send import Courier, parts
from bot.request import Request
from store.db import Db
from store.types import Lang


@dataclass
class Spot:
    """Where an answer goes; opening its thread changes that."""

    incoming: Incoming

    @property
    def chat(self) -> int:
        """The channel or the thread."""
        return self.incoming.place.channel


class Drafts(drafts.Drafts[Spot]):
    """The drafts of one bot, around which words are in `lang`."""

    def __init__(self, courier: Courier, db: Db, lang: Lang) -> None:
        super().__init__(FRONT, db)
        self._courier, self._words = courier, languages.load(lang)

    def at(self, chat: int) -> Spot:
        """A channel, or a thread."""
        return Spot(Incoming(Request("", front=FRONT), Place(str(chat))))

    async def show(self, place: Spot, newest: Callable[[], Doc], message: int = 0) -> int | None:
        """See `drafts.Drafts`."""
        if place.incoming.place.opens is not None and place.incoming.interaction is None:
            opened = await discord_reply.opened(self._courier, place.incoming, self._words)
            place.incoming = replace(place.incoming, place=opened)
        it = place.incoming.interaction
        lane = f"interaction {it.id}" if it else str(place.chat)

        async def act() -> int:
            page = next(iter(pack(newest(), (), self._words)), None)
            return await self._put(place.incoming, page, message) if page else message

        try:
            return await self._courier.do(act, lane, lull=True)
        except Undelivered as error:
            if error.again_s is None and not error.parked:
                raise
            self._courier.hold(lane, error.again_s or 1.0)
            return message or None  # whatever it shows by now

    async def _put(self, incoming: Incoming, page: Page, message: int) -> int:
        if incoming.interaction is not None:
            return (await incoming.interaction.edit_original_response(**parts(page, edit=True))).id
        if message:
            return (await self._courier.message(incoming.place, message).edit(**parts(page, edit=True))).id
        return int(await self._courier.put(incoming.place, page, f"{incoming.request.message}:draft"))
