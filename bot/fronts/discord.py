"""Discord as a chat platform: guilds, threads and direct messages, by gateway and REST.

One bot in one asyncio loop beside whatever else runs there. It starts without network and comes through outages; it
ends, and says why, when Discord won't have it. Ending finishes the message in hand.

Owns: the bot's life: connecting, coming back, ending.
Does not own: what is done with an event (discord_talk), and everything named in the other discord_* modules.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NoReturn

import aiohttp
import discord
import structlog
from discord.http import Route

from bot.app import App
from bot.doc import Doc
from bot.fronts import discord_check
from bot.fronts.backoff import Backoff
from bot.fronts.base import warm
from bot.fronts.discord_client import HEARTBEAT_S, Client, Starts
from bot.fronts.discord_commands import FRONT
from bot.fronts.discord_deliver import Postman, dressed
from bot.fronts.discord_post import Poster
from bot.fronts.discord_send import RATES, Courier
from bot.fronts.discord_talk import Talk
from bot.fronts.pace import Pace
from bot.lang import Words
from bot.outgoing import Carrier, Part
from bot.request import Buttons
from store import talks
from store.check import Finding
from store.errors import FrontRefused

GRACE_S = 6.0
"""How long ending waits for what is in hand, and then for the connections: less than a container is given (10 s)."""

CLOSE_S = 2.0

LOGIN_S = 30.0
"""How long the first call may take."""

PUBLISHING_S = 5.0
"""How long a single round of sending waits for what is being published."""

REFUSED = {
    4004: "Discord refuses the token: check token and api_base under [discord].",
    4010: "Discord refuses the shards: check shard_ids and shard_count under [discord].",
    4011: "Discord wants more shards: leave shard_count under [discord] out, or raise it.",
    4012: "Discord no longer knows this version of its gateway: upgrade Paperboy.",
    4013: "Discord refuses the intents: upgrade Paperboy.",
    4014: "Discord refuses the intents: the application must allow them at discord.com/developers.",
}
"""What no waiting heals, by close code (https://discord.com/developers/docs/topics/opcodes-and-status-codes)."""

log = structlog.get_logger()


class Discord:
    """The front. `pace`, `sleep` and `heartbeat_s` are given by tests."""

    name = FRONT

    def __init__(
        self,
        pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        self._pace = pace or Pace(RATES)
        self._sleep, self._heartbeat_s = sleep, heartbeat_s
        self._starts = Starts(sleep)
        self._poster: Poster | None = None
        self._running = False

    async def run(self, app: App) -> None:
        """Serve until cancelled.

        Raises:
            FrontRefused: the token, the shards or the intents are refused.
        """
        _quiet()
        Route.BASE = app.settings.discord.api_base
        self._running = True
        backoff = Backoff(FRONT, self._sleep)
        warmed = asyncio.create_task(asyncio.to_thread(warm, app))
        try:
            while True:
                reason, asked_s = await self._serve(app, backoff.over)
                await backoff.after(reason, asked_s)
        finally:
            self._running = False
            await asyncio.wait({warmed})  # a thread can't be cancelled, and what it opens is about to be closed

    @asynccontextmanager
    async def sending(self, app: App) -> AsyncIterator[Carrier]:
        """A way to send at this front's pace: by the connection of `run`, else by one of its own without a gateway.

        Raises:
            FrontRefused: the token is refused.
        """
        operators = app.settings.discord.operators
        if self._running:
            yield Postman(app, lambda: self._poster, operators)
            return
        _quiet()
        Route.BASE = app.settings.discord.api_base
        client = Client(app.settings.discord, self._starts, self._heartbeat_s)
        poster = Poster(client, self._courier(app, client), asks=True)
        try:
            connected = await _logged_in(client, app.settings.discord.token.get_secret_value())
            yield Postman(app, lambda: poster if connected else None, operators)
            await poster.finish(GRACE_S, PUBLISHING_S)
        finally:
            await poster.finish(0.0)
            await client.close()

    def parts(
        self, doc: Doc, buttons: Buttons, talk: talks.Talk | None, words: Words, *, below: bool = False
    ) -> list[Part]:
        """Embeds, as many to a message as it holds."""
        return dressed(doc, buttons, talk, words, below=below)

    def operators(self, app: App) -> tuple[str, ...]:
        """The operators, by their own ids: their direct chats are opened when something is sent there."""
        return tuple(map(str, app.settings.discord.operators))

    async def check(self, app: App) -> AsyncIterator[Finding]:
        """The token, the sessions left today, the subscribed channels: by REST, without a gateway."""
        _quiet()
        Route.BASE = app.settings.discord.api_base
        client = Client(app.settings.discord, self._starts, self._heartbeat_s)
        try:
            token = app.settings.discord.token.get_secret_value()
            async for found in discord_check.findings(client, token, app.folder.db, self._sleep):
                yield found
        finally:
            await client.close()

    def _courier(self, app: App, client: Client) -> Courier:
        def paused(channel: str, reason: str) -> None:
            app.notices.tell("paused", f"{FRONT} {channel}", chat=f"{FRONT} {channel}", reason=reason)

        return Courier(client, app.folder.db, self._pace, self._sleep, paused)

    async def _serve(self, app: App, up: Callable[[], None]) -> tuple[str, float]:
        """Serve until the connection is lost for good; return why, and the seconds to wait that Discord asks for."""
        client = Client(app.settings.discord, self._starts, self._heartbeat_s)
        courier = self._courier(app, client)
        client.listener = talk = Talk(app, client, courier, up)
        self._poster = Poster(client, courier)
        started = asyncio.create_task(client.start(app.settings.discord.token.get_secret_value()))
        try:
            await asyncio.wait({started})  # in a task of its own: while it connects, discord.py may lose a cancellation
            await started
        except discord.LoginFailure:
            _refused(4004)
        except discord.PrivilegedIntentsRequired:
            _refused(4014)
        except discord.ConnectionClosed as error:
            if error.code in REFUSED:
                _refused(error.code)
            return f"gateway closed ({error.code})", 0.0
        except discord.RateLimited as error:
            return str(error), error.retry_after
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return str(error) or type(error).__name__, 0.0
        except Exception:
            log.exception("discord failed")  # whatever it is: a new connection may go well
            return "unexpected", 0.0
        finally:
            started.cancel()
            poster, self._poster = self._poster, None
            await _end(client, talk, poster)
            ended = asyncio.gather(started, return_exceptions=True)
            await asyncio.wait({ended}, timeout=CLOSE_S)  # a closed client ends it, if being cancelled didn't
        return "gateway closed", 0.0


async def _logged_in(client: Client, token: str) -> bool:
    """Whether Discord could be reached; if it can't be now, each part is left for later."""
    try:
        async with asyncio.timeout(LOGIN_S):
            await client.login(token)
    except discord.LoginFailure:
        _refused(4004)
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        log.warning("discord unreachable", reason=str(error) or type(error).__name__)
        return False
    return True


def _refused(code: int) -> NoReturn:
    raise FrontRefused(REFUSED[code]) from None


async def _end(client: Client, talk: Talk, poster: Poster) -> None:
    left = await talk.finish(GRACE_S)
    if left:
        log.warning("requests given up", count=left)
    await poster.finish(GRACE_S)
    try:
        async with asyncio.timeout(CLOSE_S):
            await client.close()
    except TimeoutError:
        log.warning("discord did not hang up in time")


def _quiet() -> None:
    """Keep tokens out of the log (at "debug" discord.py logs whole payloads), and the log free of tracebacks for what
    is told otherwise: that the gateway can't be reached."""
    logging.getLogger("discord").setLevel(logging.WARNING)
    for name in ("discord.client", "discord.gateway", "discord.shard"):
        logger = logging.getLogger(name)
        if _brief not in logger.filters:
            logger.addFilter(_brief)


def _brief(record: logging.LogRecord) -> bool:
    """Make a traceback one line."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__})", ()
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
    return True
