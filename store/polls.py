"""What was seen of each day's list: every look at it, the failed ones too, and when votes were counted again.

Owns: the polls and refreshes tables.
Does not own: what the polls mean (ingest.settle), asking (ingest.sources).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime

from store.db import Db

KEPT = 50
"""Looks at one day that are remembered: far more than it takes a day to settle."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What one look at a day's list found: canonical ids, at an aware time. A failed look is no poll."""

    at: datetime
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outage:
    """A look at a day's list that failed, and why."""

    at: datetime
    reason: str


def add(db: Db, day: date, seen: Poll | Outage) -> None:
    """Note a look at the list of `day`."""
    ids, reason = (json.dumps(sorted(seen.ids)), None) if isinstance(seen, Poll) else (None, seen.reason)
    with db.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO polls (day, at, ids, reason) VALUES (?, ?, ?, ?)",
            [day.isoformat(), seen.at.isoformat(), ids, reason],
        )
        connection.execute(
            """DELETE FROM polls WHERE day = ? AND at NOT IN
               (SELECT at FROM polls WHERE day = ? ORDER BY at DESC LIMIT ?)""",
            [day.isoformat(), day.isoformat(), KEPT],
        )


def of_day(db: Db, day: date) -> list[Poll]:
    """The looks at `day` that found its list, oldest first."""
    rows = db.read("SELECT at, ids FROM polls WHERE day = ? AND ids IS NOT NULL ORDER BY at", [day.isoformat()])
    return [Poll(datetime.fromisoformat(row["at"]), frozenset(json.loads(row["ids"]))) for row in rows]


def outage(db: Db, day: date) -> Outage | None:
    """The first of the failed looks since the list of `day` was last found: the source is down since then."""
    rows = db.read(
        """SELECT at, reason FROM polls WHERE day = :day AND ids IS NULL AND at >
           coalesce((SELECT max(at) FROM polls WHERE day = :day AND ids IS NOT NULL), '') ORDER BY at LIMIT 1""",
        {"day": day.isoformat()},
    )
    return Outage(datetime.fromisoformat(rows[0]["at"]), rows[0]["reason"]) if rows else None


def days(db: Db) -> list[date]:
    """The days whose list was found, oldest first."""
    rows = db.read("SELECT DISTINCT day FROM polls WHERE ids IS NOT NULL AND ids != '[]' ORDER BY day")
    return [date.fromisoformat(row["day"]) for row in rows]


def first(db: Db, day: date) -> datetime | None:
    """When the list of `day` was first asked for, found or not, as far as is remembered."""
    value = db.value("SELECT min(at) FROM polls WHERE day = ?", [day.isoformat()])
    return datetime.fromisoformat(value) if value else None


def latest(db: Db, day: date) -> datetime | None:
    """When the list of `day` was last asked for, found or not."""
    value = db.value("SELECT max(at) FROM polls WHERE day = ?", [day.isoformat()])
    return datetime.fromisoformat(value) if value else None


def last(db: Db) -> datetime | None:
    """When any day's list was last asked for, found or not."""
    value = db.value("SELECT max(at) FROM polls")
    return datetime.fromisoformat(value) if value else None


def refreshed(db: Db, day: date) -> frozenset[int]:
    """The ages (in days) at which the votes of `day` were counted again."""
    rows = db.read("SELECT age FROM refreshes WHERE day = ?", [day.isoformat()])
    return frozenset(row["age"] for row in rows)


def mark_refreshed(db: Db, day: date, age: int) -> None:
    """Note that the votes of `day` were counted again at that age."""
    with db.write() as connection:
        connection.execute("INSERT OR IGNORE INTO refreshes (day, age) VALUES (?, ?)", [day.isoformat(), age])
