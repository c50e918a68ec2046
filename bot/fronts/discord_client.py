"""The connection to Discord: discord.py's client with our settings, and better manners where it lacks them.

    intents       none that is privileged: mentions, direct messages and interactions come without
    mentions      none is ever parsed, in sends and in edits
    long 429      an error instead of a sleep that nobody sees
    5xx to POST   an error instead of a repetition that nobody asked for: what was done would be done twice
    new session   no sooner than Discord takes one, and none that would be over its daily number
    lost gateway  the session is resumed also when the first try to reconnect fails, within half a minute
    poison        an event that can't be read is passed over: discord.py would end the connection
    events        to a `Listener`; what goes wrong in one is logged and stops no other

Owns: the client's settings, where the gateway is, coming back to it.
Does not own: what is done with events (discord_talk), starting and ending (discord).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, Protocol

import aiohttp
import discord
import structlog
import yarl
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import Shard

from bot.config_talk import Discord as Settings
from bot.fronts.discord_press import Interaction, Pick, Press

MAX_RATELIMIT_S = 30.0
"""The longest 429 that is waited for out of sight; discord.py takes no less."""

MAX_WAIT_S = 30.0
"""The longest wait between two tries to reach the gateway."""

RESUMES = 6
"""Tries to resume a session, which take a minute or so: a longer one is over by then."""

START_S = 5.5
"""Discord takes one new session of a group of shards in 5 s; the rest is for the way there
(https://discord.com/developers/docs/events/gateway#rate-limiting)."""

HEARTBEAT_S = 60.0
"""How long a gateway that says nothing at all is taken for alive."""

log = structlog.get_logger()


class Unsure(aiohttp.ClientError):
    """The server failed (5xx), and may have done what was asked of it."""


class Listener(Protocol):
    """Who hears what happens. Each is called in a task of its own."""

    async def connected(self) -> None:
        """The client is there; again after each new session."""

    async def heard(self, message: discord.Message) -> None:
        """Somebody wrote something that the bot may see."""

    async def used(self, interaction: Interaction) -> None:
        """Somebody used a command, or is filling one in."""

    async def pressed(self, interaction: Interaction, action: str) -> None:
        """Somebody pressed a button."""

    async def present(self) -> None:
        """All guilds are known, or one more is, or what the bot may do in one has changed."""

    async def left(self, guild: discord.Guild) -> None:
        """The bot was put out of a guild."""


class Starts:
    """When a session may begin, for all connections of a process, one after the other; `sleep` is the wait for it."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.groups = 1
        self._sleep = sleep
        self._last: dict[int, float] = {}

    async def turn(self, shard: int) -> None:
        """Wait until a session of the shard may begin; now it does."""
        group = shard % self.groups
        wait_s = self._last.get(group, float("-inf")) + START_S - time.monotonic()
        if wait_s > 0:
            await self._sleep(wait_s)
        self._last[group] = time.monotonic()


class Client(discord.AutoShardedClient):
    """One bot's connection; give it a `listener` before it starts. `heartbeat_s` is given by tests."""

    listener: Listener

    def __init__(self, settings: Settings, starts: Starts, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._starts = starts
        # discord.py says so of voice, which nobody asked for.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        shards: dict[str, Any] = {"shard_ids": list(settings.shard_ids)} if settings.shard_ids else {}
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=MAX_RATELIMIT_S,
            heartbeat_timeout=heartbeat_s,
            http_trace=_strict(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            shard_count=settings.shard_count or None,
            **shards,
        )
        self._connection.parsers = {name: _careful(name, read) for name, read in self._connection.parsers.items()}
        self.add_dynamic_items(Press, Pick)

    async def setup_hook(self) -> None:
        """Ask where the gateway is: what discord.py takes for granted is wrong behind a proxy.

        Raises:
            RateLimited: too many sessions began today. One more, and Discord would end the token.
        """
        advised, url, allowed = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        self.shard_count = self.shard_count or advised
        self._starts.groups = allowed["max_concurrency"]
        if allowed["remaining"] < len(self.shard_ids or range(self.shard_count)):
            raise discord.RateLimited(allowed["reset_after"] / 1000)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn of a new session."""
        await self._starts.turn(shard_id or 0)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard, as one that lasts."""
        await super().launch_shard(gateway, shard_id, initial=initial)
        shard = self.get_shard(shard_id)
        if shard is not None:
            shard._parent.__class__ = _Lasting
            shard._parent._backoff = _Backoff()

    async def on_connect(self) -> None:
        """The gateway knows us."""
        await self.listener.connected()

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """The gateway is gone; discord.py comes back to it."""
        log.info("discord gateway lost", shard=shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """It is there again, and nothing was missed."""
        log.info("discord gateway resumed", shard=shard_id)

    async def on_message(self, message: discord.Message) -> None:
        """A message was written."""
        await self.listener.heard(message)

    async def on_interaction(self, interaction: Interaction) -> None:
        """A command was used; buttons come by their own way (discord_press)."""
        if interaction.type in (discord.InteractionType.application_command, discord.InteractionType.autocomplete):
            await self.listener.used(interaction)

    async def on_ready(self) -> None:
        """All guilds are known."""
        await self.listener.present()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was invited."""
        await self.listener.present()

    async def on_guild_channel_update(self, before: object, after: object) -> None:
        """A channel's rights, or something else of it."""
        await self.listener.present()

    async def on_guild_role_update(self, before: object, after: object) -> None:
        """A role's rights, or something else of it."""
        await self.listener.present()

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """The bot's own roles: without a privileged intent no one else's are told."""
        await self.listener.present()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was put out, or the guild is gone."""
        await self.listener.left(guild)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """An event's handler broke."""
        log.exception("event failed", at=event_method)


class _Lasting(Shard):
    """A shard that tries more than once to resume: discord.py begins a new session after a first failure, and what was
    said in between is lost."""

    _tries = 0

    def launch(self) -> None:
        self._tries = 0
        super().launch()

    async def reconnect(self) -> None:
        self._tries += 1
        if self.ws.session_id and self._tries <= RESUMES:
            await self.reidentify(ReconnectWebSocket(self.id, resume=True))
        else:
            await super().reconnect()


class _Backoff(ExponentialBackoff[bool]):
    """Waits that end: discord.py's grow to a quarter of an hour."""

    def delay(self) -> float:
        return min(super().delay(), MAX_WAIT_S)


def _careful(event: str, read: Callable[[Any], Any]) -> Callable[[Any], None]:
    """A reader of an event that passes over what it can't read."""

    def reading(data: Any) -> None:
        try:
            read(data)
        except Exception:
            log.exception("poison event", kind=event)

    return reading


def _strict() -> aiohttp.TraceConfig:
    """A look at every answer: a POST that failed with 5xx is an error before discord.py repeats it.

    https://github.com/Rapptz/discord.py/blob/v2.7.1/discord/http.py (request): five times, over 25 s.
    """

    async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
        if end.method == "POST" and end.response.status >= 500:
            end.response.close()
            raise Unsure(f"{end.response.status} {end.response.reason}")

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace
