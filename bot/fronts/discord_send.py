"""Sending to Discord, so that nothing is ever sent twice, and each refusal is met as Discord's rules want it.

Every message has a nonce made of what it answers: for some minutes Discord takes a second one with it for the first.

    429               discord.py waits, for half a minute at most; longer ones are left to whoever asked
    5xx, no answer    again with the same nonce while it holds; what has none is left, and noted
    not connected     again, ever later
    no access, no right, no channel, no direct message, thread closed
                      the chat is paused, and the operator told which right is missing

Owns: turns, trying again, what follows from a refusal.
Does not own: what is said, its form (discord_form), when a turn comes (pace).

Source: https://discord.com/developers/docs/resources/message#create-message
"""

import asyncio
import hashlib
import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import discord
import structlog

from bot.fronts import discord_rights
from bot.fronts.base import Undelivered
from bot.fronts.discord_commands import FRONT
from bot.fronts.discord_events import Place
from bot.fronts.discord_form import Page
from bot.fronts.pace import Pace, Rates
from bot.request import File
from store import chats
from store.db import Db

RATES = Rates(overall=45, per_chat=1.0, burst=5)
"""Discord takes 50 calls a second, and 5 messages in 5 s a channel; the rest is for calls that discord.py makes."""

TRY_S = 45.0
"""How long one try may take, with the 429 that discord.py waits for."""

TRIES = 8

NONCE_S = 120.0
"""How long a nonce is relied on. Discord says "a few minutes"."""

MAX_WAIT_S = 15.0
"""The longest wait between two tries."""

SHUT = {50001, 50013, 10003, 50007, 50083, 10004, 50008, 40067}
"""No access, no right, no such channel, no direct messages, a closed thread, no such guild, no channel to write to, a
forum's tag that the bot doesn't have
(https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)."""

LOST = (aiohttp.ClientError, OSError, TimeoutError, json.JSONDecodeError)
"""After these nobody knows whether it was done, unless there was no connection."""

T = TypeVar("T")

log = structlog.get_logger()


def nonce(key: str) -> str:
    """The nonce of a message: at most 25 characters, the same for the same `key`."""
    return hashlib.sha256(key.encode()).hexdigest()[:25]


class Courier:
    """Sends for one bot. `sleep` is the wait between tries; `paused` is told (channel, reason) of a subscription that a
    refusal holds up."""

    def __init__(
        self,
        client: discord.Client,
        db: Db,
        pace: Pace,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        paused: Callable[[str, str], None] = lambda _channel, _reason: None,
    ) -> None:
        self._client, self._db, self._pace, self._sleep, self._paused = client, db, pace, sleep, paused

    async def send(
        self,
        place: Place,
        page: Page,
        key: str,
        files: Sequence[File] = (),
        *,
        silent: bool = False,
        begin: Callable[[], bool] | None = None,
    ) -> str:
        """Send a message, and return its id; twice with the same `key` is once. `begin`: see `do`.

        Raises:
            Undelivered: it can't be sent, or nobody knows whether it was.
        """

        async def act() -> str:
            return await self.put(place, page, key, files, silent=silent)

        try:
            return await self.do(act, str(place.channel), again=True, begin=begin)
        except Undelivered as error:
            self.refused(place, error)
            raise

    async def put(self, place: Place, page: Page, key: str, files: Sequence[File] = (), *, silent: bool = False) -> str:
        """Try once to send a message, now; return its id.

        Raises:
            Exception: discord.py's and aiohttp's, for `do`.
        """
        reference = discord.MessageReference(
            message_id=place.answers, channel_id=place.channel, fail_if_not_exists=False
        )
        made = parts(page, files) | ({"reference": reference} if place.answers else {})
        target = self._client.get_partial_messageable(place.channel)
        return str((await target.send(nonce=nonce(key), silent=silent, **made)).id)

    def message(self, place: Place, message: int) -> discord.PartialMessage:
        """A message of ours, to be changed."""
        return self._client.get_partial_messageable(place.channel).get_partial_message(message)

    async def direct(self, user: int) -> str:
        """The direct chat with a person.

        Raises:
            Undelivered: there is none, or nobody knows.
        """

        async def act() -> str:
            return str((await self._client.create_dm(discord.Object(user))).id)

        return await self.do(act, "direct", again=True)

    def hold(self, lane: str, wait_s: float) -> None:
        """Leave a lane alone for so long."""
        self._pace.hold(lane, wait_s)

    async def do(
        self,
        act: Callable[[], Awaitable[T]],
        lane: str = "",
        *,
        again: bool = False,
        try_s: float = TRY_S,
        begin: Callable[[], bool] | None = None,
        lull: bool = False,
    ) -> T:
        """Do something in its turn, until it is done or can't be. Without a `lane` it takes no turn: what answers an
        interaction counts for no limit. `again`: a second time comes to the same. `try_s`: for one try.

        With `begin` (see `bot.outgoing.Deliver`) the others come first, and no network isn't waited for. `lull`: it is
        a draft.

        Raises:
            Undelivered: it can't be done, or nobody knows whether it was.
        """
        began, tries = time.monotonic(), 0
        while True:
            tries += 1
            try:
                async with self._turn(lane, later=begin is not None, lull=lull), asyncio.timeout(try_s):
                    if begin is not None and not begin():
                        raise Undelivered("not wanted any more", again_s=0.0)
                    return await act()
            except discord.RateLimited as error:
                raise Undelivered(str(error), again_s=error.retry_after) from None
            except discord.HTTPException as error:
                raise _undelivered(error) from None
            except LOST as error:
                unsent = isinstance(error, aiohttp.ClientConnectorError)
                late = time.monotonic() - began > NONCE_S
                if tries == TRIES or late or not (again or unsent) or (unsent and begin is not None):
                    reason = str(error) or type(error).__name__
                    raise Undelivered(reason, parked=not unsent, again_s=0.0 if unsent else None) from None
            await self._sleep(min(MAX_WAIT_S, 2.0 ** (tries - 1)))

    def refused(self, place: Place, error: Undelivered) -> None:
        """If a place is shut, send nothing there by itself any more; its row stays, and the operator is told which
        right is missing, as far as the client knows."""
        if not error.shut:
            return
        access = discord_rights.known(self._client.get_channel(place.channel))
        missing = f": no {', '.join(access.lacking)} in {access.place}" if access and access.lacking else ""
        reason = f"{error} ({error.code}){missing}"
        log.warning("chat paused", chat=place.chat, thread=place.thread, reason=reason)
        if chats.pause(self._db, FRONT, place.chat, reason, place.thread):
            self._paused(str(place.channel), reason)

    @asynccontextmanager
    async def _turn(self, lane: str, *, later: bool, lull: bool) -> AsyncIterator[None]:
        if not lane:
            yield
            return
        async with self._pace.lull(lane) if lull else self._pace.turn(lane, later=later):
            yield


def _undelivered(error: discord.HTTPException) -> Undelivered:
    reason = " ".join((error.text or str(error.status)).split())
    # Without a code of Discord's own it is about no channel: the token, or the proxy before the API.
    elsewhere = not error.code and error.status in (401, 403, 429)
    again_s = 0.0 if elsewhere else None
    return Undelivered(reason, code=error.code, shut=error.code in SHUT, parked=error.status >= 500, again_s=again_s)


def parts(page: Page, files: Sequence[File] = (), *, edit: bool = False) -> dict[str, Any]:
    """A page as the arguments of discord.py's calls; an edit says of each part that it is gone where it isn't there."""
    made: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
    attached = [discord.File(io.BytesIO(file.content), file.name) for file in files if file.content]
    if edit:
        whole = {"content": page.content or None, "embeds": [*page.embeds], "view": page.view, "attachments": attached}
        return made | whole
    given = {"content": page.content, "embeds": [*page.embeds], "view": page.view, "files": attached}
    return made | {name: part for name, part in given.items() if part}
