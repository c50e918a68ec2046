"""When to ask a model server again.

Owns: how long to wait after a failure, what a server asks for, holding back all callers when it does.
Does not own: sending (llm), which failures are worth it (failed).
"""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from ingest.models.failed import Failed
from ingest.pace import Now, Sleep, asked_s
from store.errors import ModelError

R = TypeVar("R")


def wait_s(headers: Mapping[str, str]) -> float | None:
    """The seconds that a model server asks to wait, None when it doesn't say; names of headers in lower case.

    Some give milliseconds or fractions of a second, beside what `asked_s` reads.

    Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota (retry-after-ms)
    """
    millis, after = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", millis):
        return float(millis) / 1000
    if re.fullmatch(r"[0-9]{0,9}\.[0-9]+", after):
        return float(after)
    return asked_s(headers)


class Patience:
    """Asks up to `tries` times, waiting in between: `backoff_s`, then twice that, and so on, give or take a half.

    A server that names a time is obeyed by all who ask the same model; a time beyond `max_wait_s` is not waited for.
    `now`, `sleep` and `chance` (0 to 1) are time and luck.
    """

    def __init__(
        self,
        tries: int = 4,
        backoff_s: float = 1.0,
        max_wait_s: float = 120.0,
        *,
        now: Now = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._tries, self._backoff_s, self._max_wait_s = tries, backoff_s, max_wait_s
        self._now, self._sleep, self._chance = now, sleep, chance
        self._free_at: dict[str, float] = {}

    async def of(self, model: str, ask: Callable[[], Awaitable[R]]) -> R:
        """Return what `ask` returns, asking again after a failure that waiting may mend.

        Raises:
            ModelError: the last failure, or a wait that is too long (retry=True); else what `ask` raises.
        """
        for attempt in range(self._tries):
            await self._turn(model)
            try:
                return await ask()
            except Failed as error:
                if error.wait_s is not None:
                    self._free_at[model] = max(self._free_at.get(model, 0.0), self._now() + error.wait_s)
                if not error.retry or attempt + 1 == self._tries:
                    raise
                if error.wait_s is None:
                    await self._sleep(self._backoff_s * 2**attempt * (0.5 + self._chance()))
        raise AssertionError("at least one try")

    async def _turn(self, model: str) -> None:
        """Wait until the model may be asked."""
        while (wait := self._free_at.get(model, float("-inf")) - self._now()) > 0:
            if wait > self._max_wait_s:
                raise ModelError(f"the server of {model} asks to be left alone for another {wait:.0f} s", retry=True)
            await self._sleep(wait + self._backoff_s * self._chance() / 2)  # not all in the same instant
