"""The outbox as its operators see it: what is in which state, and their word on what is stuck.

Owns: counting and listing deliveries, sending one again, dropping it, throwing old ones away.
Does not own: the queue itself (outbox).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from store import parts
from store.db import Db
from store.parts import STATES, Code, Delivery, State


@dataclass(frozen=True, slots=True)
class Owed:
    """`n` subscriptions that haven't had all of their digest of `day`: what is the matter, and the commonest reason."""

    day: date
    n: int
    state: State
    code: Code
    reason: str


@dataclass(frozen=True, slots=True)
class LastDigest:
    """The newest day of which anything was sent, when the last message of it was, and to how many subscriptions."""

    day: date
    at: datetime
    subscriptions: int


def last(db: Db) -> LastDigest | None:
    """The digest that went out last; None where none did yet."""
    rows = db.read(
        """SELECT day, max(changed_at) AS at, count(DISTINCT subscription) AS n FROM outbox
           WHERE kind = 'daily' AND state = 'sent' GROUP BY day ORDER BY day DESC LIMIT 1"""
    )
    return next(
        (LastDigest(date.fromisoformat(row["day"]), datetime.fromisoformat(row["at"]), row["n"]) for row in rows), None
    )


def counts(db: Db, day: date | None = None) -> dict[State, int]:
    """How many parts are in each state: those of a day, or all."""
    where, params = ("WHERE day = ?", [day.isoformat()]) if day else ("", [])
    rows = db.read(f"SELECT state, count(*) AS n FROM outbox {where} GROUP BY state", params)  # noqa: S608 - ours
    return dict.fromkeys(STATES, 0) | {row["state"]: row["n"] for row in rows}


def of_round(db: Db, day: date | None, since: datetime) -> dict[State, int]:
    """How many parts are in each state, of those of a day and of all that anything was done to since then: a round may
    send what is of another day, a passed-over one, a week."""
    rows = db.read(
        "SELECT state, count(*) AS n FROM outbox WHERE day = ? OR changed_at >= ? GROUP BY state",
        [day.isoformat() if day else "", since.isoformat()],
    )
    return dict.fromkeys(STATES, 0) | {row["state"]: row["n"] for row in rows}


def on_their_way(db: Db) -> set[int]:
    """The parts (ids) that are being sent, or of which nobody knows yet."""
    return {row["id"] for row in db.read("SELECT id FROM outbox WHERE state = 'sending'")}


def arrived(db: Db, ids: Collection[int]) -> int:
    """How many of these parts have been sent."""
    sql = "SELECT count(*) FROM outbox WHERE state = 'sent' AND id IN (SELECT value FROM json_each(?))"
    return int(db.value(sql, [json.dumps(list(ids))]))


def oldest_waiting(db: Db) -> datetime | None:
    """Since when the part that has waited longest has waited; None where nothing waits."""
    value = db.value("SELECT min(changed_at) FROM outbox WHERE state IN ('pending', 'sending')")
    return datetime.fromisoformat(value) if value else None


def owed(db: Db, front: str, before: datetime) -> list[Owed]:
    """What is not sent of each subscription's newest digest, where it was made at that moment or before.

    Each subscription counts once, by the first of its parts that isn't sent. Parts that somebody didn't want any more
    are owed to nobody.
    """
    rows = db.read(
        """SELECT day, state, code, reason, count(*) AS n FROM (
               SELECT outbox.day, state, code, outbox.reason, min(part) FROM outbox
               JOIN subscriptions ON subscriptions.id = outbox.subscription JOIN chats ON chats.id = subscriptions.chat
               JOIN served ON served.subscription = outbox.subscription AND served.kind = outbox.kind
               WHERE chats.front = ? AND served.at <= ? AND state != 'sent'
                 AND code NOT IN ('late', 'unwanted', 'dropped')
                 AND outbox.day = (SELECT max(day) FROM outbox AS newer WHERE newer.subscription = outbox.subscription
                     AND newer.kind = outbox.kind)
               GROUP BY outbox.subscription, outbox.kind)
           GROUP BY day, state, code ORDER BY n DESC""",
        [front, before.isoformat()],
    )
    return [Owed(date.fromisoformat(row["day"]), row["n"], row["state"], row["code"], row["reason"]) for row in rows]


def newest(db: Db) -> date | None:
    """The newest day of which anything was to be sent."""
    value = db.value("SELECT max(day) FROM outbox")
    return date.fromisoformat(value) if value else None


def first_message(db: Db, chat: int) -> str:
    """The message that began the digest of which a chat (its row's id) is being sent a further part; "" if there is
    none."""
    value = db.value(
        """SELECT first.message FROM subscriptions
           JOIN outbox AS first ON first.subscription = subscriptions.id AND first.part = 1 AND first.state = 'sent'
           JOIN outbox AS further ON further.subscription = first.subscription AND further.kind = first.kind
               AND further.day = first.day AND further.state IN ('pending', 'sending')
           WHERE subscriptions.chat = ? ORDER BY further.id LIMIT 1""",
        [chat],
    )
    return str(value or "")


def is_sent(db: Db, front: str, message: str) -> bool:
    """Whether a message is what some part became."""
    sql = """SELECT 1 FROM outbox JOIN subscriptions ON subscriptions.id = outbox.subscription
             JOIN chats ON chats.id = subscriptions.chat
             WHERE outbox.message = ? AND outbox.state = 'sent' AND chats.front = ?"""
    return db.value(sql, [message, front]) is not None


def listed(db: Db, day: date | None = None, state: State | None = None) -> list[Delivery]:
    """The deliveries of a day, or of all, in a state, or in any; in the order in which they were made."""
    iso = day.isoformat() if day else None
    where = "(? IS NULL OR outbox.day = ?) AND (? IS NULL OR outbox.state = ?)"
    return parts.rows(db, where, [iso, iso, state, state])


def resend(db: Db, delivery: int, now: datetime) -> bool:
    """A parked or failed part waits again as if it had never been tried; False if there is no such part."""
    with db.write() as connection:
        cursor = connection.execute(
            """UPDATE outbox SET state = 'pending', attempts = 0, next_at = ?, code = '', reason = '', changed_at = ?
               WHERE id = ? AND state IN ('parked', 'failed')""",
            [now.isoformat(), now.isoformat(), delivery],
        )
        return bool(cursor.rowcount)


def drop(db: Db, delivery: int, now: datetime) -> bool:
    """A waiting or parked part is not to be sent; False if there is no such part."""
    with db.write() as connection:
        cursor = connection.execute(
            """UPDATE outbox SET state = 'failed', code = 'dropped', changed_at = ?
               WHERE id = ? AND state IN ('pending', 'parked')""",
            [now.isoformat(), delivery],
        )
        return bool(cursor.rowcount)


def expire(db: Db, before: datetime) -> None:
    """Throw away the deliveries that were last touched before, and the contents that nothing refers to any more."""
    with db.write() as connection:
        connection.execute("DELETE FROM outbox WHERE changed_at < ?", [before.isoformat()])
        connection.execute("DELETE FROM contents WHERE id NOT IN (SELECT content FROM outbox)")
