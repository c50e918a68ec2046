"""A part of a digest on its way to a subscription, as a value: where it is, and why.

Owns: its states, and a row of the outbox as one.
Does not own: how it gets from one state to the next (outbox), what its content means (bot.outgoing).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from sqlite_utils import Database

from store import chats
from store.chats import Chat
from store.db import Db, Row
from store.subscriptions import RHYTHMS, Rhythm

State: TypeAlias = Literal["pending", "sending", "sent", "failed", "parked"]
STATES: tuple[State, ...] = ("pending", "sending", "sent", "failed", "parked")

Code: TypeAlias = Literal[
    "", "retry", "absent", "tries", "unknown", "killed", "refused", "paused", "late", "unwanted", "dropped"
]
"""Why a row is where it is: it is to be tried again; was found not to have arrived; was tried too often; got no answer,
or was being sent when the process died, and is to be settled or could not be; was refused; its chat is paused; a newer
digest came; nobody is subscribed; an operator dropped it."""

Kind: TypeAlias = Rhythm | Literal["note", "late"]
"""What a part is of: a digest; "note": what is said in place of one of that day; "late": what came to that day's list
after its digest."""

KINDS: tuple[Kind, ...] = (*RHYTHMS, "note", "late")

TO = """CROSS JOIN subscriptions ON subscriptions.id = outbox.subscription
    CROSS JOIN chats ON chats.id = subscriptions.chat"""
"""Whom a row is for. CROSS: the outbox is looked through first, of which little waits."""


COLUMNS = """outbox.id AS delivery, outbox.subscription, outbox.kind, outbox.day, outbox.part, outbox.state,
    outbox.attempts, outbox.next_at, outbox.code, outbox.reason, outbox.message, outbox.changed_at,
    subscriptions.number, subscriptions.silent AS quietly, chats.*"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One part (numbered from 1) of one day's digest for one subscription.

    The `chat` is as silent as the subscription, which is its `number`. A `kind` that isn't "daily" is named by its last
    day. `content` is only there where it is to be sent or settled; `message` is the platform's id once it was.
    `changed_at` of one that is being sent, or is to be settled, is when its last try began.
    """

    id: int
    chat: Chat
    day: date
    part: int
    state: State
    attempts: int
    next_at: datetime
    code: Code
    reason: str
    message: str
    changed_at: datetime
    content: str = ""
    kind: Kind = "daily"
    number: int = 1
    subscription: int = 0


def rows(db: Db, where: str, params: Sequence[object]) -> list[Delivery]:
    """The deliveries of which `where` (SQL) holds, in the order in which they were made, without their contents."""
    found = db.read(
        f"SELECT {COLUMNS} FROM outbox {TO} WHERE {where} ORDER BY outbox.id",  # noqa: S608
        params,
    )
    return [of_row(row) for row in found]


def of_row(row: Row, content: str = "") -> Delivery:
    """The part of a row that has `COLUMNS`."""
    return Delivery(
        row["delivery"], replace(chats.of_row(row), silent=bool(row["quietly"])), date.fromisoformat(row["day"]),
        row["part"], row["state"], row["attempts"], datetime.fromisoformat(row["next_at"]), row["code"], row["reason"],
        row["message"], datetime.fromisoformat(row["changed_at"]), content,
        next(one for one in KINDS if one == row["kind"]), row["number"], row["subscription"],
    )  # fmt: skip


def content_id(connection: Database, content: str) -> int:
    """The row of a content, made if there is none."""
    name = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    connection.execute("INSERT INTO contents (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING", [name, content])
    return int(connection.execute("SELECT id FROM contents WHERE hash = ?", [name]).fetchone()[0])
