"""Waiting for a platform that can't be reached.

Owns: how long, and noting an outage. Does not own: which errors are one (each front).
"""

from collections.abc import Awaitable, Callable

import structlog

MAX_WAIT_S = 30.0
"""The longest wait between two tries."""

log = structlog.get_logger()


class Backoff:
    """Waits that grow from one second to `MAX_WAIT_S`; an outage is noted as it begins and as it ends."""

    def __init__(self, front: str, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._front, self._sleep = front, sleep
        self._failures = 0

    async def after(self, reason: str, asked_s: float = 0.0) -> None:
        """Wait, or as long as the platform asks for if that is longer."""
        if self._failures == 0:
            log.warning(f"{self._front} unreachable", reason=reason)
        self._failures += 1
        await self._sleep(max(asked_s, min(MAX_WAIT_S, 2.0 ** min(self._failures - 1, 10))))

    def over(self) -> None:
        """It worked."""
        if self._failures:
            log.warning(f"{self._front} reachable again", failures=self._failures)
        self._failures = 0
