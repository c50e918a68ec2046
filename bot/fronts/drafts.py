"""An answer while it is written: one message, whose place the newest draft takes, and then the answer.

Nobody is left with a draft: which messages show one is kept in the store, so that after `kill -9` the next start says
under each that it was broken off.

Owns: which draft is shown next, what becomes of drafts that nobody finishes.
Does not own: what they say, showing one on a platform (telegram_draft, discord_draft), when that may be (pace).
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

import structlog

from bot import lang as languages
from bot.doc import Doc, Para
from bot.fronts.base import Undelivered
from store import facts
from store.db import Db
from store.errors import StoreError
from store.types import Lang

REMEMBERED = 500
"""Messages of which it is kept that they show a draft."""

log = structlog.get_logger()


class Somewhere(Protocol):
    """Where an answer goes, as its front knows it."""

    @property
    def chat(self) -> int:
        """The platform's id of what holds the message."""


P = TypeVar("P", bound=Somewhere)


class Drafts(ABC, Generic[P]):
    """The drafts of one bot on a front."""

    def __init__(self, front: str, db: Db) -> None:
        self._db, self._key = db, f"{front}.drafts"
        self._open: set[Draft[P]] = set()
        kept: list[tuple[int, int, Lang]] = json.loads(facts.get(db, self._key) or "[]")
        self._shown = {(chat, message): lang for chat, message, lang in kept}

    @abstractmethod
    async def show(self, place: P, newest: Callable[[], Doc], message: int = 0) -> int | None:
        """Show what is newest when there is a lull, in place of `message` if given; return the id of the message.

        None: the platform asks to wait. It is tried once, for another draft or the answer follows; of a text that is
        too long for a message the beginning is shown, and nothing of one that is empty.

        Raises:
            Undelivered: no draft can be shown there.
        """

    @abstractmethod
    def at(self, chat: int) -> P:
        """The place whose `chat` that is."""

    def of(self, place: P, lang: Lang, message: int = 0) -> "Draft[P]":
        """The draft of one answer: a message of its own there, or in the place of `message`."""
        made = Draft(self, place, lang, message)
        self._open.add(made)
        return made

    def note(self, place: P, message: int, lang: Lang) -> None:
        """This message shows a draft."""
        self._shown[place.chat, message] = lang
        while len(self._shown) > REMEMBERED:
            del self._shown[next(iter(self._shown))]
        self._keep()

    def close(self, draft: "Draft[P]", *, replaced: bool) -> None:
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
            await self.show(self.at(chat), lambda: said, message)
        self._forget(chat, message)

    def _forget(self, chat: int, message: int) -> None:
        if self._shown.pop((chat, message), None) is not None:
            self._keep()

    def _keep(self) -> None:
        kept = [(chat, message, lang) for (chat, message), lang in self._shown.items()]
        try:
            facts.put(self._db, self._key, json.dumps(kept), lasting=False)
        except StoreError as error:
            log.warning("not remembered", reason=str(error))


class Draft(Generic[P]):
    """One answer while it is written; `show` is the hook (bot.request.Draft). Its last word is `end`."""

    def __init__(self, drafts: Drafts[P], place: P, lang: Lang, message: int) -> None:
        self.place, self.message = place, message
        self._drafts, self._lang = drafts, lang
        self._newest = Doc()
        self._new = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._flying = self._shown = self._ended = False

    @property
    def shown(self) -> bool:
        """Whether somebody sees it."""
        return self._shown

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
