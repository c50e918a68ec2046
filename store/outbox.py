"""What is to be sent where: one row for each part of each digest of each subscription, from its making to its end.

    pending → sending → sent
       ↑         ├────→ failed    it can't be sent, or is wanted no more
       └─────────┴────→ parked    nobody can tell whether it was sent, or it was tried too often: a person decides

A row is "sending" from just before the platform is asked until it is known what came of it, so what a `kill -9` leaves
there is exactly what nobody knows of. Such a row, and one that got no answer, stays there with a code until it is
settled; meanwhile nothing else goes to that chat. Contents are opaque texts, stored once however many rows share them.

Owns: the outbox and contents tables, which part may go next.
Does not own: a part as a value (parts), what operators see and do of it (deliveries), what a content means, when to
make one (bot.delivery), sending it (bot.sender).
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from store import parts, served
from store.db import Db
from store.parts import Code, Delivery, Kind, State
from store.subscriptions import LIVE, RHYTHMS, Rhythm

MOST_RESUMED = 5
"""Times that a part may have been tried, to be tried again when its chat is back."""

MAX_REASON = 300
"""Characters of a platform's reason that are kept."""

_UNSETTLED = "outbox.state = 'sending' AND outbox.code IN ('unknown', 'killed')"
_HELD = "outbox.code = 'absent'"
_FREE = """chats.id NOT IN (SELECT same.id FROM outbox AS busy JOIN subscriptions AS its ON its.id = busy.subscription
    JOIN chats AS other ON other.id = its.chat
    JOIN chats AS same ON same.front = other.front AND same.chat = other.chat WHERE busy.state = 'sending')"""
_FIRST = """NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.subscription = outbox.subscription
    AND earlier.kind = outbox.kind AND earlier.day = outbox.day AND earlier.part < outbox.part
    AND earlier.state IN ('pending', 'sending'))"""


@dataclass(frozen=True, slots=True)
class Made:
    """One digest, as it will be sent: its parts' contents, and the subscriptions (their ids) that get it."""

    contents: Sequence[str]
    subscriptions: Sequence[int]


class Outbox:
    """The queue of deliveries in SQLite (see bot.outgoing.DeliveryQueue)."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def put(
        self, day: date, digests: Sequence[Made], now: datetime, kind: Kind = "daily", upto: date | None = None
    ) -> int:
        """Put these digests of `day` in: all parts of all of them, or nothing.

        Who has one already is passed over, so is who is not subscribed any more. A digest without contents is nothing
        to be sent, and that is remembered. Parts of a subscription's older digests that still wait give way to one that
        has any, and so do notes that there is none. It had all days `upto` then, if that is newer. Returns for how many
        subscriptions there is something to be sent.
        """
        at, made, had = now.isoformat(), 0, upto or day
        with self._db.write() as connection:
            live = self._ids(
                f"SELECT subscriptions.id FROM subscriptions JOIN chats ON chats.id = subscriptions.chat WHERE {LIVE}"  # noqa: S608
            )
            had_it = "SELECT DISTINCT subscription FROM outbox WHERE day = ? AND kind = ?"
            new = live - self._ids(had_it, day.isoformat(), kind)
            for digest in digests:
                contents = [parts.content_id(connection, content) for content in digest.contents]
                takers = [one for one in digest.subscriptions if one in new] if contents else []
                made += len(takers)
                self._give_way(connection, takers, day, now, kind)
                connection.conn.executemany(
                    """INSERT INTO outbox (subscription, kind, day, part, content, state, next_at, changed_at)
                       VALUES (?, ?, ?, ?, ?, 'pending', ?, ?)""",
                    [
                        (one, kind, day.isoformat(), n, part, at, at)
                        for one in takers
                        for n, part in enumerate(contents, 1)
                    ],
                )
                if kind in RHYTHMS:
                    served.mark(self._db, live & {*digest.subscriptions}, had, now if contents else None, kind)
        return made

    def chats(self, kind: Kind, day: date) -> set[int]:
        """The chats (their rows' ids) for which there is one of this kind and day, sent or not."""
        return self._ids(
            """SELECT DISTINCT subscriptions.chat FROM outbox JOIN subscriptions ON subscriptions.id = subscription
               WHERE outbox.day = ? AND outbox.kind = ?""",
            day.isoformat(),
            kind,
        )

    def unsent(self, front: str, kind: Rhythm = "daily") -> dict[int, list[date]]:
        """The days whose digests were not begun yet, by subscription (its id): a newer one takes their place."""
        found: dict[int, list[date]] = {}
        for row in self._db.read(
            f"""SELECT outbox.subscription, outbox.day FROM outbox {parts.TO}
                WHERE outbox.state = 'pending' AND outbox.part = 1 AND outbox.kind = ? AND chats.front = ?
                ORDER BY outbox.day""",  # noqa: S608 - our own names
            [kind, front],
        ):
            found.setdefault(row["subscription"], []).append(date.fromisoformat(row["day"]))
        return found

    def in_doubt(self, front: str) -> set[int]:
        """The subscriptions to which a part is being sent, or is to be settled."""
        return self._ids(
            f"SELECT DISTINCT outbox.subscription FROM outbox {parts.TO}"  # noqa: S608 - our own names
            " WHERE outbox.state = 'sending' AND chats.front = ?",
            front,
        )

    def waiting(self, front: str, now: datetime, most: int, without: Collection[str] = ()) -> list[Delivery]:
        """At most `most` parts that may be sent now, in order; `without` these chats (the platform's ids).

        A part may go when no earlier one of its digest is still to go, and nothing to its chat is being sent or to be
        settled.
        """
        found = self._db.read(
            f"""SELECT {parts.COLUMNS}, contents.content AS text
                FROM outbox {parts.TO} JOIN contents ON contents.id = outbox.content
                WHERE outbox.state = 'pending' AND outbox.next_at <= ? AND chats.front = ? AND {LIVE} AND NOT {_HELD}
                  AND chats.chat NOT IN (SELECT value FROM json_each(?)) AND {_FREE} AND {_FIRST}
                ORDER BY outbox.id LIMIT ?""",  # noqa: S608 - our own names
            [now.isoformat(), front, _json(without), most],
        )
        return [parts.of_row(row, row["text"]) for row in found]

    def next_at(self, front: str) -> datetime | None:
        """When the first of those whose turn it is may be tried, or settled; None where there is none."""
        value = self._db.value(
            f"""SELECT min(outbox.next_at) FROM outbox {parts.TO}
                WHERE outbox.state IN ('pending', 'sending') AND chats.front = ?
                  AND (({_UNSETTLED}) OR (outbox.state = 'pending' AND NOT {_HELD} AND {LIVE}
                       AND {_FREE} AND {_FIRST}))""",  # noqa: S608 - our own names
            [front],
        )
        return datetime.fromisoformat(value) if value else None

    def claim(self, delivery: int, now: datetime) -> bool:
        """It is about to be sent; False if it isn't to be any more. Written to the disk before this returns."""
        with self._db.write() as connection:
            cursor = connection.execute(
                f"""UPDATE outbox SET state = 'sending', attempts = attempts + 1, code = '', changed_at = ?
                    WHERE id = ? AND state = 'pending' AND EXISTS (SELECT 1 FROM subscriptions
                      JOIN chats ON chats.id = subscriptions.chat
                      WHERE subscriptions.id = outbox.subscription AND {LIVE})""",  # noqa: S608
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

    def again(self, delivery: int, at: datetime, reason: str, now: datetime, code: Code = "retry") -> None:
        """It was surely not sent: it may be tried again at `at`."""
        with self._db.write(lasting=False) as connection:
            connection.execute(
                """UPDATE outbox SET state = 'pending', next_at = ?, code = ?, reason = ?, changed_at = ?
                   WHERE id = ? AND state IN ('pending', 'sending')""",
                [at.isoformat(), code, reason[:MAX_REASON], now.isoformat(), delivery],
            )

    def absent(self, delivery: int, at: datetime, reason: str, now: datetime) -> None:
        """It surely did not arrive, which took a while to learn: it may be tried again at `at`, but not before it is
        `released`, for meanwhile a newer digest may be due that takes its place."""
        self.again(delivery, at, reason, now, "absent")

    def release(self, front: str) -> int:
        """Whatever is due now has been made: what was `absent` and has not given way may be sent. Returns how many."""
        with self._db.write() as connection:
            cursor = connection.execute(
                f"""UPDATE outbox SET code = 'retry' WHERE state = 'pending' AND {_HELD} AND subscription IN
                    (SELECT subscriptions.id FROM subscriptions JOIN chats ON chats.id = subscriptions.chat
                     WHERE chats.front = ?)""",  # noqa: S608 - our own names
                [front],
            )
            return int(cursor.rowcount)

    def failed(self, delivery: int, code: Code, reason: str, now: datetime) -> None:
        """It can't be sent."""
        self._end(delivery, "failed", code, reason, now)

    def parked(self, delivery: int, code: Code, reason: str, now: datetime) -> None:
        """A person decides what becomes of it."""
        self._end(delivery, "parked", code, reason, now)

    def withdraw(self, front: str, chat: str, thread: str | None, code: Code, now: datetime) -> int:
        """What waits for the chat is not sent: all of it (`thread` None), or that of one thread. Returns how many."""
        with self._db.write() as connection:
            cursor = connection.execute(
                """UPDATE outbox SET state = 'failed', code = ?, changed_at = ? WHERE state = 'pending'
                   AND subscription IN (SELECT subscriptions.id FROM subscriptions
                       JOIN chats ON chats.id = subscriptions.chat
                       WHERE front = ? AND chats.chat = ? AND (? IS NULL OR thread = ?))""",
                [code, now.isoformat(), front, chat, thread, thread],
            )
            return int(cursor.rowcount)

    def resume(self, front: str, since: datetime, now: datetime) -> int:
        """What was not sent for a pause that is over waits again, if it was withheld after `since` and no newer one of
        its kind was made. It surely had not been sent. Returns how many parts."""
        with self._db.write() as connection:
            cursor = connection.execute(
                f"""UPDATE outbox SET state = 'pending', code = 'retry', next_at = ?, changed_at = ?
                    WHERE state = 'failed' AND code = 'paused' AND changed_at > ? AND attempts < {MOST_RESUMED}
                      AND subscription IN (SELECT subscriptions.id FROM subscriptions
                          JOIN chats ON chats.id = subscriptions.chat WHERE chats.front = ? AND {LIVE})
                      AND NOT EXISTS (SELECT 1 FROM outbox AS newer WHERE newer.subscription = outbox.subscription
                          AND newer.kind = outbox.kind AND newer.day > outbox.day)""",  # noqa: S608 - our own names
                [now.isoformat(), now.isoformat(), since.isoformat(), front],
            )
            return int(cursor.rowcount)

    def unwanted(self, subscriptions: Iterable[int], now: datetime) -> None:
        """What waits for subscriptions (their ids) that have ended is not sent."""
        with self._db.write() as connection:
            connection.conn.executemany(
                """UPDATE outbox SET state = 'failed', code = 'unwanted', changed_at = ?
                   WHERE state = 'pending' AND subscription = ?""",
                [(now.isoformat(), one) for one in subscriptions],
            )

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
            f"""SELECT {parts.COLUMNS}, contents.content AS text
                FROM outbox {parts.TO} JOIN contents ON contents.id = outbox.content
                WHERE {_UNSETTLED} AND outbox.next_at <= ? AND chats.front = ?
                  AND outbox.id NOT IN (SELECT value FROM json_each(?))
                ORDER BY outbox.id LIMIT ?""",  # noqa: S608 - our own names
            [now.isoformat(), front, _json(without), most],
        )
        return [parts.of_row(row, row["text"]) for row in found]

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
                   WHERE state = 'sending' AND subscription IN (SELECT subscriptions.id FROM subscriptions
                       JOIN chats ON chats.id = subscriptions.chat WHERE chats.front = ?)""",
                [now.isoformat(), front],
            )
            return int(cursor.rowcount)

    def _give_way(
        self, connection: Database, subscriptions: Iterable[int], day: date, now: datetime, kind: Kind
    ) -> None:
        """A late digest is one digest, the newest: what still waits of older ones is not sent, nor that there is none
        yet."""
        connection.execute(
            """UPDATE outbox SET state = 'failed', code = 'late', changed_at = ? WHERE state = 'pending'
               AND (kind = ? AND day < ? OR kind = 'note' AND ? = 'daily')
               AND subscription IN (SELECT value FROM json_each(?))""",
            [now.isoformat(), kind, day.isoformat(), kind, _json(subscriptions)],
        )

    def _end(self, delivery: int, state: State, code: Code, reason: str, now: datetime) -> None:
        row = [state, code, reason[:MAX_REASON], now.isoformat(), delivery]
        with self._db.write() as connection:
            connection.execute("UPDATE outbox SET state = ?, code = ?, reason = ?, changed_at = ? WHERE id = ?", row)

    def _ids(self, sql: str, *params: str) -> set[int]:
        return {row[0] for row in self._db.read(sql, params)}


def _json(values: Iterable[object]) -> str:
    return json.dumps(list(values))
