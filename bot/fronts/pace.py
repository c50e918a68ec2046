"""When a message to a chat may be sent, so that the platform never has to refuse one.

Three limits hold at once: so many in a second overall, so many in a second to one chat (with a small burst), so many in
a minute to a group. A send counts from its beginning until its reply plus the span: the platform saw it somewhere
in between, so no window of its own ever holds more than ours. One send to a chat runs at a time, and what one chat is
made to wait for makes no other wait. Those who can wait ("later") go one by one, evenly spaced: an answer never finds a
thousand digests before it, and when the process dies few of them are under way. A draft goes in a lull alone: it counts
as much as a message, and says less.

Owns: turns, lulls, who goes first, and the pause that a platform asks for one chat.
Does not own: sending, trying again.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_TIDY_EVERY = 1000
"""Turns between two looks for chats that can be forgotten."""

_SLACK = 1.02
"""Spans are longer than the platform's by so much: two clocks never agree."""

_MINUTE_S = 60.0

_LULL_S = 1.0
"""Seconds between two lulls of a chat."""

_LOOK_S = 0.1
"""Seconds until another look for a lull, where nothing tells when there will be one."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How much a platform takes: `overall` and `per_chat` in any second, `per_group` in any minute, edits included."""

    overall: int = 28
    per_chat: float = 1.0
    burst: int = 2
    per_group: int = 19


class _Window:
    """At most `limit` sends in any `span_s` seconds."""

    def __init__(self, limit: int, span_s: float) -> None:
        self._limit, self._span_s = limit, span_s
        self._ended: deque[float] = deque()
        self._flying = 0

    def wait_s(self, now: float, share: float = 1.0) -> float | None:
        """Seconds until one more may begin (within that share of the limit); None: when one under way has ended."""
        while self._ended and self._ended[0] <= now - self._span_s:
            self._ended.popleft()
        over = self._flying + len(self._ended) - max(1, int(share * self._limit))
        if over < 0:
            return 0.0
        return self._ended[over] + self._span_s - now if over < len(self._ended) else None

    def begin(self) -> None:
        self._flying += 1

    def end(self, now: float) -> None:
        self._flying -= 1
        self._ended.append(now)


@dataclass
class _Chat:
    """What is left of a chat's burst `at` a moment, until when it is to be left alone, and a group's last minute."""

    window: _Window
    tokens: float
    at: float
    held_until: float = 0.0
    lull_at: float = 0.0
    users: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pace:
    """One for each bot: every send and edit takes its turn here."""

    def __init__(
        self,
        rates: Rates | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rates = rates or Rates()
        self._now, self._sleep = now, sleep
        self._overall = _Window(self._rates.overall, _SLACK)
        self._gate = asyncio.Lock()
        self._aside = asyncio.Lock()
        self._smooth_at = 0.0
        self._landed = asyncio.Event()
        self._chats: dict[str, _Chat] = {}
        self._turns = 0

    @asynccontextmanager
    async def turn(self, chat: str, *, group: bool = False, later: bool = False) -> AsyncIterator[None]:
        """Wait for a turn to send to `chat`, and hold it until the block ends. Turns of a chat are in order.

        `later`: the others come first.
        """
        state = self._state(chat)
        state.users += 1
        try:
            async with state.lock:
                await self._own_turn(state, group)
                await (self._begin_later() if later else self._begin())
                state.tokens -= 1
                state.window.begin()
                try:
                    yield
                finally:
                    now = state.at = self._now()
                    self._overall.end(now)
                    state.window.end(now)
                    self._landed.set()
        finally:
            state.users -= 1

    @asynccontextmanager
    async def lull(self, chat: str, *, group: bool = False) -> AsyncIterator[None]:
        """Wait for a moment at which nobody needs a turn, and hold that until the block ends.

        It comes a second after the chat's last lull, and leaves room for what counts: half of the second overall and
        of a group's minute, and the chat's next message, which waits for no draft but one under way.
        """
        state = self._state(chat)
        state.users += 1
        try:
            while (wait_s := self._until_lull(state, group)) > 1e-6:
                await self._sleep(wait_s)
            try:
                async with self.turn(chat, group=group):
                    yield
            finally:
                state.lull_at = self._now() + _LULL_S * _SLACK
        finally:
            state.users -= 1

    def _until_lull(self, state: _Chat, group: bool) -> float:
        now = self._now()
        if state.lock.locked():  # somebody sends, or waits for a turn
            return max(_LOOK_S, state.held_until - now)
        self._refill(state, now)
        windows = [self._overall.wait_s(now, 0.5), state.window.wait_s(now, 0.5) if group else 0.0]
        return max(
            state.held_until - now,
            state.lull_at - now,
            (min(2.0, self._rates.burst) - state.tokens) / self._rates.per_chat * _SLACK,
            *(_LOOK_S if wait_s is None else wait_s for wait_s in windows),
        )

    def _refill(self, state: _Chat, now: float) -> None:
        state.tokens = min(float(self._rates.burst), state.tokens + (now - state.at) * self._rates.per_chat / _SLACK)
        state.at = now

    def hold(self, chat: str, wait_s: float) -> None:
        """Send nothing to `chat` for so long; the others go on."""
        state = self._state(chat)
        state.held_until = max(state.held_until, self._now() + wait_s)

    def held_s(self, chat: str) -> float:
        """Seconds for which nothing is to be sent to `chat`."""
        state = self._chats.get(chat)
        return max(0.0, state.held_until - self._now()) if state else 0.0

    async def _own_turn(self, state: _Chat, group: bool) -> None:
        while True:
            now = self._now()
            self._refill(state, now)
            waits = (
                state.held_until - now,
                (1.0 - state.tokens) / self._rates.per_chat * _SLACK,
                (state.window.wait_s(now) or 0.0) if group else 0.0,
            )
            if max(waits) <= 1e-6:
                return
            await self._sleep(max(waits))

    async def _begin(self) -> None:
        async with self._gate:
            await self._common_turn()
            self._overall.begin()

    async def _begin_later(self) -> None:
        async with self._aside:
            while (wait_s := self._smooth_at - self._now()) > 1e-6:
                await self._sleep(wait_s)
            await self._begin()
            spacing_s = _SLACK / self._rates.overall
            self._smooth_at = max(self._smooth_at, self._now() - spacing_s) + spacing_s

    async def _common_turn(self) -> None:
        while (wait_s := self._overall.wait_s(self._now())) != 0.0:
            if wait_s is None:
                self._landed.clear()
                await self._landed.wait()
            else:
                await self._sleep(max(wait_s, 0.001))

    def _state(self, chat: str) -> _Chat:
        self._turns += 1
        now = self._now()
        if self._turns % _TIDY_EVERY == 0:
            idle = [name for name, one in self._chats.items() if self._forgettable(one, now)]
            for name in idle:
                del self._chats[name]
        if chat not in self._chats:
            self._chats[chat] = _Chat(_Window(self._rates.per_group, _MINUTE_S * _SLACK), float(self._rates.burst), now)
        return self._chats[chat]

    def _forgettable(self, state: _Chat, now: float) -> bool:
        return not state.users and max(state.held_until, state.at + _MINUTE_S * _SLACK) <= now
