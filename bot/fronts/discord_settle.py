"""Finding out on Discord whether a part arrived, of which no answer came: what the channel shows is read.

    a message    among the channel's newest, back to well before the part was sent
    a forum post among the active threads of the guild: of that name, by the bot, beginning with that message

Where the history may not be read, a message can be sent again as long as Discord remembers its nonce, for then it comes
to the same; a post has none, and can't be told.

Owns: where to look, what is the same message.
Does not own: sending (discord_send), which channel it is (discord_post).

Source: https://discord.com/developers/docs/resources/message#get-channel-messages
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import discord
from discord.utils import snowflake_time

from bot.fronts.base import Undelivered
from bot.fronts.discord_form import Page
from bot.fronts.discord_send import Courier
from bot.outgoing import Absent, Arrived, CantTell, NotSent, Verdict

PAGE, PAGES = 100, 5
"""Messages that are read at once, and how often."""

SKEW = timedelta(minutes=10)
"""How far Discord's clock and ours may be apart."""

REMEMBERED = timedelta(seconds=60)
"""How long after its first try a message is sent again for its nonce's sake; Discord remembers it some minutes."""

_UNKNOWN_MESSAGE = 10008
_NO_RIGHT = (50001, 50013)

T = TypeVar("T")


class Settler:
    """Settles for one bot. `known` says of a message whether it is another part's."""

    def __init__(self, client: discord.Client, courier: Courier, known: Callable[[str], bool]) -> None:
        self._client, self._courier, self._known = client, courier, known

    async def message(self, channel: int, page: Page, at: datetime, now: datetime) -> Verdict:
        """Whether a message that was last sent `at` is in a channel."""
        try:
            seen, whole = await self._newest(channel, at)
            for one in seen:
                if self._mine(one) and alike(one, page):
                    return Arrived(str(one["id"]))
            if any(self._changed(one, at) for one in seen):
                return CantTell("a message there was changed since")
            if not whole:
                return CantTell("too much was written there since")
            if seen or await self._readable(channel, at):
                return Absent()
        except Undelivered as error:
            return _unasked(error)
        return Absent() if now - at <= REMEMBERED else CantTell("the bot may not read the channel's history")

    async def post(self, forum: discord.ForumChannel, name: str, page: Page) -> Verdict:
        """Whether a post is in a forum."""
        try:
            listed = await self._do(forum.id, lambda: self._client.http.get_active_threads(forum.guild.id))
            for thread in listed["threads"]:
                there = str(thread.get("parent_id")) == str(forum.id) and thread["name"] == name
                if not there or not self._me(thread.get("owner_id")) or self._known(str(thread["id"])):
                    continue
                number = int(thread["id"])
                if alike(await self._one(number, number), page):
                    return Arrived(str(thread["id"]))
        except Undelivered as error:
            return _unasked(error)
        return Absent()

    async def _newest(self, channel: int, at: datetime) -> tuple[list[dict[str, Any]], bool]:
        """The channel's newest messages, and whether they reach back to before `at`."""
        seen: list[dict[str, Any]] = []
        for _ in range(PAGES):
            before = int(seen[-1]["id"]) if seen else None
            more = await self._do(channel, partial(self._client.http.logs_from, channel, PAGE, before=before))
            seen += more
            if len(more) < PAGE or snowflake_time(int(more[-1]["id"])) < at - SKEW:
                return seen, True
        return seen, False

    async def _readable(self, channel: int, at: datetime) -> bool:
        """Whether an empty history is one: without the right to read it, it is always empty. A message that isn't there
        is missed only by who may look."""
        nobody = discord.utils.time_snowflake(at)
        try:
            await self._one(channel, nobody)
        except Undelivered as error:
            if error.code in (_UNKNOWN_MESSAGE, *_NO_RIGHT):
                return error.code == _UNKNOWN_MESSAGE
            raise
        return True

    async def _one(self, channel: int, message: int) -> Any:
        return await self._do(channel, partial(self._client.http.get_message, channel, message))

    async def _do(self, channel: int, act: Callable[[], Awaitable[Any]]) -> Any:
        """Ask something when nobody else has to."""
        return await self._courier.do(act, f"look {channel}", again=True, begin=lambda: True)

    def _mine(self, message: dict[str, Any]) -> bool:
        """Whether it may be the one: the bot's, no answer to anybody, no other part."""
        return self._me(message["author"]["id"]) and message.get("type", 0) == 0 and not self._known(str(message["id"]))

    def _changed(self, message: dict[str, Any], at: datetime) -> bool:
        """Whether it may be the one, and doesn't say any more what was sent: somebody pressed a button on it."""
        recent = snowflake_time(int(message["id"])) > at - SKEW
        return bool(recent and message.get("edited_timestamp")) and self._mine(message)

    def _me(self, user: object) -> bool:
        return self._client.user is not None and str(user) == str(self._client.user.id)


def alike(message: dict[str, Any], page: Page) -> bool:
    """Whether a message says what a page does. Its nonce isn't told afterwards."""
    said = _said(page.content, [embed.to_dict() for embed in page.embeds])
    return bool(said) and said == _said(message["content"], message["embeds"])


def _said(content: str, embeds: Sequence[Any]) -> list[str]:
    """What people read, blank space aside, which Discord changes."""
    texts = [content]
    for one in embeds:
        texts += [one.get("title", ""), one.get("description", ""), (one.get("footer") or {}).get("text", "")]
        texts += [text for field in one.get("fields") or () for text in (field["name"], field["value"])]
    return [" ".join(text.split()) for text in texts if text and text.strip()]


def _unasked(error: Undelivered) -> Verdict:
    """What follows when Discord didn't say."""
    if error.parked or error.again_s is not None:
        return NotSent(str(error), error.again_s or None)
    return CantTell(str(error))
