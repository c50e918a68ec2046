"""The round of the digests: make what is due and send what waits, each minute beside all else, or once.

Owns: the round, beginning and ending it, what a single round comes to.
Does not own: what is due (delivery), sending (sender).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from bot import absence, delivery, latecomers, notices, rounds
from bot.app import App
from bot.fronts.base import Front
from bot.outgoing import Carrier
from bot.sender import Sender
from store import deliveries, papers
from store.errors import AppError, FrontRefused, NotStored
from store.outbox import Outbox

ROUND_S = 60.0
"""Seconds between two looks at what is due."""

GRACE_S = 8.0
"""How long ending waits for what is being sent: less than a container is given (10 s)."""

PATIENCE_S = 30.0
"""How long a single round waits for what can't be sent at once."""

WITHHELD = timedelta(days=1)
"""How old a digest may be that a chat is sent when it can be written to again."""

KEEP_DAYS = 90
"""Days for which it is known what was sent where."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Round:
    """What a single round came to, in messages: sent in it, whatever they are of; sent before, and where the others
    are, of that day and of all that the round had in hand."""

    day: date | None
    sent: int = 0
    already: int = 0
    parked: int = 0
    failed: int = 0
    pending: int = 0


async def serve(app: App, front: Front) -> None:
    """Deliver on a front until cancelled; what is being sent then is finished.

    Raises:
        FrontRefused: the token is refused.
    """
    async with front.sending(app) as deliver:
        sender = Sender(app, front.name, deliver, Outbox(app.folder.db))
        outlets = app.notices.listen(front.name, front.operators(app))
        told = [asyncio.create_task(notices.pass_on(app, front, deliver, outlet)) for outlet in outlets]
        try:
            sender.recover()
            while True:
                await _top_up(app, front, deliver)
                await _beat(app, front, sender)
        finally:
            for task in told:
                task.cancel()
            await sender.finish(GRACE_S)
            await asyncio.gather(*told, return_exceptions=True)


async def once(app: App, fronts: Sequence[Front], day: date | None, *, due: bool) -> Round:
    """Make and send what is `due`, or the digest of `day` (None: the newest there is) for all who were not sent it.

    Raises:
        NotStored: no papers are stored for that day.
        FrontRefused: the token is refused.
    """
    db = app.folder.db
    wanted = day or _newest(app, due=due)
    if not due and (wanted is None or not papers.count(db, wanted)):
        raise NotStored(f"No papers are stored for {wanted}." if wanted else "No papers are stored yet.")
    begun, before, doubtful = app.now(), deliveries.counts(db), deliveries.on_their_way(db)
    for front in fronts:
        await _round(app, front, wanted, due=due)
    after = deliveries.of_round(db, wanted, begun)
    sent = deliveries.counts(db)["sent"] - before["sent"] - deliveries.arrived(db, doubtful)
    waiting = after["pending"] + after["sending"]
    return Round(wanted, sent, after["sent"] - sent, after["parked"], after["failed"], waiting)


def expire(app: App) -> None:
    """Forget what was sent long ago."""
    deliveries.expire(app.folder.db, app.now() - timedelta(days=KEEP_DAYS))


async def _round(app: App, front: Front, day: date | None, *, due: bool) -> None:
    async with front.sending(app) as deliver:
        sender = Sender(app, front.name, deliver, Outbox(app.folder.db))
        try:
            sender.recover()
            if due:
                await asyncio.to_thread(_made, app, front, day)
                await _top_up(app, front, deliver)
            elif day:
                await asyncio.to_thread(delivery.make_now, app, front, day)
            await sender.drain(PATIENCE_S)
            if due:  # for whom something was to be settled first
                await asyncio.to_thread(_made, app, front, day)
            else:
                Outbox(app.folder.db).release(front.name)
            await sender.drain(PATIENCE_S)
        finally:
            await sender.finish(GRACE_S)


def _made(app: App, front: Front, day: date | None = None) -> int:
    """Put what is due into the outbox, of days (of that one, if it is given) and of weeks and months."""
    now = app.now()
    resumed = Outbox(app.folder.db).resume(front.name, now - WITHHELD, now)
    if resumed:
        log.info("chats are back", front=front.name, parts=resumed)
    made = delivery.make(app, front, day) + rounds.make(app, front)
    Outbox(app.folder.db).release(front.name)
    return made


def _newest(app: App, *, due: bool) -> date | None:
    """The day that a round is about when none was named."""
    if due:
        whole = next((one.day for one in delivery.settled(app, app.now())), None)
        return whole or deliveries.newest(app.folder.db)
    days = papers.days(app.folder.db)
    return days[-1][0] if days else None


async def _beat(app: App, front: Front, sender: Sender) -> None:
    """One round of many; what goes wrong is logged, and tried again in the next one."""
    try:
        made = await asyncio.to_thread(_made, app, front)
        if made:
            log.info("digests made", front=front.name, subscriptions=made)
        noted = await asyncio.to_thread(absence.make, app, front)
        if noted:
            log.info("told that there is no digest", front=front.name, subscriptions=noted)
        await sender.work(ROUND_S)
    except FrontRefused:
        raise
    except Exception as error:  # the last line of defence, as of the jobs
        log.error("round failed", exc_info=None if isinstance(error, AppError) else error, reason=str(error))
        await asyncio.sleep(ROUND_S)


async def _top_up(app: App, front: Front, carrier: Carrier) -> None:
    """Tell of papers that came late; what goes wrong is logged, and tried again in the next round."""
    try:
        await latecomers.tell(app, front, carrier)
    except Exception as error:  # the last line of defence, as of the round
        log.error("late papers not told", exc_info=None if isinstance(error, AppError) else error, reason=str(error))
