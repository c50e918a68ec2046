"""Chats of a guild that the bot was put out of, and those that can be written to again.

Owns: pausing the former, resuming the latter by what the client sees of guilds and rights.
Does not own: pausing a chat that can't be written to (discord_send).
"""

import discord
import structlog

from bot.app import App
from bot.fronts import discord_rights
from bot.fronts.discord_commands import FRONT
from store import chats
from store.db import Db

LEFT = "the bot is no longer in the guild"
SEEN = ("(50001)", "(50013)", "(10003)", "(10004)", "(40067)")
"""What a pause says (discord_send) for want of what the client sees when it is there again: access, a right, the
channel, the guild, a forum's tag."""


log = structlog.get_logger()


def left(app: App, guild: discord.Guild) -> None:
    """Send nothing to a guild's chats any more; their rows stay, and the operator is told."""
    db = app.folder.db
    channels = {str(channel.id) for channel in guild.channels}
    for chat in chats.everything(db):
        if chat.front == FRONT and chat.chat in channels:
            chats.pause(db, FRONT, chat.chat, LEFT)
    name = f"{FRONT} guild {guild.id}"
    app.notices.tell("paused", name, chat=name, reason=LEFT)


def back(db: Db, client: discord.Client) -> None:
    """Go on in the chats that were paused for want of access or of a right, where none is missing any more."""
    for chat in chats.paused(db, FRONT):
        if chat.paused != LEFT and not any(reason in chat.paused for reason in SEEN):
            continue
        access = discord_rights.known(client.get_channel(int(chat.thread or chat.chat)))
        if access is not None and not access.lacking:
            chats.resume(db, FRONT, chat.chat, chat.thread)
            log.info("chat resumed", chat=chat.chat, thread=chat.thread)
