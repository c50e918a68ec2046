"""What each subscription had last, of each kind of digest: which day's, and when.

Owns: the served table.
Does not own: the digests themselves (outbox), when the next one is due (bot.slots).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from store import subscriptions
from store.db import Db
from store.subscriptions import COLUMNS, LIVE, Rhythm, Subscription


@dataclass(frozen=True, slots=True)
class Lacking:
    """A subscription that lacks a digest; the newest `day` that it had, and `at` when it was last sent one.

    None: there was none. A day of which it wanted no paper is one that it had, without anything being sent.
    """

    subscription: Subscription
    day: date | None = None
    at: datetime | None = None


def lacking(db: Db, front: str, day: date = date.max, kind: Rhythm = "daily", subscription: int = 0) -> list[Lacking]:
    """The subscriptions of a front to this kind that can be sent it and had none of `day` or a newer one, oldest first.

    Only that `subscription` (its id), if one is given.
    """
    rows = db.read(
        f"""SELECT {COLUMNS}, chats.*, coalesce(served.day, '') AS had, coalesce(served.at, '') AS had_at
            FROM subscriptions JOIN chats ON chats.id = subscriptions.chat
                LEFT JOIN served ON served.subscription = subscriptions.id AND served.kind = ?
            WHERE chats.front = ? AND {LIVE} AND instr(subscriptions.rhythm, ?) AND had < ?
              AND (? = 0 OR subscriptions.id = ?)
            ORDER BY subscriptions.id""",  # noqa: S608 - our own names
        [kind, front, kind, day.isoformat(), subscription, subscription],
    )
    return [
        Lacking(
            subscriptions.of_row(row),
            date.fromisoformat(row["had"]) if row["had"] else None,
            datetime.fromisoformat(row["had_at"]) if row["had_at"] else None,
        )
        for row in rows
    ]


def mark(db: Db, ids: Iterable[int], day: date, now: datetime | None, kind: Rhythm = "daily") -> None:
    """These subscriptions have had this kind of digest of `day`, sent `now`; None: there was nothing in it for them.

    Who had a newer one before is left as it is.
    """
    at = now.isoformat() if now else ""
    with db.write() as connection:
        connection.conn.executemany(
            """INSERT INTO served (subscription, kind, day, at) VALUES (?, ?, ?, ?)
               ON CONFLICT (subscription, kind) DO UPDATE
               SET day = excluded.day, at = iif(excluded.at = '', served.at, excluded.at)
               WHERE excluded.day > served.day""",
            [(one, kind, day.isoformat(), at) for one in ids],
        )
