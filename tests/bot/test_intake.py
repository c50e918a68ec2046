"""The ingest floor as the settings describe it, put together and run against the stand-ins."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import intake
from bot.app import App
from bot.config import Settings
from ingest.summaries.summarisers import ByModel, Extractive
from store import papers
from store.errors import ConfigError
from store.types import EXTRACTIVE
from tests.fakes.llm_server import LlmServer
from tests.fakes.papers_server import PapersServer
from tests.makers.hash_embedder import HashEmbedder

DAY = date(2026, 2, 26)
NOW = datetime(2026, 2, 26, 12, tzinfo=UTC)

Configured = Callable[..., App]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PapersServer]:
    async with PapersServer(tmp_path, today=str(DAY), pace_s=0.02) as server:
        server.add_day(str(DAY), count=4)
        yield server


@pytest.fixture
async def llm() -> AsyncIterator[LlmServer]:
    async with LlmServer() as server:
        server.behave(api_key="sk-made-up-key")
        yield server


@pytest.fixture
def configured(tmp_path: Path, site: PapersServer) -> Iterator[Configured]:
    made: list[App] = []

    def make(**tables: Any) -> App:
        arxiv = {"base_url": site.url, "api_url": f"{site.url}/api/query", "pace_s": 0.025, "contact": "me@example.org"}
        sources = {"hf_daily": {"base_url": site.url}, "arxiv": arxiv}
        settings = Settings(**{"data": tmp_path / "data", "sources": sources} | tables)
        made.append(App(settings, own=True, embedder=HashEmbedder(), now=lambda: NOW))
        return made[-1]

    yield make
    for app in made:
        app.close()


def with_model(llm: LlmServer, **more: Any) -> dict[str, Any]:
    return {"base_url": llm.base_url, "api_key": "sk-made-up-key", "model": "fake-small", **more}


async def test_without_a_model_papers_are_quoted(configured: Configured) -> None:
    async with intake.pipeline(app := configured()) as pipeline:
        assert isinstance(pipeline.parts.summariser, Extractive)
        assert (await pipeline.day(DAY)).summarised == 4
    assert {one.model for entry in papers.of_day(app.folder.db, DAY) for one in entry.summaries} == {EXTRACTIVE}


async def test_with_a_model_it_writes_in_the_configured_languages(configured: Configured, llm: LlmServer) -> None:
    app = configured(llm=with_model(llm), languages=("en",))
    async with intake.pipeline(app) as pipeline:
        assert isinstance(pipeline.parts.summariser, ByModel)
        await pipeline.day(DAY)
    made = [one for entry in papers.of_day(app.folder.db, DAY) for one in entry.summaries]
    assert {(one.lang, one.model) for one in made} == {("en", "fake-small")}


async def test_prices_and_the_days_budget_hold(configured: Configured, llm: LlmServer) -> None:
    app = configured(llm=with_model(llm, daily_budget_usd=0.000001, price_in=1.0, price_out=1.0, concurrency=1))
    async with intake.pipeline(app) as pipeline:
        report = await pipeline.day(DAY)
    assert (report.summarised, report.cost_usd > 0, "budget" in report.waiting) == (1, True, True)


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_papers_at_a_time_are_a_setting(configured: Configured, llm: LlmServer, concurrency: int) -> None:
    llm.behave(latency_s=0.15)
    app = configured(llm=with_model(llm, concurrency=8), ingest={"concurrency": concurrency})
    async with intake.pipeline(app) as pipeline:
        await pipeline.day(DAY)
    assert llm.peak == concurrency


async def test_arxiv_is_asked_at_its_pace_by_somebody_with_a_name(configured: Configured, site: PapersServer) -> None:
    async with intake.pipeline(configured()) as pipeline:
        await pipeline.day(DAY)
    assert site.totals()["too_soon"] == 0
    assert all("me@example.org" in line["agent"] for line in site.requests)


async def test_a_token_that_can_be_none_is_an_error_that_does_not_show_it(configured: Configured) -> None:
    app = configured(sources={"hf_daily": {"token": "hf_made up"}})
    with pytest.raises(ConfigError) as caught:
        async with intake.pipeline(app):
            pass
    assert "hf_" not in str(caught.value)


async def test_its_worker_ends_with_it(configured: Configured) -> None:
    async with intake.pipeline(configured()) as pipeline:
        await pipeline.day(DAY)
        worker = pipeline.parts.reader._worker
        process = worker._process
    assert process is not None
    assert process.returncode is not None
