"""What the people who run this are told: a chat is paused, a digest is parked or late, papers can't be read.

Everything is logged; of each kind one a day and chat goes to the operators' private chats on every platform, and
`MOST_A_DAY` in all. Telling never waits and never fails. What a platform can't take now waits in the store until it
can, restarts included, for `KEPT` at most; meanwhile the operators of the others know it.

Owns: which notices are passed on, those that wait, passing them on.
Does not own: who operates (the settings, by way of each front), sending (fronts).
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import structlog

from bot import lang as languages
from bot.doc import Doc, Para
from bot.lang import Words
from bot.outgoing import Deliver, NotSent, Outcome, Sent, Unknown
from store import chats, facts
from store.chats import Chat
from store.db import Db
from store.errors import StoreError

if TYPE_CHECKING:
    from bot.app import App
    from bot.fronts.base import Front

Kind: TypeAlias = Literal["paused", "parked", "tries", "problem", "waiting", "late", "unsettled"]

MOST_A_DAY = 30
"""Notices that are passed on in a day (UTC)."""

WAITS_S = (5.0, 30.0, 120.0, 600.0)
"""Between the tries of what was surely not sent; the last one from then on."""

KEPT = timedelta(days=1)
"""How long a notice waits for a platform that can't be reached."""

_TOLD = "notices"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Because:
    """A sentence more, `late.NAME`, with its fields."""

    name: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: the sentence `operator.KIND` with its fields, and the reasons after it."""

    kind: Kind
    fields: Mapping[str, object]
    reasons: Sequence[Because] = ()

    def text(self, words: Words) -> str:
        """The sentences in a language."""
        said = [words(f"operator.{self.kind}", **self.fields)]
        said += [words(f"late.{reason.name}", **reason.fields) for reason in self.reasons]
        return words("space").join(said)


class Outlet:
    """The notices that wait for one operator on a front, the oldest first. For the loop's thread."""

    def __init__(self, db: Db, front: str, operator: str) -> None:
        self.more = asyncio.Event()
        self.operator = operator
        self._db, self._name = db, f"notices.{front}.{operator}"

    def put(self, notice: Notice, now: datetime) -> None:
        """One more waits."""
        self._keep([*self._kept(), {"notice": asdict(notice), "at": now.isoformat()}][-MOST_A_DAY:])
        self.more.set()

    def waiting(self, now: datetime) -> list[Notice]:
        """Those that wait; what has waited too long is given up, which is logged."""
        kept = self._kept()
        fresh = [one for one in kept if now - datetime.fromisoformat(one["at"]) < KEPT]
        if len(fresh) < len(kept):
            log.warning("notices given up", outlet=self._name, count=len(kept) - len(fresh))
            self._keep(fresh)
        return [_notice(one["notice"]) for one in fresh]

    def done(self, notice: Notice) -> None:
        """It was passed on, or can't be."""
        self._keep([one for one in self._kept() if _notice(one["notice"]) != notice])

    def _kept(self) -> list[dict[str, Any]]:
        return list(json.loads(facts.get(self._db, self._name) or "[]"))

    def _keep(self, kept: list[dict[str, Any]]) -> None:
        facts.put(self._db, self._name, json.dumps(kept), lasting=False)


class Notices:
    """One for each process."""

    def __init__(self, db: Db, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now
        self._outlets: dict[tuple[str, str], Outlet] = {}

    def listen(self, front: str, operators: Sequence[str]) -> list[Outlet]:
        """What waits to be passed on to a front's operators, and comes to them from now on; one for each."""
        return [self._outlets.setdefault((front, one), Outlet(self._db, front, one)) for one in operators]

    def tell(self, kind: Kind, about: str = "", reasons: Sequence[Because] = (), **fields: object) -> None:
        """Log it, and pass it on if it is the day's first of its kind `about` that (a chat, or "").

        Fields are texts and numbers. For the loop's thread.
        """
        notice = Notice(kind, fields, reasons)
        log.warning("operator", text=notice.text(languages.load("en")))
        if not self._outlets:
            return
        now = self._now()
        try:
            if self._first(f"{kind} {about}", now):
                for outlet in self._outlets.values():
                    outlet.put(notice, now)
        except StoreError as error:
            log.warning("notice not remembered", reason=str(error))

    def _first(self, key: str, now: datetime) -> bool:
        """Whether it has not been told today, and there is room; it counts as told from now on, restarts included."""
        today = now.date().isoformat()
        kept = json.loads(facts.get(self._db, _TOLD) or "{}")
        told = kept["told"] if kept.get("day") == today else []
        if key in told or len(told) >= MOST_A_DAY:
            return False
        facts.put(self._db, _TOLD, json.dumps({"day": today, "told": [*told, key]}))
        return True


async def pass_on(app: "App", front: "Front", deliver: Deliver, outlet: Outlet) -> None:
    """Write an operator each notice that comes, until cancelled."""
    tries = 0
    while True:
        outlet.more.clear()
        wait_s = None
        try:
            for notice in outlet.waiting(app.now()):
                outcome = await _written(app, front, deliver, outlet.operator, notice)
                if isinstance(outcome, NotSent):
                    wait_s = min(outcome.retry_after_s or WAITS_S[min(tries, len(WAITS_S) - 1)], WAITS_S[-1])
                    break
                outlet.done(notice)
        except StoreError as error:
            log.warning("notices not read", reason=str(error))
            wait_s = WAITS_S[-1]
        tries = tries + 1 if wait_s else 0
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await outlet.more.wait()


async def _written(app: "App", front: "Front", deliver: Deliver, operator: str, notice: Notice) -> Outcome:
    chosen = chats.get(app.folder.db, front.name, operator).lang
    words = languages.load(chosen or app.langs[0])
    part = front.parts(Doc(Para(notice.text(words))), (), None, words)[0]
    try:
        outcome = await deliver(Chat(front.name, operator), part, lambda: True)
    except Exception as error:  # the next notice may fare better
        log.exception("delivery failed", front=front.name, chat=operator)
        outcome = Unknown(type(error).__name__)
    if not isinstance(outcome, Sent):
        log.warning("operator not reached", front=front.name, chat=operator, reason=outcome.reason)
    return outcome


def _notice(kept: dict[str, Any]) -> Notice:
    return Notice(kept["kind"], kept["fields"], tuple(Because(**reason) for reason in kept["reasons"]))
