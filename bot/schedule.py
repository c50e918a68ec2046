"""What is due, decided from the store alone: a clock and a trigger only ask.

A run that was missed while the machine was off is due when it comes back, once; a run that was done is not due again,
whoever did it. Days are Daily Papers' (UTC); the hour from which a day is looked at is the host's.

Owns: which jobs are due at a moment, which days a paragraph is written of, and when to look again.
Does not own: doing them (ingest.pipeline), the trigger (bot.serve).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from ingest import settle
from store import overviews, papers, polls
from store.db import Db
from store.types import Lang

REFRESH_AGES = (1, 3, 7, 14)
"""Days after which a day is listed again: late arrivals are topped up, and votes counted anew."""

LOOK_BACK = 7
"""Days for which a missed run is made up."""

OVERVIEWS = 3
"""Days back of which a paragraph is still written: on a Monday, Friday's is the newest."""

Kind: TypeAlias = Literal["look", "refresh"]


@dataclass(frozen=True, slots=True)
class Job:
    """Look at a day's list and do what its papers lack; a "refresh" (at `age` days) is for votes and late papers."""

    kind: Kind
    day: date
    age: int = 0


@dataclass(frozen=True, slots=True)
class Hours:
    """When a day is looked at: from `at` in `zone` on, every `settle`, until it has settled."""

    at: time
    zone: ZoneInfo
    settle: timedelta

    def opens(self, day: date) -> datetime:
        """The moment from which `day` is looked at; not before it has begun, for a zone's morning may be earlier."""
        return max(datetime.combine(day, self.at, self.zone), datetime.combine(day, time(), UTC)).astimezone(UTC)

    def day(self, at: datetime) -> date:
        """The newest day that is looked at by then (aware)."""
        today = at.astimezone(UTC).date()
        return next(day for by in (1, 0, -1, -2) if self.opens(day := today + timedelta(days=by)) <= at)


def hours(at: str, zone: str, settle_minutes: int) -> Hours:
    """The hours as the settings write them: "08:00", "Europe/Berlin", 30."""
    return Hours(time.fromisoformat(at), ZoneInfo(zone), timedelta(minutes=settle_minutes))


def next_look(db: Db, now: datetime, hours: Hours) -> datetime:
    """When a list is looked at next; `now` or earlier where it is due already."""
    today = hours.day(now)
    if not _open(db, today, now, hours):
        return hours.opens(today + timedelta(days=1))
    last = polls.latest(db, today)
    return max(hours.opens(today), last + hours.settle) if last else hours.opens(today)


def due(db: Db, now: datetime, hours: Hours) -> list[Job]:
    """The jobs that are due at `now` (aware), newest day first."""
    today = now.astimezone(hours.zone).date()
    recent = [today - timedelta(days=age) for age in range(LOOK_BACK + 1)]
    looks = [Job("look", day) for day in recent if _looked_at(db, day, now, hours) and _wanted(db, day, today)]
    return [*looks, *_refreshes(db, today, {job.day for job in looks}, now)]


def unwritten(db: Db, now: datetime, hours: Hours, langs: Sequence[Lang]) -> list[date]:
    """The newest days of which a paragraph in one of `langs` can be written now: their lists are whole, and so are
    their papers' summaries."""
    today = now.astimezone(hours.zone).date()
    recent = [today - timedelta(days=age) for age in range(OVERVIEWS + 1)]
    return [day for day in recent if overviews.lacking(db, day, langs, now) and _whole(db, day, now, hours)]


def _whole(db: Db, day: date, now: datetime, hours: Hours) -> bool:
    if not papers.count(db, day) or papers.unfinished(db, day):
        return False
    return settle.state(day, now, polls.of_day(db, day), hours.settle) == "settled"


def unsettled(db: Db, now: datetime, hours: Hours, after: timedelta) -> list[date]:
    """The days whose list isn't whole, though it was first looked at (or, never looked at, opened) `after` before
    `now`; oldest first."""
    today = now.astimezone(hours.zone).date()
    found = []
    for day in (today - timedelta(days=age) for age in range(LOOK_BACK, -1, -1)):
        since = polls.first(db, day) or hours.opens(day)
        if since + after <= now and _wanted(db, day, today) and _open(db, day, now, hours):
            found.append(day)
    return found


def _looked_at(db: Db, day: date, now: datetime, hours: Hours) -> bool:
    """Whether it is time for a look at `day`: it has opened, hasn't settled, and the last look is long enough ago."""
    if now < hours.opens(day):
        return False
    last = polls.latest(db, day)
    if last is not None and now - last < hours.settle:
        return False
    return _open(db, day, now, hours)


def _open(db: Db, day: date, now: datetime, hours: Hours) -> bool:
    """Whether the day's list may still grow, as far as is known."""
    return settle.state(day, now, polls.of_day(db, day), hours.settle) in ("not-yet", "growing")


def _wanted(db: Db, day: date, today: date) -> bool:
    """Today is always wanted; an earlier day if Paperboy was there before it (a new host doesn't start with a week)."""
    if day == today:
        return True
    first = db.value("SELECT min(day) FROM polls")
    return first is not None and day >= date.fromisoformat(first)


def _refreshes(db: Db, today: date, looked_at: set[date], now: datetime) -> Sequence[Job]:
    """The days whose votes are to be counted again, each for the largest age that it has reached."""
    jobs = []
    for day in polls.days(db):
        age = (today - day).days
        reached = [mark for mark in REFRESH_AGES if mark <= age]
        if not reached or age > REFRESH_AGES[-1] + LOOK_BACK or day in looked_at:
            continue
        if reached[-1] not in polls.refreshed(db, day) and not _just_tried(db, day, now):
            jobs.append(Job("refresh", day, reached[-1]))
    return jobs


def _just_tried(db: Db, day: date, now: datetime) -> bool:
    """Whether the list was asked for within the hour, in vain: a source that is down isn't asked every minute."""
    last = polls.latest(db, day)
    return polls.outage(db, day) is not None and last is not None and now - last < timedelta(hours=1)
