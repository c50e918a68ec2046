"""Sending to Discord unasked: one part of a digest to one chat, and what came of it as an `Outcome`.

A part waits in the form in which it is sent: its embeds, its menus and buttons, and what a forum calls it. Its nonce is
made of the part and its chat: while Discord remembers it, sending again what may have arrived already comes to the same
message.

Owns: a message as parts and a part as a message, where it goes, and what a refusal means to the queue.
Does not own: what is different in each kind of channel (discord_post), trying again at once (discord_send).
"""

import json
from collections.abc import Callable, Collection
from datetime import datetime

import discord

from bot import lang as languages
from bot.app import App
from bot.doc import Doc
from bot.fronts import discord_buttons, discord_form
from bot.fronts.base import PICTURE_NAME, Undelivered
from bot.fronts.discord_commands import FRONT
from bot.fronts.discord_dialect import label, plain
from bot.fronts.discord_events import Place
from bot.fronts.discord_form import COLOUR, TITLE, Page
from bot.fronts.discord_post import Post, Poster
from bot.lang import Words
from bot.outgoing import CantTell, Changed, NotSent, Outcome, Part, Refused, Sent, Unknown, Verdict, encode
from bot.request import Buttons, File
from store import deliveries
from store.chats import Chat
from store.talks import Talk

UNKNOWN_MESSAGE = 10008

SOON_S = 5.0
"""When to try again what could not be sent for want of a connection."""


class Postman:
    """Delivers for one bot (a `bot.outgoing.Carrier`); `poster` is None while there is no connection.

    `operators` are people's ids: a chat of such a name is that person's direct chat.
    """

    def __init__(self, app: App, poster: Callable[[], Poster | None], operators: Collection[int]) -> None:
        self._app, self._poster, self._operators = app, poster, operators

    async def __call__(self, chat: Chat, part: Part, begin: Callable[[], bool]) -> Outcome:
        """Send the part; a second time only what has a nonce."""
        try:
            poster, place = await self._way(chat)
            return Sent(await poster.post(place, self._post(chat, part), begin, silent=chat.silent), chat.chat)
        except Undelivered as error:
            return _outcome(error)

    async def settle(self, chat: Chat, part: Part, at: datetime) -> Verdict:
        """Read what the channel shows."""
        db = self._app.folder.db
        try:
            poster, place = await self._way(chat)
            post, now = self._post(chat, part), self._app.now()
            return await poster.settle(place, post, at, now, lambda one: deliveries.is_sent(db, FRONT, one))
        except Undelivered as error:
            return NotSent(str(error), error.again_s or None) if _asked_later(error) else CantTell(str(error))

    async def edit(self, chat: Chat, message: str, part: Part) -> Changed | NotSent:
        """Make the message be the part. Discord doesn't say whether it was already."""
        try:
            poster, place = await self._way(chat)
            await poster.edit(place, self._post(chat, part), int(message))
        except Undelivered as error:
            if _asked_later(error):
                return NotSent(str(error), error.again_s or None)
            return "gone" if error.code == UNKNOWN_MESSAGE else "refused"
        return "edited"

    async def _way(self, chat: Chat) -> tuple[Poster, Place]:
        """By what, and where.

        Raises:
            Undelivered: there is no connection, or no direct chat with that person.
        """
        poster, place = self._poster(), Place(chat.chat, chat.thread)
        if poster is None:
            raise Undelivered("not connected", again_s=SOON_S)
        if int(chat.chat) in self._operators:
            return poster, Place(await poster.direct(int(chat.chat)))
        if not (chat.user or poster.knows(place)):
            raise Undelivered("not connected", again_s=SOON_S)
        return poster, place

    def _post(self, chat: Chat, part: Part) -> Post:
        words = languages.load((part.talk and part.talk.lang) or self._app.langs[0])
        page, name = opened(part, words)
        files = (File(PICTURE_NAME, part.picture),) if part.picture else ()
        if files:
            page.embeds[0].set_image(url=f"attachment://{PICTURE_NAME}")
        below = "" if name or not chat.id else deliveries.first_message(self._app.folder.db, chat.id)
        return Post(page, name or words("discord.thread"), f"{chat.chat} {chat.thread} {encode(part)}", below, files)


def dressed(doc: Doc, buttons: Buttons, talk: Talk | None, words: Words, *, below: bool = False) -> list[Part]:
    """`doc` as parts: messages of embeds, packed by both of Discord's limits. The first has the name of a post in a
    forum, the others go `below` it, as all do if that is asked for."""
    made = discord_form.pack(doc, buttons, words)
    parts = []
    for n, page in enumerate(made, 1):
        name = (page.embeds[0].title or words("discord.thread")) if n == 1 and not below else ""
        form = json.dumps({"name": name, **discord_form.kept(page)}, ensure_ascii=False, sort_keys=True)
        parts.append(Part(discord_form.readable(page), buttons if n == len(made) else (), talk, form))
    return parts


def opened(part: Part, words: Words) -> tuple[Page, str]:
    """A part as the message that is sent, and its name in a forum; "" for one that goes below another."""
    if part.form:
        found = json.loads(part.form)
        return discord_form.reopened(found), found["name"]
    # What an earlier version left in the outbox is a text.
    title, text = _cut(part.text)
    embed = discord.Embed(colour=COLOUR, title=title or None, description=text or None)
    return Page((embed,), rows=discord_buttons.rows(part.buttons, Doc(), words)), title


def _cut(text: str) -> tuple[str, str]:
    """A dressed text as the title of an embed and what is below it; "" where it doesn't begin with a title."""
    first, _, rest = text.partition("\n")
    title = label(plain(first))
    if not first.startswith("**") or not first.endswith("**") or not 0 < len(title) <= TITLE:
        return "", text
    return title, rest.strip("\n")


def _asked_later(error: Undelivered) -> bool:
    """Whether Discord couldn't be asked just now."""
    return error.parked or error.again_s is not None


def _outcome(error: Undelivered) -> Outcome:
    if error.parked:
        return Unknown(str(error))
    if error.again_s is not None:
        return NotSent(str(error), error.again_s or None)
    return Refused(str(error), error.shut, alone=True)
