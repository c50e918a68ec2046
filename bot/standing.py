"""How everything stands, for who runs this: the last and the next look and digest, what waits, what failed, the cost.

Owns: gathering it from the store.
Does not own: how it is shown (commands.talking, cli.keeping), any of the figures (store).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot import daystate, delivery, schedule
from bot.app import App
from store import chats, deliveries, failures, ledger, papers, polls, subscriptions, vectors
from store.chats import Chat
from store.deliveries import LastDigest
from store.failures import Failure
from store.ledger import Spent
from store.parts import State


@dataclass(frozen=True, slots=True)
class Standing:
    """`list_state` is the one word for today's list (see `daystate.name`), `papers` how many of it are stored.

    `next_digest` is None where no subscription has an hour. `unwritten` papers wait for a summary, `unindexed` texts
    for search. `out` counts messages by state, the oldest of those that wait has done so since `oldest`.
    """

    today: date
    list_state: str
    papers: int
    last_look: datetime | None
    next_look: datetime
    last_digest: LastDigest | None
    next_digest: datetime | None
    unwritten: int
    unindexed: int
    out: dict[State, int]
    oldest: datetime | None
    chats: int
    subscribed: int
    paused: tuple[Chat, ...]
    failed: tuple[Failure, ...]
    spent: Spent


def now(app: App) -> Standing:
    """How it stands at this moment. Days are Daily Papers' (UTC); what was spent is of the host's day."""
    db, at, ingest = app.folder.db, app.now(), app.settings.ingest
    today, known = at.astimezone(UTC).date(), chats.everything(db)
    hours = schedule.hours(ingest.time, ingest.timezone, ingest.settle_minutes)
    return Standing(
        today=today,
        list_state=daystate.name(app, today),
        papers=papers.count(db, today),
        last_look=polls.last(db),
        next_look=schedule.next_look(db, at, hours),
        last_digest=deliveries.last(db),
        next_digest=delivery.next_at(app),
        unwritten=papers.unwritten(db),
        unindexed=vectors.count_lacking(db),
        out=deliveries.counts(db),
        oldest=deliveries.oldest_waiting(db),
        chats=len(known),
        subscribed=len({one.chat.id for one in subscriptions.everything(db)}),
        paused=tuple(one for one in known if one.paused),
        failed=tuple(failures.everything(db)),
        spent=ledger.spent(db, app.today()),
    )
