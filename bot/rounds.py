"""Which round-ups are due, and making them: on the Monday after a week, on the first after a month, once.

As of days: whoever was off makes up for it for a week, a back-fill posts nothing, and who subscribes gets no older one.

Owns: when a round-up is ready, who is due.
Does not own: what is in it (roundup), slots (slots), the outbox (store), sending (sender).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

from bot import daystate, edition, periods, roundup, schedule, slots
from bot.app import App
from bot.delivery import zone
from bot.fronts.base import Front
from bot.outgoing import encode
from bot.periods import Kind, Period
from ingest import settle
from store import polls, served
from store.outbox import Made, Outbox
from store.served import Lacking
from store.types import Lang

GIVEN_UP = timedelta(days=1)
"""How long after the end of its last day a round-up waits for that day's list."""

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Ready:
    """A week or month whose round-up may be sent, and since when; who named no hour gets it from `opens` on, the hour
    at which lists are looked at."""

    period: Period
    at: datetime
    opens: datetime


def ready(app: App, kind: Kind, now: datetime) -> Ready | None:
    """The round-up of that kind that may be sent at `now`; None where there is none.

    It is of the newest week or month that is over, once its last day's list is whole or given up; and no longer than a
    missed run is made up for. Papers that only came from files make none.
    """
    today = now.astimezone(UTC).date()
    period = periods.over(kind, today)
    after = period.last + timedelta(days=1)
    ends = datetime.combine(after, time(), UTC)
    at = max(ends, _told_at(app, period.last))
    if (today - after).days >= schedule.LOOK_BACK or now < at:
        return None
    if not any(daystate.settled_at(app, day) for day in period.days):
        return None
    ingest = app.settings.ingest
    opens = schedule.hours(ingest.time, ingest.timezone, ingest.settle_minutes).opens(after)
    return Ready(period, at, max(at, opens))


def make(app: App, front: Front) -> int:
    """Put the round-ups that are due on a front into the outbox; return for how many subscriptions."""
    now = app.now()
    found = [one for kind in KINDS if (one := ready(app, kind, now)) is not None]
    return sum(_put(app, front, one, now) for one in found)


def _put(app: App, front: Front, found: Ready, now: datetime) -> int:
    """Make the round-up once a language, for all that are due."""
    db, period = app.folder.db, found.period
    lacking = served.lacking(db, front.name, period.last, period.kind)
    by_lang: dict[Lang, list[int]] = {}
    for one in lacking:
        if _due(app, one, found, now):
            by_lang.setdefault(edition.lang(app, one.subscription), []).append(one.subscription.id)
    whole = roundup.of(db, period) if by_lang else None
    if whole is None:
        return 0
    made = [
        Made([encode(part) for part in roundup.parts(app, front, whole, lang)], takers)
        for lang, takers in by_lang.items()
    ]
    return Outbox(db).put(period.last, made, now, period.kind)


def _due(app: App, one: Lacking, found: Ready, now: datetime) -> bool:
    """Whether it is the subscription's hour; its weekdays are for the digests of days."""
    what = one.subscription
    if what.began is not None and what.began > found.at:
        return False
    since = found.opens if what.hour is None else found.at
    return slots.due(what.hour, zone(app, what), since, one.at, now)


def _told_at(app: App, day: date) -> datetime:
    """When it was known what `day` listed, or that it listed nothing; at the latest when that is given up."""
    given_up = datetime.combine(day + timedelta(days=1), time(), UTC) + GIVEN_UP
    seen = polls.of_day(app.folder.db, day)
    settle_for = timedelta(minutes=app.settings.ingest.settle_minutes)
    told = (
        poll.at
        for n, poll in enumerate(seen, 1)
        if settle.state(day, poll.at, seen[:n], settle_for) in ("settled", "empty")
    )
    return min(next(told, given_up), given_up)
