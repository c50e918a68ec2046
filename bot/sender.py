"""Send what waits in the outbox, several chats at once, and write down what came of each part.

    surely not sent    again, ever later; parked after `TRIES`
    refused            failed; where the chat is shut, all that waits for it
    unknown            settled by the front: it had arrived, or it is sent again, or nobody can tell and it is parked
    killed meanwhile   the same, found at the next start

Nothing is sent twice: until a part is settled nothing else is sent to its chat, and only what is known to be absent is
sent again. What can't be settled is left to a person, and the parts after it go on.

A platform that can't be reached is tried with one part at a time until it answers. What one chat is made to wait for
delays no other: a part that waits is in the outbox, not in a hand.

Owns: what is in hand, waiting between tries, what an outcome and a verdict mean.
Does not own: the queue (outgoing.DeliveryQueue), when a turn comes (the front's pace), what is sent (delivery), finding
out whether a part arrived (the front).
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot import delivery
from bot.app import App
from bot.notices import Kind
from bot.outgoing import (
    Absent,
    Arrived,
    CantTell,
    Carrier,
    DeliveryQueue,
    NotSent,
    Outcome,
    Refused,
    Sent,
    Unknown,
    decode,
)
from store import talks
from store.errors import StoreError
from store.parts import Code, Delivery

AT_ONCE = 16
"""Parts in hand: enough for 28 a second at half a second each."""

TRIES = 30
"""Of one part, when it was surely not sent each time: about four hours."""

FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 600.0
"""The wait after a part's first failed try, and the longest one."""

SETTLING = 8
"""Parts that are settled at once, beside those in hand."""

SETTLE_AFTER_S = 2.0
"""How long after a try without an answer it is settled: what was on its way has come to an end by then."""

SETTLE_AGAIN_S, SETTLE_FOR_S = 10.0, 1800.0
"""The wait until a platform that couldn't be asked is asked again, and for how long that goes on in one process."""

PROBE_S = 60.0
"""The longest wait between two looks whether a platform can be reached again."""

log = structlog.get_logger()


class Sender:
    """One front's deliveries. Make it within a running loop."""

    def __init__(self, app: App, front: str, carrier: Carrier, queue: DeliveryQueue) -> None:
        self._app, self._front, self._carrier, self._queue = app, front, carrier, queue
        self._loop = asyncio.get_running_loop()
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._begun: set[asyncio.Task[None]] = set()
        self._settling: dict[asyncio.Task[None], int] = {}
        self._doubted: dict[int, float] = {}
        self._looked = app.now()
        self._failures = 0
        self._quiet_until = 0.0
        self._held = False

    def recover(self) -> None:
        """Settle what the last process left half done."""
        if found := self._queue.recover(self._front, self._app.now()):
            log.info("unsettled", front=self._front, parts=found)

    async def work(self, for_s: float) -> None:
        """Send what may be sent, for so long, or until it is known of something that it must be sent again, for which
        first all that is due is to be made; what is in hand then stays so."""
        ends = self._loop.time() + for_s
        self._held = False
        while (left_s := ends - self._loop.time()) > 0 and not self._held:
            self._take()
            await self._pause(min(left_s, self._rest_s()))

    async def drain(self, patience_s: float) -> None:
        """Send and settle until nothing is left that could be within `patience_s`."""
        self._take()
        busy_at = self._loop.time()
        while self._tasks or self._settling or self._rest_s() <= patience_s - (self._loop.time() - busy_at):
            busy = bool(self._tasks or self._settling)
            await self._pause(self._rest_s())
            busy_at = self._loop.time() if busy else busy_at
            self._take()

    async def finish(self, within_s: float) -> None:
        """End what has begun, for so long at most; what hasn't stays in the queue, and nothing new begins."""
        for task in (set(self._tasks) - self._begun) | set(self._settling):  # settling is broken off without harm
            task.cancel()
        if self._begun:
            await asyncio.wait(set(self._begun), timeout=within_s)
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._settling, return_exceptions=True)

    def _take(self) -> None:
        """Take as much in hand as may be; one part a chat at a time."""
        self._looked = self._app.now()
        self._take_unsettled()
        while self._loop.time() >= self._quiet_until and (room := self._room()) > 0:
            found = self._queue.waiting(self._front, self._looked, AT_ONCE, set(self._tasks.values()))
            for one in _first_of_each_chat(found)[:room]:
                task = asyncio.create_task(self._one(one))
                self._tasks[task] = one.chat.chat
                task.add_done_callback(self._done)
            if len(found) < AT_ONCE:
                return

    def _take_unsettled(self) -> None:
        """Take as much as may be of what is to be settled."""
        if self._loop.time() < self._quiet_until:
            return
        in_hand = self._settling.values()
        for one in self._queue.unsettled(self._front, self._looked, SETTLING - len(in_hand), set(in_hand)):
            task = asyncio.create_task(self._settle(one))
            self._settling[task] = one.id
            task.add_done_callback(self._done)

    def _room(self) -> int:
        return (1 if self._failures else AT_ONCE) - len(self._tasks)

    def _rest_s(self) -> float:
        """Seconds until another look is worth it, should nothing in hand end before; infinity if none ever is."""
        quiet_s = self._quiet_until - self._loop.time()
        next_at = self._queue.next_at(self._front) if self._room() > 0 else None
        if next_at is None or (next_at <= self._looked and quiet_s <= 0):  # or it waits for what is in hand
            return float("inf")
        return max(quiet_s, (next_at - self._app.now()).total_seconds(), 0.05)

    async def _pause(self, for_s: float) -> None:
        if in_hand := [*self._tasks, *self._settling]:
            wait_s = None if for_s == float("inf") else for_s
            await asyncio.wait(in_hand, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(for_s)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        self._settling.pop(task, None)
        self._begun.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The store can't be used: what was sent stays "sending" there, and is settled at the next start.
            log.error("outcome not written down", exc_info=error)
            self._quiet_until = self._loop.time() + PROBE_S

    async def _one(self, one: Delivery) -> None:
        task = asyncio.current_task()
        begun = False

        def begin() -> bool:
            nonlocal begun
            begun = begun or self._queue.claim(one.id, self._app.now())
            if begun and task:
                self._begun.add(task)
            return begun

        try:
            outcome = await self._carrier(one.chat, decode(one.content), begin)
        except StoreError:
            raise
        except Exception as error:
            log.exception("delivery failed", delivery=one.id)
            outcome = Unknown(type(error).__name__) if begun else Refused(type(error).__name__)
        self._note(one, outcome, begun)

    def _note(self, one: Delivery, outcome: Outcome, begun: bool) -> None:
        """Write down what came of it."""
        self._app.metrics.sent(self._front, type(outcome).__name__.lower())
        now = self._app.now()
        if isinstance(outcome, NotSent):
            self._not_sent(one, outcome, begun)
            return
        self._failures = 0
        if isinstance(outcome, Sent):
            self._queue.sent(one.id, outcome.message, now)
            self._remember(one, outcome)
        elif isinstance(outcome, Refused):
            self._queue.failed(one.id, "paused" if outcome.shut else "refused", outcome.reason, now)
            if outcome.shut:
                thread = one.chat.thread if outcome.alone else None
                self._queue.withdraw(self._front, one.chat.chat, thread, "paused", now)
            log.warning("delivery refused", delivery=one.id, chat=one.chat.chat, reason=outcome.reason)
        else:
            log.warning("no answer", delivery=one.id, chat=one.chat.chat, reason=outcome.reason)
            self._queue.lost(one.id, now + timedelta(seconds=SETTLE_AFTER_S), outcome.reason)

    async def _settle(self, one: Delivery) -> None:
        """Find out whether it arrived, and write that down."""
        since = self._doubted.setdefault(one.id, self._loop.time())
        try:
            verdict = await self._carrier.settle(one.chat, decode(one.content), one.changed_at)
        except StoreError:
            raise
        except Exception as error:
            log.exception("settling failed", delivery=one.id)
            verdict = NotSent(type(error).__name__)
        if isinstance(verdict, NotSent):
            if self._loop.time() - since < SETTLE_FOR_S:
                wait_s = verdict.retry_after_s or SETTLE_AGAIN_S
                self._queue.unsettled_until(one.id, self._app.now() + timedelta(seconds=wait_s))
                return
            verdict = CantTell(verdict.reason)
        del self._doubted[one.id]
        self._settled(one, verdict)

    def _settled(self, one: Delivery, verdict: Arrived | Absent | CantTell) -> None:
        now = self._app.now()
        log.info("settled", delivery=one.id, chat=one.chat.chat, verdict=type(verdict).__name__)
        if isinstance(verdict, Arrived):
            self._queue.sent(one.id, verdict.message, now)
            self._remember(one, Sent(verdict.message, one.chat.chat))
        elif isinstance(verdict, CantTell):
            self._park(one, one.code, verdict.reason)
        elif one.attempts >= TRIES:
            self._park(one, "tries", one.reason)
        else:
            wait_s = _wait_s(one.attempts) if one.attempts > 1 else 0.0
            at = now + timedelta(seconds=wait_s)
            if one.kind == "daily" and any(newer.day > one.day for newer in delivery.settled(self._app, now)):
                self._queue.absent(one.id, at, one.reason, now)
                self._held = True
            else:
                self._queue.again(one.id, at, one.reason, now)

    def _not_sent(self, one: Delivery, outcome: NotSent, begun: bool) -> None:
        now, tries = self._app.now(), one.attempts + begun
        if begun and outcome.retry_after_s is not None:
            self._failures = 0
        elif begun and self._loop.time() >= self._quiet_until:  # else it began before the last one failed
            self._failures += 1
            self._quiet_until = self._loop.time() + min(PROBE_S, 2.0 ** (min(self._failures, 10) - 1))
        if tries >= TRIES:
            self._park(one, "tries", outcome.reason)
            return
        wait_s = outcome.retry_after_s or _wait_s(tries)
        self._queue.again(one.id, now + timedelta(seconds=wait_s), outcome.reason, now)

    def _park(self, one: Delivery, code: Code, reason: str) -> None:
        self._queue.parked(one.id, code, reason, self._app.now())
        log.warning("delivery parked", delivery=one.id, chat=one.chat.chat, code=code, reason=reason)
        self._tell_parked(one, code)

    def _tell_parked(self, one: Delivery, code: Code) -> None:
        chat = f"{self._front} {one.chat.chat}"
        kind: Kind = "tries" if code == "tries" else "parked"
        self._app.notices.tell(kind, chat, chat=chat, day=one.day.isoformat(), part=one.part, id=one.id)

    def _remember(self, one: Delivery, outcome: Sent) -> None:
        """Who answers the message, or presses a button on it, means its papers."""
        talk = decode(one.content).talk
        if talk is None:
            return
        try:
            place = (self._front, outcome.chat, one.chat.thread, "")
            talks.mark(self._app.folder.db, place, [outcome.message], talk, self._app.now())
        except StoreError as error:
            log.warning("not remembered", reason=str(error))


def _wait_s(tries: int) -> float:
    """Seconds until a part is tried again that was tried so often."""
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(max(tries - 1, 0), 10))


def _first_of_each_chat(found: Sequence[Delivery]) -> list[Delivery]:
    first: dict[str, Delivery] = {}
    for one in found:
        first.setdefault(one.chat.chat, one)
    return list(first.values())
