"""Turns of a lane, and what servers' headers ask for."""

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pace import Gate, Lane, asked_s
from store.errors import SourceError
from tests.fakes.clocks import HandClock

NOON = "Thu, 26 Feb 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"retry-after": "0"}, 0, id="at once"),
        pytest.param({"retry-after": " 12 "}, 12, id="seconds"),
        pytest.param({"retry-after": "Thu, 26 Feb 2026 12:02:00 GMT", "date": NOON}, 120, id="a date"),
        pytest.param({"retry-after": "Thu, 26 Feb 2026 11:00:00 GMT", "date": NOON}, 0, id="a date that is past"),
        pytest.param({"retry-after": "Thu, 26 Feb 2026 12:02:00 GMT"}, None, id="a date without the server's clock"),
        pytest.param({"retry-after": "-5"}, None, id="less than nothing"),
        pytest.param({"retry-after": "nan"}, None, id="no number"),
        pytest.param({"retry-after": "soon", "date": NOON}, None, id="words"),
        pytest.param({"ratelimit": '"api";r=0;t=55'}, 55, id="a used-up window"),
        pytest.param({"ratelimit": '"api";r=3;t=55'}, None, id="a window with something left"),
        pytest.param({"ratelimit": '"api";r=0;t=55, "pages";r=0;t=70,"x";r=1;t=99'}, 70, id="several windows"),
        pytest.param({"ratelimit": '"api";t=55'}, None, id="half a header"),
        pytest.param({"retry-after": "5", "ratelimit": '"api";r=0;t=55'}, 5, id="both"),
    ],
)
def test_a_header_asks_for_so_many_seconds(headers: dict[str, str], wait_s: float | None) -> None:
    assert asked_s(headers) == wait_s


@given(after=st.text(), limits=st.text())
def test_no_header_is_too_odd_to_read(after: str, limits: str) -> None:
    wait_s = asked_s({"retry-after": after, "ratelimit": limits, "date": NOON})
    assert wait_s is None or wait_s >= 0


async def test_the_gap_counts_from_when_the_server_was_seen_to_answer() -> None:
    clock = HandClock()
    gate = a_gate(clock, gap_s=3)
    async with gate.turn("x"):
        clock.at += 2
        gate.seen()
        clock.at += 1
    async with gate.turn("x"):
        pass
    assert clock.slept == pytest.approx([2])


async def test_after_a_failure_the_gap_counts_from_its_end() -> None:
    clock = HandClock()
    gate = a_gate(clock, gap_s=3)
    with contextlib.suppress(ZeroDivisionError):
        async with gate.turn("x"):
            clock.at += 10
            raise ZeroDivisionError
    async with gate.turn("x"):
        pass
    assert clock.slept == pytest.approx([3])


async def test_no_more_run_at_once_than_the_lane_holds() -> None:
    gate = a_gate(HandClock(), at_once=2)
    running = most = 0

    async def run() -> None:
        nonlocal running, most
        async with gate.turn("x"):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(run() for _ in range(6)))
    assert most == 2


async def test_a_gap_holds_between_requests_that_overlap() -> None:
    clock = HandClock()
    gate = a_gate(clock, gap_s=3, at_once=2)
    async with gate.turn("x"), gate.turn("x"):
        assert clock.slept == pytest.approx([3])


async def test_a_hold_is_never_shortened() -> None:
    clock = HandClock()
    gate = a_gate(clock)
    gate.hold(50)
    gate.hold(5)
    async with gate.turn("x"):
        pass
    assert sum(clock.slept) == pytest.approx(50)


async def test_a_hold_over_the_limit_refuses_until_it_is_short_enough() -> None:
    clock = HandClock()
    gate = a_gate(clock, max_wait_s=60)
    gate.hold(100)
    with pytest.raises(SourceError, match="x asks to be left alone for another 100 s"):
        async with gate.turn("x"):
            pass
    clock.at += 50
    async with gate.turn("x"):
        pass
    assert sum(clock.slept) == pytest.approx(50)


def a_gate(clock: HandClock, *, gap_s: float = 0.0, at_once: int = 1, max_wait_s: float = 1000.0) -> Gate:
    lane = Lane(frozenset({"x"}), gap_s=gap_s, at_once=at_once)
    return Gate(lane, now=clock.now, sleep=clock.sleep, max_wait_s=max_wait_s)
