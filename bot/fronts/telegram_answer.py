"""One request's answer on Telegram: who asks, drafts while it is written, the reply in their place.

A reply that takes minutes (`Reply.later`) leaves its chat's lane: the next messages there don't wait for it.

Owns: the order of these, answers that are late, what is said when one breaks.
Does not own: answering (respond), drafts (telegram_draft), sending (telegram_send), whose turn it is (telegram_talk).
"""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import replace

import structlog
from telegram import Bot

from bot import commands
from bot import lang as languages
from bot.app import App
from bot.dialect import PLAIN
from bot.doc import Doc, Para
from bot.fronts.drafts import Draft
from bot.fronts.pace import Pace
from bot.fronts.telegram_draft import Drafts
from bot.fronts.telegram_press import Press
from bot.fronts.telegram_roles import Roles
from bot.fronts.telegram_send import Courier
from bot.fronts.telegram_updates import Incoming, Place, number
from bot.render import render
from bot.request import Later, Reply, Request
from bot.respond import language_of, remember, respond
from store import find

SIGN_S = 1.0
"""How long an answer that is ready waits for its own sign of life to be out of the way."""

PARTING_S = 1.5
"""How long ending waits until those who see a draft are told that nothing more will come."""

log = structlog.get_logger()


class Answers:
    """The answers of one bot. Make it within a running loop."""

    def __init__(self, app: App, bot: Bot, courier: Courier, pace: Pace) -> None:
        self._app, self._bot, self._courier = app, bot, courier
        self._roles = Roles(bot)
        self._drafts = Drafts(courier, pace, app.folder.db)
        self._late: set[asyncio.Task[None]] = set()
        self._swept = asyncio.create_task(self._drafts.give_up())  # those of a run that was killed

    async def answer(self, incoming: Incoming, done: asyncio.Event, sign: asyncio.Task[None]) -> None:
        """Send one reply, or leave it to a task of its own; `sign` is the sign of life, which `done` ends."""
        request, place = incoming.request, incoming.place
        draft = self._draft(request, place)
        try:
            if incoming.asks_role and commands.asks_rank(request.text):
                ranked = await self._ranked(request, place)
                reply = await respond(self._app, ranked, draft.show) if ranked else self._unranked(request)
            else:
                reply = await respond(self._app, request, draft.show)
            if reply.later is not None:
                self._leave(request, place, reply.later, draft)
                return
            done.set()
            await asyncio.wait({sign}, timeout=SIGN_S)
            await self._send(request, place, reply, draft)
        except Exception:  # noqa: BLE001 - the boundary: it is logged there
            await self._broken(request, place, draft)

    async def answer_press(self, incoming: Incoming, press: Press) -> None:
        """Do what a button says. What is for the presser alone is told in a window, where there is time for that.

        A channel is for reading: who does not run it gets a paper in private, and changes no post.
        """
        request, place = incoming.request, incoming.place
        draft = self._draft(request, place)
        try:
            channel = not request.private and not place.group
            if incoming.asks_role and (channel or commands.asks_rank(request.text)):
                ranked = await self._ranked(request, place)
                if channel and not (ranked and ranked.is_admin):
                    press.say(*self._elsewhere(request))
                    return
                reply = await respond(self._app, ranked, draft.show) if ranked else self._unranked(request)
            else:
                reply = await respond(self._app, request, draft.show)
            if reply.later is not None:
                press.say()
                self._leave(request, place, reply.later, draft)
                return
            shown = await draft.end()
            told = press.say("\n".join(render(reply.doc, PLAIN)) if reply.aside and not shown else "")
            await asyncio.wait({press.task}, timeout=SIGN_S)
            if told and reply.aside and not shown:
                self._drafts.close(draft, replaced=True)
            else:
                await self._send(request, place, reply, draft)
        except Exception:  # noqa: BLE001 - the boundary: it is logged there
            await self._broken(request, place, draft)

    async def _ranked(self, request: Request, place: Place) -> Request | None:
        """The request, with whether an administrator sends it; None: Telegram doesn't say, now."""
        admin = await self._roles.is_admin(place.chat, number(request.user))
        return None if admin is None else replace(request, is_admin=admin)

    def _unranked(self, request: Request) -> Reply:
        words = languages.load(language_of(self._app, request))
        return Reply(Doc(Para(words("mistake.rank"))), aside=True)

    def _elsewhere(self, request: Request) -> tuple[str, str]:
        """Words, or the address of the paper's page in private, for a reader who pressed a channel's button."""
        ids = find.ids(request.text)
        if ids:
            return "", f"https://t.me/{self._bot.username}?start=p{ids[0].replace('.', '_')}"
        return languages.load(language_of(self._app, request))("telegram.here", name=self._bot.username), ""

    def _leave(self, request: Request, place: Place, later: Later, draft: Draft[Place]) -> None:
        """Let the chat's lane go on without this one."""
        task = asyncio.create_task(self._answer_late(request, place, later, draft))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def finish(self, within_s: float) -> int:
        """End the answers that are late, for so long at most; return how many were given up, and say so there."""
        if self._late:
            await asyncio.wait(set(self._late), timeout=within_s)
        left = set(self._late)
        for task in (*left, self._swept):
            task.cancel()
        await asyncio.gather(*left, self._swept, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._drafts.give_up(), PARTING_S)
        return len(left)

    async def _answer_late(self, request: Request, place: Place, later: Later, draft: Draft[Place]) -> None:
        try:
            await self._send(request, place, await later(), draft)
        except Exception:  # noqa: BLE001 - the boundary: it is logged there
            await self._broken(request, place, draft)

    async def _broken(self, request: Request, place: Place, draft: Draft[Place]) -> None:
        """Log the error that is being handled, and tell who asked its id."""
        named = incident()
        log.exception("request failed", incident=named, chat=place.chat)
        text = languages.load(language_of(self._app, request))("mistake.incident", id=named)
        sent = await self._courier.deliver(place, Reply(Doc(Para(text))), instead_of=await draft.end())
        self._drafts.close(draft, replaced=bool(sent))

    def _draft(self, request: Request, place: Place) -> Draft[Place]:
        """The answer while it is written: in place of the message whose button was pressed, or as a reply."""
        lang, message = language_of(self._app, request), number(request.message)
        if request.pressed:
            return self._drafts.of(place, lang, message)
        return self._drafts.of(replace(place, answers=message or None), lang)

    async def _send(self, request: Request, place: Place, reply: Reply, draft: Draft[Place]) -> None:
        shown = await draft.end()
        instead_of = shown or (number(request.message) if request.pressed and not reply.aside else 0)
        if shown and not reply.doc.blocks:
            await self._courier.remove(place, shown)
        sent = await self._courier.deliver(place, reply, instead_of=instead_of, alone=not shown)
        self._drafts.close(draft, replaced=bool(sent or reply.silent))
        if sent:
            there = replace(request, chat=str(self._courier.now_at(place.chat)))
            remember(self._app, there, reply, sent)


def incident() -> str:
    """An id by which the operator finds what was logged."""
    return secrets.token_hex(3)
