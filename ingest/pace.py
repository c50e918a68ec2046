"""When a request to a host may begin: lanes, turns, and what a server asks for.

A lane is a group of hosts that count as one. Every wait of this process goes through its lane's gate, so a host that
answered "too many" is left alone by all callers, not only by the one that was told.

Owns: gaps, turns, and reading `Retry-After` and `RateLimit`.
Does not own: sending, or how often to try again (fetch).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from store.errors import SourceError

Now = Callable[[], float]
"""Seconds since any fixed moment, never going back."""

Sleep = Callable[[float], Awaitable[None]]

_TICK_S = 1e-4
"""Less than this is no wait: clocks round."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Hosts that count as one: requests begin `gap_s` seconds apart, at most `at_once` run.

    A host is named as in a URL, with its port when that isn't the usual one ("127.0.0.1:8080").
    """

    hosts: frozenset[str]
    gap_s: float = 0.0
    at_once: int = 8


class Gate:
    """One lane while the process runs."""

    def __init__(self, lane: Lane, *, now: Now, sleep: Sleep, max_wait_s: float) -> None:
        self.lane = lane
        self._now, self._sleep, self._max_wait_s = now, sleep, max_wait_s
        self._slots = asyncio.Semaphore(lane.at_once)
        self._free_at = float("-inf")

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for this request's turn, and hold it until the block ends.

        The gap counts from `seen`, or from the end of a block that failed: a gap counted from sending could
        shrink on the way to the server.

        Raises:
            SourceError: the turn is more than `max_wait_s` away (retry=True); nothing was sent.
        """
        async with self._slots:
            while (wait_s := self._free_at - self._now()) > _TICK_S:
                if wait_s > self._max_wait_s:
                    raise SourceError(f"{host} asks to be left alone for another {wait_s:.0f} s", retry=True)
                await self._sleep(wait_s)
            self.hold(self.lane.gap_s)
            try:
                yield
            except BaseException:
                self.seen()
                raise

    def seen(self) -> None:
        """The server has had the request: the next one may begin a gap from now."""
        self.hold(self.lane.gap_s)

    def hold(self, wait_s: float) -> None:
        """Let no request begin in the next `wait_s` seconds."""
        self._free_at = max(self._free_at, self._now() + wait_s)


def asked_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait, None when it doesn't say; names of headers in lower case.

    Reads `Retry-After` (seconds, or a date, which is compared with the server's own `Date`), then the `RateLimit`
    of a window that is used up (`"api";r=0;t=55`).

    Source: https://huggingface.co/docs/hub/rate-limits, RFC 9110 section 10.2.3
    """
    after = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", after):
        return float(after)
    until, sent = date_of(after), date_of(headers.get("date", ""))
    if until and sent:
        return max((until - sent).total_seconds(), 0.0)
    return _window_s(headers.get("ratelimit", ""))


def _window_s(limits: str) -> float | None:
    """The seconds until every used-up window of a `RateLimit` header begins anew."""
    windows = [dict(re.findall(r"\b([rt])=([0-9]{1,9})", one)) for one in limits.split(",")]
    waits = [float(window["t"]) for window in windows if window.keys() >= {"r", "t"} and int(window["r"]) == 0]
    return max(waits, default=None)


def date_of(header: str) -> datetime | None:
    """The moment that an HTTP date names, None when it names none."""
    try:
        found = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
