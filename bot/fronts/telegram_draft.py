"""An answer while it is written: one message, edited at most once a second, whose place the answer then takes.

Only the newest draft is shown, when nobody else needs the chat's turn (`Pace.lull`). Nobody is left with a draft: which
messages show one is kept in the store, so that after `kill -9` the next start says under each that it was broken off.

Owns: when a draft is sent or edited, what becomes of drafts that nobody finishes.
Does not own: what they say, when there is a lull (pace), the answer's own way (telegram_send, telegram_talk).
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot import lang as languages
from bot.doc import Doc, Para
from bot.fronts.base import Undelivered
from bot.fronts.pace import Pace
from bot.fronts.telegram_dialect import HTML
from bot.fronts.telegram_send import UNSENT, Courier, Try, waiting_s
from bot.fronts.telegram_updates import Place
from bot.render import render
from store import facts
from store.db import Db
from store.errors import StoreError
from store.types import Lang

REMEMBERED = 500
"""Messages of which it is kept that they show a draft."""

_SHOWN = "telegram.drafts"

log = structlog.get_logger()


class Drafts:
    """The drafts of one bot."""

    def __init__(self, courier: Courier, pace: Pace, db: Db) -> None:
        self._courier, self._pace, self._db = courier, pace, db
        self._open: set[Draft] = set()
        kept: list[tuple[int, int, Lang]] = json.loads(facts.get(db, _SHOWN) or "[]")
        self._shown = {(chat, message): lang for chat, message, lang in kept}

    def of(self, place: Place, lang: Lang, message: int = 0) -> "Draft":
        """The draft of one answer: a message of its own there, or in the place of `message`."""
        made = Draft(self, place, lang, message)
        self._open.add(made)
        return made

    async def show(self, place: Place, newest: Callable[[], Doc], message: int = 0) -> int | None:
        """Show what is newest when there is a lull, in place of `message` if given; return the id of the message.

        None: the platform asks to wait. It is tried once, for another draft or the answer follows; of a text that is
        too long for a message the beginning is shown, and nothing of one that is empty.

        Raises:
            Undelivered: no draft can be shown there.
        """
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

    def note(self, place: Place, message: int, lang: Lang) -> None:
        """This message shows a draft."""
        self._shown[place.chat, message] = lang
        while len(self._shown) > REMEMBERED:
            del self._shown[next(iter(self._shown))]
        self._keep()

    def close(self, draft: "Draft", *, replaced: bool) -> None:
        """The draft has ended; unless the answer took its place, the next start will say that it was broken off."""
        self._open.discard(draft)
        if replaced:
            self._forget(draft.place.chat, draft.message)

    async def give_up(self) -> None:
        """Say in place of every draft, those of an earlier run too, that nothing more will come of it."""
        await asyncio.gather(*(draft.end() for draft in self._open))
        left = list(self._shown.items())
        await asyncio.gather(*(self._broken_off(chat, message, lang) for (chat, message), lang in left))

    async def _broken_off(self, chat: int, message: int, lang: Lang) -> None:
        said = Doc(Para(languages.load(lang)("mistake.interrupted")))
        with suppress(Undelivered):
            await self.show(Place(chat, group=chat < 0), lambda: said, message)
        self._forget(chat, message)

    def _forget(self, chat: int, message: int) -> None:
        if self._shown.pop((chat, message), None) is not None:
            self._keep()

    def _keep(self) -> None:
        kept = [(chat, message, lang) for (chat, message), lang in self._shown.items()]
        try:
            facts.put(self._db, _SHOWN, json.dumps(kept), lasting=False)
        except StoreError as error:
            log.warning("not remembered", reason=str(error))


class Draft:
    """One answer while it is written; `show` is the hook (bot.request.Draft). Its last word is `end`."""

    def __init__(self, drafts: Drafts, place: Place, lang: Lang, message: int) -> None:
        self.place, self.message = place, message
        self._drafts, self._lang = drafts, lang
        self._newest = Doc()
        self._new = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._flying = self._shown = self._ended = False

    def show(self, doc: Doc) -> None:
        """Show this in place of what is shown, unless a newer one comes first."""
        if self._ended or not doc.blocks:
            return
        self._newest = doc
        self._new.set()
        if self._task is None:
            self._task = asyncio.create_task(self._write())

    async def end(self) -> int:
        """Show nothing more; return the message whose place the answer takes, 0 if no draft was shown."""
        self._ended = True
        if self._task is not None:
            if not self._flying:
                self._task.cancel()
            await asyncio.wait({self._task})  # what is on its way arrives before the answer
        return self.message if self._shown else 0

    async def _write(self) -> None:
        while not self._ended:
            await self._new.wait()
            try:
                message = await self._drafts.show(self.place, self._take, self.message)
            except Undelivered as error:  # the answer has its own way
                log.warning("no draft", chat=self.place.chat, reason=str(error))
                return
            except Exception:
                log.exception("draft failed", chat=self.place.chat)
                return
            finally:
                self._flying = False
            if message is None:
                self._new.set()
            elif message and not self._shown:
                self.message, self._shown = message, True
                self._drafts.note(self.place, message, self._lang)

    def _take(self) -> Doc:
        """The newest draft, on its way from now on."""
        self._flying = True
        self._new.clear()
        return self._newest
