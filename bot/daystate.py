"""How a day's list stands, in a sentence: empty, not there yet, still filling, or the source is down.

These are different things to people who wait for their papers, and are never told as one.

Owns: choosing the sentence, finding the moment at which a day had settled.
Does not own: the states (ingest.settle), what was seen (store.polls).
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app import App
from bot.doc import Text, moment
from bot.lang import Words
from ingest import settle
from store import polls


def told(app: App, day: date, words: Words, zone: ZoneInfo) -> Text | None:
    """The sentence about `day`, times in `zone`; None when its list is whole, or was never asked for (papers come from
    files too)."""
    db = app.folder.db
    down = polls.outage(db, day)
    if down is not None:
        return words.line("state.down", time=moment(f"{down.at.astimezone(zone):%H:%M}", down.at, "time"))
    seen = polls.of_day(db, day)
    if not seen:
        return None
    state = settle.state(day, app.now(), seen, timedelta(minutes=app.settings.ingest.settle_minutes))
    if state == "settled":
        return None
    return words.line(f"state.{state.replace('-', '_')}", day=words.day(day), n=len(seen[-1].ids))


def name(app: App, day: date) -> str:
    """The state in one word for programs: "empty", "not-yet", "growing", "settled" or "down"."""
    db = app.folder.db
    if polls.outage(db, day) is not None:
        return "down"
    return settle.state(day, app.now(), polls.of_day(db, day), timedelta(minutes=app.settings.ingest.settle_minutes))


def settled_at(app: App, day: date) -> datetime | None:
    """When the list of `day` was first whole; None when it never was. Papers that come later don't undo it."""
    settle_for = timedelta(minutes=app.settings.ingest.settle_minutes)
    seen = polls.of_day(app.folder.db, day)
    for n, poll in enumerate(seen, 1):
        if settle.state(day, poll.at, seen[:n], settle_for) == "settled":
            return poll.at
    return None
