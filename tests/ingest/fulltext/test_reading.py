"""A paper is read as HTML, else as PDF, else as its abstract: against each way in which arXiv's pages fail."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from ingest.fetch import Fetcher, agent
from ingest.fulltext.reading import Reader, dumps, loads
from ingest.fulltext.text import Part, Text
from ingest.fulltext.worker import Worker
from ingest.sources.arxiv import Arxiv, lane
from store import fulltexts, papers
from store.db import Db
from store.errors import SourceError
from store.types import Entry, Paper
from tests.fakes.paper_library import make_papers
from tests.fakes.paper_pages import facts
from tests.fakes.papers_server import PapersServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = date(2026, 2, 26)
NOW = datetime(2026, 2, 26, 9, tzinfo=UTC)
MADE = make_papers(DAY, 1)[0]
PAPER = Paper(MADE["id"], MADE["title"], DAY, abstract=MADE["summary"])

ReadAs = Callable[..., Reader]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def worker() -> AsyncIterator[Worker]:
    async with Worker() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[PapersServer]:
    async with PapersServer(tmp_path, pace_s=0.01) as server:
        server.add_day(str(DAY), [MADE])
        yield server


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Db]:
    opened = Db(tmp_path / "papers.db")
    papers.save(opened, [Entry(PAPER)])
    yield opened
    opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def reader(site: PapersServer, db: Db, worker: Worker) -> AsyncIterator[Reader]:
    lanes = (lane(site.url, site.url, 0.015),)
    async with Fetcher(agent("mail@example.org"), lanes, backoff_s=0.01) as fetcher:
        yield Reader(db, fetcher, Arxiv(fetcher, base_url=site.url, api_url=site.url), worker, lambda: NOW)


def asked(site: PapersServer) -> list[str]:
    """The kinds of pages that were asked for, each try of one counted once."""
    return list(dict.fromkeys(line["path"].split("/")[1] for line in site.requests))


async def test_the_html_is_read_first_and_alone(site: PapersServer, reader: Reader) -> None:
    assert ((await reader.read(PAPER)).source, asked(site)) == ("HTML", ["html"])


@pytest.mark.parametrize("fault", ["missing", "private", "broken", "selector", "truncated", "cut", "huge", "no_text"])
async def test_where_the_html_is_not_the_paper_the_pdf_is_read(fault: str, site: PapersServer, reader: Reader) -> None:
    site.set_page(PAPER.arxiv_id, html=fault)
    assert ((await reader.read(PAPER)).source, asked(site)) == ("PDF", ["html", "pdf"])


async def test_html_under_a_wrong_charset_is_still_read(site: PapersServer, reader: Reader) -> None:
    site.set_page(PAPER.arxiv_id, html="charset")
    read = await reader.read(PAPER)
    assert (read.source, "naïve" in read.markdown()) == ("HTML", True)


@pytest.mark.parametrize("fault", ["missing", "private", "broken", "truncated", "cut", "no_text"])
async def test_where_the_pdf_can_not_be_read_either_the_abstract_is(
    fault: str, site: PapersServer, reader: Reader
) -> None:
    site.set_page(PAPER.arxiv_id, html="missing", pdf=fault)
    read = await reader.read(PAPER)
    assert (read.source, read.abstract) == ("ArXiv Abs", PAPER.abstract)


@pytest.mark.parametrize(("html", "source"), [("", "HTML"), ("missing", "PDF")])
async def test_what_was_measured_is_in_the_text(html: str, source: str, site: PapersServer, reader: Reader) -> None:
    site.set_page(PAPER.arxiv_id, html=html)
    page = site.library.page(PAPER.arxiv_id)
    assert page is not None
    text = (await reader.read(PAPER)).markdown()
    assert [name for name, number in facts(page).items() if number not in text] == []


@pytest.mark.parametrize("html", [pytest.param("", id="HTML"), pytest.param("missing", id="PDF")])
async def test_a_text_that_is_kept_is_not_fetched_again(html: str, site: PapersServer, reader: Reader) -> None:
    site.set_page(PAPER.arxiv_id, html=html)
    first = await reader.read(PAPER)
    site.requests.clear()
    assert (await reader.read(PAPER), site.requests) == (first, [])


async def test_a_text_that_has_expired_is_fetched_again(site: PapersServer, reader: Reader, db: Db) -> None:
    await reader.read(PAPER)
    fulltexts.expire(db, datetime(2027, 1, 1, tzinfo=UTC))
    site.requests.clear()
    await reader.read(PAPER)
    assert asked(site) == ["html"]


async def test_an_abstract_alone_is_not_kept_for_the_page_may_come(site: PapersServer, reader: Reader, db: Db) -> None:
    site.set_page(PAPER.arxiv_id, html="missing", pdf="missing")
    await reader.read(PAPER)
    assert fulltexts.get(db, PAPER.arxiv_id) is None
    site.set_page(PAPER.arxiv_id)
    assert (await reader.read(PAPER)).source == "HTML"


async def test_without_page_and_abstract_there_is_nothing_to_read(site: PapersServer, reader: Reader) -> None:
    site.set_page(PAPER.arxiv_id, html="missing", pdf="no_text")
    with pytest.raises(SourceError, match=r"neither page nor abstract: .*404") as caught:
        await reader.read(replace(PAPER, abstract=""))
    assert caught.value.retry


async def test_without_an_abstract_the_page_is_enough(reader: Reader) -> None:
    assert (await reader.read(replace(PAPER, abstract=""))).source == "HTML"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(Text("ArXiv Abs", "A title", "An abstract.", ()), id="without parts"),
        pytest.param(Text("PDF", "折纸", "", (Part("1 引言", 1, "introduction", "$x^2$ \ud83d"),)), id="any text"),
    ],
)
async def test_a_text_comes_back_as_it_was_kept(text: Text) -> None:
    assert loads(dumps(text)) == text
