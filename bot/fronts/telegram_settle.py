"""Finding out on Telegram whether a part arrived, of which no answer came. A bot can't read history, but it may ask for
an edit to the very same content, number by number: "message is not modified" or a success says that it is there, "not
found" and "can't be edited" that it isn't this one.

Where to look: the part has a higher number than any that was known when it began (`Trace.after`), and a lower one than
any that was sent after it was over (`traces.before`), if there is such a one. Between the two, all numbers are asked,
the last first; without an upper bound, `WINDOW` numbers after the last that exists, and then it isn't there.

An edit overwrites what it finds, so it is only asked for where that can be nothing but this very part:

    a message of somebody else   can't be edited by a bot, but in a channel where it has the right to: there, and where
                                 its rights can't be learnt, no edit is asked for
    another message of the bot   has its trace (telegram_trail): one sent before has a lower number, one sent since is
                                 known by its number and passed over; while there is one of which nobody knows where it
                                 is, or nothing is known at all, no edit is asked for
    this part, changed since     by a press of its buttons: it becomes what was sent

Where no edit may be asked for, the numbers are forwarded to the first operator instead, in silence; what comes is
compared, and deleted there. Without operators it can't be told.

Owns: which numbers are asked, and what the answers mean.
Does not own: edits and their pace (telegram_send), the traces (telegram_trail), what follows (sender).

Source: https://core.telegram.org/bots/api#editmessagetext
"""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from telegram import Bot, Chat, Message, MessageOriginChannel, MessageOriginUser
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.fronts.base import Undelivered
from bot.fronts.pace import Pace
from bot.fronts.telegram_dialect import plain
from bot.fronts.telegram_parts import Parts, digest
from bot.fronts.telegram_send import UNCHANGED, UNEDITABLE, Courier, waiting_s
from bot.fronts.telegram_trail import apart
from bot.fronts.telegram_updates import Place
from bot.outgoing import Absent, Arrived, CantTell, NotSent, Part, Verdict
from store import traces
from store.db import Db
from store.traces import Trace

WINDOW = 20
"""Numbers in a row that don't exist: where nothing was sent since, none after them does."""

MOST = 100
"""Numbers that are asked for one part."""

SPAN = 10_000
"""Numbers among which those are, where nothing was sent since."""

_MISSING = ("not found", "message_id_invalid")

Found: TypeAlias = Literal["it", "another", "nothing", "later"]
"""What is at a number; "later": it is that of something sent meanwhile."""


class Unclear(Exception):
    """It can't be told what is at a number; str() says why."""


class Ask(Protocol):
    """A way to see what is at a number."""

    async def __call__(self, number: int) -> Found:
        """Raises `Unclear`, and whatever says that Telegram couldn't be asked."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """A part that is looked for. `apart`: its chat is numbered by itself; `own`: an edit there meets no message of
    anybody else."""

    place: Place
    part: Part
    trace: Trace
    apart: bool
    own: bool


class Settler:
    """Settles for one bot. `operator` is the chat to which messages are forwarded; 0: there is none."""

    def __init__(self, bot: Bot, db: Db, courier: Courier, pace: Pace, operator: int = 0) -> None:
        self._bot, self._db, self._courier, self._pace, self._operator = bot, db, courier, pace, operator
        self._trail, self._parts = courier.trail, Parts(courier, pace)

    async def __call__(self, place: Place, part: Part) -> Verdict:
        """Whether the part arrived (see `bot.outgoing.Carrier.settle`)."""
        trace = self._trail.last(place.chat, digest(place, part))
        if trace is None:
            return CantTell("it left no trace")
        if trace.message is not None:
            return Arrived(str(trace.message))
        try:
            return await self._look(_Lost(place, part, trace, *await self._ground(place.chat)))
        except Unclear as error:
            return CantTell(str(error))
        except Undelivered as error:
            return CantTell(str(error)) if error.again_s is None else NotSent(str(error), error.again_s or None)
        except RetryAfter as error:
            return NotSent(error.message, waiting_s(error))
        except (BadRequest, Forbidden) as error:
            return CantTell(error.message)
        except TelegramError as error:
            return NotSent(error.message)

    async def _ground(self, chat: int) -> tuple[bool, bool]:
        """Whether a chat is numbered by itself, and whether an edit there meets no message of anybody else."""
        if chat > 0:
            return False, True
        known = await self._bot.get_chat(chat)
        if known.type == Chat.GROUP:
            return False, True
        try:
            me = await self._bot.get_chat_member(chat, self._bot.id)
        except BadRequest:  # nobody says what it may do there
            return apart(known), False
        return apart(known), not getattr(me, "can_edit_messages", False)

    async def _look(self, lost: _Lost) -> Verdict:
        """Ask number by number; what is sent meanwhile narrows the search."""
        ask, asked, missing = self._way(lost), set[int](), 0
        after = lost.trace.after(apart=lost.apart)
        while len(asked) < MOST:
            before = traces.before(self._db, lost.trace, apart=lost.apart)
            if missing == WINDOW and after and not before:
                return Absent()
            known = asked | traces.taken(self._db, lost.trace, after, before or after + SPAN, apart=lost.apart)
            numbers = range(before - 1, after, -1) if before else range(after + 1, after + SPAN)
            number = next((one for one in numbers if one not in known), None)
            if number is None:
                return Absent() if before else CantTell("too much was sent since")
            found = await ask(number)
            if found == "it":
                self._trail.found(lost.trace, number, apart=lost.apart)
                return Arrived(str(number))
            if found != "later":
                asked.add(number)
                missing = missing + 1 if found == "nothing" else 0
        return CantTell("too much was sent there since")

    def _way(self, lost: _Lost) -> Ask:
        after = lost.trace.after(apart=lost.apart)
        if after and lost.own and not self._trail.hidden(lost.trace, apart=lost.apart):
            return lambda number: self._edited(lost, number)
        if not self._operator:
            raise Unclear("an edit there might change another message, and there is no operator to forward to")
        return lambda number: self._forwarded(lost, number)

    async def _edited(self, lost: _Lost, number: int) -> Found:
        """What an edit says."""

        def may() -> bool:  # other things are sent while it waits for its turn
            if self._trail.hidden(lost.trace, apart=lost.apart):
                raise Unclear("another message was sent there, and it isn't known where it is")
            return not traces.taken(self._db, lost.trace, number - 1, number + 1, apart=lost.apart)

        said = await self._parts.change(lost.place, number, lost.part, may)
        if said is None:
            return "later"
        if not said or UNCHANGED in said:
            return "it"
        if any(sign in said for sign in _MISSING):
            return "nothing"
        if any(sign in said for sign in UNEDITABLE):
            return "another"
        raise Unclear(said)

    async def _forwarded(self, lost: _Lost, number: int) -> Found:
        """What the message looks like in the operator's chat, where it is for a moment."""
        async with self._pace.turn(str(self._operator), later=True):
            trace = self._trail.begin(self._operator)
            call = self._bot.forward_message(self._operator, lost.place.chat, number, disable_notification=True)
            try:
                copy = await self._trail.follow(trace, call)
            except BadRequest as error:
                if any(sign in error.message.lower() for sign in _MISSING):
                    return "nothing"
                raise
        await self._courier.remove(Place(self._operator), copy.message_id)
        return "it" if self._same(lost, copy) else "another"

    def _same(self, lost: _Lost, copy: Message) -> bool:
        origin = copy.forward_origin
        mine = (isinstance(origin, MessageOriginUser) and origin.sender_user.id == self._bot.id) or (
            isinstance(origin, MessageOriginChannel) and origin.chat.id == lost.place.chat
        )
        said = copy.caption if copy.photo else copy.text
        return mine and bool(copy.photo) == bool(lost.part.picture) and said == plain(lost.part.text).strip()
