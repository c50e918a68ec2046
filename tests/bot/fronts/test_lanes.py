"""Lanes: order within one, none waits for another, and bounds."""

import asyncio

from bot.fronts.lanes import Lanes

Item = tuple[str, int]


class Bench:
    """Work that ends when it is let go, or (`free`) at once."""

    def __init__(self, *, free: bool = False, **bounds: int) -> None:
        self.lanes: Lanes[Item] = Lanes(self._work, **bounds)
        self.begun: list[Item] = []
        self.done: list[Item] = []
        self.go = asyncio.Event()
        if free:
            self.go.set()

    def put(self, *items: Item) -> list[bool]:
        return [self.lanes.put(item[0], item) for item in items]

    async def _work(self, item: Item) -> None:
        self.begun.append(item)
        await self.go.wait()
        if item[1] < 0:
            raise ValueError("poison")
        self.done.append(item)


async def test_a_lane_keeps_its_order_and_lanes_do_not_wait_for_each_other() -> None:
    bench = Bench()
    bench.put(("a", 1), ("a", 2), ("b", 1))
    await asyncio.sleep(0)
    assert bench.begun == [("a", 1), ("b", 1)]
    bench.go.set()
    assert await bench.lanes.finish(1) == 0
    assert [item for item in bench.done if item[0] == "a"] == [("a", 1), ("a", 2)]


async def test_what_fails_is_passed_over() -> None:
    bench = Bench(free=True)
    bench.put(("a", -1), ("a", 2))
    await bench.lanes.finish(1)
    assert bench.done == [("a", 2)]


async def test_a_full_lane_takes_no_more_and_says_so() -> None:
    bench = Bench(per_lane=2)
    assert bench.put(("a", 1), ("a", 2), ("a", 3), ("b", 1)) == [True, True, False, True]
    bench.go.set()
    await bench.lanes.finish(1)


async def test_there_is_room_again_when_work_is_done() -> None:
    bench = Bench(overall=2)
    bench.put(("a", 1), ("b", 1))
    waiting = asyncio.create_task(bench.lanes.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    bench.go.set()
    await asyncio.wait_for(waiting, 1)
    await bench.lanes.finish(1)


async def test_the_end_waits_for_what_is_in_hand_and_counts_what_is_given_up() -> None:
    bench = Bench()
    bench.put(("a", 1), ("a", 2))
    await asyncio.sleep(0)
    assert await bench.lanes.finish(0.01) == 2
    assert bench.done == []
    assert bench.put(("a", 3)) == [True]
    bench.go.set()
    assert await bench.lanes.finish(1) == 0
    assert bench.done == [("a", 3)]
