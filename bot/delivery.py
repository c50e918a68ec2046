"""Which digests are due, and making them: decided from the store alone, so whoever was off goes on where it was.

The day is the newest that has settled, has papers, and is no older than a missed run is made up for: a back-fill posts
nothing, and after a pause there is one digest, which names the days that it passed over. Each is made once for all
chats of one language, one choice of topics and one style, and put into the outbox as it will be sent.

Owns: the day, who is due, the parts of a digest, what a chat that subscribes is told of its first one.
Does not own: a chat's slots (slots), how a day is laid out (digest), the outbox (store), sending (sender).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot import buttons, daystate, digest, slots
from bot import lang as languages
from bot.app import App
from bot.digest import Digest
from bot.doc import Doc, Note
from bot.fronts.base import Dresser, Front
from bot.outgoing import Part, encode
from bot.schedule import LOOK_BACK
from store import chats, papers, served
from store.chats import Chat, Style
from store.outbox import Made, Outbox
from store.served import Subscription
from store.types import Lang

PATIENCE = timedelta(hours=1)
"""How long after a day has settled its digest waits for summaries that are still being made."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A day with papers whose list is whole, and since when."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """All that tells one digest of a day from another; `missed` are days passed over since the chat's last digest.

    `topics` are as a chat chose them, none being all, or (in `parts`) the groups of the day that are in it.
    """

    lang: Lang
    topics: tuple[str, ...]
    style: Style
    missed: tuple[date, ...] = ()


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
    """Put what is due on a front into the outbox (`only` if it is that day's); return for how many subscriptions."""
    now, db = app.now(), app.folder.db
    days = settled(app, now)
    if not days or (only and days[0].day != only):
        return 0
    newest = days[0]
    due = _lacking(app, front, newest, now)
    if not due or (papers.unfinished(db, newest.day) and now < newest.at + PATIENCE):
        return 0
    return _put(app, front, newest.day, [(one, _kind(app, one, days)) for one in due], now)


def overdue(app: App, front: Front, then: datetime) -> tuple[date, int] | None:
    """The day whose digest was due on a front `then` and isn't made even now, and for how many subscriptions."""
    newest = next(iter(settled(app, then)), None)
    n = len(_lacking(app, front, newest, then)) if newest else 0
    return (newest.day, n) if newest and n else None


def make_now(app: App, front: Front, day: date) -> int:
    """Put the digest of `day` into the outbox for every subscription that hasn't been sent it, due or not."""
    everyone = served.lacking(app.folder.db, front.name)
    return _put(app, front, day, [(one, _kind(app, one)) for one in everyone], app.now())


def begin(app: App, chat: Chat, lang: Lang) -> First:
    """A chat (saved just now) subscribes, speaking `lang`: what is due already is not its, the next digest is."""
    db, now, zone = app.folder.db, app.now(), _zone(app, chat)
    with db.write():
        served.begin(db, chat, lang)
        newest = next(iter(settled(app, now)), None)
        number = chats.get(db, chat.front, chat.chat, chat.thread).id
        lacking = served.lacking(db, chat.front, newest.day, number) if newest else []
        out_already = bool(newest and lacking and _due(app, lacking[0], newest, now))
        if newest and out_already:
            served.mark(db, [number], newest.day, now)
    if chat.hour is None:
        return First("ready")
    slot, following = slots.around(chat.hour, zone, now)
    if lacking and not out_already:
        return First("at", following)
    if not out_already and now < slot + slots.LATE:
        return First("open", following, slot + slots.LATE)
    return First("from", following)


def _lacking(app: App, front: Front, newest: Settled, at: datetime) -> list[Subscription]:
    """The subscriptions of a front that had no digest of the newest day, and for which it was due `at` that time."""
    return [one for one in served.lacking(app.folder.db, front.name, newest.day) if _due(app, one, newest, at)]


def _due(app: App, one: Subscription, newest: Settled, now: datetime) -> bool:
    return slots.due(one.chat.hour, _zone(app, one.chat), newest.at, one.at, now)


def _zone(app: App, chat: Chat) -> ZoneInfo:
    return ZoneInfo(chat.zone or app.settings.ingest.timezone)


def _kind(app: App, one: Subscription, days: Sequence[Settled] = ()) -> Kind:
    chat = one.chat
    missed = tuple(other.day for other in days[1:] if one.day and other.day > one.day)
    return Kind(chat.lang or one.spoken or app.langs[0], chat.topics, chat.style, missed[::-1])


def _put(app: App, front: Front, day: date, wanted: Sequence[tuple[Subscription, Kind]], now: datetime) -> int:
    """Make each kind once, in the order of those who get it."""
    whole = digest.of_day(app.folder.db, day) if wanted else digest.group(day, ())
    groups = tuple(name for name, _ in whole.groups)
    alike: dict[Kind, list[int]] = {}
    for one, kind in wanted:
        topics = tuple(name for name in groups if not kind.topics or name in kind.topics)
        alike.setdefault(replace(kind, topics=topics), []).append(one.chat.id)
    made = [Made([encode(part) for part in parts(app, front, whole, kind)], chats) for kind, chats in alike.items()]
    return Outbox(app.folder.db).put(day, made, now)


def parts(app: App, front: Dresser, whole: Digest, kind: Kind) -> list[Part]:
    """The messages of one digest, the buttons under the last; none when no paper of the day is about the topics."""
    if not kind.topics:
        return []
    wanted = digest.about(whole, kind.topics)
    words = languages.load(kind.lang)
    reply = digest.reply(wanted, words, app.prefer(kind.lang), full=kind.style == "full")
    doc, rows = reply.doc, reply.buttons
    if kind.missed:
        days = words("settings.joint").join(map(words.day, kind.missed))
        doc = Doc(*doc.blocks, Note(words("digest.missed", days=days)))
        rows += buttons.row(*((words.short(day), f"/day {day}") for day in kind.missed))
    talk = replace(reply.talk, lang=kind.lang) if reply.talk else None
    return front.parts(doc, rows, talk, words)
