"""What the people who run this are told: a chat is paused, a digest is parked, papers can't be read or have to wait.

Everything is logged; of each kind one a day and chat goes to the operators' private chats, and `MOST_A_DAY` in all.
Telling never waits and never fails: what can't be passed on stays in the log.

Owns: which notices are passed on, and passing them on.
Does not own: who operates (the settings, by way of each front), sending (fronts).
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

import structlog

from bot import lang as languages
from bot.doc import Doc, Para
from bot.lang import Words
from bot.outgoing import Deliver, NotSent, Sent
from store import chats, facts
from store.chats import Chat
from store.db import Db
from store.errors import StoreError

if TYPE_CHECKING:
    from bot.app import App
    from bot.fronts.base import Front

Kind: TypeAlias = Literal["paused", "parked", "tries", "problem", "waiting"]

MOST_A_DAY = 30
"""Notices that are passed on in a day (UTC)."""

WAITS_S = (5.0, 30.0, 120.0)
"""Between the tries of a notice that was surely not sent."""

_TOLD = "notices"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: the sentence `operator.KIND`, with its fields."""

    kind: Kind
    fields: Mapping[str, object]

    def text(self, words: Words) -> str:
        """The sentence in a language."""
        return words(f"operator.{self.kind}", **self.fields)


class Notices:
    """One for each process."""

    def __init__(self, db: Db, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now
        self._outlets: list[asyncio.Queue[Notice]] = []

    def listen(self) -> "asyncio.Queue[Notice]":
        """What is passed on from now on; for one front."""
        outlet: asyncio.Queue[Notice] = asyncio.Queue(MOST_A_DAY)
        self._outlets.append(outlet)
        return outlet

    def tell(self, kind: Kind, about: str = "", **fields: object) -> None:
        """Log it, and pass it on if it is the day's first of its kind `about` that (a chat, or "").

        For the loop's thread.
        """
        notice = Notice(kind, fields)
        log.warning("operator", text=notice.text(languages.load("en")))
        if self._outlets and self._first(f"{kind} {about}"):
            for outlet in self._outlets:
                if not outlet.full():
                    outlet.put_nowait(notice)

    def _first(self, key: str) -> bool:
        """Whether it has not been told today, and there is room; it counts as told from now on, restarts included."""
        today = self._now().date().isoformat()
        try:
            kept = json.loads(facts.get(self._db, _TOLD) or "{}")
            told = kept["told"] if kept.get("day") == today else []
            if key in told or len(told) >= MOST_A_DAY:
                return False
            facts.put(self._db, _TOLD, json.dumps({"day": today, "told": [*told, key]}))
        except StoreError as error:
            log.warning("notice not remembered", reason=str(error))
            return False
        return True


async def pass_on(app: "App", front: "Front", deliver: Deliver, outlet: "asyncio.Queue[Notice]") -> None:
    """Write each notice to the front's operators, until cancelled."""
    while True:
        notice = await outlet.get()
        for operator in front.operators(app):
            try:
                await _write(app, front, deliver, operator, notice)
            except Exception:  # the next notice may fare better
                log.exception("operator not reached", front=front.name, chat=operator)


async def _write(app: "App", front: "Front", deliver: Deliver, operator: str, notice: Notice) -> None:
    chosen = chats.get(app.folder.db, front.name, operator).lang
    words = languages.load(chosen or app.langs[0])
    part = front.parts(Doc(Para(notice.text(words))), (), None, words)[0]
    for wait_s in (*WAITS_S, None):
        outcome = await deliver(Chat(front.name, operator), part, lambda: True)
        if not isinstance(outcome, NotSent) or wait_s is None:
            break
        await asyncio.sleep(min(outcome.retry_after_s or wait_s, WAITS_S[-1]))
    if not isinstance(outcome, Sent):
        log.warning("operator not reached", front=front.name, chat=operator, reason=outcome.reason)
