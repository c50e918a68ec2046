"""Bringing a Reply to where it belongs: a channel, a thread that is opened for it, or the interaction that asked.

    message       a message in the channel, or in a thread that begins at the question
    command       the answer that was promised when it was used ("thinking…")
    button        the message with the button changes
    aside         for an interaction, a message that only the asker sees

Owns: which of these, and in which order a Reply's pages go.
Does not own: sending one message (discord_send), its form (discord_form), what is said (the core).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import discord

from bot import pages
from bot.doc import Doc
from bot.fronts import discord_rights
from bot.fronts.base import Undelivered
from bot.fronts.discord_events import Incoming, Place
from bot.fronts.discord_form import Page, pack
from bot.fronts.discord_press import Interaction
from bot.fronts.discord_send import Courier, parts
from bot.lang import Words
from bot.request import File, Reply

NAME = 90
"""Characters of a thread's name; Discord takes 100."""

THREAD_EXISTS = 160004
GONE = {10008, 10015, 10062, 50027}
"""The message, or the right to answer an interaction (15 minutes), isn't there any more."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A reply on its way: the messages it has become, and what names them."""

    incoming: Incoming
    pages: Sequence[Page]
    files: Sequence[File]
    aside: bool
    name: str = ""

    def key(self, n: int) -> str:
        """What makes the nonce of the message `n`; what is said in place of an answer is no part of it."""
        return f"{self.incoming.request.message}:{self.name}{n}"

    def files_of(self, n: int) -> Sequence[File]:
        """The files that the message `n` carries: all are on the last."""
        return self.files if n == len(self.pages) - 1 else ()


async def deliver(courier: Courier, incoming: Incoming, reply: Reply, words: Words, name: str = "") -> list[str]:
    """Bring `reply` to who sent `incoming`; return the ids of the messages that it became. `name` is that of a sentence
    in place of the answer, part of which may be there already.

    Raises:
        Undelivered: nothing of it, or not all, could be sent.
    """
    made = pack(reply.doc, () if incoming.bare else reply.buttons, words)
    if reply.files and not made:
        made = [Page()]
    sending = Sending(incoming, made, reply.files, reply.aside, name)
    if incoming.interaction is not None:
        return await _answered(courier, incoming.interaction, sending)
    place = incoming.place
    if place.opens is not None:
        place = _unopened(place) if reply.aside else await opened(courier, incoming, words)
    if incoming.shown:
        return await _in_place(courier, place, sending)
    return await _written(courier, place, sending)


async def whisper(courier: Courier, incoming: Incoming, doc: Doc, words: Words) -> None:
    """Write to who sent `incoming` in private, where their own channel can't be written to.

    Raises:
        Undelivered: they take no direct messages.
    """
    place = Place(await courier.direct(int(incoming.request.user)))
    await _written(courier, place, Sending(incoming, pack(doc, (), words), (), aside=True))


async def opened(courier: Courier, incoming: Incoming, words: Words) -> Place:
    """The place with its thread there; or the channel itself, where no thread can be opened."""
    place = incoming.place
    message, name = place.opens, pages.shortened(incoming.request.text, NAME) or words("discord.thread")
    if message is None:
        return place

    async def act() -> None:
        await message.create_thread(name=name)

    try:
        await courier.do(act, place.chat, again=True)
    except Undelivered as error:
        if error.code != THREAD_EXISTS:
            return _unopened(place)
    return replace(place, opens=None)


def _unopened(place: Place) -> Place:
    """The channel itself, below the question."""
    return Place(place.chat, answers=place.opens.id if place.opens else 0)


async def _written(courier: Courier, place: Place, sending: Sending, first: int = 0) -> list[str]:
    """The messages from the one numbered `first` on, sent to a place."""
    sent = []
    for n, page in list(enumerate(sending.pages))[first:]:
        sent.append(await courier.send(place, page, sending.key(n), sending.files_of(n)))
        place = replace(place, answers=0)
    return sent


async def _in_place(courier: Courier, place: Place, sending: Sending) -> list[str]:
    """The messages, the first in place of the draft; without any the draft disappears."""
    shown = courier.message(place, sending.incoming.shown)

    async def act() -> str:
        if not sending.pages:
            await shown.delete()
            return ""
        return str((await shown.edit(**parts(sending.pages[0], sending.files_of(0), edit=True))).id)

    try:
        first = await courier.do(act, str(place.channel), again=True)
    except Undelivered as error:
        if error.code not in GONE:
            raise
        return await _written(courier, place, sending)
    return [first, *await _written(courier, replace(place, answers=0), sending, 1)] if first else []


async def _answered(courier: Courier, it: Interaction, sending: Sending) -> list[str]:
    """The reply as the answer to an interaction."""
    pressed = it.type is discord.InteractionType.component and not sending.incoming.aside
    if not sending.pages:
        if not pressed or sending.incoming.shown:
            await _taken_back(courier, it)
        return []
    hidden = sending.aside or (_hidden(it) if pressed else sending.incoming.aside)
    if sending.aside and (not sending.incoming.shown if pressed else not sending.incoming.aside):
        if not pressed:
            await _taken_back(courier, it)
        return [await _beside(courier, it, sending, n) for n in range(len(sending.pages))]
    try:
        sent = [await _changed(courier, it, sending)]
    except Undelivered as error:
        if error.code not in GONE or hidden:
            raise
        return await _written(courier, sending.incoming.place, sending)
    access = discord_rights.known(it.channel)
    if not hidden and (access is None or not access.lacking):  # a message has a nonce, a follow-up has none
        return sent + await _written(courier, sending.incoming.place, sending, 1)
    return sent + [await _beside(courier, it, sending, n, hidden=hidden) for n in range(1, len(sending.pages))]


async def _changed(courier: Courier, it: Interaction, sending: Sending) -> str:
    """The first message in place of what is there: "thinking…", or the message with the button."""

    async def act() -> str:
        return str((await it.edit_original_response(**parts(sending.pages[0], sending.files_of(0), edit=True))).id)

    return await courier.do(act, again=True)


async def _beside(courier: Courier, it: Interaction, sending: Sending, n: int, *, hidden: bool = True) -> str:
    """The message `n` as one of its own, which only the asker sees if it is `hidden`."""

    async def act() -> str:
        made = parts(sending.pages[n], sending.files_of(n))
        return str((await it.followup.send(wait=True, ephemeral=hidden, **made)).id)

    return await courier.do(act)


async def _taken_back(courier: Courier, it: Interaction) -> None:
    """There is no answer for everybody: "thinking…" disappears."""
    with suppress(Undelivered):
        await courier.do(it.delete_original_response, again=True)


def _hidden(it: Interaction) -> bool:
    return it.message is not None and it.message.flags.ephemeral
