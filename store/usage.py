"""How much each asker and each chat used on a day: messages that were answered, and what models cost for them.

Owns: the usage table.
Does not own: how much is allowed (bot.limits), what models cost in all (ledger).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from store.db import Db


@dataclass(frozen=True, slots=True)
class Used:
    """What was used in a day: messages answered, and US dollars."""

    asked: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a chat cost in some days: on those on which a model was paid for it, how many messages, and US dollars."""

    front: str
    chat: str
    asked: int
    cost_usd: float


NOTHING = Used()

KEEP_DAYS = 90
"""Days for which it is known what a chat cost."""


def add(db: Db, day: date, front: str, user: str, chat: str, asked: int = 1, cost_usd: float = 0.0) -> None:
    """Add to the day's sums of the asker and of the chat."""
    rows = [
        (day.isoformat(), front, kind, name, asked, cost_usd) for kind, name in (("user", user), ("chat", chat)) if name
    ]
    with db.write(lasting=cost_usd > 0) as connection:
        connection.conn.executemany(
            """INSERT INTO usage (day, front, kind, name, asked, cost_usd) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (day, front, kind, name) DO UPDATE SET
                   asked = asked + excluded.asked, cost_usd = cost_usd + excluded.cost_usd""",
            rows,
        )


def of(db: Db, day: date, front: str, user: str, chat: str) -> tuple[Used, Used]:
    """What the asker and the chat used that day."""
    rows = db.read(
        """SELECT kind, asked, cost_usd FROM usage WHERE day = ? AND front = ?
           AND ((kind = 'user' AND name = ?) OR (kind = 'chat' AND name = ?))""",
        [day.isoformat(), front, user, chat],
    )
    found = {row["kind"]: Used(row["asked"], row["cost_usd"]) for row in rows}
    return found.get("user", NOTHING), found.get("chat", NOTHING)


def total(db: Db, day: date) -> Used:
    """What all chats used that day."""
    sql = "SELECT coalesce(sum(asked), 0), coalesce(sum(cost_usd), 0.0) FROM usage WHERE day = ? AND kind = 'chat'"
    asked, cost_usd = db.read(sql, [day.isoformat()])[0]
    return Used(asked, cost_usd)


def costly(db: Db, since: date, until: date) -> list[Cost]:
    """The chats that models were paid for on the days from `since` to `until`, the dearest first."""
    rows = db.read(
        """SELECT front, name, sum(asked) AS asked, sum(cost_usd) AS cost FROM usage
           WHERE kind = 'chat' AND cost_usd > 0 AND day BETWEEN ? AND ?
           GROUP BY front, name ORDER BY cost DESC, front, name""",
        [since.isoformat(), until.isoformat()],
    )
    return [Cost(row["front"], row["name"], row["asked"], row["cost"]) for row in rows]


def expire(db: Db, before: date) -> None:
    """Throw away the sums of the days before `before`; what a chat cost is kept for `KEEP_DAYS`, its askers are not."""
    with db.write(lasting=False) as connection:
        connection.execute(
            "DELETE FROM usage WHERE day < ? AND NOT (kind = 'chat' AND cost_usd > 0 AND day >= ?)",
            [before.isoformat(), (before - timedelta(days=KEEP_DAYS)).isoformat()],
        )
