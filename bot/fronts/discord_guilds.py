"""Chats of a guild that the bot was put out of, and of one that it is back in.

Owns: pausing and resuming them. Does not own: chats that can't be written to for another reason (discord_send).
"""

import discord

from bot.app import App
from bot.fronts import discord_rights
from bot.fronts.discord_commands import FRONT
from store import chats
from store.db import Db

LEFT = "the bot is no longer in the guild"
NO_ACCESS = "(50001)"
"""What a pause says of a channel that could not be seen (discord_send)."""


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
    """Go on in the chats that were paused for want of access, and can be seen again."""
    for chat in chats.everything(db):
        if chat.front != FRONT or not (chat.paused == LEFT or NO_ACCESS in chat.paused):
            continue
        access = discord_rights.known(client.get_channel(int(chat.chat)))
        if access is not None and "view_channel" not in access.lacking:
            chats.resume(db, FRONT, chat.chat)
