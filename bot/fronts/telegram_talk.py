"""One bot's conversation: each update finds its chat's lane, and each request its reply.

Owns: what is done with an update, the sign of life before an answer, what people are told of updates that break.
Does not own: reading updates, answers (telegram_answer), sending (telegram_send), fetching (telegram_poll).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeAlias

import structlog
from telegram import Bot, Chat, ChatMember, ChatMemberUpdated, InlineQuery, Message, Update
from telegram.error import TelegramError

from bot import commands
from bot import lang as languages
from bot.app import App
from bot.doc import Doc, Para
from bot.fronts.lanes import Lanes
from bot.fronts.pace import Pace
from bot.fronts.telegram_answer import Answers, incident
from bot.fronts.telegram_gate import Gate
from bot.fronts.telegram_inline import offer
from bot.fronts.telegram_poll import Raw
from bot.fronts.telegram_press import Press
from bot.fronts.telegram_returns import lets_write
from bot.fronts.telegram_send import Courier
from bot.fronts.telegram_updates import FRONT, Incoming, Place, Reader, number
from bot.request import Reply, Request
from bot.respond import language_of
from store import chats
from store.types import Lang

TYPING_S = 4.5
"""A client shows "typing" for five seconds."""

QUICK_S = 0.15
"""A command is mostly answered sooner than anybody could see a sign of life: only after so long it gets one."""

_KEPT_OUT = {"paired": "telegram.paired", "wrong": "telegram.wrong", "told": "telegram.private"}
"""What is said for each verdict of the gate."""

Job: TypeAlias = Callable[[], Awaitable[None]]

log = structlog.get_logger()


class Talk:
    """Everything that one bot does with its updates. Make it within a running loop, when the bot knows its name."""

    def __init__(self, app: App, bot: Bot, courier: Courier, pace: Pace) -> None:
        settings = app.settings.telegram
        self._app, self._bot, self._courier = app, bot, courier
        self._reader = Reader(bot.id, bot.username, settings, commands.known)
        self._gate = Gate(settings, app.folder.db)
        courier.on_migrated(self._gate.migrate)
        self._lanes: Lanes[Job] = Lanes(lambda job: job())
        self._beside: set[asyncio.Task[None]] = set()
        self._full: set[int] = set()
        self._newest: dict[int, str] = {}
        self._answers = Answers(app, bot, courier, pace)

    async def room(self) -> None:
        """Wait until more updates can be taken."""
        await self._lanes.room()

    async def finish(self, within_s: float) -> int:
        """End what is in hand, for so long at most; return how many requests were given up."""
        ends = time.monotonic() + within_s
        left = await self._lanes.finish(within_s)
        left += await self._answers.finish(max(0.0, ends - time.monotonic()))
        for task in set(self._beside):
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        return left

    def take(self, raw: Raw) -> None:
        """Begin what an update asks for. One that can't be read is noted and passed over; its chat is told the id."""
        try:
            update = Update.de_json(raw, self._bot)
            self._take(update)
        except Exception:
            named = incident()
            log.exception("poison update", incident=named, update=raw.get("update_id"))
            place = _place_of(raw)
            if place is not None and self._gate.admits(place.chat, place.chat):
                nothing = Request("", front=FRONT, chat=str(place.chat))
                self._tell(place, language_of(self._app, nothing), "mistake.incident", id=named)

    def _take(self, update: Update) -> None:
        message = update.message or update.channel_post
        if message is not None:
            self._courier.trail.saw(message)
        if update.my_chat_member is not None:
            self._moved(update.my_chat_member)
        elif update.inline_query is not None:
            self._offer(update.inline_query)
        elif message is not None and (message.migrate_to_chat_id or message.migrate_from_chat_id):
            self._migrated(message)
        elif (incoming := self._reader.read(update)) is not None:
            self._ask(incoming)

    def _moved(self, change: ChatMemberUpdated) -> None:
        """The bot was added, removed, blocked or unblocked, or has other rights."""
        chat, member = change.chat.id, change.new_chat_member
        if member.status in (ChatMember.LEFT, ChatMember.BANNED):
            self._courier.pause(chat, f"the bot was removed ({member.status})")
        elif not lets_write(member, channel=change.chat.type == Chat.CHANNEL):
            self._courier.pause(chat, f"the bot may not write there ({member.status})")
        else:
            chats.resume(self._app.folder.db, FRONT, str(chat))

    def _migrated(self, message: Message) -> None:
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        self._courier.migrate(old, new)

    def _offer(self, query: InlineQuery) -> None:
        """Every letter is a query of its own: only a user's newest is answered."""
        user = query.from_user.id
        if not self._gate.admits(user, user):
            return
        self._newest[user] = query.id

        async def job() -> None:
            if self._newest.get(user) != query.id:
                return
            del self._newest[user]
            with suppress(TelegramError):
                await offer(self._app, self._bot, query)

        if not self._lanes.put(f"inline {user}", job):
            del self._newest[user]

    def _ask(self, incoming: Incoming) -> None:
        request, place = incoming.request, incoming.place
        press = Press(self._bot, incoming.query) if incoming.query else None
        if press is not None:
            self._keep(press.task)
        verdict = self._gate.judge(place.chat, number(request.user), request.text)
        if verdict == "silent":
            return
        if verdict != "in":
            self._tell(place, language_of(self._app, request), _KEPT_OUT[verdict])
            return

        async def job() -> None:
            if press is not None:
                await self._answers.answer_press(incoming, press)
                return
            done = asyncio.Event()
            sign = self._begin(self._busy(place, done, QUICK_S if request.text.startswith("/") else 0.0))
            try:
                await self._answers.answer(incoming, done, sign)
            finally:
                done.set()

        if self._lanes.put(str(place.chat), job):
            self._full.discard(place.chat)
            return
        log.warning("lane full", chat=place.chat)
        if place.chat not in self._full:
            self._full.add(place.chat)
            self._tell(place, language_of(self._app, request), "mistake.busy")

    async def _busy(self, place: Place, done: asyncio.Event, wait_s: float) -> None:
        """Show "typing" after `wait_s`, until it is done."""
        while not done.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), wait_s)
                return
            await self._courier.typing(place)
            wait_s = TYPING_S

    def _tell(self, place: Place, lang: Lang, key: str, **fields: str) -> None:
        """Say one sentence, beside the lanes."""
        text = languages.load(lang)(key, **fields)

        async def say() -> None:
            await self._courier.deliver(place, Reply(Doc(Para(text))))

        self._begin(say())

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._keep(asyncio.create_task(work))

    def _keep(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task


def _place_of(raw: Raw) -> Place | None:
    """Where an update that can't be read came from, if even that can be."""
    for part in raw.values():
        inner = part.get("message", part) if isinstance(part, dict) else None
        chat = inner.get("chat") if isinstance(inner, dict) else None
        number = chat.get("id") if isinstance(chat, dict) else None
        if isinstance(number, int) and number > 0:  # in private alone: a group doesn't want to know
            return Place(number)
    return None
