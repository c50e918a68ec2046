"""Daily Papers against its stand-in and, where they are at hand, the recorded days: paging, growing, failing."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from ingest.fetch import Fetcher, agent
from ingest.settle import Poll, state
from ingest.sources import SOURCES
from ingest.sources.hf_daily import HfDaily
from store.errors import ConfigError, SourceError
from tests.fakes.clocks import FastClock
from tests.fakes.papers_server import PapersServer
from tests.fakes.web_server import Answer, WebServer
from tests.makers.listing import DAY, entry
from tests.shared import SHARED, needs_shared

LIST = "/api/daily_papers"


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[PapersServer]:
    """The stand-in on 2026-03-01, a Sunday, without recorded data."""
    async with PapersServer(tmp_path, today="2026-03-01", speed=1000.0) as server:
        yield server


# --- days ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 49, 50, 51, 99, 100, 101, 200, 230])
async def test_a_day_is_read_to_its_end(size: int, hub: PapersServer, fetcher: Fetcher) -> None:
    hub.add_day(str(DAY), count=size)
    papers = await HfDaily(fetcher, base_url=hub.url).papers(DAY)
    assert len({paper.arxiv_id for paper in papers}) == len(papers) == size


async def test_the_most_voted_come_first(hub: PapersServer, fetcher: Fetcher) -> None:
    hub.add_day(str(DAY), count=120)
    votes = [paper.upvotes or 0 for paper in await HfDaily(fetcher, base_url=hub.url).papers(DAY)]
    assert votes == sorted(votes, reverse=True)
    assert votes[0] > votes[-1]


async def test_the_day_is_always_asked_for_by_date(hub: PapersServer, fetcher: Fetcher) -> None:
    await HfDaily(fetcher, base_url=hub.url + "/").papers(DAY)
    assert [line["path"] for line in hub.requests] == [f"{LIST}?date=2026-02-26&p=0&limit=100"]


@pytest.mark.parametrize("weekend", ["empty", "400", "friday"])
async def test_a_weekend_is_an_empty_list_whatever_the_server_says(
    weekend: str, hub: PapersServer, fetcher: Fetcher
) -> None:
    hub.configure(weekend=weekend)
    hub.add_day("2026-02-27", count=3)
    assert await HfDaily(fetcher, base_url=hub.url).papers(date(2026, 2, 28)) == []


async def test_a_growing_day_settles_when_two_polls_agree(hub: PapersServer, fetcher: Fetcher) -> None:
    hub.add_day(str(DAY), count=58)
    hub.grow(str(DAY), steps=[0, 2, 55], late=3)
    source, polls, states = HfDaily(fetcher, base_url=hub.url), [], []
    at = datetime(2026, 2, 26, 8, tzinfo=UTC)
    for _ in range(4):
        polls.append(Poll(at, frozenset(paper.arxiv_id for paper in await source.papers(DAY))))
        states.append(state(DAY, at, polls))
        at += timedelta(minutes=30)
    assert [len(poll.ids) for poll in polls] == [0, 2, 55, 55]
    assert states == ["not-yet", "growing", "growing", "settled"]


async def test_late_arrivals_are_found_by_asking_again(hub: PapersServer, fetcher: Fetcher) -> None:
    hub.add_day(str(DAY), count=20)
    hub.grow(str(DAY), steps=[20], late=3)
    source = HfDaily(fetcher, base_url=hub.url)
    early = await source.papers(DAY)
    hub.release(str(DAY))
    assert (len(early), len(await source.papers(DAY))) == (17, 20)


async def test_a_server_that_does_not_know_pages_is_read_once(web: WebServer, fetcher: Fetcher) -> None:
    web.say(LIST, Answer(body=json.dumps([entry(f"2602.{n:05d}") for n in range(100)]).encode()))
    papers = await HfDaily(fetcher, base_url=web.url).papers(DAY)
    assert (len(papers), len(web.asked)) == (100, 2)


async def test_a_server_with_smaller_pages_is_read_to_the_end(web: WebServer, fetcher: Fetcher) -> None:
    sizes = [50, 50, 20]
    pages = [[entry(f"2602.{n + 100 * page:05d}") for n in range(size)] for page, size in enumerate(sizes)]
    web.say(LIST, *(Answer(body=json.dumps(page).encode()) for page in pages))
    assert len(await HfDaily(fetcher, base_url=web.url).papers(DAY)) == 120


async def test_pages_end(web: WebServer, fetcher: Fetcher) -> None:
    pages = [[entry(f"2602.{n + 100 * page:05d}") for n in range(100)] for page in range(21)]
    web.say(LIST, *(Answer(body=json.dumps(page).encode()) for page in pages))
    said: list[str] = []
    papers = await HfDaily(fetcher, base_url=web.url, report=said.append).papers(DAY)
    assert (len(papers), len(web.asked)) == (2000, 20)
    assert said == ["hf_daily 2026-02-26: stopped after 20 pages"]


# --- failing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "retry", "text"),
    [
        ("500", True, "127.0.0.1 answered 500 Internal Server Error"),
        ("html", False, "hf_daily: JSON was expected, text/html came"),
        ("shape", False, "hf_daily: a list was expected, dict of papers came"),
    ],
)
async def test_a_list_that_fails_says_how(
    fault: str, retry: bool, text: str, hub: PapersServer, fetcher: Fetcher
) -> None:
    hub.configure(list_fault=fault)
    with pytest.raises(SourceError, match=text) as caught:
        await HfDaily(fetcher, base_url=hub.url).papers(DAY)
    assert caught.value.retry is retry


async def test_a_used_up_quota_is_waited_for(hub: PapersServer) -> None:
    hub.configure(hub_quota=2)
    hub.add_day(str(DAY), count=3)
    clock = FastClock(hub.settings.speed)
    async with Fetcher(agent("mail@example.org"), (), now=clock.now, sleep=clock.sleep) as fetcher:
        source = HfDaily(fetcher, base_url=hub.url)
        assert [len(await source.papers(DAY)) for _ in range(5)] == [3] * 5
    assert hub.totals()["statuses"] == {"200": 5}, "the header is heeded before the 429"


async def test_a_quota_that_another_used_up_is_waited_for(hub: PapersServer, fetcher: Fetcher) -> None:
    hub.configure(hub_quota=1)
    hub.add_day(str(DAY), count=3)
    await HfDaily(fetcher, base_url=hub.url).papers(DAY)
    clock = FastClock(hub.settings.speed)
    async with Fetcher(agent("mail@example.org"), (), now=clock.now, sleep=clock.sleep) as other:
        assert len(await HfDaily(other, base_url=hub.url).papers(DAY)) == 3
    assert hub.totals()["statuses"] == {"200": 2, "429": 1}


async def test_a_token_goes_along_and_doubles_the_quota(web: WebServer, fetcher: Fetcher) -> None:
    web.say(LIST, Answer(body=b"[]"))
    await HfDaily(fetcher, base_url=web.url, token=" hf_made_up\n").papers(DAY)
    await HfDaily(fetcher, base_url=web.url).papers(DAY)
    assert [asked.headers.get("Authorization") for asked in web.asked] == ["Bearer hf_made_up", None]


@pytest.mark.parametrize("token", ["hf_a\nhf_b", "hf_ä", "hf_a b"])
def test_a_token_that_can_not_be_one_is_refused_without_showing_it(token: str, fetcher: Fetcher) -> None:
    with pytest.raises(ConfigError) as caught:
        HfDaily(fetcher, token=token)
    assert "hf_" not in str(caught.value)


@pytest.mark.parametrize(
    ("day_ahead", "retry"),
    [pytest.param(0, True, id="by the server's clock it is today"), pytest.param(-9, False, id="a past day")],
)
async def test_a_refused_day_may_open_later(day_ahead: int, retry: bool, web: WebServer, fetcher: Fetcher) -> None:
    clock = datetime(2026, 2, 26, 12, tzinfo=UTC) - timedelta(days=day_ahead)
    body = b'{"error": "2026-02-26 is not open yet"}'
    web.say(LIST, Answer(400, body, {"Date": format_datetime(clock, usegmt=True)}))
    with pytest.raises(SourceError, match="refused 2026-02-26: 2026-02-26 is not open yet") as caught:
        await HfDaily(fetcher, base_url=web.url).papers(DAY)
    assert caught.value.retry is retry


def test_the_source_is_registered_under_its_name(fetcher: Fetcher) -> None:
    assert {name: make(fetcher).name for name, make in SOURCES.items()} == {"hf_daily": "hf_daily"}


# --- recorded -----------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(
    ("day", "size", "with_repository"),
    [("2025-09-30", 82, 56), ("2025-11-28", 7, 4), ("2026-01-01", 15, 7), ("2026-02-26", 17, 10)],
)
async def test_a_recorded_day_is_read_whole(day: str, size: int, with_repository: int, fetcher: Fetcher) -> None:
    said: list[str] = []
    async with PapersServer(SHARED / "data", today="2026-03-01") as hub:
        papers = await HfDaily(fetcher, base_url=hub.url, report=said.append).papers(date.fromisoformat(day))
    assert said == []
    assert len(papers) == size
    assert sum(bool(paper.repository) for paper in papers) == with_repository
    assert sum(paper.stars is not None for paper in papers) == with_repository
    assert all(paper.title and paper.abstract and paper.authors and paper.thumbnail for paper in papers)
    assert all("  " not in paper.title + paper.abstract and "\n" not in paper.abstract for paper in papers)


@needs_shared
async def test_authors_who_hide_are_left_out_of_a_recorded_day(fetcher: Fetcher) -> None:
    path = SHARED / "data" / "hf" / "final-2025-09-30.json"
    hiding = {
        (one["paper"]["id"], who["name"])
        for one in json.loads(path.read_text())
        for who in one["paper"]["authors"]
        if who.get("hidden")
    }
    async with PapersServer(SHARED / "data", today="2026-03-01") as hub:
        papers = await HfDaily(fetcher, base_url=hub.url).papers(date(2025, 9, 30))
    named = {(paper.arxiv_id, name) for paper in papers for name in paper.authors}
    assert len(hiding) == 2
    assert not hiding & named
