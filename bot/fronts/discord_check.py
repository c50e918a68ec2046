"""Whether Discord takes the token, how many sessions are left today, what the bot may do where: by REST alone.

Owns: the questions and what their answers mean.
Does not own: the client (discord_client), which rights matter (discord_rights), how findings are shown (cli).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import discord

from bot.fronts import discord_rights
from bot.fronts.discord_client import Client
from bot.fronts.discord_commands import FRONT
from store import subscriptions
from store.check import Finding
from store.db import Db

MOST_CHANNELS = 100
"""Channels that are looked at."""

GAP_S = 0.15
"""Seconds between two of them."""

FEW_SESSIONS = 50
"""New sessions left of a day's, below which it is worth a look why there were so many."""

ANSWER_S = 12.0
"""How long one answer may take; discord.py repeats by itself."""

TOKEN, SESSIONS, CHANNEL = "discord-token", "discord-sessions", "discord-channel"

_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, ValueError)


async def findings(
    client: Client, token: str, db: Db, sleep: Callable[[float], Awaitable[None]]
) -> AsyncIterator[Finding]:
    """The token, then the day's sessions, then the channels whose subscriptions didn't end or pause."""
    try:
        async with asyncio.timeout(ANSWER_S):
            await client.login(token)  # users/@me, and the gateway's address
            _, _, allowed = await client.http.get_bot_gateway()
    except discord.LoginFailure:
        todo = "reset it at discord.com/developers, set it under [discord]"
        yield Finding(TOKEN, "broken", "Discord refuses the token", todo)
        return
    except discord.RateLimited as error:
        yield Finding(
            SESSIONS, "broken", f"none left for {error.retry_after:.0f} s", "wait; find out what restarts so often"
        )
        return
    except _FAILURES as error:
        text = f"Discord can't be asked: {str(error) or type(error).__name__}"
        yield Finding(TOKEN, "broken", text, "look at the network and api_base")
        return
    yield Finding(TOKEN, "ok", str(client.user))
    yield _sessions(allowed["remaining"], allowed["total"])
    async for found in _channels(client, db, sleep):
        yield found


def _sessions(left: int, total: int) -> Finding:
    text = f"{left} of {total} new sessions left today"
    if left < FEW_SESSIONS:
        return Finding(
            SESSIONS, "warning", text, "find out what restarts so often: at 0 nothing connects until tomorrow"
        )
    return Finding(SESSIONS, "ok", text)


async def _channels(client: Client, db: Db, sleep: Callable[[float], Awaitable[None]]) -> AsyncIterator[Finding]:
    chats = [one.chat for one in subscriptions.everything(db) if one.chat.front == FRONT and not one.chat.paused]
    wanted = sorted({int(chat.thread or chat.chat) for chat in chats})
    well = 0
    for channel in wanted[:MOST_CHANNELS]:
        found = await _channel(client, channel)
        if found is None:
            well += 1
        else:
            yield found
        await sleep(GAP_S)
    more = f", {len(wanted) - MOST_CHANNELS} more not looked at" if len(wanted) > MOST_CHANNELS else ""
    yield Finding(CHANNEL, "ok", f"{well} subscribed channels can be written to{more}")


async def _channel(client: Client, channel: int) -> Finding | None:
    """What keeps the bot from writing there; None: nothing."""
    try:
        async with asyncio.timeout(ANSWER_S):
            access = discord_rights.known(await _fetched(client, channel))
    except (discord.NotFound, discord.Forbidden) as error:
        text = f"{channel}: {error.text or error.status}"
        return Finding(CHANNEL, "broken", text, "invite the bot again, or end that subscription")
    except _FAILURES as error:
        text = f"{channel}: no answer ({type(error).__name__})"
        return Finding(CHANNEL, "warning", text, "run `paperboy doctor` again")
    if access is None or not access.lacking:
        return None
    text = f"{access.place} ({channel}): lacks {', '.join(access.lacking)}"
    return Finding(CHANNEL, "broken", text, "give the bot these rights there; /doctor in the channel tells how")


async def _fetched(client: Client, channel: int) -> object:
    """The channel with all that its rights hang on: its guild's roles, the bot as a member, a thread's parent."""
    found = await client.fetch_channel(channel)
    if not isinstance(found, discord.abc.GuildChannel | discord.Thread):
        return found
    if client.user is not None and client.get_guild(found.guild.id) is None:
        guild = await client.fetch_guild(found.guild.id, with_counts=False)
        guild._add_member(await guild.fetch_member(client.user.id))
        for one in await guild.fetch_channels():
            guild._add_channel(one)
        client._connection._add_guild(guild)
    return await client.fetch_channel(channel)
