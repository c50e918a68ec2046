"""The dead man's notice: what should be there by now, and isn't, is told to the operators, once, with the reason.

    a digest   `alarm_after` past its moment, and not all who were to have it have all of it
    a day      `alarm_after` past the first look at its list, and the list isn't whole

Decided from the store each minute, beside all else: neither a round that fails nor a day that takes hours to read holds
it up. A chat that was paused was told of when it was; it is counted, and is no alarm of its own.

Owns: what is late and why, telling it once.
Does not own: what is due (delivery, schedule), passing on (notices).
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot import daystate, delivery, schedule
from bot.app import App
from bot.fronts.base import Front
from bot.notices import Because, Kind
from store import deliveries, facts, papers, polls
from store.deliveries import Owed
from store.errors import AppError

LOOK_S = 60.0
"""Seconds between two looks; the first comes after the first round of digests."""

_TOLD = "alarms"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Alarm:
    """The digest of `day` on a front is late for `n` subscriptions, or (`front` "") the day's list isn't whole."""

    day: date
    front: str
    n: int
    reasons: Sequence[Because]

    @property
    def kind(self) -> Kind:
        """What it is to the operators."""
        return "late" if self.front else "unsettled"


async def watch(app: App, fronts: Sequence[Front]) -> None:
    """Tell what is late, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            for alarm in await asyncio.to_thread(raised, app, fronts):
                tell(app, alarm)
        except Exception as error:  # the last line of defence: the next look may go well
            log.error("no look at what is late", exc_info=None if isinstance(error, AppError) else error)


def tell(app: App, alarm: Alarm) -> None:
    """Pass it on, unless it was; that lasts."""
    db, key = app.folder.db, f"{alarm.day} {alarm.front}".strip()
    oldest = (app.now().date() - timedelta(days=2 * schedule.LOOK_BACK)).isoformat()
    told = [one for one in json.loads(facts.get(db, _TOLD) or "[]") if one >= oldest]
    if key in told:
        return
    facts.put(db, _TOLD, json.dumps([*told, key]))
    after = app.settings.delivery.alarm_after_minutes
    fields = {"day": alarm.day.isoformat(), "front": alarm.front, "n": alarm.n, "after": after}
    app.notices.tell(alarm.kind, key, alarm.reasons, **fields)


def raised(app: App, fronts: Sequence[Front]) -> list[Alarm]:
    """All that is late now."""
    after = timedelta(minutes=app.settings.delivery.alarm_after_minutes)
    found = [alarm for front in fronts for alarm in _digests(app, front, app.now() - after)]
    return found + [_unsettled(app, day) for day in _unsettled_days(app, after)]


def _digests(app: App, front: Front, then: datetime) -> list[Alarm]:
    """The newest digests that were due on a front `then`, and haven't arrived."""
    db = app.folder.db
    owed = deliveries.owed(db, front.name, then)
    unmade = delivery.overdue(app, front, then)
    days = {one.day for one in owed if one.code != "paused"} | ({unmade[0]} if unmade else set())
    alarms = []
    for day in sorted(days):
        reasons = [_why(one) for one in owed if one.day == day]
        n = sum(one.n for one in owed if one.day == day)
        if unmade and unmade[0] == day:
            left = papers.unfinished(db, day)
            reasons.append(Because("unread", {"n": left}) if left else Because("unmade", {"n": unmade[1]}))
            n += unmade[1]
        alarms.append(Alarm(day, front.name, n, reasons))
    return alarms


def _why(owed: Owed) -> Because:
    """The reason in a sentence."""
    fields = {"n": owed.n, "reason": owed.reason.rstrip(".")}
    if owed.state == "failed":
        return Because("paused" if owed.code == "paused" else "refused", fields)
    if owed.state == "parked":
        return Because("parked", fields)
    return Because("unsent" if owed.reason else "queued", fields)


def _unsettled_days(app: App, after: timedelta) -> list[date]:
    ingest = app.settings.ingest
    hours = schedule.hours(ingest.time, ingest.timezone, ingest.settle_minutes)
    late = schedule.unsettled(app.folder.db, app.now(), hours, after)
    return [day for day in late if daystate.settled_at(app, day) is None]  # else papers came later still


def _unsettled(app: App, day: date) -> Alarm:
    db, state = app.folder.db, daystate.name(app, day)
    if state == "down" and (outage := polls.outage(db, day)) is not None:
        local = outage.at.astimezone(ZoneInfo(app.settings.ingest.timezone))
        return Alarm(day, "", 0, [Because("down", {"time": f"{local:%H:%M}", "reason": outage.reason.rstrip(".")})])
    seen = polls.of_day(db, day)
    n = len(seen[-1].ids) if seen else 0
    return Alarm(day, "", n, [Because("growing", {"n": n}) if n else Because("nothing", {})])
