"""What is to be sent where: one row for each part of each digest of each subscription, from its making to its end.

    pending → sending → sent
       ↑         ├────→ failed    it can't be sent, or is wanted no more
       └─────────┴────→ parked    nobody can tell whether it was sent, or it was tried too often: a person decides

A row is "sending" from just before the platform is asked until it is known what came of it, so what a `kill -9` leaves
there is exactly what nobody knows of. Such a row, and one that got no answer, stays there with a code until it is
settled; meanwhile nothing else goes to that chat. Contents are opaque texts, stored once however many rows share them.

Owns: the outbox and contents tables, which part may go next.
Does not own: what operators see and do of it (deliveries), what a content means, when to make one (bot.delivery),
sending it (bot.sender).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from sqlite_utils import Database

from store import chats, served
from store.chats import Chat
from store.db import Db, Row

State: TypeAlias = Literal["pending", "sending", "sent", "failed", "parked"]
STATES: tuple[State, ...] = ("pending", "sending", "sent", "failed", "parked")

Code: TypeAlias = Literal["", "retry", "tries", "unknown", "killed", "refused", "paused", "late", "unwanted", "dropped"]
"""Why a row is where it is: it is to be tried again; was tried too often; got no answer, or was being sent when the
process died, and is to be settled or could not be; was refused; its chat is paused; a newer digest came; nobody is
subscribed; an operator dropped it."""

MAX_REASON = 300
"""Characters of a platform's reason that are kept."""

_LIVE = "chats.subscribed = 1 AND chats.paused = ''"
_UNSETTLED = "outbox.state = 'sending' AND outbox.code IN ('unknown', 'killed')"
_FREE = """chats.id NOT IN (SELECT same.id FROM outbox AS busy JOIN chats AS other ON other.id = busy.chat
    JOIN chats AS same ON same.front = other.front AND same.chat = other.chat WHERE busy.state = 'sending')"""
_FIRST = """NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.chat = outbox.chat
    AND earlier.day = outbox.day AND earlier.part < outbox.part AND earlier.state IN ('pending', 'sending'))"""
_COLUMNS = """outbox.id AS delivery, outbox.day, outbox.part, outbox.state, outbox.attempts, outbox.next_at,
    outbox.code, outbox.reason, outbox.message, outbox.changed_at, chats.*"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One part (numbered from 1) of one day's digest for one subscription.

    `content` is only there where it is to be sent or settled; `message` is the platform's id once it was. `changed_at`
    of one that is being sent, or is to be settled, is when its last try began.
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


@dataclass(frozen=True, slots=True)
class Made:
    """One digest, as it will be sent: its parts' contents, and the subscriptions (ids of chats) that get it."""

    contents: Sequence[str]
    subscriptions: Sequence[int]


class Outbox:
    """The queue of deliveries in SQLite (see bot.outgoing.DeliveryQueue)."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def put(self, day: date, digests: Sequence[Made], now: datetime) -> int:
        """Put these digests of `day` in: all parts of all of them, or nothing.

        Who has one already is passed over, so is who is not subscribed any more. A digest without contents is nothing
        to be sent, and that is remembered. Parts of older digests that still wait give way. Returns for how many
        subscriptions there is something to be sent.
        """
        at, made = now.isoformat(), 0
        with self._db.write() as connection:
            wanted = [chat for digest in digests for chat in digest.subscriptions]
            live = set(self._ids(f"SELECT id FROM chats WHERE {_LIVE}")) & set(wanted)  # noqa: S608 - our own names
            new = live - set(self._ids("SELECT DISTINCT chat FROM outbox WHERE day = ?", day.isoformat()))
            self._give_way(connection, new, day, now)
            for digest in digests:
                parts = [_content_id(connection, content) for content in digest.contents]
                takers = [chat for chat in digest.subscriptions if chat in new]
                made += len(takers) if parts else 0
                connection.conn.executemany(
                    """INSERT INTO outbox (chat, day, part, content, state, next_at, changed_at)
                       VALUES (?, ?, ?, ?, 'pending', ?, ?)""",
                    [(chat, day.isoformat(), n, part, at, at) for chat in takers for n, part in enumerate(parts, 1)],
                )
            served.mark(self._db, live, day, now)
        return made

    def waiting(self, front: str, now: datetime, most: int, without: Collection[str] = ()) -> list[Delivery]:
        """At most `most` parts that may be sent now, in order; `without` these chats (the platform's ids).

        A part may go when no earlier one of its digest is still to go, and nothing to its chat is being sent or to be
        settled.
        """
        found = self._db.read(
            f"""SELECT {_COLUMNS}, contents.content AS text
                FROM outbox CROSS JOIN chats ON chats.id = outbox.chat JOIN contents ON contents.id = outbox.content
                WHERE outbox.state = 'pending' AND outbox.next_at <= ? AND chats.front = ? AND {_LIVE}
                  AND chats.chat NOT IN (SELECT value FROM json_each(?)) AND {_FREE} AND {_FIRST}
                ORDER BY outbox.id LIMIT ?""",  # noqa: S608 - our own names
            [now.isoformat(), front, _json(without), most],
        )
        return [_delivery(row, row["text"]) for row in found]

    def next_at(self, front: str) -> datetime | None:
        """When the first of those whose turn it is may be tried, or settled; None where there is none."""
        value = self._db.value(
            f"""SELECT min(outbox.next_at) FROM outbox CROSS JOIN chats ON chats.id = outbox.chat
                WHERE outbox.state IN ('pending', 'sending') AND chats.front = ?
                  AND (({_UNSETTLED}) OR (outbox.state = 'pending' AND {_LIVE} AND {_FREE} AND {_FIRST}))""",  # noqa: S608
            [front],
        )
        return datetime.fromisoformat(value) if value else None

    def claim(self, delivery: int, now: datetime) -> bool:
        """It is about to be sent; False if it isn't to be any more. Written to the disk before this returns."""
        with self._db.write() as connection:
            cursor = connection.execute(
                f"""UPDATE outbox SET state = 'sending', attempts = attempts + 1, code = '', changed_at = ?
                    WHERE id = ? AND state = 'pending'
                      AND EXISTS (SELECT 1 FROM chats WHERE chats.id = outbox.chat AND {_LIVE})""",  # noqa: S608
                [now.isoformat(), delivery],
            )
            return bool(cursor.rowcount)

    def sent(self, delivery: int, message: str, now: datetime) -> None:
        """It arrived, as this message."""
        # Lost in a power cut it is settled: no need to wait for the disk.
        with self._db.write(lasting=False) as connection:
            connection.execute(
                """UPDATE outbox SET state = 'sent', message = ?, code = '', reason = '', changed_at = ?
                   WHERE id = ?""",
                [message, now.isoformat(), delivery],
            )

    def again(self, delivery: int, at: datetime, reason: str, now: datetime) -> None:
        """It was surely not sent: it may be tried again at `at`."""
        with self._db.write(lasting=False) as connection:
            connection.execute(
                """UPDATE outbox SET state = 'pending', next_at = ?, code = 'retry', reason = ?, changed_at = ?
                   WHERE id = ? AND state IN ('pending', 'sending')""",
                [at.isoformat(), reason[:MAX_REASON], now.isoformat(), delivery],
            )

    def failed(self, delivery: int, code: Code, reason: str, now: datetime) -> None:
        """It can't be sent."""
        self._end([delivery], "failed", code, reason, now)

    def parked(self, delivery: int, code: Code, reason: str, now: datetime) -> None:
        """A person decides what becomes of it."""
        self._end([delivery], "parked", code, reason, now)

    def withdraw(self, front: str, chat: str, thread: str | None, code: Code, now: datetime) -> int:
        """What waits for the chat is not sent: all of it (`thread` None), or that of one thread. Returns how many."""
        with self._db.write() as connection:
            cursor = connection.execute(
                """UPDATE outbox SET state = 'failed', code = ?, changed_at = ? WHERE state = 'pending' AND chat IN
                   (SELECT id FROM chats WHERE front = ? AND chat = ? AND (? IS NULL OR thread = ?))""",
                [code, now.isoformat(), front, chat, thread, thread],
            )
            return int(cursor.rowcount)

    def lost(self, delivery: int, at: datetime, reason: str) -> None:
        """Nobody knows whether it arrived: to be settled from `at` on."""
        with self._db.write(lasting=False) as connection:  # without it, the next start comes to the same
            connection.execute(
                "UPDATE outbox SET code = 'unknown', reason = ?, next_at = ? WHERE id = ? AND state = 'sending'",
                [reason[:MAX_REASON], at.isoformat(), delivery],
            )

    def unsettled(self, front: str, now: datetime, most: int, without: Collection[int] = ()) -> list[Delivery]:
        """At most `most` parts that are to be settled now, in order; `without` these."""
        found = self._db.read(
            f"""SELECT {_COLUMNS}, contents.content AS text
                FROM outbox JOIN chats ON chats.id = outbox.chat JOIN contents ON contents.id = outbox.content
                WHERE {_UNSETTLED} AND outbox.next_at <= ? AND chats.front = ?
                  AND outbox.id NOT IN (SELECT value FROM json_each(?))
                ORDER BY outbox.id LIMIT ?""",  # noqa: S608 - our own names
            [now.isoformat(), front, _json(without), most],
        )
        return [_delivery(row, row["text"]) for row in found]

    def unsettled_until(self, delivery: int, at: datetime) -> None:
        """It could not be settled: again at `at`."""
        with self._db.write(lasting=False) as connection:
            connection.execute("UPDATE outbox SET next_at = ? WHERE id = ?", [at.isoformat(), delivery])

    def recover(self, front: str, now: datetime) -> int:
        """What was being sent when the last process died is to be settled; for the start, while nothing is being sent.
        Returns how many."""
        with self._db.write() as connection:
            cursor = connection.execute(
                """UPDATE outbox SET code = iif(code = 'unknown', code, 'killed'), next_at = ?
                   WHERE state = 'sending' AND chat IN (SELECT id FROM chats WHERE front = ?)""",
                [now.isoformat(), front],
            )
            return int(cursor.rowcount)

    def _give_way(self, connection: Database, subscriptions: Iterable[int], day: date, now: datetime) -> None:
        """A late digest is one digest, the newest: what still waits of older ones is not sent."""
        connection.execute(
            """UPDATE outbox SET state = 'failed', code = 'late', changed_at = ? WHERE state = 'pending' AND day < ?
               AND chat IN (SELECT value FROM json_each(?))""",
            [now.isoformat(), day.isoformat(), _json(subscriptions)],
        )

    def _end(self, deliveries: Sequence[int], state: State, code: Code, reason: str, now: datetime) -> None:
        with self._db.write() as connection:
            connection.conn.executemany(
                "UPDATE outbox SET state = ?, code = ?, reason = ?, changed_at = ? WHERE id = ?",
                [(state, code, reason[:MAX_REASON], now.isoformat(), one) for one in deliveries],
            )

    def _ids(self, sql: str, *params: str) -> list[int]:
        return [row[0] for row in self._db.read(sql, params)]


def rows(db: Db, where: str, params: Sequence[object]) -> list[Delivery]:
    """The deliveries of which `where` (SQL) holds, in the order in which they were made, without their contents."""
    found = db.read(
        f"SELECT {_COLUMNS} FROM outbox JOIN chats ON chats.id = outbox.chat WHERE {where} ORDER BY outbox.id",  # noqa: S608
        params,
    )
    return [_delivery(row) for row in found]


def _content_id(connection: Database, content: str) -> int:
    """The row of a content, made if there is none."""
    name = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    connection.execute("INSERT INTO contents (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING", [name, content])
    return int(connection.execute("SELECT id FROM contents WHERE hash = ?", [name]).fetchone()[0])


def _delivery(row: Row, content: str = "") -> Delivery:
    return Delivery(
        row["delivery"], chats.of_row(row), date.fromisoformat(row["day"]), row["part"], row["state"], row["attempts"],
        datetime.fromisoformat(row["next_at"]), row["code"], row["reason"], row["message"],
        datetime.fromisoformat(row["changed_at"]), content,
    )  # fmt: skip


def _json(values: Iterable[object]) -> str:
    return json.dumps(list(values))
