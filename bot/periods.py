"""Weeks and months, as round-ups are made of them: 2026-W09 (Monday to Sunday, ISO 8601), 2026-02.

Owns: reading and naming a stretch of days, the one before it, the newest that is over.
Does not own: what happened in it (roundup), single days (dates).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["weekly", "monthly"]

_WEEK = re.compile(r"(\d{4})-?w(\d{1,2})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")


@dataclass(frozen=True, slots=True)
class Period:
    """A week or a month; both days are in it."""

    kind: Kind
    first: date
    last: date

    @property
    def name(self) -> str:
        """As it is written: "2026-W09", "2026-02"."""
        if self.kind == "monthly":
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def before(self) -> "Period":
        """The week or month before it."""
        return containing(self.kind, self.first - timedelta(days=1))

    @property
    def days(self) -> tuple[date, ...]:
        """Its days in order."""
        return tuple(self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1))


def containing(kind: Kind, day: date) -> Period:
    """The week or month that `day` is in."""
    if kind == "weekly":
        first = day - timedelta(days=day.weekday())
        return Period(kind, first, first + timedelta(days=6))
    first = day.replace(day=1)
    return Period(kind, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def over(kind: Kind, today: date) -> Period:
    """The newest week or month that had ended before `today` began."""
    return containing(kind, today).before


def read(text: str) -> Period | None:
    """The week or month that `text` is, and nothing else; None for anything else."""
    text = text.strip()
    try:
        if match := _WEEK.fullmatch(text):
            return containing("weekly", date.fromisocalendar(int(match[1]), int(match[2]), 1))
        if match := _MONTH.fullmatch(text):
            return containing("monthly", date(int(match[1]), int(match[2]), 1))
    except (ValueError, OverflowError):  # no such week, or month
        return None
    return None
