"""A chat platform in memory: what is sent unasked lands in `arrived`, unless a test has told how it is to go.

    platform = Platform()
    platform.answers("7", NotSent("429", 60), Refused("kicked", shut=True))   # the next two to chat 7
    platform.hold("8")                                                        # what goes to 8 waits for let_go("8")
    platform.answers("9", Unknown("timed out")); platform.verdicts("9", Absent())    # what settling says of it

Owns: outcomes and verdicts by chat, what arrived in which order, holding a part while it is sent or before.
Does not model: people, requests, limits.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from bot.app import App
from bot.dialect import PLAIN, Dialect
from bot.doc import Doc
from bot.fronts.base import texts
from bot.lang import Words
from bot.outgoing import Arrived, CantTell, Carrier, Changed, NotSent, Outcome, Part, Sent, Verdict
from bot.request import Buttons
from store.chats import Chat
from store.talks import Talk


class Platform:
    """A front, "telegram" unless it is called otherwise, whose messages hold `limit` characters."""

    def __init__(self, limit: int = PLAIN.limit, operators: tuple[str, ...] = (), name: str = "telegram") -> None:
        self.name = name
        self.dialect: Dialect = replace(PLAIN, limit=limit)
        self.arrived: list[tuple[str, Part]] = []
        self.silent: set[str] = set()
        self.asked: list[str] = []
        self.at_once = 0
        self.in_hand = 0
        self._operators = operators
        self.changed: list[tuple[str, str, Part]] = []
        self.settled: list[str] = []
        self._verdicts: defaultdict[str, deque[Verdict | Exception]] = defaultdict(deque)
        self._answers: defaultdict[str, deque[Outcome | Exception]] = defaultdict(deque)
        self._gates: dict[tuple[str, bool], asyncio.Event] = {}

    def answers(self, chat: str, *outcomes: Outcome | Exception) -> None:
        """How the next sends to `chat` go; `Sent` with any message is replaced by the true one."""
        self._answers[chat].extend(outcomes)

    def verdicts(self, chat: str, *verdicts: Verdict | Exception) -> None:
        """What the next settlings in `chat` say; after them, `Arrived` if the part did."""
        self._verdicts[chat].extend(verdicts)

    def hold(self, chat: str, *, before: bool = False) -> None:
        """Sends to `chat` take until `let_go`; `before`: they wait for their turn, and haven't begun."""
        self._gates[chat, before] = asyncio.Event()

    def let_go(self, chat: str) -> None:
        """What was held goes on."""
        for before in (True, False):
            if gate := self._gates.pop((chat, before), None):
                gate.set()

    def to(self, chat: int | str) -> list[Part]:
        """What arrived in a chat, in order."""
        return [part for where, part in self.arrived if where == str(chat)]

    async def run(self, app: App) -> None:
        """There are no people here."""
        await asyncio.Event().wait()

    def parts(self, doc: Doc, buttons: Buttons, talk: Talk | None, words: Words, *, below: bool = False) -> list[Part]:
        """Text with buttons."""
        return texts(doc, buttons, talk, self.dialect)

    def operators(self, app: App) -> tuple[str, ...]:
        """Who runs it."""
        return self._operators

    @asynccontextmanager
    async def sending(self, app: App) -> AsyncIterator[Carrier]:
        """Always open."""
        yield self

    async def settle(self, chat: Chat, part: Part, at: datetime) -> Verdict:
        """As told, or what is so."""
        self.settled.append(chat.chat)
        await asyncio.sleep(0)
        if self._verdicts[chat.chat]:
            verdict = self._verdicts[chat.chat].popleft()
            if isinstance(verdict, Exception):
                raise verdict
            return verdict
        there = [n for n, one in enumerate(self.arrived, 1) if one == (chat.chat, part)]
        return Arrived(str(there[-1])) if there else CantTell("nobody looked")

    async def edit(self, chat: Chat, message: str, part: Part) -> Changed | NotSent:
        """Change what arrived as that message."""
        number = int(message) - 1
        if not 0 <= number < len(self.arrived) or self.arrived[number][0] != chat.chat:
            return "gone"
        if self.arrived[number][1] == part:
            return "same"
        self.arrived[number] = (chat.chat, part)
        self.changed.append((chat.chat, message, part))
        return "edited"

    async def __call__(self, chat: Chat, part: Part, begin: Callable[[], bool]) -> Outcome:
        """Send it."""
        self.in_hand += 1
        self.at_once = max(self.at_once, self.in_hand)
        try:
            return await self._act(chat, part, begin)
        finally:
            self.in_hand -= 1

    async def _act(self, chat: Chat, part: Part, begin: Callable[[], bool]) -> Outcome:
        if gate := self._gates.get((chat.chat, True)):
            await gate.wait()
        if not begin():
            return NotSent("not wanted")
        self.asked.append(chat.chat)
        if gate := self._gates.get((chat.chat, False)):
            await gate.wait()
        await asyncio.sleep(0)
        if self._answers[chat.chat]:
            outcome = self._answers[chat.chat].popleft()
            if isinstance(outcome, Exception):
                raise outcome
            if not isinstance(outcome, Sent):
                return outcome
        self.arrived.append((chat.chat, part))
        if chat.silent:
            self.silent.add(chat.chat)
        return Sent(str(len(self.arrived)), chat.chat)
