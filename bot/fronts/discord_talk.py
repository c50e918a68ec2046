"""One bot's conversation on Discord: every event finds its channel's lane, and each request its reply.

An interaction is acknowledged before anything else is done: Discord gives it three seconds.

Owns: what is done with an event, the sign of life before an answer.
Does not own: reading events (discord_events), answers (discord_answer).
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeAlias

import discord
import structlog

from bot import commands
from bot.app import App
from bot.fronts import discord_commands, discord_guilds, discord_rights
from bot.fronts.base import Undelivered
from bot.fronts.discord_answer import PARTING_S, Answers, Sign
from bot.fronts.discord_events import Incoming, Reader
from bot.fronts.discord_offer import offer
from bot.fronts.discord_press import Interaction
from bot.fronts.discord_send import Courier
from bot.fronts.lanes import Lanes
from store import talks
from store.errors import StoreError

ACK_TRIES = 3
ACK_S = 2.5
"""How long one try to acknowledge may take: Discord waits for three seconds."""

PER_PERSON = 5
"""Messages of one person that may wait; nobody's flood keeps the others in a channel from their answers."""

BUSY_EACH_S = 60.0
"""How often a person is told that their messages are left out."""

MOST_TOLD = 100
"""People who are told so within that time, and who are told at the end that no answer will come."""

TYPING_S = 8.0
"""A client shows "typing" for ten seconds."""

QUICK_S = 0.15
"""An answer is mostly there sooner than anybody could see a sign of life: only after so long it gets one."""

ALREADY, TOO_LATE = 40060, 10062
"""Somebody acknowledged an interaction already; it is over."""

Job: TypeAlias = Callable[[], Awaitable[None]]

log = structlog.get_logger()


class Talk:
    """Everything that one bot does with its events. `up` is called when it is connected."""

    def __init__(self, app: App, client: discord.Client, courier: Courier, up: Callable[[], None]) -> None:
        self._app, self._client, self._courier, self._up = app, client, courier, up
        self._lanes: Lanes[Job] = Lanes(lambda job: job())
        self._beside: set[asyncio.Task[None]] = set()
        self._newest: dict[int, int] = {}
        self._waiting: Counter[str] = Counter()
        self._told: dict[str, float] = {}
        self._open: dict[str, Incoming] = {}
        self._answers = Answers(app, client, courier)
        self._ending = False

    async def finish(self, within_s: float) -> int:
        """Take nothing more, and end what is in hand, for so long at most; return how many requests were given up."""
        self._ending = True
        ends = time.monotonic() + within_s
        left = await self._lanes.finish(within_s)
        left += await self._answers.finish(max(0.0, ends - time.monotonic()))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._give_up(), PARTING_S)
        for task in set(self._beside):
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        return left

    async def _give_up(self) -> None:
        """Tell those whose requests were given up that no answer will come."""
        left = [*self._answers.lost, *self._open.values()][:MOST_TOLD]
        await asyncio.gather(*(self._answers.say(one, "mistake.interrupted") for one in left))

    async def connected(self) -> None:
        """Tell Discord the commands, if they have changed."""
        self._up()
        self._answers.sweep()
        settings, db = self._app.settings.discord, self._app.folder.db
        rights, scopes = discord_rights.invitation(), ("bot", "applications.commands")
        invite = discord.utils.oauth_url(self._client.application_id or 0, permissions=rights, scopes=scopes)
        log.info("discord", bot=str(self._client.user), invite=invite)
        await discord_commands.tell(
            self._client, db, commands.ROWS, self._app.langs[0], operators=bool(settings.operators)
        )

    async def heard(self, message: discord.Message) -> None:
        """Answer a message, if it is meant for the bot."""
        incoming = None if self._ending else self._reader().message(message)
        if incoming is None:
            return
        done = asyncio.Event()
        sign = self._begin(self._busy(message.channel.id, done))
        if not self._put(incoming, done, sign) and self._first_busy(incoming):
            self._begin(self._busy_here(incoming))

    async def used(self, interaction: Interaction) -> None:
        """Answer a command, or offer what may stand in it."""
        if self._ending:
            return
        if interaction.type is discord.InteractionType.autocomplete:
            self._offer(interaction)
            return
        incoming = self._reader().command(interaction)
        if await self._acknowledged(interaction, aside=incoming.aside) and not self._put(incoming):
            await self._answers.say(incoming, "mistake.busy")

    async def pressed(self, interaction: Interaction, action: str) -> None:
        """Do what a button says."""
        if self._ending:
            return
        incoming = self._reader().press(interaction, action, apart=self._anothers(interaction))
        if await self._acknowledged(interaction, aside=incoming.aside) and not self._put(incoming):
            await self._answers.say(incoming, "mistake.busy")

    async def present(self) -> None:
        """Go on in the chats that can be written to again."""
        discord_guilds.back(self._app.folder.db, self._client)

    async def left(self, guild: discord.Guild) -> None:
        """Pause a guild that the bot was put out of."""
        discord_guilds.left(self._app, guild)

    def _offer(self, interaction: Interaction) -> None:
        """Every letter asks anew: only a person's newest is answered with anything."""
        user = interaction.user.id
        self._newest[user] = interaction.id

        async def job() -> None:
            newest = self._newest.get(user) == interaction.id
            if newest:
                del self._newest[user]
            await offer(self._app, self._courier, interaction, nothing=not newest)

        if self._lanes.full or not self._lanes.put(f"offer {user}", job):
            self._newest.pop(user, None)

    def _reader(self) -> Reader:
        me = self._client.user
        return Reader(me.id if me else 0, self._app.settings.discord)

    def _anothers(self, interaction: Interaction) -> bool:
        """Whether the button is on a message that isn't the presser's alone: a digest, an answer to somebody else. It
        stays as it is then, for all who read it."""
        message, request = interaction.message, self._reader().press(interaction, "").request
        if request.private or message is None or message.flags.ephemeral:
            return False
        try:
            owner = talks.owner(self._app.folder.db, request.front, request.chat, request.message)
        except StoreError as error:
            log.warning("no owner known", reason=str(error))
            return True
        return owner != request.user

    def _put(self, incoming: Incoming, done: asyncio.Event | None = None, sign: Sign = None) -> bool:
        """Answer in the chat's turn; False if too much waits there already, of anybody's or of this person's."""
        done = done or asyncio.Event()
        user = incoming.request.user

        async def job() -> None:
            self._open.pop(incoming.request.message, None)
            try:
                await self._answers.answer(incoming, done, sign)
            finally:
                done.set()
                self._waiting[user] -= 1
                self._waiting += Counter()  # forgets who has nothing waiting

        room = not self._lanes.full and self._waiting[user] < PER_PERSON
        if room and self._lanes.put(f"{incoming.place.chat} {incoming.place.thread}", job):
            self._waiting[user] += 1
            self._open[incoming.request.message] = incoming
            return True
        done.set()
        log.warning("lane full", chat=incoming.place.chat)
        return False

    def _first_busy(self, incoming: Incoming) -> bool:
        """Whether it is the minute's first message of a person that is left out: the others are told nothing, or the
        telling would be the flood."""
        now, user = time.monotonic(), incoming.request.user
        self._told = {one: at for one, at in self._told.items() if now - at < BUSY_EACH_S}
        if user in self._told or len(self._told) >= MOST_TOLD:
            return False
        self._told[user] = now
        return True

    async def _busy_here(self, incoming: Incoming) -> None:
        await self._answers.say(incoming, "mistake.busy")

    async def _acknowledged(self, interaction: Interaction, *, aside: bool = False) -> bool:
        """Tell Discord that it is being seen to; False if it is too late, or another process has done so."""
        reason = "too late, or answered by another process"
        for tries in range(ACK_TRIES):
            try:
                await self._courier.do(lambda: interaction.response.defer(ephemeral=aside, thinking=aside), try_s=ACK_S)
                return True
            except Undelivered as error:
                if error.code == ALREADY and tries:  # our own try came through, its answer did not
                    return True
                if error.code in (ALREADY, TOO_LATE):
                    break
                reason = str(error)
        log.warning("interaction lost", reason=reason)
        return False

    async def _busy(self, channel: int, done: asyncio.Event) -> None:
        """Show "typing" after a moment, until it is done."""
        wait_s = QUICK_S
        target = self._client.get_partial_messageable(channel)
        while not done.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), wait_s)
                return
            with suppress(Undelivered):
                await self._courier.do(lambda: _typing(target), f"typing {channel}")
            wait_s = TYPING_S

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task


async def _typing(target: discord.PartialMessageable) -> None:
    await target.typing()
