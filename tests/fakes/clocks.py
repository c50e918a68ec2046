"""Clocks for tests: time that runs faster, and time that moves only when somebody waits for it."""

import asyncio
import time


class FastClock:
    """Real time, `speed` times as fast: for fakes that keep time themselves. Remembers its waits in `slept`."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.slept: list[float] = []

    def now(self) -> float:
        return time.monotonic() * self.speed

    async def sleep(self, wait_s: float) -> None:
        self.slept.append(wait_s)
        await asyncio.sleep(wait_s / self.speed)


class HandClock:
    """Stands still; a sleep moves it on at once and is remembered in `slept`."""

    def __init__(self, at: float = 1000.0) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    async def sleep(self, wait_s: float) -> None:
        self.slept.append(wait_s)
        self.at += wait_s
        await asyncio.sleep(0)
