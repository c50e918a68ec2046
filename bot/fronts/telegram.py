"""Telegram as a chat platform: private chats, groups, topics and channels, by long polling.

One bot in one asyncio loop beside whatever else runs there. It starts without network and comes through outages; it
ends, and says why, when the token is refused or another process polls with it. Ending finishes the message in hand.

Owns: the bot's life: connecting, the menu, polling, ending; a connection for what is sent unasked.
Does not own: what is done with an update (telegram_talk), and everything named in the other telegram_* modules.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot import commands
from bot.app import App
from bot.doc import Doc
from bot.fronts import telegram_check, telegram_menu, telegram_returns
from bot.fronts.backoff import Backoff
from bot.fronts.base import texts, warm
from bot.fronts.pace import Pace
from bot.fronts.telegram_deliver import Postman
from bot.fronts.telegram_dialect import HTML
from bot.fronts.telegram_parts import Parts
from bot.fronts.telegram_poll import Poller, asked_s, refused
from bot.fronts.telegram_send import Courier
from bot.fronts.telegram_settle import Settler
from bot.fronts.telegram_talk import Talk
from bot.fronts.telegram_trail import Trail
from bot.fronts.telegram_updates import FRONT, KINDS
from bot.lang import Words
from bot.outgoing import Carrier, Part
from bot.request import Buttons
from store import talks
from store.check import Finding
from store.errors import FrontRefused

GRACE_S = 8.0
"""How long ending waits for what is in hand: less than a container is given (10 s)."""

CONNECTIONS = 8
"""Enough for 28 sends a second at 0.25 s each; httpcore looks at each of them for each request."""

log = structlog.get_logger()


class Telegram:
    """The front. `pace` and `sleep` are given by tests."""

    name = FRONT

    def __init__(self, pace: Pace | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._pace = pace or Pace()
        self._sleep = sleep
        self._trail: Trail | None = None

    async def run(self, app: App) -> None:
        """Serve until cancelled.

        Raises:
            FrontRefused: the token is refused, or another process polls with it.
        """
        _quiet()
        settings = app.settings.telegram
        bot = _bot(app)
        poller = Poller(f"{settings.api_base}/bot{settings.token.get_secret_value()}", KINDS, self._sleep)
        confirmed = True
        warmed = asyncio.create_task(asyncio.to_thread(warm, app))
        try:
            await self._connect(bot)
            await asyncio.wait({warmed})
            await self._serve(app, bot, poller)
        except FrontRefused:
            confirmed = False  # another process is there: a last poll would throw it out
            raise
        finally:
            await poller.close(confirm=confirmed)
            await bot.shutdown()
            await asyncio.wait({warmed})  # a thread can't be cancelled, and what it opens is about to be closed

    @asynccontextmanager
    async def sending(self, app: App) -> AsyncIterator[Carrier]:
        """A way to send at this front's pace, with connections of its own: a thousand digests leave none out of breath.

        Raises:
            FrontRefused: the token is refused.
        """
        _quiet()
        bot = _bot(app)
        try:
            try:
                await bot.initialize()
            except InvalidToken as error:
                refused(error)
            except TelegramError as error:  # each part will see for itself
                log.warning("telegram unreachable", reason=error.message)
            courier = self._courier(app, bot)
            operators = app.settings.telegram.operators
            settler = Settler(bot, app.folder.db, courier, self._pace, operators[0] if operators else 0)
            yield Postman(Parts(courier, self._pace), settler)
        finally:
            await bot.shutdown()

    def parts(
        self, doc: Doc, buttons: Buttons, talk: talks.Talk | None, words: Words, *, below: bool = False
    ) -> list[Part]:
        """Texts with buttons below."""
        return texts(doc, buttons, talk, HTML)

    def operators(self, app: App) -> tuple[str, ...]:
        """The operators' private chats, which have their ids."""
        return tuple(map(str, app.settings.telegram.operators))

    async def check(self, app: App) -> AsyncIterator[Finding]:
        """The token, a second poller, the subscribed chats: at an eighth of the pace that Telegram allows."""
        _quiet()
        bot = _bot(app)
        try:
            async for found in telegram_check.findings(bot, app.folder, self._sleep):
                yield found
        finally:
            await bot.shutdown()

    def _courier(self, app: App, bot: Bot) -> Courier:
        def paused(chat: int, reason: str) -> None:
            app.notices.tell("paused", f"{FRONT} {chat}", chat=f"{FRONT} {chat}", reason=reason)

        if self._trail is None or self._trail.db is not app.folder.db:
            self._trail = Trail(app.folder.db, bot)
        return Courier(bot, app.folder.db, self._pace, self._sleep, paused, self._trail)

    async def _connect(self, bot: Bot) -> None:
        backoff = Backoff(FRONT, self._sleep)
        while True:
            try:
                await bot.initialize()
                await bot.delete_webhook()  # with one set, polling is refused
            except InvalidToken as error:
                refused(error)
            except TelegramError as error:
                await backoff.after(error.message, asked_s(error))
            else:
                backoff.over()
                return

    async def _serve(self, app: App, bot: Bot, poller: Poller) -> None:
        talk = Talk(app, bot, self._courier(app, bot), self._pace)
        operators = app.settings.telegram.operators
        menu = asyncio.create_task(telegram_menu.tell(bot, app.folder.db, commands.menu, app.langs[0], operators))
        returns = asyncio.create_task(telegram_returns.watch(bot, app.folder.db))
        log.info("telegram", bot=bot.username)
        try:
            while True:
                await talk.room()
                for raw in await poller.next():
                    talk.take(raw)
        finally:
            for task in (menu, returns):
                task.cancel()
            left = await talk.finish(GRACE_S)
            if left:
                log.warning("requests given up", count=left)
            await asyncio.gather(menu, returns, return_exceptions=True)


def _bot(app: App) -> Bot:
    settings = app.settings.telegram
    base, files = f"{settings.api_base}/bot", f"{settings.api_base}/file/bot"
    return Bot(settings.token.get_secret_value(), base_url=base, base_file_url=files, request=_wire())


def _wire() -> HTTPXRequest:
    return HTTPXRequest(connection_pool_size=CONNECTIONS, read_timeout=15.0, connect_timeout=10.0, pool_timeout=30.0)


def _quiet() -> None:
    """Keep the token out of the log, and the log free of what is told otherwise.

    httpx logs whole URLs, the token among them; PTB logs a traceback for each answer that is no JSON, and warns of a
    type to come with each 429 unless that type is asked for now.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    for name, level in (("httpx", logging.WARNING), ("httpcore", logging.WARNING), ("telegram", logging.CRITICAL)):
        logging.getLogger(name).setLevel(level)
