"""What a subscription is told when its hour passes without a digest: no papers, not yet, or the source is down.

Its hour has passed when `slots.LATE` after it nothing came: until then the digest may come by itself. Who chose no hour
waits for whole lists, and is told `PATIENCE` after the day's list was first due to be looked at. It is told once for a
day and chat, by way of the outbox, and as quietly as the digest.

Not told: on a weekend that nothing is listed, as most weekends; of a day none of whose papers a subscription wanted,
for silence is what it asked for; what was so hours ago.

Owns: who is told what of which day.
Does not own: how a day's list stands (daystate), when a digest is due (delivery), sending (sender).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import buttons, daystate, delivery, edition, schedule, slots
from bot import lang as languages
from bot.app import App
from bot.doc import Doc, Para, Text, merged, moment, plain
from bot.fronts.base import Front
from bot.lang import Words
from bot.outgoing import encode
from bot.schedule import Hours
from store import polls, served
from store.outbox import Made, Outbox
from store.served import Lacking
from store.types import Lang

PATIENCE = timedelta(hours=3)
"""How long after the first look at a day's list whoever chose no hour is told that it isn't whole."""

WHILE = timedelta(hours=3)
"""How long it is told after its moment: later it is no news, and the next hour is near."""


@dataclass(frozen=True, slots=True)
class Absence:
    """All that tells one such message from another: the day that is missed, and the next hour (None: there is none)."""

    day: date
    lang: Lang
    zone: ZoneInfo
    next: datetime | None


def make(app: App, front: Front) -> int:
    """Put what is to be said on a front now into the outbox; return in how many chats."""
    now, db, ingest = app.now(), app.folder.db, app.settings.ingest
    hours = schedule.hours(ingest.time, ingest.timezone, ingest.settle_minutes)
    missing = {day for day in _recent(now) if _missing(app, day)}
    if not missing:
        return 0
    outbox = Outbox(db)
    told = {day: outbox.chats("note", day) for day in missing}
    alike: dict[Absence, list[int]] = {}
    for one in served.lacking(db, front.name):
        absence = _absence(app, one, hours, now)
        chat = one.subscription.chat.id
        if absence and absence.day in missing and chat not in told[absence.day]:
            told[absence.day].add(chat)
            alike.setdefault(absence, []).append(one.subscription.id)
    made: dict[date, list[Made]] = {}
    for absence, takers in alike.items():
        made.setdefault(absence.day, []).append(Made([_content(app, front, absence)], takers))
    return sum(outbox.put(day, notes, now, "note") for day, notes in made.items())


def _recent(now: datetime) -> list[date]:
    today = now.astimezone(UTC).date()
    return [today + timedelta(days=by) for by in (-2, -1, 0)]


def _missing(app: App, day: date) -> bool:
    """Whether there is something to be said of why a day has no digest."""
    if not polls.latest(app.folder.db, day) or daystate.settled_at(app, day) is not None:
        return False
    state, weekend = daystate.name(app, day), day.weekday() >= 5
    return state in ("down", "growing") or not weekend


def _absence(app: App, one: Lacking, hours: Hours, now: datetime) -> Absence | None:
    """What a subscription has to be told now, should that day be missing."""
    what, zone = one.subscription, delivery.zone(app, one.subscription)
    if what.hour is None:
        day, following = hours.day(now - PATIENCE), None
        slot = hours.opens(day)
        moment = slot + PATIENCE
        if what.weekdays and moment.astimezone(zone).weekday() not in what.weekdays:
            return None
    else:
        slot, _ = slots.around(what.hour, zone, now - slots.LATE, what.weekdays)
        _, following = slots.around(what.hour, zone, now, what.weekdays)
        moment = slot + slots.LATE
        day = hours.day(moment - hours.settle)
    had = (one.day is not None and one.day >= day) or (one.at is not None and one.at >= slot)
    new = what.began is not None and what.began > slot
    if had or new or not moment <= now < moment + WHILE:
        return None
    return Absence(day, edition.lang(app, what), zone, following)


def _content(app: App, front: Front, absence: Absence) -> str:
    words = languages.load(absence.lang)
    said = daystate.told(app, absence.day, words, absence.zone) or ()
    if daystate.name(app, absence.day) != "empty":
        said = merged((*said, *plain(words("space")), *_when(absence, words)))
    rows = buttons.row((words("button.today"), "/today"))
    return encode(front.parts(Doc(Para(said)), rows, None, words)[0])


def _when(absence: Absence, words: Words) -> Text:
    """When the digest comes, if its list is whole then."""
    if absence.next is None:
        return plain(words("absence.ready"))
    local = absence.next.astimezone(absence.zone)
    at = moment(words("moment.on", day=words.day(local.date()), time=f"{local:%H:%M}"), absence.next)
    return words.line("absence.at", when=at)
