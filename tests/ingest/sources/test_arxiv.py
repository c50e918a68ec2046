"""arXiv against its stand-in: metadata by id, hostile feeds, and the pace of all its pages together."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingest.fetch import Fetcher, agent
from ingest.sources import arxiv
from ingest.sources.arxiv import Arxiv, Record, read_feed
from store.errors import InputError, SourceError
from store.types import Paper
from tests.fakes.clocks import FastClock, HandClock
from tests.fakes.papers_server import PapersServer, feed
from tests.fakes.web_server import Answer, WebServer
from tests.shared import SHARED, needs_shared

DAY = date(2026, 2, 26)
ENTRY = (
    "<entry><id>http://arxiv.org/abs/2602.00001v2</id><title>A Title\n  on two lines</title>"
    "<updated>2026-02-03T04:05:06Z</updated><published>2026-02-01T00:00:00Z</published>"
    "<summary>\n  One &lt; two.\n  Three.\n</summary><author><name>Ada Example</name></author>"
    "<author><name>B. Bérénice</name></author><category term='cs.LG'/><category term='stat.ML'/></entry>"
)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PapersServer]:
    """The stand-in without recorded data, a day of 120 papers."""
    async with PapersServer(tmp_path, today="2026-03-01", speed=100.0) as server:
        server.add_day(str(DAY), count=120)
        yield server


@pytest.fixture
async def fetcher(site: PapersServer) -> AsyncIterator[Fetcher]:
    """At arXiv's pace, in the stand-in's time."""
    clock = FastClock(site.settings.speed)
    lane = arxiv.lane(site.url, site.url + "/api/query")
    async with Fetcher(agent("mail@example.org"), (lane,), now=clock.now, sleep=clock.sleep) as made:
        yield made


def an_arxiv(site: PapersServer, fetcher: Fetcher) -> Arxiv:
    return Arxiv(fetcher, base_url=site.url, api_url=site.url + "/api/query")


def ids_of(site: PapersServer) -> list[str]:
    return [entry["paper"]["id"] for entry in site.library.days[DAY]]


# --- metadata -----------------------------------------------------------------------------------


async def test_records_come_in_the_order_asked_each_once(site: PapersServer, fetcher: Fetcher) -> None:
    one, two, three = ids_of(site)[:3]
    records = await an_arxiv(site, fetcher).records([three, one + "v1", "2602.99999", two, one])
    assert [record.arxiv_id for record in records] == [three, one, two]


async def test_many_ids_are_asked_for_in_parts(site: PapersServer, fetcher: Fetcher) -> None:
    ids = ids_of(site)
    assert [record.arxiv_id for record in await an_arxiv(site, fetcher).records(ids)] == ids
    assert len(site.requests) == 3


async def test_nothing_is_asked_for_nothing(site: PapersServer, fetcher: Fetcher) -> None:
    assert await an_arxiv(site, fetcher).records([]) == []
    assert site.requests == []


@pytest.mark.parametrize("odd", ["", "nonsense", "../../etc", "2602.00001&x=1", "hep-th/9901001"])
async def test_what_is_no_id_is_never_asked_for(odd: str, site: PapersServer, fetcher: Fetcher) -> None:
    source = an_arxiv(site, fetcher)
    with pytest.raises(InputError, match="no arXiv id"):
        await source.records([odd])
    with pytest.raises(InputError):
        source.html_url(odd)
    assert site.requests == []


def test_every_field_of_an_entry_is_kept() -> None:
    assert read_feed(feed([ENTRY]).encode()) == {
        "2602.00001": Record(
            "2602.00001",
            "A Title on two lines",
            authors=("Ada Example", "B. Bérénice"),
            abstract="One < two. Three.",
            categories=("cs.LG", "stat.ML"),
            published=datetime(2026, 2, 1, tzinfo=UTC),
            updated=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        )
    }


@pytest.mark.parametrize(
    ("day", "kept", "listed"),
    [
        pytest.param(DAY, DAY, True, id="that a day listed"),
        pytest.param(None, date(2026, 2, 1), False, id="that no list held"),
    ],
)
def test_a_record_becomes_a_paper(day: date | None, kept: date, listed: bool) -> None:
    paper = read_feed(feed([ENTRY]).encode())["2602.00001"].paper(day)
    assert paper == Paper(
        "2602.00001", "A Title on two lines", kept, ("Ada Example", "B. Bérénice"), "One < two. Three.",
        keywords=("cs.LG", "stat.ML"), listed=listed,
    )  # fmt: skip


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param("<entry/>", id="empty"),
        pytest.param(ENTRY.replace("abs/2602.00001v2", "x"), id="no id"),
        pytest.param(ENTRY.replace("A Title\n  on two lines", ""), id="no title"),
        pytest.param(ENTRY.replace("2026-02-01T00:00:00Z", "soon"), id="no date"),
    ],
)
def test_an_entry_that_lacks_what_matters_is_left_out(entry: str) -> None:
    good = ENTRY.replace("2602.00001", "2602.00002")
    assert list(read_feed(feed([entry, good]).encode())) == ["2602.00002"]


# --- failing ------------------------------------------------------------------------------------

SECRET_ENTITY = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&x;</title></entry></feed>"""
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&c;</title></entry></feed>"""


@pytest.mark.parametrize(
    ("body", "retry", "text"),
    [
        pytest.param(b"Rate exceeded.", True, "throttling", id="throttled with status 200"),
        pytest.param(b"", False, "something else came", id="nothing"),
        pytest.param(b"<html><body>Down<br></body></html>", False, "something else came", id="a page"),
        pytest.param(b"<html><body>Down</body></html>", False, "another document came", id="a well-formed page"),
        pytest.param(b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>", False, "something else", id="half a feed"),
        pytest.param(SECRET_ENTITY, False, "another document", id="an entity that names a file"),
        pytest.param(LAUGHS, False, "another document", id="entities that grow"),
        pytest.param(
            feed(["<entry><title>Error</title><summary>max_results must be non-negative</summary></entry>"]).encode(),
            False,
            "arxiv refused: max_results must be non-negative",
            id="an error with status 200",
        ),
    ],
)
async def test_what_is_no_feed_is_named(body: bytes, retry: bool, text: str) -> None:
    clock = HandClock()
    async with WebServer() as web, Fetcher(agent(""), (), now=clock.now, sleep=clock.sleep) as fetcher:
        source = Arxiv(fetcher, api_url=web.say("/api/query", Answer(body=body)))
        with pytest.raises(SourceError, match=text) as caught:
            await source.records(["2602.00001"])
    assert caught.value.retry is retry


NO_ID = feed(["<entry><title>Error</title><summary>incorrect id format for 2613.00001</summary></entry>"]).encode()


async def test_an_id_that_arxiv_cannot_have_given_is_one_that_it_does_not_know() -> None:
    async with WebServer() as web, Fetcher(agent(""), ()) as fetcher:
        source = Arxiv(fetcher, api_url=web.say("/api/query", Answer(status=400, body=NO_ID)))
        assert await source.records(["2613.00001"]) == []
        with pytest.raises(SourceError, match="incorrect id format"):  # it hides what is known of the other
            await source.records(["2613.00001", "2602.00001"])


# --- pages --------------------------------------------------------------------------------------


def test_pages_are_where_arxiv_has_them(fetcher: Fetcher) -> None:
    source = Arxiv(fetcher)
    assert source.html_url("2602.00001v3") == "https://arxiv.org/html/2602.00001"
    assert source.pdf_url("2602.00001") == "https://arxiv.org/pdf/2602.00001"
    assert source.abs_url("2602.00001") == "https://arxiv.org/abs/2602.00001"
    assert (
        Arxiv(fetcher, base_url="https://mirror.example/x/").abs_url("2602.00001")
        == "https://mirror.example/x/abs/2602.00001"
    )


async def test_every_page_of_arxiv_keeps_one_pace(site: PapersServer, fetcher: Fetcher) -> None:
    source, (one, two) = an_arxiv(site, fetcher), ids_of(site)[:2]
    urls = [source.html_url(one), source.pdf_url(one), source.abs_url(one), source.html_url(two)]
    site.set_page(two, slow_s=5)
    await asyncio.gather(*map(fetcher.get, urls), source.records([one, two]))
    totals = site.totals()
    assert totals["statuses"] == {"200": 5}
    assert (totals["too_soon"], totals["at_once"], totals["bare_agents"]) == (0, 0, 0)


async def test_tries_and_failures_keep_the_pace_too(site: PapersServer, fetcher: Fetcher) -> None:
    source, (one, two) = an_arxiv(site, fetcher), ids_of(site)[:2]
    site.set_page(one, html="broken", pdf="cut")
    failing = asyncio.gather(
        fetcher.get(source.html_url(one)), fetcher.get(source.pdf_url(one)), return_exceptions=True
    )
    page = await fetcher.get(source.html_url(two))
    errors = await failing
    assert page.status == 200
    assert [isinstance(error, SourceError) and error.retry for error in errors] == [True, True]
    assert (site.totals()["too_soon"], site.totals()["at_once"]) == (0, 0)


@pytest.mark.parametrize(("fault", "status"), [("missing", 404), ("private", 403)])
async def test_a_page_that_is_not_there_is_an_answer(
    fault: str, status: int, site: PapersServer, fetcher: Fetcher
) -> None:
    one = ids_of(site)[0]
    site.set_page(one, html=fault)
    page = await fetcher.get(an_arxiv(site, fetcher).html_url(one), accept=(403, 404))
    assert page.status == status


async def test_a_huge_page_is_refused(site: PapersServer, fetcher: Fetcher) -> None:
    one = ids_of(site)[0]
    site.set_page(one, html="huge")
    with pytest.raises(SourceError, match="more than 8 MB"):
        await fetcher.get(an_arxiv(site, fetcher).html_url(one))


async def test_arxiv_busy_for_everyone_is_an_outage(site: PapersServer, fetcher: Fetcher) -> None:
    site.configure(pace_s=3000.0)
    await fetcher.get(an_arxiv(site, fetcher).abs_url(ids_of(site)[0]))
    with pytest.raises(SourceError, match="429 Too Many Requests") as caught:
        await fetcher.get(an_arxiv(site, fetcher).abs_url(ids_of(site)[0]))
    assert caught.value.retry


def test_a_mirror_joins_the_lane_of_arxiv() -> None:
    lane = arxiv.lane("https://Mirror.example:8443/x", "https://api.example/query", gap_s=1.5)
    assert lane.hosts >= {"mirror.example:8443", "api.example", "arxiv.org", "export.arxiv.org"}
    assert (lane.gap_s, lane.at_once) == (1.5, 1)


# --- recorded -----------------------------------------------------------------------------------


@needs_shared
def test_a_recorded_answer_is_read_whole() -> None:
    records = read_feed((SHARED / "data" / "arxiv" / "atom-sample_response.xml").read_bytes())
    first = records["2604.21930"]
    assert len(records) == 5
    assert first.published == datetime(2026, 4, 23, 17, 59, 54, tzinfo=UTC)
    assert all(record.authors and record.categories and len(record.abstract) > 200 for record in records.values())
