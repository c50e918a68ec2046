"""Fetching against a server on loopback: what is tried again, what is final, what is too much."""

import asyncio
import gzip
import zlib
from typing import Any

import pytest

from ingest.fetch import ARXIV, HUB, Fetcher, agent
from ingest.pace import Lane
from store.errors import SourceError
from tests.fakes.clocks import FastClock, HandClock
from tests.fakes.web_server import Answer, WebServer


def a_fetcher(clock: HandClock, *lanes: Lane, **more: Any) -> Fetcher:
    settings = {"chance": lambda: 0.5, **more}
    return Fetcher(agent("mail@example.org"), lanes, now=clock.now, sleep=clock.sleep, **settings)


async def test_an_answer_comes_with_what_its_header_says(web: WebServer, fetcher: Fetcher) -> None:
    url = web.say("/a", Answer(body=b"\xff\xfe", headers={"Content-Type": "text/html; charset=utf-16", "X-Name": "v"}))
    page = await fetcher.get(url)
    assert (page.body, page.charset, page.status, page.url) == (b"\xff\xfe", "utf-16", 200, url)
    assert page.headers["x-name"] == "v"


async def test_the_charset_is_none_where_none_is_claimed(web: WebServer, fetcher: Fetcher) -> None:
    url = web.say("/a", Answer(headers={"Content-Type": "application/pdf"}))
    assert (await fetcher.get(url)).charset is None


async def test_a_request_names_the_bot_and_whom_to_write_to(web: WebServer, fetcher: Fetcher) -> None:
    await fetcher.get(web.say("/a", Answer()), headers={"Accept": "text/html"}, params={"p": 1})
    (asked,) = web.asked
    assert asked.headers["User-Agent"].startswith("Paperboy/")
    assert "mail@example.org" in asked.headers["User-Agent"]
    assert asked.headers["Accept"] == "text/html"
    assert asked.query == {"p": "1"}


@pytest.mark.parametrize("contact", ["", "a\r\nX: b", "名字@example.org"])
async def test_any_contact_makes_a_header(contact: str, web: WebServer) -> None:
    async with Fetcher(agent(contact)) as fetcher:
        await fetcher.get(web.say("/a", Answer()))
    assert web.asked[0].headers["User-Agent"].startswith("Paperboy/")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 524])
async def test_what_may_pass_is_tried_again(status: int, web: WebServer, fetcher: Fetcher) -> None:
    url = web.say("/a", Answer(status), Answer(status), Answer(body=b"there"))
    assert (await fetcher.get(url)).body == b"there"
    assert len(web.asked) == 3


async def test_waits_double(web: WebServer, fetcher: Fetcher, clock: HandClock) -> None:
    with pytest.raises(SourceError):
        await fetcher.get(web.say("/a", Answer(500)))
    assert clock.slept == pytest.approx([1, 2, 4])


async def test_tries_end(web: WebServer, fetcher: Fetcher) -> None:
    with pytest.raises(SourceError, match=r"127.0.0.1 answered 503 Service Unavailable \(4 tries\)") as caught:
        await fetcher.get(web.say("/a", Answer(503)))
    assert caught.value.retry
    assert len(web.asked) == 4


@pytest.mark.parametrize("status", [304, 400, 401, 403, 404, 410, 451])
async def test_what_will_not_pass_is_final(status: int, web: WebServer, fetcher: Fetcher) -> None:
    with pytest.raises(SourceError, match=str(status)) as caught:
        await fetcher.get(web.say("/a", Answer(status)))
    assert not caught.value.retry
    assert len(web.asked) == 1


async def test_a_status_can_be_an_answer(web: WebServer, fetcher: Fetcher) -> None:
    page = await fetcher.get(web.say("/a", Answer(404, b"no such paper")), accept=(403, 404))
    assert (page.status, page.body) == (404, b"no such paper")


@pytest.mark.parametrize(
    ("headers", "least_s"),
    [
        pytest.param({"Retry-After": "77"}, 77, id="seconds"),
        pytest.param(
            {"Retry-After": "Thu, 26 Feb 2026 10:01:30 GMT", "Date": "Thu, 26 Feb 2026 10:00:00 GMT"}, 90, id="a date"
        ),
        pytest.param({"RateLimit": '"api";r=0;t=120'}, 120, id="a used-up window"),
    ],
)
async def test_a_server_says_how_long(
    headers: dict[str, str], least_s: float, web: WebServer, fetcher: Fetcher, clock: HandClock
) -> None:
    await fetcher.get(web.say("/a", Answer(429, headers=headers), Answer()))
    assert least_s <= sum(clock.slept) <= least_s + 1


async def test_the_last_request_of_a_window_is_noticed_before_the_429(
    web: WebServer, fetcher: Fetcher, clock: HandClock
) -> None:
    await fetcher.get(web.say("/a", Answer(headers={"RateLimit": '"api";r=0;t=55'})))
    await fetcher.get(web.say("/b", Answer(headers={"RateLimit": '"api";r=9;t=300'})))
    await fetcher.get(web.url + "/b")
    assert clock.slept == pytest.approx([55])


async def test_a_wait_that_is_too_long_is_given_back_and_the_host_left_alone(web: WebServer, fetcher: Fetcher) -> None:
    url = web.say("/a", Answer(429, headers={"Retry-After": "3600"}))
    for _ in range(3):
        with pytest.raises(SourceError, match="left alone for another 36") as caught:
            await fetcher.get(url)
        assert caught.value.retry
    assert len(web.asked) == 1


async def test_a_connection_that_breaks_is_tried_again(web: WebServer, fetcher: Fetcher) -> None:
    whole = Answer(body=b"x" * 50_000)
    page = await fetcher.get(web.say("/a", Answer(body=b"x" * 50_000, cut=True), whole))
    assert page.body == whole.body


async def test_a_connection_that_always_breaks_is_an_outage(web: WebServer, fetcher: Fetcher) -> None:
    with pytest.raises(SourceError, match="broke off") as caught:
        await fetcher.get(web.say("/a", Answer(body=b"x" * 50_000, cut=True)))
    assert caught.value.retry


async def test_a_host_that_is_not_there_is_an_outage(fetcher: Fetcher, web: WebServer) -> None:
    async with WebServer() as gone:
        url = gone.say("/a", Answer())
    with pytest.raises(SourceError, match=r"127.0.0.1 can't be reached \(4 tries\)") as caught:
        await fetcher.get(url)
    assert caught.value.retry


@pytest.mark.parametrize("limit", ["read_s", "total_s"])
async def test_a_silent_server_is_given_up(limit: str, web: WebServer, clock: HandClock) -> None:
    async with asyncio.timeout(10), a_fetcher(clock, tries=2, **{limit: 0.05}) as fetcher:
        with pytest.raises(SourceError, match="did not answer in time") as caught:
            await fetcher.get(web.say("/a", Answer(stall_s=30)))
    assert caught.value.retry
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(body=b"x" * 50_001), id="its length is told"),
        pytest.param(Answer(body=b"x" * 50_001, cut=True), id="its length is told before it breaks off"),
        pytest.param(Answer(body=b"x" * 50_001, chunked=True), id="its length is not told"),
        pytest.param(
            Answer(body=gzip.compress(b"x" * 1_000_000), headers={"Content-Encoding": "gzip"}), id="it unpacks to more"
        ),
        pytest.param(
            Answer(body=zlib.compress(b"x" * 1_000_000), headers={"Content-Encoding": "deflate"}), id="packed unasked"
        ),
    ],
)
async def test_a_body_over_the_cap_is_refused(answer: Answer, web: WebServer, fetcher: Fetcher) -> None:
    with pytest.raises(SourceError, match=r"127.0.0.1 sent more than 0.05 MB") as caught:
        await fetcher.get(web.say("/a", answer), max_bytes=50_000)
    assert not caught.value.retry
    assert len(web.asked) == 1


async def test_a_body_at_the_cap_is_kept(web: WebServer, fetcher: Fetcher) -> None:
    page = await fetcher.get(web.say("/a", Answer(body=b"x" * 50_000)), max_bytes=50_000)
    assert len(page.body) == 50_000


async def test_a_body_that_does_not_unpack_is_an_outage(web: WebServer, fetcher: Fetcher) -> None:
    url = web.say("/a", Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceError, match="DecodingError") as caught:
        await fetcher.get(url)
    assert caught.value.retry


@pytest.mark.parametrize("answer", [Answer(500), Answer(401), Answer(body=b"xx"), Answer(body=b"x" * 50_000, cut=True)])
async def test_an_error_is_one_line_without_the_token(answer: Answer, web: WebServer, fetcher: Fetcher) -> None:
    url = web.say("/a", answer)
    with pytest.raises(SourceError) as caught:
        await fetcher.get(url, headers={"Authorization": "Bearer secret"}, params={"key": "secret"}, max_bytes=1)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_hosts_of_one_lane_share_its_pace(web: WebServer, clock: HandClock) -> None:
    web.say("/a", Answer())
    async with a_fetcher(clock, Lane(web.places, gap_s=3, at_once=1)) as fetcher:
        urls = [f"http://{place}/a" for place in sorted(web.places) * 2]
        await asyncio.gather(*map(fetcher.get, urls))
    assert clock.slept == pytest.approx([3, 3, 3])


async def test_the_gap_counts_from_the_answer_not_from_sending(web: WebServer) -> None:
    clock = FastClock(100)
    url = web.say("/a", Answer(stall_s=0.05))  # five seconds by the clock, longer than the gap
    async with Fetcher(agent(""), (Lane(web.places, gap_s=3),), now=clock.now, sleep=clock.sleep) as fetcher:
        await fetcher.get(url)
        await fetcher.get(url)
    assert clock.slept
    assert max(clock.slept) <= 3


async def test_this_machine_is_never_asked_through_a_proxy(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with Fetcher(agent(""), tries=1) as fetcher:
        assert (await fetcher.get(web.say("/a", Answer()))).status == 200


async def test_hosts_without_a_lane_do_not_wait_for_each_other(web: WebServer, clock: HandClock) -> None:
    async with a_fetcher(clock) as fetcher, WebServer() as other:
        with pytest.raises(SourceError):
            await fetcher.get(web.say("/a", Answer(429, headers={"Retry-After": "3600"})))
        assert (await fetcher.get(other.say("/a", Answer()))).status == 200


async def test_a_caller_that_goes_away_leaves_its_turn(web: WebServer, clock: HandClock) -> None:
    slow, quick = web.say("/slow", Answer(stall_s=30)), web.say("/quick", Answer())
    async with a_fetcher(clock, Lane(web.places, gap_s=3, at_once=1)) as fetcher:
        leaving = asyncio.create_task(fetcher.get(slow))
        while not web.asked:
            await asyncio.sleep(0.001)
        leaving.cancel()
        assert (await fetcher.get(quick)).status == 200
    assert leaving.cancelled()


def test_arxiv_is_asked_once_in_three_seconds_and_all_its_hosts_are_one() -> None:
    assert {"arxiv.org", "export.arxiv.org"} <= ARXIV.hosts
    assert (ARXIV.gap_s, ARXIV.at_once) == (3.0, 1)
    assert not HUB.hosts & ARXIV.hosts
