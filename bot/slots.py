"""When a day's digest is due: a pure function of a subscription's hour, of when the day settled, and of the time.

A subscription with an hour has a slot a local date, on its weekdays if it has any. In a slot goes the newest day that
has settled by then; one that settles within `LATE` after it goes as soon as it has, so a list that is whole at 9:00 one
day and at 9:02 the next misses nobody. A slot takes one digest, and waits for whoever was switched off. A subscription
without an hour gets each day as it settles, if it settles on one of its weekdays.

An hour that the clocks skip in spring is as long after the gap (before it, where after it is another date); one that
they repeat in autumn is the first of the two.

Owns: slots and what is due in them.
Does not own: which day it is, and who had it (delivery).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LATE = timedelta(hours=1)
"""How long after its hour a day may settle to be sent at once; later it waits for the next slot."""


@lru_cache(maxsize=1000)  # many share an hour and a zone, and all are asked at one moment
def around(hour: time, zone: ZoneInfo, now: datetime, weekdays: tuple[int, ...] = ()) -> tuple[datetime, datetime]:
    """The last slot that has begun at `now` (aware), and the next, in UTC; on these weekdays (0: Monday; none: all)."""
    today, reach = now.astimezone(zone).date(), 8 if weekdays else 2
    near = (today + timedelta(days=by) for by in range(-reach, reach + 1))
    slots = [_slot(day, hour, zone) for day in near if not weekdays or day.weekday() in weekdays]
    return max(slot for slot in slots if slot <= now), min(slot for slot in slots if slot > now)


def _slot(day: date, hour: time, zone: ZoneInfo) -> datetime:
    slot = datetime.combine(day, hour, zone).astimezone(UTC)
    if slot.astimezone(zone).date() != day:
        slot = datetime.combine(day, hour.replace(fold=1), zone).astimezone(UTC)
    return slot


def due(
    hour: time | None,
    zone: ZoneInfo,
    settled: datetime,
    had: datetime | None,
    now: datetime,
    weekdays: tuple[int, ...] = (),
) -> bool:
    """Whether a day that `settled` then is due at `now` for whom was sent its last digest then (`had`; None: never)."""
    if hour is None:
        return settled <= now and (not weekdays or settled.astimezone(zone).weekday() in weekdays)
    slot, _ = around(hour, zone, now, weekdays)
    return settled <= min(now, slot + LATE) and (had is None or had < slot)
