"""Whether Telegram takes the token, whether this process is the only one with it, what the bot may do where.

Only asks: no message is sent, no update is taken away from the process that polls.

Owns: the questions and what their answers mean.
Does not own: the bot (telegram), how findings are shown (cli).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from telegram import Bot, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, TelegramError

from bot.fronts.telegram_updates import FRONT, number
from store import subscriptions
from store.check import Finding
from store.db import Db
from store.folder import Folder

MOST_CHATS = 100
"""Chats that are looked at."""

GAP_S = 0.15
"""Seconds between two of them."""

POLL_S = 3
"""How long the poll is held: others that are thrown out by it come back within a second or so."""

TOKEN, POLLER, CHAT = "telegram-token", "telegram-poller", "telegram-chat"


async def findings(bot: Bot, folder: Folder, sleep: Callable[[float], Awaitable[None]]) -> AsyncIterator[Finding]:
    """The token, then a second poller, then the chats that didn't end or pause."""
    try:
        await bot.initialize()
    except InvalidToken:
        yield Finding(TOKEN, "broken", "Telegram refuses the token", "get one from @BotFather, set it under [telegram]")
        return
    except TelegramError as error:
        yield Finding(TOKEN, "broken", f"Telegram can't be asked: {error.message}", "look at the network and api_base")
        return
    yield Finding(TOKEN, "ok", f"@{bot.username}")
    yield await _poller(bot, alone=folder.owned)
    async for found in _chats(bot, folder.db, sleep):
        yield found


async def _poller(bot: Bot, *, alone: bool) -> Finding:
    """A short poll: whoever else polls comes back within it, and throws it out. The offset that it leaves out confirms
    nothing, so every update stays to be had."""
    if not alone:
        return Finding(POLLER, "ok", "`paperboy run` has this data folder, and polls")
    try:
        await bot.get_updates(timeout=POLL_S, limit=1)
    except Conflict as error:
        if "webhook" in error.message:
            return Finding(
                POLLER, "warning", "a webhook is set", "`paperboy run` takes it off, if nothing else uses it"
            )
        return Finding(POLLER, "broken", "another process polls with this token", "stop it, or make a token of its own")
    except TelegramError as error:
        return Finding(POLLER, "warning", f"can't be told: {error.message}", "run `paperboy doctor` again")
    return Finding(POLLER, "ok", "nobody else polls with this token")


async def _chats(bot: Bot, db: Db, sleep: Callable[[float], Awaitable[None]]) -> AsyncIterator[Finding]:
    wanted = {one.chat.chat for one in subscriptions.everything(db) if one.chat.front == FRONT and not one.chat.paused}
    well = 0
    for chat in sorted(wanted)[:MOST_CHATS]:
        found = await _chat(bot, chat)
        if found is None:
            well += 1
        else:
            yield found
        await sleep(GAP_S)
    more = f", {len(wanted) - MOST_CHATS} more not looked at" if len(wanted) > MOST_CHATS else ""
    yield Finding(CHAT, "ok", f"{well} subscribed chats can be written to{more}")


async def _chat(bot: Bot, chat: str) -> Finding | None:
    """What keeps the bot from writing there; None: nothing."""
    try:
        async with asyncio.timeout(10):
            about = await bot.get_chat(number(chat))
            lacks = None if about.type == ChatType.PRIVATE else await _lacks(bot, number(chat), about.type)
    except (Forbidden, BadRequest) as error:
        return Finding(CHAT, "broken", f"{chat}: {error.message}", "invite the bot again, or end that subscription")
    except (TelegramError, TimeoutError) as error:
        return Finding(CHAT, "warning", f"{chat}: no answer ({type(error).__name__})", "run `paperboy doctor` again")
    return (
        Finding(CHAT, "broken", f"{chat}: {lacks}", "let an administrator give the bot that right") if lacks else None
    )


async def _lacks(bot: Bot, chat: int, kind: str) -> str:
    me = await bot.get_chat_member(chat, bot.id)
    if me.status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED):
        return "the bot isn't a member"
    if kind == ChatType.CHANNEL and not (isinstance(me, ChatMemberAdministrator) and me.can_post_messages):
        return "the bot may not post in the channel"
    if isinstance(me, ChatMemberRestricted) and not me.can_send_messages:
        return "the bot may not send messages"
    return ""
