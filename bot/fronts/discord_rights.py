"""What the bot may do in a channel, as far as it matters.

A forum has names of its own for two rights, and may demand a tag of every post: without one that the bot may give, it
can post as little as without a right.

Owns: which rights matter in which kind of channel, which of them the bot has, the tag of its posts.
Does not own: how they are told (commands.rights), what follows from a refusal (discord_send).

Source: https://discord.com/developers/docs/topics/permissions
"""

import discord

from bot.request import Access, Right

WANTED = (
    "view_channel", "send_messages", "embed_links", "attach_files", "read_message_history", "create_public_threads",
    "send_messages_in_threads",
)  # fmt: skip
"""All that is of use somewhere, and asked for in an invitation."""


FITTING = ("paper", "daily", "论文", "每日")
"""A tag with one of these in its name is the first choice."""


def invitation() -> discord.Permissions:
    """The rights that the bot is invited with."""
    return discord.Permissions(**dict.fromkeys(WANTED, True))


def known(channel: object) -> Access | None:
    """What the bot may do in a channel of a guild, by what the client knows of it; None for a direct chat, and where
    it knows nothing."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return None
    rights = held(channel)
    if rights is None:
        return None
    if isinstance(channel, discord.ForumChannel):
        return Access(f"#{channel.name}", _of_forum(channel, rights))
    in_thread = isinstance(channel, discord.Thread)
    write = "send_messages_in_threads" if in_thread else "send_messages"
    names = [("view_channel", True), (write, True), ("embed_links", True)]
    names += [("attach_files", False), ("read_message_history", False)]
    if isinstance(channel, discord.TextChannel):
        names += [("create_public_threads", False), ("send_messages_in_threads", False)]
    above = channel.parent if isinstance(channel, discord.Thread) else None  # where its rights are given
    return Access(
        f"#{(above or channel).name}", tuple(Right(name, getattr(rights, name), needed) for name, needed in names)
    )


def tag(forum: discord.ForumChannel) -> discord.ForumTag | None:
    """The tag of the bot's posts: one that speaks of papers before any other, none that only moderators may give,
    unless the bot is one."""
    rights = held(forum)
    moderates = rights is not None and rights.manage_threads
    tags = [one for one in forum.available_tags if moderates or not one.moderated]
    fitting = [one for one in tags if any(word in one.name.casefold() for word in FITTING)]
    return next(iter(fitting or tags), None)


def _of_forum(forum: discord.ForumChannel, rights: discord.Permissions) -> tuple[Right, ...]:
    """A digest in several parts needs the second too."""
    needed = {
        "view_channel": rights.view_channel,
        "create_posts": rights.send_messages,
        "send_messages_in_posts": rights.send_messages_in_threads,
        "embed_links": rights.embed_links,
    }
    if forum.flags.require_tag:
        needed["forum_tag"] = tag(forum) is not None
    useful = {"attach_files": rights.attach_files, "read_message_history": rights.read_message_history}
    return tuple(Right(name, has, name in needed) for name, has in (needed | useful).items())


def unseen(name: str) -> Access:
    """What the bot may do in a channel that the client knows nothing of: not even see it."""
    return Access(f"#{name}", (Right("view_channel", held=False, needed=True),))


def held(channel: discord.abc.GuildChannel | discord.Thread) -> discord.Permissions | None:
    """The bot's rights there one by one, a thread having its channel's; None where the client doesn't know.

    discord.py's own sum takes away what can't be used without another right, and so names more as missing than is.
    """
    above = channel.parent if isinstance(channel, discord.Thread) else channel
    if above is None or channel.guild.me is None:
        return None
    return _sum(above)


def _sum(channel: discord.abc.GuildChannel) -> discord.Permissions:
    guild, me = channel.guild, channel.guild.me
    held = discord.Permissions(guild.default_role.permissions.value)
    for role in me.roles:
        held.value |= role.permissions.value
    if held.administrator or guild.owner_id == me.id:
        return discord.Permissions.all()
    steps = ((guild.default_role,), [role for role in me.roles if not role.is_default()], (me,))
    for step in steps:  # for everybody, for the bot's roles together, for the bot itself: the later is stronger
        pairs = [channel.overwrites_for(one).pair() for one in step]
        for _, deny in pairs:
            held.value &= ~deny.value
        for allow, _ in pairs:
            held.value |= allow.value
    return held
