"""Which digests are due, and making them: decided from the store alone, so whoever was off goes on where it was.

The day is the newest that has settled, has papers, and is no older than a missed run is made up for: a back-fill posts
nothing, and after a pause there is one digest, which names the days that it passed over. Each is made once for all
who get the same, and put into the outbox as it will be sent.

Owns: the day, who is due, what a chat that subscribes is told of its first digest.
Does not own: a subscription's slots (slots), what it gets (edition), the outbox (store), sending (sender).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot import daystate, edition, slots
from bot.app import App
from bot.edition import Edition, Shelf
from bot.fronts.base import Front
from bot.outgoing import encode
from bot.schedule import LOOK_BACK
from store import overviews, papers, served, subscriptions
from store.outbox import Made, Outbox
from store.served import Lacking
from store.subscriptions import Subscription
from store.types import Lang

PATIENCE = timedelta(hours=1)
"""How long after a day has settled its digest waits for summaries that are still being made."""


OVERVIEW_PATIENCE = timedelta(minutes=2)
"""How long after its summaries a day's paragraph is waited for by whoever named no hour; at an hour, nothing is."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A day with papers whose list is whole, and since when."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class First:
    """When a new subscription's first digest comes: "at" this moment; "from" it on, with the first new list; "open": if
    the day's list is whole by `until`, else "from" that moment on; "ready": with the next list that is whole."""

    how: Literal["at", "from", "open", "ready"]
    at: datetime | None = None
    until: datetime | None = None


def settled(app: App, now: datetime) -> list[Settled]:
    """The days that may be delivered at `now`, newest first."""
    today = now.astimezone(UTC).date()
    found = []
    for day in (today - timedelta(days=age) for age in range(LOOK_BACK + 1)):
        at = daystate.settled_at(app, day)
        if at is not None and at <= now and papers.count(app.folder.db, day):
            found.append(Settled(day, at))
    return found


def make(app: App, front: Front, only: date | None = None) -> int:
    """Put what is due on a front into the outbox (`only` if it is that day's); return for how many subscriptions.

    Where nobody knows yet whether an earlier one arrived, that is found out first: if it didn't, this one takes its
    place.
    """
    now, db = app.now(), app.folder.db
    days = settled(app, now)
    if not days or (only and days[0].day != only):
        return 0
    ready = {one.day: not papers.unfinished(db, one.day) or now >= one.at + PATIENCE for one in days}
    awaited = {one.day for one in days if _awaited(app, one, now)}
    shelf, wanted = Shelf(app), []
    unsent, in_doubt = Outbox(db).unsent(front.name), Outbox(db).in_doubt(front.name)
    for one in served.lacking(db, front.name, days[0].day):
        due = _due(app, one, days, now)
        what = one.subscription
        if due and ready[due[0]] and what.id not in in_doubt and (what.hour is not None or due[0] not in awaited):
            wanted.append((what, edition.due(app, shelf, what, due, unsent.get(what.id, ())), due[0]))
    return _put(app, front, shelf, wanted)


def overdue(app: App, front: Front, then: datetime) -> tuple[date, int] | None:
    """The day whose digest was due on a front `then` and isn't made even now, and for how many subscriptions."""
    days = settled(app, then)
    lacking = served.lacking(app.folder.db, front.name, days[0].day) if days else []
    n = sum(bool(_due(app, one, days, then)) for one in lacking)
    return (days[0].day, n) if n else None


def next_at(app: App) -> datetime | None:
    """The next hour of any subscription that can be sent a digest; None where none has an hour."""
    now, daily = app.now(), [one for one in subscriptions.everything(app.folder.db) if "daily" in one.rhythm]
    at = (
        slots.around(one.hour, zone(app, one), now, one.weekdays)[1]
        for one in daily
        if one.hour is not None and not one.chat.paused
    )
    return min(at, default=None)


def make_now(app: App, front: Front, day: date) -> int:
    """Put the digest of `day` into the outbox for every subscription that hasn't been sent it, due or not."""
    everyone, shelf = [one.subscription for one in served.lacking(app.folder.db, front.name)], Shelf(app)
    return _put(app, front, shelf, [(one, edition.of(app, shelf, one, day), day) for one in everyone])


def begin(app: App, wanted: Subscription, spoken: Lang | None) -> tuple[Subscription, First]:
    """A chat (saved) is subscribed, speaking that language: what is due already is not its, the next digest is.

    Raises:
        InputError: the chat has as many subscriptions as it may have.
    """
    db, now = app.folder.db, app.now()
    with db.write():
        one = subscriptions.begin(db, wanted, spoken, now)
        days = settled(app, now)
        lacking = served.lacking(db, one.chat.front, days[0].day, subscription=one.id) if days else []
        out_already = bool(lacking and _due(app, lacking[0], days, now))
        if out_already:
            served.mark(db, [one.id], days[0].day, now)
    return one, _first(app, one, ready=bool(lacking) and not out_already, open_=not out_already)


def zone(app: App, one: Subscription) -> ZoneInfo:
    """The time zone of a subscription's hour."""
    return ZoneInfo(one.zone or one.chat.zone or app.settings.ingest.timezone)


def _first(app: App, one: Subscription, *, ready: bool, open_: bool) -> First:
    """When its first digest comes: `ready`: a day waits for its hour; `open_`: none was had for this slot."""
    if one.hour is None:
        return First("ready")
    now = app.now()
    slot, following = slots.around(one.hour, zone(app, one), now, one.weekdays)
    if ready:
        return First("at", following)
    if open_ and now < slot + slots.LATE:
        return First("open", following, slot + slots.LATE)
    return First("from", following)


def _awaited(app: App, one: Settled, now: datetime) -> bool:
    """Whether a day's paragraph is just being written."""
    db = app.folder.db
    made = max(one.at, papers.summarised_at(db, one.day) or one.at)
    if not app.settings.llm.model or now >= made + OVERVIEW_PATIENCE:
        return False
    return bool(overviews.lacking(db, one.day, app.langs, now))


def _due(app: App, one: Lacking, days: Sequence[Settled], now: datetime) -> list[date]:
    """The days that a subscription lacks, newest first, from the newest on that is due for it.

    What there was before it began it doesn't lack, but for the newest of all `days`.
    """
    what, where = one.subscription, zone(app, one.subscription)
    since = what.began.astimezone(UTC).date() if what.began else date.min
    lacking = [day for day in days if (day.day >= since or day is days[0]) and (one.day is None or day.day > one.day)]
    while lacking and not slots.due(what.hour, where, lacking[0].at, one.at, now, what.weekdays):
        del lacking[0]
    return [day.day for day in lacking]


def _put(app: App, front: Front, shelf: Shelf, wanted: Sequence[tuple[Subscription, Edition | None, date]]) -> int:
    """Make each edition once, and put it into the outbox for all who get it; the day is the newest that is in it, or
    passed over by it, for want of a paper."""
    alike: dict[tuple[Edition | None, date], list[int]] = {}
    for one, what, upto in wanted:
        alike.setdefault((what, upto), []).append(one.id)
    made: dict[tuple[date, date], list[Made]] = {}
    for (what, upto), takers in alike.items():
        contents = [encode(part) for part in edition.parts(app, front, shelf, what)] if what else []
        made.setdefault((what.day if what else upto, upto), []).append(Made(contents, takers))
    outbox, now = Outbox(app.folder.db), app.now()
    return sum(outbox.put(day, digests, now, upto=upto) for (day, upto), digests in made.items())
