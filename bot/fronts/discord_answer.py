"""One request's answer on Discord: drafts while it is written, the reply in their place.

A reply that takes minutes (`Reply.later`) leaves its channel's lane: the next messages there don't wait for it.

Owns: the order of these, answers that are late, what people are told when one breaks or can't be brought.
Does not own: answering (respond), drafts (discord_draft), bringing the reply (discord_reply), whose turn it is
(discord_talk).
"""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

import discord
import structlog

from bot import lang as languages
from bot.app import App
from bot.commands.rights import lacking
from bot.doc import Doc, Para
from bot.fronts import discord_reply, discord_rights, drafts
from bot.fronts.base import Undelivered
from bot.fronts.discord_draft import Drafts, Spot
from bot.fronts.discord_events import Incoming
from bot.fronts.discord_send import Courier
from bot.lang import Words
from bot.request import Later, Reply, Request
from bot.respond import language_of, remember, respond

SIGN_S = 1.0
"""How long an answer that is ready waits for its own sign of life to be out of the way."""

PARTING_S = 1.5
"""How long ending waits until those who see a draft are told that nothing more will come."""

TOLD = 1000
"""Channels of which it is remembered that somebody was told what is missing there."""

Sign: TypeAlias = asyncio.Task[None] | None
Draft: TypeAlias = drafts.Draft[Spot]

log = structlog.get_logger()


class Answers:
    """The answers of one bot. Make it within a running loop."""

    def __init__(self, app: App, client: discord.Client, courier: Courier) -> None:
        self._app, self._client, self._courier = app, client, courier
        self._drafts = Drafts(courier, app.folder.db, app.langs[0])
        self._late: set[asyncio.Task[None]] = set()
        self._swept: Sign = None
        self._told: set[int] = set()
        self.lost: list[Incoming] = []
        """What was given up at the end, where nobody was told so by a draft."""

    def sweep(self) -> None:
        """Say under the drafts of a run that was killed that they were broken off; once, when there is a connection."""
        if self._swept is None:
            self._swept = asyncio.create_task(self._drafts.give_up())

    async def answer(self, incoming: Incoming, done: asyncio.Event, sign: Sign) -> None:
        """Bring one reply, or leave it to a task of its own; `sign` is the sign of life, which `done` ends."""
        if incoming.problem:
            await self.say(incoming, incoming.problem)
            return
        draft = self._draft(incoming)
        try:
            reply = await respond(self._app, incoming.request, draft.show)
            if reply.later is not None:
                task = asyncio.create_task(self._answer_late(draft, reply.later))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
                return
            done.set()
            if sign is not None:
                await asyncio.wait({sign}, timeout=SIGN_S)
            await self._bring(draft, reply)
        except asyncio.CancelledError:
            self._lose(draft)
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged there
            await self._broken(draft, error)

    async def finish(self, within_s: float) -> int:
        """End the answers that are late, for so long at most; return how many were given up, and say so there."""
        if self._late:
            await asyncio.wait(set(self._late), timeout=within_s)
        left = set(self._late)
        swept = {self._swept} if self._swept else set()
        for task in left | swept:
            task.cancel()
        await asyncio.gather(*left, *swept, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._drafts.give_up(), PARTING_S)
        return len(left)

    async def say(self, incoming: Incoming, key: str, **fields: str) -> bool:
        """Say one sentence in answer, and return whether that went well; it is of no consequence if it fails too."""
        words = languages.load(language_of(self._app, incoming.request))
        with suppress(Undelivered):
            reply = Reply(Doc(Para(words(key, **fields))), aside=True)
            await discord_reply.deliver(self._courier, incoming, reply, words, name=key)
            return True
        return False

    def _draft(self, incoming: Incoming) -> Draft:
        """The answer while it is written: in place of the message whose button was pressed, or its own."""
        request = incoming.request
        message = int(request.message or 0) if request.pressed and not incoming.aside else 0
        return self._drafts.of(Spot(incoming), language_of(self._app, request), message)

    async def _answer_late(self, draft: Draft, later: Later) -> None:
        try:
            await self._bring(draft, await later())
        except asyncio.CancelledError:
            self._lose(draft)
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged there
            await self._broken(draft, error)

    def _lose(self, draft: Draft) -> None:
        """The answer is given up; who sees a draft of it is told there."""
        if not draft.shown:
            self.lost.append(draft.place.incoming)

    async def _bring(self, draft: Draft, reply: Reply) -> None:
        incoming = await _ended(draft)
        request = incoming.request
        sent = await discord_reply.deliver(self._courier, incoming, reply, self._words(request, reply))
        self._drafts.close(draft, replaced=bool(sent or reply.silent))
        remember(self._app, request, reply, sent)

    async def _broken(self, draft: Draft, error: Exception) -> None:
        """Log the error that is being handled, and tell who asked its id, where that may be read."""
        incoming, incident = await _ended(draft), secrets.token_hex(3)
        chat, told = incoming.place.chat, False
        if not isinstance(error, Undelivered):
            log.exception("request failed", incident=incident, chat=chat)
            told = await self.say(incoming, "mistake.incident", id=incident)
        else:
            log.warning("undelivered", incident=incident, chat=chat, reason=str(error), parked=error.parked)
            if incoming.interaction is None and error.shut:
                await self._whisper(incoming)
            elif incoming.interaction is not None or not error.parked:
                told = await self.say(incoming, "mistake.incident", id=incident)
        self._drafts.close(draft, replaced=told)

    async def _whisper(self, incoming: Incoming) -> None:
        """Say in private, once, which right is missing to answer in a channel."""
        channel = self._client.get_channel(incoming.place.channel)
        access = discord_rights.known(channel) or incoming.request.access
        chat = int(incoming.place.chat)  # its threads have its rights
        if access is None or not access.lacking or chat in self._told:
            return
        if len(self._told) >= TOLD:
            self._told.clear()
        self._told.add(chat)
        words = languages.load(language_of(self._app, incoming.request))
        with suppress(Undelivered):
            await discord_reply.whisper(self._courier, incoming, lacking(access, words), words)

    def _words(self, request: Request, reply: Reply) -> Words:
        """The language of what is said around a reply."""
        return languages.load((reply.talk and reply.talk.lang) or language_of(self._app, request))


async def _ended(draft: Draft) -> Incoming:
    """What was asked, and by now where and in which message it is to be answered."""
    shown = await draft.end()
    return replace(draft.place.incoming, shown=shown)
