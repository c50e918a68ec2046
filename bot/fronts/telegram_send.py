"""Sending to Telegram: a Reply becomes messages, and each refusal is met as the platform's rules want it.

Nothing is ever sent twice: only what surely wasn't sent is tried again. An edit may be: it comes to the same.

    429             wait as long as it says; this chat alone
    400 entities    the plain text, once
    400 topic       the chat's main topic
    400 migrated    the chat goes on under its new id, once more there
    403, no rights  the chat is paused
    not connected   again, ever later
    no answer       unknown whether it was sent: noted, and left (telegram_settle finds out)

Each send leaves its trace, whatever becomes of it: who looks for one must know all others.

Owns: sending, editing, typing; what follows from a refusal.
Does not own: what is said, when a turn comes (pace), the trail.

Source: https://core.telegram.org/bots/api#making-requests
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

import structlog
from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.fronts import telegram_calls
from bot.fronts.base import Undelivered
from bot.fronts.pace import Pace
from bot.fronts.telegram_buttons import markup
from bot.fronts.telegram_dialect import HTML, plain
from bot.fronts.telegram_trail import UNSENT, Trail
from bot.fronts.telegram_updates import FRONT, Place
from bot.render import render
from bot.request import File, Reply
from store import chats
from store.db import Db

TRIES = 8
"""Of one message, waits for a 429 and for the network together."""

MAX_WAIT_S = 60.0
"""The longest wait between two tries when there is no network."""

SHUT = ("chat not found", "not enough rights", "need administrator rights", "chat_write_forbidden", "deactivated")
"""What a 400 says of a chat that can't be written to, as a 403 does."""

NO_TOPIC = ("thread not found", "topic_closed", "topic_deleted")
UNEDITABLE = (
    "message to edit not found", "message can't be edited", "no text in the message", "no caption in the message",
    "message_id_invalid",
)  # fmt: skip
UNCHANGED = "message is not modified"

_REMEMBERED = 1_000  # moves of chats; later ones of their messages meet the refusal once more

T = TypeVar("T")
Act = Callable[["Try"], Awaitable[T]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: where to, whether without markup. With `begin` (see `bot.outgoing.Deliver`) the others come first,
    and no network is waited for."""

    place: Place
    plain: bool = False
    tries: int = 1
    moved: bool = False
    begin: Callable[[], bool] | None = None


def waiting_s(error: RetryAfter) -> float:
    """The seconds that a 429 asks for."""
    return error.retry_after.total_seconds() if isinstance(error.retry_after, timedelta) else float(error.retry_after)


class Courier:
    """Sends for one bot. `sleep` is the wait between tries without network; `paused` is told of a subscription that a
    chat's pause holds up."""

    def __init__(
        self,
        bot: Bot,
        db: Db,
        pace: Pace,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        paused: Callable[[int, str], None] = lambda _chat, _reason: None,
        trail: Trail | None = None,
    ) -> None:
        self.trail = trail or Trail(db, bot)
        self._bot, self._db, self._pace, self._sleep, self._paused = bot, db, pace, sleep, paused
        self._moved: dict[int, int] = {}
        self._tell_moved: Callable[[int, int], None] = lambda old, new: None

    def on_migrated(self, tell: Callable[[int, int], None]) -> None:
        """Whoever else has to know that a chat goes on under another id (old, new)."""
        self._tell_moved = tell

    def now_at(self, chat: int) -> int:
        """The id under which the chat goes on, if it was seen to move."""
        return self._moved.get(chat, chat)

    async def deliver(
        self, place: Place, reply: Reply, *, instead_of: int = 0, alone: bool = False, silent: bool = False
    ) -> list[str]:
        """Send a reply, its first message in place of `instead_of` if that can be edited (with `alone` only if it is of
        one message: others would pile up); return the messages' ids. What can't be sent is logged, the rest left."""
        sent: list[str] = []
        try:
            texts, keyboard = render(reply.doc, HTML), markup(reply.buttons)
            instead_of = 0 if alone and len(texts) > 1 else instead_of
            for n, text in enumerate(texts, 1):
                buttons = keyboard if n == len(texts) else None
                if instead_of and n == 1 and await self._edited(place, text, buttons, instead_of):
                    sent.append(str(instead_of))
                else:
                    here = place if n == 1 else replace(place, answers=None)
                    sent.append(await self._said(here, text, buttons, silent))
            sent += [await self._file(place, file) for file in reply.files if file.content]
        except Undelivered as error:
            log.warning("undelivered", chat=place.chat, reason=str(error), parked=error.parked, sent=len(sent))
        return sent

    async def send(
        self,
        now: Try,
        text: str,
        buttons: InlineKeyboardMarkup | None = None,
        silent: bool = False,
        picture: bytes = b"",
        key: str = "",
    ) -> int:
        """Try once to send a message, the text below `picture` if there is one; return its id. `key` tells its content
        from others, for whoever has to look for it.

        Raises:
            TelegramError: it wasn't sent, or nobody knows.
            Undelivered: it is not wanted any more.
        """
        said, mode = _dressed(now, text)

        def call() -> Awaitable[Message]:
            if picture:
                return telegram_calls.photo(self._bot, now.place, picture, said, mode, buttons, silent)
            return telegram_calls.text(self._bot, now.place, said, mode, buttons, silent)

        return await self.traced(now, call, key)

    async def edit(
        self,
        now: Try,
        message: int,
        text: str,
        buttons: InlineKeyboardMarkup | None = None,
        *,
        caption: bool = False,
    ) -> None:
        """Try once to make a message say `text`, below its picture if it is a `caption`.

        Raises:
            TelegramError: it doesn't, or nobody knows; "message is not modified": it did already.
        """
        said, mode = _dressed(now, text)
        await telegram_calls.change(self._bot, now.place, message, said, mode, buttons, caption)

    async def remove(self, place: Place, message: int) -> None:
        """Take a message of ours away; of no consequence if it is gone, or can't be."""
        with suppress(TelegramError):
            await self._bot.delete_message(place.chat, message)

    async def traced(self, now: Try, call: Callable[[], Awaitable[Message]], key: str = "") -> int:
        """Make a call that sends, which leaves its trace."""
        trace = self.trail.begin(now.place.chat, key)  # before the claim: what that makes last, lasts with it
        wanted = False
        try:
            wanted = now.begin is None or (trace > 0 and now.begin())
        finally:
            if not wanted:
                self.trail.drop(trace)
        if not wanted:
            raise Undelivered("not wanted any more", again_s=0.0)
        return (await self.trail.follow(trace, call())).message_id

    async def typing(self, place: Place) -> None:
        """Show that something is being done; of no consequence if it fails."""
        with suppress(TelegramError):
            await self._bot.send_chat_action(place.chat, ChatAction.TYPING, message_thread_id=place.thread)

    def pause(self, chat: int, reason: str) -> None:
        """Send nothing to the chat by itself any more; its row stays, and the operator is told."""
        log.warning("chat paused", chat=chat, reason=reason)
        if chats.pause(self._db, FRONT, str(chat), reason):
            self._paused(chat, reason)

    def migrate(self, old: int, new: int) -> None:
        """The chat goes on under another id."""
        if len(self._moved) >= _REMEMBERED:
            self._moved.clear()
        self._moved[old] = new
        chats.migrate(self._db, FRONT, str(old), str(new))
        self._tell_moved(old, new)
        log.info("chat migrated", old=old, new=new)

    async def _said(self, place: Place, text: str, buttons: InlineKeyboardMarkup | None, silent: bool) -> str:
        return str(await self.do(Try(place), lambda now: self.send(now, text, buttons, silent)))

    async def _edited(self, place: Place, text: str, buttons: InlineKeyboardMarkup | None, message: int) -> bool:
        """Whether the message now shows this: an old one can't be edited, a deleted one isn't there."""
        try:
            await self.do(Try(place), lambda now: self.edit(now, message, text, buttons), repeatable=True)
        except Undelivered as error:
            reason = str(error).lower()
            if any(sign in reason for sign in UNEDITABLE):
                return False
            if UNCHANGED not in reason:
                raise
        return True

    async def _file(self, place: Place, file: File) -> str:
        async def act(now: Try) -> str:
            return str(await self.traced(now, lambda: telegram_calls.document(self._bot, now.place, file)))

        return await self.do(Try(place), act)

    async def do(self, now: Try, act: Act[T], *, repeatable: bool = False) -> T:
        """Do it when its turn comes, until it is done or can't be.

        Raises:
            Undelivered: it can't be, or nobody knows whether it was.
        """
        now = replace(now, place=replace(now.place, chat=self.now_at(now.place.chat)))
        while True:
            try:
                async with self._pace.turn(str(now.place.chat), group=now.place.group, later=now.begin is not None):
                    return await act(now)
            except TelegramError as error:
                now = await self._next(error, now, repeatable)

    async def _next(self, error: TelegramError, now: Try, repeatable: bool) -> Try:
        """What to try after an error."""
        again = replace(now, tries=now.tries + 1)
        if now.tries >= TRIES:
            raise Undelivered(error.message)
        if isinstance(error, RetryAfter):
            self._pace.hold(str(now.place.chat), waiting_s(error))
            if now.begin is not None:
                raise Undelivered(error.message, again_s=waiting_s(error))
            return again
        if isinstance(error, ChatMigrated) and not now.moved:
            self.migrate(now.place.chat, error.new_chat_id)
            return replace(again, place=replace(now.place, chat=error.new_chat_id, answers=None), moved=True)
        if isinstance(error, Forbidden):
            self.pause(now.place.chat, error.message)
            raise Undelivered(error.message, shut=True)
        if isinstance(error, InvalidToken):
            raise Undelivered(error.message, again_s=0.0)
        if isinstance(error, BadRequest):  # a NetworkError to PTB: first
            return self._mended(error, again)
        unsent = type(error.__cause__).__name__ in UNSENT
        if isinstance(error, NetworkError) and (unsent or repeatable):
            if now.begin is not None:
                raise Undelivered(error.message, again_s=0.0)
            await self._sleep(min(MAX_WAIT_S, 2.0 ** (now.tries - 1)))
            return again
        raise Undelivered(error.message, parked=True)

    def _mended(self, error: BadRequest, again: Try) -> Try:
        reason = error.message.lower()
        if "can't parse entities" in reason and not again.plain:
            log.error("entities refused", reason=error.message)
            return replace(again, plain=True)
        if again.place.thread and any(sign in reason for sign in NO_TOPIC):
            log.warning("topic gone", chat=again.place.chat, thread=again.place.thread, reason=error.message)
            return replace(again, place=replace(again.place, thread=None, answers=None))
        if shut := any(sign in reason for sign in SHUT):
            self.pause(again.place.chat, error.message)
        raise Undelivered(error.message, shut=shut)


def _dressed(now: Try, text: str) -> tuple[str, ParseMode | None]:
    """A text, and how it is to be read."""
    return (plain(text), None) if now.plain else (text, ParseMode.HTML)
