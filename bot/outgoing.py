"""What goes out by itself: the parts of a digest, what became of sending one, and the queue that they wait in.

    delivery: digest → Part → content → DeliveryQueue → sender → a front's Carrier → Outcome → DeliveryQueue
                                                            Unknown → Carrier.settle → Verdict → DeliveryQueue

Owns: the form of a part as it is stored, the outcomes and verdicts, the ports of the queue and of a front's sending.
Does not own: any queue (store.outbox) or platform (fronts), what is sent (delivery), when (sender).
"""

import base64
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from bot.request import Button, Buttons
from store.chats import Chat
from store.parts import Code, Delivery
from store.talks import Talk, from_json, to_json

CAPTION = 1024
"""The most that a text may measure which has a picture: Telegram's caption
(https://core.telegram.org/bots/api#sendphoto)."""

PICTURE = 200_000
"""The most bytes that a picture may have: it stands in the outbox."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message: `text` as its front's dialect dressed it, its buttons, and what whoever answers it means.

    `form` is all of it as its front sends it, where that is more than a text with buttons below; only that front reads
    it, and `text` is then for people who look at what is kept. `picture` is a PNG that the message shows, b"" for none;
    it has up to PICTURE bytes, and the text then measures up to CAPTION.
    """

    text: str
    buttons: Buttons = ()
    talk: Talk | None = None
    form: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived as this message, in this chat: another one than it was sent to if the chat has moved."""

    message: str
    chat: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely was not sent, and may be tried again after so long; None: the platform as a whole can't be reached."""

    reason: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It can't be sent: this part, or (`shut`) anything to that chat, which is paused; `alone`: but not its threads, or
    its other ones."""

    reason: str
    shut: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether it was sent: no answer came, or none that can be read."""

    reason: str


Outcome: TypeAlias = Sent | NotSent | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Arrived:
    """It is there, as this message."""

    message: str


@dataclass(frozen=True, slots=True)
class Absent:
    """It isn't there, or sending it once more comes to the same: it may be sent."""


@dataclass(frozen=True, slots=True)
class CantTell:
    """There is no way to find out, now or later."""

    reason: str


Verdict: TypeAlias = Arrived | Absent | CantTell | NotSent
"""What became of a part of which nobody knew whether it arrived; `NotSent`: the platform couldn't be asked."""

Changed: TypeAlias = Literal["edited", "same", "gone", "refused"]
"""What came of an edit: the message says it now; it did already; it isn't there, or too old to be changed; it, or
anything in that chat, can't be changed."""


class Deliver(Protocol):
    """A front's way to send one part to one chat, later than any answer to people."""

    async def __call__(self, chat: Chat, part: Part, begin: Callable[[], bool]) -> Outcome:
        """Try once. `begin` is called when all waiting is over, right before the platform is asked for the first time;
        if it says no, nothing is sent (and the outcome is `NotSent`)."""


class Carrier(Deliver, Protocol):
    """What a front gives a sender: sending a part, finding out what became of one, changing one that arrived."""

    async def settle(self, chat: Chat, part: Part, at: datetime) -> Verdict:
        """Find out whether a part of this very content, last sent `at`, arrived. Nothing is sent to the chat, what is
        there stays as it is, and breaking off is harmless."""

    async def edit(self, chat: Chat, message: str, part: Part) -> Changed | NotSent:
        """Make a message that was sent be this part; what comes to no end is `NotSent`, and may be tried again."""


class DeliveryQueue(Protocol):
    """What a sender needs of the queue of one Paperboy; store.outbox.Outbox is SQLite's.

    One process sends for a front at a time. What is claimed is that process's until it says what came of it.
    """

    def waiting(self, front: str, now: datetime, most: int, without: Collection[str] = ()) -> list[Delivery]:
        """At most `most` parts that may be sent now, in order; none to the chats `without`."""

    def next_at(self, front: str) -> datetime | None:
        """When the first of those that wait may be tried."""

    def claim(self, delivery: int, now: datetime) -> bool:
        """It is about to be sent; False if it isn't to be any more. Lasting before it returns."""

    def sent(self, delivery: int, message: str, now: datetime) -> None:
        """It arrived, as this message."""

    def again(self, delivery: int, at: datetime, reason: str, now: datetime) -> None:
        """It was surely not sent: it may be tried again at `at`."""

    def absent(self, delivery: int, at: datetime, reason: str, now: datetime) -> None:
        """It was found not to have arrived: as `again`, once all that is due has been made."""

    def failed(self, delivery: int, code: Code, reason: str, now: datetime) -> None:
        """It can't be sent."""

    def parked(self, delivery: int, code: Code, reason: str, now: datetime) -> None:
        """A person decides what becomes of it; the parts after it go on."""

    def withdraw(self, front: str, chat: str, thread: str | None, code: Code, now: datetime) -> int:
        """What waits for a chat (`thread` None: for any thread of it) is not sent."""

    def lost(self, delivery: int, at: datetime, reason: str) -> None:
        """Nobody knows whether it arrived: to be settled from `at` on. Until it is, nothing else goes to that chat."""

    def unsettled(self, front: str, now: datetime, most: int, without: Collection[int] = ()) -> list[Delivery]:
        """At most `most` parts that are to be settled now, in order; `without` these."""

    def unsettled_until(self, delivery: int, at: datetime) -> None:
        """It could not be settled: again at `at`."""

    def recover(self, front: str, now: datetime) -> int:
        """What was being sent when the last process died is to be settled. Returns how many."""


def encode(part: Part) -> str:
    """The part as it is stored: the same part is always the same text."""
    talk = to_json(part.talk) if part.talk else ""
    buttons = [[[button.label, button.action, button.url] for button in row] for row in part.buttons]
    kept: dict[str, object] = {"text": part.text, "buttons": buttons, "talk": talk}
    if part.form:
        kept["form"] = part.form
    if part.picture:
        kept["picture"] = base64.b64encode(part.picture).decode("ascii")
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def decode(content: str) -> Part:
    """The part that was stored."""
    kept = json.loads(content)
    buttons = tuple(tuple(Button(*button) for button in row) for row in kept["buttons"])
    talk = from_json(kept["talk"]) if kept["talk"] else None
    return Part(kept["text"], buttons, talk, kept.get("form", ""), base64.b64decode(kept.get("picture", "")))
