"""Messages that nobody asked for just now, a digest above all: into channels, announcement channels, threads, forums.

    announcement channel   published to its followers afterwards, within a budget of its own; the post waits for nothing
    forum                  a post of its own, with a tag where the forum demands one
    any other              its messages

Owns: what is different in each kind of channel.
Does not own: what is posted and when (the core), sending one message (discord_send), finding out whether one arrived
(discord_settle).
"""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import discord
import structlog

from bot.fronts import discord_rights
from bot.fronts.base import Undelivered
from bot.fronts.discord_events import Place
from bot.fronts.discord_form import Page
from bot.fronts.discord_send import Courier, parts
from bot.fronts.discord_settle import Settler
from bot.outgoing import Verdict
from bot.request import File

PUBLISHED = 10
"""Messages of a channel that are published in an hour; Discord takes about so many, and says so nowhere."""

_HOUR_S = 3600.0

ALREADY_PUBLISHED = 40033
NAME = 100
"""Characters of a post's name."""

SEEN_S = 3.0
"""How long a forum is looked at for a post of which nobody knows whether it was made."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Post:
    """A message, and what a forum calls it. With the same `key` it is sent once, as long as Discord remembers (see
    discord_send); in a forum it goes `below` an earlier post, where that is given."""

    page: Page
    name: str
    key: str
    below: str = ""
    files: tuple[File, ...] = ()


class Poster:
    """Posts for one bot. `asks`: no gateway tells the client of its channels, so it asks."""

    def __init__(
        self,
        client: discord.Client,
        courier: Courier,
        now: Callable[[], float] = time.monotonic,
        *,
        asks: bool = False,
    ) -> None:
        self._client, self._courier, self._now, self._asks = client, courier, now, asks
        self._asked: dict[int, object] = {}
        self._flying = 0
        self._landed = asyncio.Event()
        self._landed.set()
        self._published: dict[int, deque[float]] = defaultdict(deque)
        self._beside: set[asyncio.Task[None]] = set()

    def knows(self, place: Place) -> bool:
        """Whether it can be told what kind of channel that is: just after a start the guilds are still coming in."""
        return self._asks or self._client.is_ready() or self._client.get_channel(place.channel) is not None

    async def direct(self, user: int) -> str:
        """The direct chat with a person.

        Raises:
            Undelivered: there is none, or nobody knows.
        """
        return await self._courier.direct(user)

    async def post(self, place: Place, post: Post, begin: Callable[[], bool], *, silent: bool = False) -> str:
        """Send it there, and return the id of its message; `begin`: see `bot.outgoing.Deliver`.

        Raises:
            Undelivered: it can't be sent, or nobody knows whether it was.
        """
        self._flying += 1
        self._landed.clear()
        try:
            channel = await self._channel(place)
            if isinstance(channel, discord.ForumChannel):
                if not post.below:
                    return await self._opened(place, channel, post, begin)
                place = Place(place.chat, post.below)
            sent = await self._courier.send(place, post.page, post.key, post.files, silent=silent, begin=begin)
            if isinstance(channel, discord.TextChannel) and channel.is_news():
                self._publish(channel, sent)
            return sent
        finally:
            self._flying -= 1
            if not self._flying:
                self._landed.set()

    async def settle(
        self, place: Place, post: Post, at: datetime, now: datetime, known: Callable[[str], bool]
    ) -> Verdict:
        """Whether it is there, last sent `at` (see `discord_settle`); `known` says of a message that it is another."""
        settler = Settler(self._client, self._courier, known)
        channel = await self._channel(place)
        if isinstance(channel, discord.ForumChannel):
            if not post.below:
                return await settler.post(channel, post.name[:NAME], post.page)
            place = Place(place.chat, post.below)
        return await settler.message(place.channel, post.page, at, now)

    async def edit(self, place: Place, post: Post, message: int) -> None:
        """Make a message that was posted be this one; a second time comes to the same.

        Raises:
            Undelivered: it can't be changed, or Discord couldn't be asked.
        """
        if isinstance(await self._channel(place), discord.ForumChannel):
            place = Place(place.chat, post.below or str(message))

        async def act() -> None:
            await self._courier.message(place, message).edit(**parts(post.page, post.files, edit=True))

        await self._courier.do(act, str(place.channel), again=True, begin=lambda: True)

    async def _channel(self, place: Place) -> object:
        """The channel; None where the client doesn't know it, which is as well for any that is nothing special."""
        channel = self._client.get_channel(place.channel)
        if channel is not None or not self._asks:
            return channel
        if place.channel not in self._asked:
            try:
                self._asked[place.channel] = await self._courier.do(
                    lambda: self._client.fetch_channel(place.channel), f"channel {place.channel}"
                )
            except Undelivered as error:
                self._courier.refused(place, error)
                raise
        return self._asked[place.channel]

    async def finish(self, within_s: float, publishing_s: float = 0.0) -> None:
        """Wait for what is being sent, and for what is being published; break off what is left of that."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._landed.wait(), within_s)
        if publishing_s and self._beside:
            await asyncio.wait(set(self._beside), timeout=publishing_s)
        for task in set(self._beside):
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)

    async def _opened(self, place: Place, forum: discord.ForumChannel, post: Post, begin: Callable[[], bool]) -> str:
        """The id of a new post in a forum, which is that of its first message too."""
        name, page = post.name[:NAME], post.page
        before = {thread.id for thread in forum.threads}

        async def act() -> str:
            made = await forum.create_thread(name=name, applied_tags=_tags(forum), **parts(page, post.files))
            return str(made.thread.id)

        try:
            return await self._courier.do(act, str(forum.id), begin=begin)
        except Undelivered as error:
            if error.parked and (found := await self._seen(forum, name, before)):
                return found
            self._courier.refused(place, error)
            raise

    async def _seen(self, forum: discord.ForumChannel, name: str, before: set[int]) -> str:
        """The post that was made although nobody said so; the gateway tells of it. "" if there is none."""
        until, me = self._now() + SEEN_S, self._client.user.id if self._client.user else 0
        while True:
            for thread in forum.threads:
                if thread.id not in before and thread.name == name and thread.owner_id == me:
                    return str(thread.id)
            if self._now() >= until:
                return ""
            await asyncio.sleep(0.1)

    def _publish(self, channel: discord.TextChannel, message: str) -> None:
        used = self._published[channel.id]
        while used and used[0] <= self._now() - _HOUR_S:
            used.popleft()
        if len(used) >= PUBLISHED:
            log.warning("not published", channel=channel.id, message=message, an_hour=PUBLISHED)
            return
        used.append(self._now())
        task = asyncio.create_task(self._published_(channel, int(message)))
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _published_(self, channel: discord.TextChannel, message: int) -> None:
        async def act() -> None:
            await channel.get_partial_message(message).publish()

        try:
            await self._courier.do(act, f"publish {channel.id}", again=True)
        except Undelivered as error:
            if error.code != ALREADY_PUBLISHED:
                log.warning("not published", channel=channel.id, message=message, reason=str(error))


def _tags(forum: discord.ForumChannel) -> list[discord.ForumTag]:
    """A tag where the forum demands one, if there is one that the bot may give."""
    wanted = discord_rights.tag(forum) if forum.flags.require_tag else None
    return [wanted] if wanted else []
