"""Waiting for model servers, by a clock that stands still."""

import pytest

from ingest.models.failed import Failed
from ingest.models.patience import Patience, wait_s
from store.errors import ModelError

SUNDAY = "Sun, 01 Mar 2026 09:00"


class Server:
    """Fails in the ways it is given, then answers; notes when it was asked."""

    def __init__(self, clock, *failures: Failed) -> None:
        self.clock, self.failures, self.asked = clock, list(failures), []

    async def __call__(self) -> str:
        self.asked.append(self.clock.at)
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


def busy(after_s: float | None = None) -> Failed:
    return Failed("busy", retry=True, wait_s=after_s)


@pytest.mark.parametrize(("headers", "expected"), [
    pytest.param({}, None, id="nothing said"),
    pytest.param({"retry-after": "20"}, 20, id="seconds"),
    pytest.param({"retry-after": "0.25"}, 0.25, id="a fraction"),
    pytest.param({"retry-after": "2", "retry-after-ms": "1500"}, 1.5, id="milliseconds are finer"),
    pytest.param({"retry-after": f"{SUNDAY}:10 GMT", "date": f"{SUNDAY}:00 GMT"}, 10, id="a date"),
    pytest.param({"retry-after": "-1"}, None, id="nonsense"),
    pytest.param({"retry-after": "nan"}, None, id="no number"),
])  # fmt: skip
def test_what_a_server_asks_for_is_read(headers, expected):
    assert wait_s(headers) == expected


@pytest.mark.parametrize(("chance", "waits"), [(0.0, [0.5, 1.0, 2.0]), (1.0, [1.5, 3.0, 6.0])])
async def test_waits_double_give_or_take_a_half(clock, chance, waits):
    server = Server(clock, busy(), busy(), busy())
    patience = Patience(now=clock.now, sleep=clock.sleep, chance=lambda: chance)
    assert await patience.of("m", server) == "answer"
    assert clock.slept == waits


async def test_the_last_failure_is_raised(clock):
    last = busy()
    server = Server(clock, busy(), last)
    with pytest.raises(Failed) as caught:
        await Patience(tries=2, now=clock.now, sleep=clock.sleep).of("m", server)
    assert caught.value is last


async def test_what_waiting_cannot_mend_is_not_tried_again(clock):
    server = Server(clock, Failed("wrong key", retry=False))
    with pytest.raises(Failed):
        await Patience(now=clock.now, sleep=clock.sleep).of("m", server)
    assert (len(server.asked), clock.slept) == (1, [])


async def test_what_one_was_told_holds_for_all_who_ask_that_model(clock):
    patience = Patience(tries=1, now=clock.now, sleep=clock.sleep, chance=lambda: 0.0)
    first, second, other = Server(clock, busy(30)), Server(clock), Server(clock)
    with pytest.raises(Failed):
        await patience.of("m", first)
    await patience.of("another", other)
    await patience.of("m", second)
    assert (other.asked, second.asked) == ([1000], [1030])


async def test_too_long_a_wait_fails_at_once_for_all_until_it_is_over(clock):
    patience = Patience(max_wait_s=60, now=clock.now, sleep=clock.sleep)
    for server in (Server(clock, busy(300)), Server(clock)):
        with pytest.raises(ModelError, match="another 300 s") as caught:
            await patience.of("m", server)
        assert caught.value.retry
    clock.at += 300
    assert await patience.of("m", Server(clock)) == "answer"
