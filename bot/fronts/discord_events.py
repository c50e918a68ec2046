"""What people do on Discord, read: a message or an interaction becomes a Request and the place to answer in.

In direct messages everything is meant for the bot; in a guild a mention, a reply that pings it, and its commands.

A chat is a channel; a thread of Discord's is a thread of its channel: it has that channel's choices until it has its
own. A thread that an answer opens has the id of the message that was asked.

Owns: which messages are meant for the bot, the Request of each message and interaction.
Does not own: answering (discord_talk), which commands there are (discord_commands).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot import commands
from bot.config_talk import Discord
from bot.fronts import discord_rights
from bot.fronts.base import language
from bot.fronts.discord_commands import CHANNEL, FRONT
from bot.fronts.discord_press import Interaction
from bot.request import Request
from store import find

SAID = (discord.MessageType.default, discord.MessageType.reply)
"""Messages that somebody wrote: not that a member joined, or a thread was opened."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a channel or direct chat, or a thread of the channel; and the message that it answers there
    (0: none). `opens`: the thread isn't there yet, and begins at this message."""

    chat: str
    thread: str = ""
    answers: int = 0
    opens: discord.Message | None = None

    @property
    def channel(self) -> int:
        """What is written to, as Discord counts it: a thread is a channel too."""
        return int(self.thread or self.chat)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request, where its answer goes, and the interaction that it came by.

    `aside`: the answer is for the asker alone. `bare`: it has no buttons, for they would be about another chat.
    `problem` is the key of a sentence that is the whole answer. `shown` is the message in which there is a draft of it
    (0: in none).
    """

    request: Request
    place: Place
    interaction: Interaction | None = None
    aside: bool = False
    bare: bool = False
    problem: str = ""
    shown: int = 0


class Reader:
    """Reads for one bot, once it knows who it is."""

    def __init__(self, me: int, settings: Discord) -> None:
        self._me, self._operators, self._threads = me, settings.operators, settings.threads
        self._fetches = settings.fetch_unknown
        self._mention = re.compile(rf"[\s,，:：]*<@!?{me}>[\s,，:：]*")

    def message(self, message: discord.Message) -> Incoming | None:
        """The request that a message is; None if it isn't meant for the bot."""
        if message.author.bot or message.webhook_id is not None or message.type not in SAID:
            return None
        private = message.guild is None
        if not private and not any(user.id == self._me for user in message.mentions):
            return None
        text = self._mention.sub(" ", message.content).strip()
        request = Request(
            text,
            front=FRONT,
            user=str(message.author.id),
            message=str(message.id),
            reply_to=str(message.reference.message_id or "") if message.reference else "",
            above=_above(message),
            is_admin=private or (commands.asks_rank(text) and _manages(message)),
            is_operator=message.author.id in self._operators,
            private=private,
            paged=True,
            may_fetch=self._fetches,
            access=discord_rights.known(message.channel),
        )
        place = self._place(message)
        return Incoming(replace(request, chat=place.chat, thread=place.thread), place)

    def command(self, interaction: Interaction) -> Incoming:
        """The request that a command is: the text that says the same."""
        data: Any = interaction.data
        if data.get("target_id"):
            return self._explain(interaction, data)
        row = commands.TABLE.get(data["name"])
        given = {one["name"]: one["value"] for one in data.get("options", ())}
        joint = ", " if row and row.takes == "text" else " "
        argument = joint.join(str(given[name]).strip() for name in (row.options if row else ()) if name in given)
        request = self._by(interaction, f"/{data['name']} {argument}".strip())
        aside = row is None or row.whose != "everyone"
        if CHANNEL in given:
            request = self._elsewhere(interaction, request, data["resolved"]["channels"][str(given[CHANNEL])])
        return Incoming(request, _here(interaction), interaction, aside, bare=CHANNEL in given)

    def press(self, interaction: Interaction, action: str, *, apart: bool = False) -> Incoming:
        """The request that a button is; `apart`: what it brings is for the presser alone, and its message stays."""
        request = self._by(interaction, action)
        message = str(interaction.message.id) if interaction.message else ""
        return Incoming(replace(request, message=message, pressed=True), _here(interaction), interaction, aside=apart)

    def _explain(self, interaction: Interaction, data: Any) -> Incoming:
        """The paper that is linked in a message; links are in its previews too."""
        message = data["resolved"]["messages"][data["target_id"]]
        ids = find.ids(_readable(message["content"], message["embeds"]))
        request = self._by(interaction, f"/paper {ids[0]}" if ids else "")
        problem = "" if ids else "discord.no_paper"
        return Incoming(request, _here(interaction), interaction, aside=not ids, problem=problem)

    def _by(self, interaction: Interaction, text: str) -> Request:
        private = interaction.guild_id is None
        here = _here(interaction)
        return Request(
            text,
            lang=language(str(interaction.locale)),
            front=FRONT,
            chat=here.chat,
            thread=here.thread,
            user=str(interaction.user.id),
            message=str(interaction.id),
            is_admin=private or interaction.permissions.manage_channels,
            is_operator=interaction.user.id in self._operators,
            private=private,
            paged=True,
            may_fetch=self._fetches,
            alone=True,
            access=discord_rights.known(interaction.channel),
        )

    def _elsewhere(self, interaction: Interaction, request: Request, named: Any) -> Request:
        """The request as one about another channel, where the asker and the bot may have other rights."""
        guild = interaction.guild
        channel = guild.get_channel_or_thread(int(named["id"])) if guild else None
        access = discord_rights.known(channel) or discord_rights.unseen(named["name"])
        manages = discord.Permissions(int(named["permissions"])).manage_channels
        place = Place(named["id"]) if channel is None else _of(channel)
        return replace(request, chat=place.chat, thread=place.thread, is_admin=manages, access=access)

    def _place(self, message: discord.Message) -> Place:
        """Where a message is answered: below it, or in a thread that begins there, where that is wanted and allowed."""
        channel = message.channel
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return _of(channel)
        may = discord_rights.held(channel) or discord.Permissions.none()
        can = may.create_public_threads and may.send_messages_in_threads and may.embed_links  # or it would stay empty
        if can and isinstance(channel, discord.TextChannel) and self._wants_threads(channel):
            return Place(str(channel.id), str(message.id), opens=message)
        return replace(_of(channel), answers=message.id if may.read_message_history else 0)

    def _wants_threads(self, channel: discord.TextChannel) -> bool:
        wanted = self._threads
        return wanted if isinstance(wanted, bool) else channel.id in wanted or channel.guild.id in wanted


def _of(channel: object) -> Place:
    """The chat and the thread that a channel is."""
    if isinstance(channel, discord.Thread):
        return Place(str(channel.parent_id), str(channel.id))
    return Place(str(getattr(channel, "id", "0")))


def _here(interaction: Interaction) -> Place:
    return _of(interaction.channel)


def _above(message: discord.Message) -> str:
    """The text of the message that is answered, where Discord shows it to the bot."""
    above = message.reference.resolved if message.reference else None
    if not isinstance(above, discord.Message):
        return ""
    return _readable(above.content, [one.to_dict() for one in above.embeds])


def _readable(content: str, embeds: Iterable[Mapping[str, Any]]) -> str:
    """All that a message says, its embeds and previews too."""
    parts = (str(one.get(part) or "") for one in embeds for part in ("url", "title", "description"))
    return " ".join((content, *parts)).strip()


def _manages(message: discord.Message) -> bool:
    author, channel = message.author, message.channel
    if not isinstance(author, discord.Member) or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return False
    return channel.permissions_for(author).manage_channels
