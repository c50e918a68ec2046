"""What models cost, by day, model and purpose.

Owns: adding to the day's sums, and reading them.
Does not own: which day it is, prices and limits (ingest.models.budget).
"""

from dataclasses import dataclass
from datetime import date

from store.db import Db


@dataclass(frozen=True, slots=True)
class Spent:
    """What a day's calls came to: tokens in and out together, and US dollars."""

    tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """What one model was paid on one day for one purpose ("summary", "answer" …)."""

    day: date
    model: str
    purpose: str
    calls: int
    tokens_in: int
    tokens_out: int
    cost_usd: float


def add(db: Db, day: date, model: str, purpose: str, tokens_in: int, tokens_out: int, cost_usd: float) -> None:
    """Add one call to the day's sums.

    Raises:
        StoreError: the database can't be written.
    """
    with db.write() as connection:
        connection.execute(
            """INSERT INTO ledger (day, model, purpose, calls, tokens_in, tokens_out, cost_usd)
               VALUES (?, ?, ?, 1, ?, ?, ?)
               ON CONFLICT (day, model, purpose) DO UPDATE SET
                   calls = calls + 1, tokens_in = tokens_in + excluded.tokens_in,
                   tokens_out = tokens_out + excluded.tokens_out, cost_usd = cost_usd + excluded.cost_usd""",
            [day.isoformat(), model, purpose, tokens_in, tokens_out, cost_usd],
        )


def spent(db: Db, day: date) -> Spent:
    """The sums of one day over all models and purposes; zeros for a day without calls."""
    sql = "SELECT coalesce(sum(tokens_in + tokens_out), 0), coalesce(sum(cost_usd), 0.0) FROM ledger WHERE day = ?"
    tokens, cost_usd = db.read(sql, [day.isoformat()])[0]
    return Spent(tokens, cost_usd)


def by_day(db: Db, since: date, until: date) -> list[Line]:
    """The lines of the days from `since` to `until`, both included: oldest first, then by model and purpose."""
    rows = db.read(
        """SELECT day, model, purpose, calls, tokens_in, tokens_out, cost_usd FROM ledger
           WHERE day BETWEEN ? AND ? ORDER BY day, model, purpose""",
        [since.isoformat(), until.isoformat()],
    )
    return [Line(date.fromisoformat(day), *rest) for day, *rest in rows]


def totals(db: Db) -> list[Line]:
    """A line for each model and purpose over all days, dated with the last of them."""
    rows = db.read(
        """SELECT max(day), model, purpose, sum(calls), sum(tokens_in), sum(tokens_out), sum(cost_usd) FROM ledger
           GROUP BY model, purpose ORDER BY model, purpose"""
    )
    return [Line(date.fromisoformat(day), *rest) for day, *rest in rows]


def first_day(db: Db) -> date | None:
    """The day of the first call; None before it."""
    value = db.value("SELECT min(day) FROM ledger")
    return date.fromisoformat(value) if value else None
