"""When a day's digest is due in a chat: a pure function of the chat's hour, of when the day settled, and of the time.

A chat with an hour has a slot a local date. In a slot goes the newest day that has settled by then; one that settles
within `LATE` after it goes as soon as it has, so a list that is whole at 9:00 one day and at 9:02 the next misses
nobody. A slot takes one digest, and waits for whoever was switched off. A chat without an hour gets each day as it
settles.

An hour that the clocks skip in spring is as long after the gap (before it, where after it is another date); one that
they repeat in autumn is the first of the two.

Owns: slots and what is due in them.
Does not own: which day it is, and who had it (delivery).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LATE = timedelta(hours=1)
"""How long after a chat's hour a day may settle to be sent at once; later it waits for the next slot."""


@lru_cache(maxsize=1000)  # many chats share an hour and a zone, and all are asked at one moment
def around(hour: time, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """The last slot that has begun at `now` (aware), and the next one; in UTC."""
    today = now.astimezone(zone).date()
    slots = [_slot(today + timedelta(days=by), hour, zone) for by in (-2, -1, 0, 1, 2)]
    return max(slot for slot in slots if slot <= now), min(slot for slot in slots if slot > now)


def _slot(day: date, hour: time, zone: ZoneInfo) -> datetime:
    slot = datetime.combine(day, hour, zone).astimezone(UTC)
    if slot.astimezone(zone).date() != day:
        slot = datetime.combine(day, hour.replace(fold=1), zone).astimezone(UTC)
    return slot


def due(hour: time | None, zone: ZoneInfo, settled: datetime, had: datetime | None, now: datetime) -> bool:
    """Whether a day that `settled` then is due at `now` in a chat that `had` its last digest then (None: never)."""
    if hour is None:
        return settled <= now
    slot, _ = around(hour, zone, now)
    return settled <= min(now, slot + LATE) and (had is None or had < slot)
