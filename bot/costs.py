"""What models cost, added up for who pays: by day, by model and purpose, by chat, and what a month will come to.

Owns: the sums, the forecast.
Does not own: the ledger and what chats cost (store), the budget (ingest.models.budget), how it is shown (cli).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store import ledger, usage
from store.db import Db
from store.ledger import Line
from store.usage import Cost

FORECAST_DAYS = 7
"""The whole days that a forecast is made from."""

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Forecast:
    """US dollars a day on the last `days` whole days on which Paperboy was there, and what 30 such days come to."""

    days: int
    daily_usd: float
    monthly_usd: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What was paid on the days from `since` to `until`: a line for each day, model and purpose, and for each chat.

    `forecast` is None before the first whole day.
    """

    since: date
    until: date
    lines: Sequence[Line]
    chats: Sequence[Cost]
    forecast: Forecast | None

    @property
    def total_usd(self) -> float:
        """All lines together."""
        return sum(line.cost_usd for line in self.lines)


def costs(db: Db, today: date, days: int) -> Costs:
    """What the last `days` days cost, today included."""
    since = today - timedelta(days=days - 1)
    return Costs(since, today, ledger.by_day(db, since, today), usage.costly(db, since, today), _forecast(db, today))


def _forecast(db: Db, today: date) -> Forecast | None:
    """From whole days alone: today's is still growing. A day without a call counts, being as real as any."""
    first = ledger.first_day(db)
    if first is None or first >= today:
        return None
    n = min(FORECAST_DAYS, (today - first).days)
    lines = ledger.by_day(db, today - timedelta(days=n), today - timedelta(days=1))
    daily = sum(line.cost_usd for line in lines) / n
    return Forecast(n, daily, daily * MONTH_DAYS)
