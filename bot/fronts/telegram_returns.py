"""Whether a chat that was paused can be written to again: by what Telegram says of the bot there, without a message.

Mostly it says so by itself, when the bot is added, unblocked or promoted. Those updates are kept for a day only, and
none comes when a group gives everybody the right to write back: so paused chats are looked at now and then.

Owns: what a membership lets the bot do, looking at paused chats.
Does not own: pausing (telegram_send).

Source: https://core.telegram.org/bots/api#chatmember
"""

import asyncio

import structlog
from telegram import Bot, Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.fronts.telegram_updates import FRONT
from store import chats
from store.db import Db
from store.errors import StoreError

LOOK_S = 6 * 3600.0
"""Seconds between two looks; the first is at the start."""

MOST = 1_000
"""Chats that one look asks about, those paused in the latest rows first."""

PACE_S = 0.5
"""Seconds between two questions."""

log = structlog.get_logger()


def lets_write(member: ChatMember, *, channel: bool) -> bool:
    """Whether who is such a member may write."""
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return False
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return not channel or (isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages))


async def watch(bot: Bot, db: Db) -> None:
    """Resume paused chats that can be written to again, until cancelled."""
    while True:
        try:
            for chat in chats.paused(db, FRONT)[-MOST:][::-1]:
                if await _open(bot, int(chat.chat)):
                    chats.resume(db, FRONT, chat.chat)
                    log.info("chat resumed", chat=chat.chat)
                await asyncio.sleep(PACE_S)
        except (TelegramError, StoreError) as error:  # the next look may go well
            log.warning("paused chats not looked at", reason=str(error))
        except Exception:  # the last line of defence
            log.exception("paused chats not looked at")
        await asyncio.sleep(LOOK_S)


async def _open(bot: Bot, chat: int) -> bool:
    """Whether the chat can be written to.

    Raises:
        TelegramError: Telegram doesn't say, now.
    """
    try:
        if chat > 0:  # whoever blocks the bot can't be shown that it writes
            return bool(await bot.send_chat_action(chat, ChatAction.TYPING))
        place, member = await bot.get_chat(chat), await bot.get_chat_member(chat, bot.id)
    except (BadRequest, Forbidden):
        return False
    everybody = place.permissions is None or place.permissions.can_send_messages
    bound = member.status == ChatMember.MEMBER and not everybody
    return not bound and lets_write(member, channel=place.type == Chat.CHANNEL)
