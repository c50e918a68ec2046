"""Decide from what was seen of a day's list whether it is whole: a pure function of the day, the time and the polls.

A list fills during its day (an early poll got 2 of an eventual 58 papers), so a day counts as settled only when
polls agree. Papers that still come later are topped up, not waited for.

Owns: the four states of a day.
Does not own: asking (sources), when to ask next (bot/schedule), what people are told (bot/lang).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias

from store.polls import Poll

State: TypeAlias = Literal["empty", "not-yet", "growing", "settled"]

SETTLE = timedelta(minutes=30)
_CLOSED = timedelta(days=1)
"""A list asked for this long after its day's end grows no more: one poll is enough (an old day read in later)."""


def state(day: date, now: datetime, polls: Sequence[Poll], settle: timedelta = SETTLE) -> State:
    """Return how a day's list stands at `now`, `polls` being the looks at it, oldest first.

    A Daily Papers day is a day in UTC.

    - "not-yet": the day has not begun, or it is today and nothing is listed.
    - "empty": nothing was listed after its end, or on a weekend in polls `settle` apart: no papers that day.
    - "growing": something is listed, or may be, and the polls don't agree yet: look again after `settle`.
    - "settled": all polls of the last `settle` or longer found the same papers; their order and votes don't matter.
    """
    begins = datetime.combine(day, time(), UTC)
    ends = begins + timedelta(days=1)
    if now < begins:
        return "not-yet"
    if not polls:
        return "not-yet" if now < ends else "growing"
    last = polls[-1]
    agreed = _agreed(polls) >= settle
    if last.ids:
        return "settled" if agreed or last.at >= ends + _CLOSED else "growing"
    if last.at >= ends or (agreed and day.weekday() >= 5):
        return "empty"
    return "not-yet" if now < ends else "growing"


def _agreed(polls: Sequence[Poll]) -> timedelta:
    """How long the polls at the end of the list have found the same papers."""
    first = polls[-1]
    for poll in reversed(polls):
        if poll.ids != first.ids:
            break
        first = poll
    return polls[-1].at - first.at
