"""Papers that a day's list gets after its digest was sent, told by each subscription's own choice.

    edit     the digest's messages become what they would be now: the counts in the heading, and the list
    follow   one short message has them all, on the next day, when people are awake
    leave    nothing; /day has them

Where a changed digest would be of more or fewer messages than were sent, one follows instead. This goes on until the
end of the next day (UTC), and for what the source listed alone: what was imported or filled back is told to nobody.
Each paper is told once: a message that was changed says so in the outbox, and one that follows is a row of it.

Owns: which papers came late for whom, changing what was sent, the message that follows.
Does not own: the digest itself (edition), what was sent (store.told), platforms (fronts).
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import structlog

from bot import buttons, daystate, delivery, digest, edition
from bot import lang as languages
from bot.app import App
from bot.doc import Block, Doc, Note, Para, Span
from bot.edition import Edition, Shelf
from bot.fronts.base import Front
from bot.outgoing import Carrier, NotSent, Part, decode, encode
from store import papers, polls, talks, told
from store.chats import Chat
from store.outbox import Made, Outbox
from store.subscriptions import Subscription
from store.talks import Talk
from store.told import Told

MOST = 200
"""Digests that are changed in one round; the others wait for the next."""

AT_ONCE = 8
"""Digests that are changed at a time."""

LISTED = 10
"""Papers that a message which follows names."""

AWAKE = time(8), time(21)
"""When, in the subscription's own zone, such a message may come."""

_DAY = re.compile(r"/day (\d{4}-\d\d-\d\d)")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Change:
    """A digest that arrived, and what its messages are to say."""

    sent: Told
    parts: tuple[Part, ...]


async def tell(app: App, front: Front, carrier: Carrier) -> int:
    """Tell those who are to be told now; return how many digests were changed."""
    changes = await asyncio.to_thread(plan, app, front)
    turn, changed = asyncio.Semaphore(AT_ONCE), 0

    async def one(change: Change) -> None:
        nonlocal changed
        async with turn:
            changed += await _changed(app, front, carrier, change)

    await asyncio.gather(*map(one, changes[:MOST]))
    if changed:
        log.info("digests changed", front=front.name, count=changed)
    return changed


def plan(app: App, front: Front) -> list[Change]:
    """Put what follows into the outbox, and return what is to be changed."""
    now, changes = app.now(), []
    today = now.astimezone(UTC).date()
    for day in (today - timedelta(days=1), today):
        late = _late(app, day, now)
        if late:
            changes += _of_day(app, front, day, late, now)
    return changes


def _late(app: App, day: date, now: datetime) -> frozenset[str]:
    """The papers that came to a day's list after it had first been whole, once their summaries are made."""
    db, first = app.folder.db, daystate.settled_at(app, day)
    seen = polls.of_day(db, day)
    if first is None or now < first or not papers.count(db, day):
        return frozenset()
    before = next(poll.ids for poll in seen if poll.at == first)
    if papers.unfinished(db, day) and now < seen[-1].at + delivery.PATIENCE:
        return frozenset()
    return seen[-1].ids - before


def _of_day(app: App, front: Front, day: date, late: frozenset[str], now: datetime) -> list[Change]:
    db, shelf, changes = app.folder.db, Shelf(app), []
    stood: dict[int, Part] = {}
    follow: dict[Edition, list[int]] = {}
    for sent in told.of_day(db, front.name, day):
        stands = [_part(app, stood, part.content) for part in sent.parts]
        named = {one for part in stands if part.talk for one in part.talk.shown}
        now_it_is = edition.of(app, shelf, sent.subscription, day, _missed(stands, day))
        new = tuple(one for one in now_it_is.papers if one in late and one not in named) if now_it_is else ()
        if not new or now_it_is is None or sent.followed:
            continue
        parts = edition.parts(app, front, shelf, now_it_is)
        if sent.subscription.late == "edit" and len(parts) == len(stands):
            changes.append(Change(sent, tuple(parts)))
        elif _may_follow(app, sent.subscription, day, now):
            follow.setdefault(replace(now_it_is, papers=new), []).append(sent.subscription.id)
    made = [Made([encode(_message(app, front, shelf, which))], takers) for which, takers in follow.items()]
    Outbox(db).put(day, made, now, "late")
    return changes


def _part(app: App, stood: dict[int, Part], content: int) -> Part:
    if content not in stood:
        stood[content] = decode(told.content(app.folder.db, content))
    return stood[content]


def _missed(parts: Sequence[Part], day: date) -> list[date]:
    """The days that a digest named as passed over: those that its buttons lead to."""
    actions = (_DAY.fullmatch(button.action) for part in parts for row in part.buttons for button in row)
    return sorted({date.fromisoformat(match[1]) for match in actions if match} - {day})


def _may_follow(app: App, one: Subscription, day: date, now: datetime) -> bool:
    """Whether the day is over, so that all that comes late may be there, and people are awake."""
    ends = datetime.combine(day + timedelta(days=1), time(), UTC)
    latest = polls.latest(app.folder.db, day)
    local = now.astimezone(delivery.zone(app, one)).time()
    return latest is not None and latest >= ends and AWAKE[0] <= local < AWAKE[1]


def _message(app: App, front: Front, shelf: Shelf, which: Edition) -> Part:
    """The short message that follows."""
    words, langs = languages.load(which.lang), app.prefer(which.lang)
    stored = {entry.paper.arxiv_id: entry for entry in shelf.day(which.day).entries}
    ids, n = which.papers[:LISTED], len(which.papers)
    head = Para((Span(words("latecomers.head", n=n, day=words.day(which.day)), bold=True),))
    blocks: list[Block] = [head, *(digest.item(stored[one], at, words, langs) for at, one in enumerate(ids, 1))]
    if n > len(ids):
        blocks.append(Note(words("latecomers.more", n=n - len(ids))))
    rows = buttons.numbers(ids) + buttons.row((words.short(which.day), f"/day {which.day}"))
    talk = Talk(ids, listed=f"/day {which.day}", lang=which.lang)
    return front.parts(Doc(*blocks), rows, talk, words)[0]


async def _changed(app: App, front: Front, carrier: Carrier, change: Change) -> bool:
    """Make a digest's messages say what they are to; one that isn't there any more is left at that."""
    chat, now = change.sent.subscription.chat, app.now()
    for stands, part in zip(change.sent.parts, change.parts, strict=True):
        outcome = await carrier.edit(chat, stands.message, part)
        if isinstance(outcome, NotSent):
            log.info("digest not changed yet", chat=chat.chat, reason=outcome.reason)
            return False
        if outcome in ("gone", "refused"):
            log.info("digest not changed", chat=chat.chat, delivery=stands.delivery, outcome=outcome)
        told.rewrite(app.folder.db, stands.delivery, encode(part), now)
        _remember(app, front, chat, stands.message, part)
    return True


def _remember(app: App, front: Front, chat: Chat, message: str, part: Part) -> None:
    """Who answers the message means the papers that it shows now."""
    if part.talk is not None:
        talks.mark(app.folder.db, (front.name, chat.chat, chat.thread, ""), [message], part.talk, app.now())
