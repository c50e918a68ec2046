"""Digests as they stand in chats: what each subscription was sent of a day, message by message, and what it says now.

Owns: reading that back from the outbox, writing down that a message was changed.
Does not own: the outbox's rows until they are sent (outbox), what they should say (bot.latecomers).
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from store import parts, subscriptions
from store.db import Db
from store.subscriptions import COLUMNS, LIVE, Subscription


@dataclass(frozen=True, slots=True)
class Standing:
    """A part of a digest that arrived as `message`, and its content's number (see `content`)."""

    delivery: int
    message: str
    content: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a subscription was sent of a day, in order; whether anything `followed` already."""

    subscription: Subscription
    parts: tuple[Standing, ...]
    followed: bool


def of_day(db: Db, front: str, day: date) -> list[Told]:
    """The digests of a day that have arrived on a front whole, for those who want to know of papers that come late."""
    rows = db.read(
        f"""SELECT {COLUMNS}, chats.*, outbox.id AS delivery, outbox.message, outbox.content, outbox.state
            FROM outbox JOIN subscriptions ON subscriptions.id = outbox.subscription
                JOIN chats ON chats.id = subscriptions.chat
            WHERE outbox.day = ? AND outbox.kind = 'daily' AND chats.front = ? AND {LIVE}
              AND subscriptions.late != 'leave'
            ORDER BY outbox.subscription, outbox.part""",  # noqa: S608 - our own names
        [day.isoformat(), front],
    )
    followed = {
        row[0] for row in db.read("SELECT subscription FROM outbox WHERE day = ? AND kind = 'late'", [day.isoformat()])
    }
    found = []
    for number, group in groupby(rows, lambda row: int(row["s_id"])):
        sent = list(group)
        if all(row["state"] == "sent" for row in sent):
            stand = tuple(Standing(row["delivery"], row["message"], row["content"]) for row in sent)
            found.append(Told(subscriptions.of_row(sent[0]), stand, number in followed))
    return found


def content(db: Db, number: int) -> str:
    """What a part says, as the outbox has it."""
    return str(db.value("SELECT content FROM contents WHERE id = ?", [number]))


def rewrite(db: Db, delivery: int, content: str, now: datetime) -> None:
    """The message that a part became says this now."""
    with db.write() as connection:
        connection.execute(
            "UPDATE outbox SET content = ?, changed_at = ? WHERE id = ? AND state = 'sent'",
            [parts.content_id(connection, content), now.isoformat(), delivery],
        )
