"""Work in lanes: what belongs to one chat is done in order, and chats don't wait for each other.

Owns: the order, how much may wait, finishing at the end.
Does not own: what the work is, or telling anybody that a lane is full.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")

log = structlog.get_logger()


class Lanes(Generic[T]):
    """`work` does one item. At most `per_lane` wait in a lane, and `overall` in all of them, before `room` waits.

    A lane has a task only while there is something in it.
    """

    def __init__(self, work: Callable[[T], Awaitable[None]], *, per_lane: int = 20, overall: int = 1000) -> None:
        self._work = work
        self._per_lane, self._overall = per_lane, overall
        self._lanes: dict[str, deque[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._moved = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether too much is waiting in all of them together."""
        return self._count >= self._overall

    def put(self, lane: str, item: T) -> bool:
        """Put an item at the end of a lane; False if the lane is full and the item was not taken."""
        waiting = self._lanes.get(lane)
        if waiting is not None and len(waiting) >= self._per_lane:
            return False
        self._count += 1
        if waiting is not None:
            waiting.append(item)
            return True
        self._lanes[lane] = deque([item])
        task = asyncio.create_task(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def room(self) -> None:
        """Wait until not too much is waiting: what isn't fetched yet can stay where it is."""
        while self.full:
            self._moved.clear()
            await self._moved.wait()

    async def finish(self, within_s: float) -> int:
        """Do what is left, for so long at most; return how many items were given up."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=within_s)
        left = self._count
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return left

    async def _run(self, lane: str) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                try:
                    await self._work(waiting[0])
                except Exception:
                    log.exception("work failed", lane=lane)
                waiting.popleft()
                self._count -= 1
                self._moved.set()
        finally:
            self._count -= len(waiting)
            del self._lanes[lane]
