"""The pace of sending: with a clock of the test's own, judged by the strict server's own limiter."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import pairwise

import pytest

from bot.fronts.pace import Pace, Rates
from tests.fakes.telegram_server import ApiError, Chat, Limits, RateLimiter


class Clock:
    """A clock for many tasks: when all of them wait, it moves on to the first that is due."""

    def __init__(self) -> None:
        self.at = 1000.0
        self._due: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0

    def now(self) -> float:
        return self.at

    async def sleep(self, wait_s: float) -> None:
        event = asyncio.Event()
        self._count += 1
        heappush(self._due, (self.at + max(wait_s, 0.0), self._count, event))
        await event.wait()

    async def run(self, work: "asyncio.Future[object]") -> None:
        """Until the work is done."""
        while not work.done():
            for _ in range(30):
                await asyncio.sleep(0)
            if self._due and not work.done():
                due, _, event = heappop(self._due)
                self.at = max(self.at, due)
                event.set()
        await work


class Sends:
    """Sends that take a while, each judged when the server sees it."""

    def __init__(self, rates: Rates | None = None) -> None:
        self.clock = Clock()
        self.pace = Pace(rates, now=self.clock.now, sleep=self.clock.sleep)
        self.server = RateLimiter(Limits(), self.clock.now)
        self.seen: list[tuple[float, int, int]] = []
        self.refused = 0
        self._random = random.Random(4)

    async def send(
        self, chat: int, n: int = 0, slow_s: float = 0.2, *, lull: bool = False, later: bool = False
    ) -> None:
        kind = "private" if chat > 0 else "supergroup"
        name, group = str(chat), chat < 0
        async with self.pace.lull(name, group=group) if lull else self.pace.turn(name, group=group, later=later):
            await self.clock.sleep(self._random.random() * slow_s)
            try:
                self.server.admit(Chat(chat, kind))
            except ApiError:
                self.refused += 1
            self.seen.append((self.clock.at, chat, n))
            await self.clock.sleep(self._random.random() * slow_s)

    def all(self, *sends: tuple[int, int]) -> None:
        """All of them at once."""
        self.rounds([sends], 0)

    def rounds(self, rounds: Iterable[Iterable[tuple[int, int]]], rest_s: float) -> None:
        """One round after the other, with so long a rest after each."""

        async def run() -> None:
            for sends in rounds:
                await self.clock.run(asyncio.gather(*(self.send(chat, n) for chat, n in sends)))
                self.clock.at += rest_s

        asyncio.run(run())

    async def drafts(self, chat: int, until: float) -> None:
        """One draft after the other."""
        while self.clock.at < until:
            await self.send(chat, n=-1, lull=True)

    def times(self, chat: int) -> list[float]:
        return [at - 1000.0 for at, one, _ in self.seen if one == chat]


@pytest.mark.parametrize(
    "sends",
    [
        pytest.param([(chat, 0) for chat in range(1, 201)], id="200 chats once"),
        pytest.param([(1, n) for n in range(40)], id="one chat forty times"),
        pytest.param([(-1, n) for n in range(60)], id="one group sixty times"),
        pytest.param([(chat, n) for n in range(5) for chat in range(-30, 61) if chat], id="ninety chats five times"),
    ],
)
def test_the_server_refuses_nothing(sends: list[tuple[int, int]]) -> None:
    made = Sends()
    made.all(*sends)
    assert made.refused == 0
    assert len(made.seen) == len(sends)


def test_the_overall_rate_is_used() -> None:
    made = Sends()
    made.all(*((chat, 0) for chat in range(1, 281)))
    assert made.seen[-1][0] - 1000.0 < 280 / 28 * 1.5


def test_twenty_chats_wait_for_nothing() -> None:
    made = Sends()
    made.all(*((chat, 0) for chat in range(1, 21)))
    assert made.seen[-1][0] - 1000.0 <= 0.2


def test_a_chat_gets_its_messages_in_order() -> None:
    made = Sends()
    made.all(*((chat, n) for n in range(8) for chat in (1, 2, 3)))
    order: dict[int, list[int]] = defaultdict(list)
    for _, chat, n in made.seen:
        order[chat].append(n)
    assert [*order.values()] == [[*range(8)]] * 3


def test_what_one_chat_waits_for_holds_no_other_up() -> None:
    made = Sends()
    made.pace.hold("1", 50.0)
    made.all((1, 0), (2, 0), (1, 1), (3, 0))
    assert made.times(2)[0] < 1
    assert made.times(3)[0] < 1
    assert made.times(1)[0] >= 50


def test_an_answer_goes_before_the_digests_that_wait() -> None:
    made = Sends()

    async def answer() -> None:
        await made.clock.sleep(2.0)
        await asyncio.gather(*(made.send(chat) for chat in range(1, 11)))

    async def run() -> None:
        digests = [made.send(chat, later=True) for chat in range(100, 400)]
        await made.clock.run(asyncio.gather(answer(), *digests))

    asyncio.run(run())
    assert made.refused == 0
    assert len(made.seen) == 310
    assert max(made.times(chat)[0] for chat in range(1, 11)) < 2.0 + 1.3
    assert made.seen[-1][0] - 1000.0 < 310 / 28 * 1.5


def test_how_long_a_chat_asked_to_wait_is_known() -> None:
    made = Sends()
    assert made.pace.held_s("1") == 0.0
    made.pace.hold("1", 50.0)
    made.clock.at += 20.0
    assert (made.pace.held_s("1"), made.pace.held_s("2")) == (30.0, 0.0)


def test_a_group_gets_twenty_messages_a_minute_at_most() -> None:
    made = Sends()
    made.all(*((-1, n) for n in range(30)))
    assert sum(at < 60 for at in made.times(-1)) <= 20


@pytest.mark.parametrize("chat", [pytest.param(1, id="in private"), pytest.param(-1, id="in a group")])
def test_drafts_come_once_a_second_and_a_message_waits_for_none(chat: int) -> None:
    made = Sends()
    waited = []

    async def messages() -> None:
        for n in range(6):
            await made.clock.sleep(11.3)
            asked = made.clock.at
            await made.send(chat, n)
            waited.append(made.clock.at - asked)

    async def run() -> None:
        await made.clock.run(asyncio.gather(made.drafts(chat, 1070.0), made.drafts(chat, 1070.0), messages()))

    asyncio.run(run())
    drafts = [at for at, _, n in made.seen if n < 0]
    assert made.refused == 0
    assert min(after - before for before, after in pairwise(drafts)) >= 1.0
    assert len(drafts) >= (10 if chat < 0 else 40)
    assert max(waited) <= 0.4 + 0.4  # its own way, and that of a draft before it


def test_drafts_leave_half_of_the_second_to_messages() -> None:
    made = Sends()

    async def run() -> None:
        drafts = [made.send(chat, lull=True) for chat in range(1, 61)]
        await made.clock.run(asyncio.gather(*drafts, *(made.send(100 + n, 1, 0.0) for n in range(14))))

    asyncio.run(run())
    assert made.refused == 0
    assert max(at for at, _, n in made.seen if n == 1) - 1000.0 <= 0.2
    assert made.seen[-1][0] - 1000.0 >= 60 / 14 - 1


def test_chats_are_forgotten_when_they_are_quiet() -> None:
    made = Sends()
    made.rounds([[(chat, 0) for chat in range(start, start + 500)] for start in range(1, 4000, 500)], 100)
    assert len(made.pace._chats) <= 1500


def test_a_failed_send_gives_its_turn_back() -> None:
    pace = Pace(Rates(overall=1))

    async def run() -> None:
        for _ in range(2):
            with pytest.raises(OSError, match="no"):
                async with pace.turn("1"):
                    raise OSError("no")

    asyncio.run(asyncio.wait_for(run(), 5))
