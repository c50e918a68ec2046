"""A day from its list to stored summaries and vectors, against the stand-ins for Daily Papers, arXiv and a model."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ingest import settle
from ingest.fetch import Fetcher, agent
from ingest.fulltext.reading import Reader
from ingest.fulltext.worker import Worker
from ingest.models.budget import Budget
from ingest.models.chat_model import ChatModel
from ingest.models.patience import Patience
from ingest.pipeline import MAX_ATTEMPTS, Pipeline
from ingest.sources.arxiv import Arxiv, lane
from ingest.sources.hf_daily import HfDaily
from ingest.summaries.summarisers import ByModel, Extractive
from ingest.work import Failed, Parts, Report
from store import failures, ledger, papers, polls, vectors
from store.errors import EmbedderError, IndexMismatch
from store.folder import Folder
from store.types import EXTRACTIVE, Entry, Lang, Vectors
from tests.fakes.llm_server import LlmServer
from tests.fakes.paper_library import make_papers
from tests.fakes.papers_server import PapersServer
from tests.makers.hash_embedder import HashEmbedder

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = date(2026, 2, 26)
NEXT_DAY = DAY + timedelta(days=1)
NOON = datetime(2026, 2, 26, 12, tzinfo=UTC)
MADE = make_papers(DAY, 12)
IDS = [paper["id"] for paper in MADE]


class Clock:
    """The pipeline's time; it moves when a test says so."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.date()


class Desk:
    """The whole floor on a data folder of its own; what a test changes is an argument of `pipeline`."""

    def __init__(self, path: Path, site: PapersServer, llm: LlmServer, worker: Worker) -> None:
        self.site, self.llm, self.clock = site, llm, Clock()
        self.folder = Folder(path, own=True)
        self.db = self.folder.db
        self._worker = worker
        self._open: list[Callable[[], Awaitable[None]]] = []

    def pipeline(
        self, *, langs: tuple[Lang, ...] = ("zh", "en"), model: bool = True, tokens: int = 0, **parts: Any
    ) -> Pipeline:
        """A pipeline with the model, or without; `tokens` is the day's budget."""
        lanes = (lane(self.site.url, self.site.url, 0.012),)
        fetcher = Fetcher(agent("mail@example.org"), lanes, backoff_s=0.01)
        self._open.append(fetcher._client.aclose)
        embedder = parts.pop("embedder", HashEmbedder())
        summariser = self._by_model(langs, tokens) if model else Extractive(embedder, self.clock)
        arxiv = Arxiv(fetcher, base_url=self.site.url, api_url=f"{self.site.url}/api/query")
        reader = Reader(self.db, fetcher, arxiv, self._worker, self.clock)
        bounds = {name: parts.pop(name) for name in ("max_attempts",) if name in parts}
        whole = Parts(self.folder, reader, summariser, embedder, self.clock, **parts)
        return Pipeline(HfDaily(fetcher, base_url=self.site.url), arxiv, whole, **bounds)

    def _by_model(self, langs: tuple[Lang, ...], tokens: int) -> ByModel:
        budget = Budget(self.db, self.clock.today, tokens=tokens)
        patience = Patience(tries=1)
        chat = ChatModel(self.llm.base_url, "", "fake-small", budget=budget, patience=patience, concurrency=8)
        self._open.append(chat.aclose)
        return ByModel(chat, langs, 10_000, self.clock)

    async def close(self) -> None:
        for close in self._open:
            await close()
        self.folder.close()

    def lists(self, count: int, day: date = DAY) -> None:
        """Let `day` list the first `count` of `MADE`."""
        self.site.add_day(str(day), MADE[:count])

    @property
    def stored(self) -> list[Entry]:
        return papers.everything(self.db)

    @property
    def summarised(self) -> set[str]:
        return {entry.paper.arxiv_id for entry in self.stored if entry.summaries}

    def pages(self) -> list[str]:
        """The ids of the pages that were asked for, in order."""
        return [line["path"].split("/")[2] for line in self.site.requests if not line["path"].startswith("/api")]

    def faulty(self, arxiv_id: str, fault: str = "refusal") -> None:
        """Let the model fail for one paper."""
        title = next(paper["title"] for paper in MADE if paper["id"] == arxiv_id)
        self.llm.behave(fault=fault, fault_match=f"{title.split(':')[0]}:")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def worker() -> AsyncIterator[Worker]:
    async with Worker() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def desk(tmp_path: Path, worker: Worker) -> AsyncIterator[Desk]:
    site = PapersServer(tmp_path, today="2026-03-20", pace_s=0.01)
    async with site, LlmServer() as llm:
        made = Desk(tmp_path / "data", site, llm, worker)
        yield made
        await made.close()


def facts(report: Report) -> dict[str, Any]:
    """A report's counts by name."""
    return {
        "listed": report.listed,
        "new": report.new,
        "summarised": report.summarised,
        "failed": len(report.failed),
        "skipped": report.skipped,
    }


# --- a day goes in --------------------------------------------------------------------------------


async def test_a_day_goes_in(desk: Desk) -> None:
    desk.lists(4)
    report = await desk.pipeline().day(DAY)
    assert facts(report) == {"listed": 4, "new": 4, "summarised": 4, "failed": 0, "skipped": 0}
    assert (report.problem, report.waiting, dict(report.read)) == ("", "", {"HTML": 4})


async def test_every_paper_is_stored_in_every_language_with_its_source(desk: Desk) -> None:
    desk.lists(3)
    desk.site.set_page(IDS[0], html="missing")
    await desk.pipeline().day(DAY)
    found = {entry.paper.arxiv_id: {one.lang: one.source for one in entry.summaries} for entry in desk.stored}
    html = {"zh": "HTML", "en": "HTML"}
    assert found == {IDS[0]: {"zh": "PDF", "en": "PDF"}, IDS[1]: html, IDS[2]: html}


async def test_every_summary_has_its_vector_when_the_run_ends(desk: Desk) -> None:
    desk.lists(3)
    await desk.pipeline().day(DAY)
    assert (vectors.count_lacking(desk.db), desk.db.value("SELECT count(*) FROM passages")) == (0, 6)


async def test_the_report_counts_what_the_ledger_counts(desk: Desk) -> None:
    desk.lists(3)
    report = await desk.pipeline().day(DAY)
    assert report.tokens == ledger.spent(desk.db, DAY).tokens > 0


async def test_without_a_model_a_day_goes_in_quoted(desk: Desk) -> None:
    desk.lists(3)
    report = await desk.pipeline(model=False).day(DAY)
    assert report.summarised == 3
    assert {one.model for entry in desk.stored for one in entry.summaries} == {EXTRACTIVE}
    assert desk.llm.calls == []


async def test_progress_runs_from_nothing_to_all(desk: Desk) -> None:
    desk.lists(3)
    told: list[tuple[int, int]] = []
    await desk.pipeline().day(DAY, progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


async def test_a_limit_bounds_the_papers_that_are_summarised_not_those_listed(desk: Desk) -> None:
    desk.lists(4)
    report = await desk.pipeline().day(DAY, limit=2)
    assert (report.listed, report.summarised, len(desk.stored), len(desk.pages())) == (4, 2, 4, 2)


# --- again ----------------------------------------------------------------------------------------


async def test_running_twice_asks_the_model_and_arxiv_for_nothing(desk: Desk) -> None:
    desk.lists(3)
    await desk.pipeline().day(DAY)
    calls, pages, stored = len(desk.llm.calls), desk.pages(), desk.stored
    report = await desk.pipeline().day(DAY)
    assert facts(report) == {"listed": 3, "new": 0, "summarised": 0, "failed": 0, "skipped": 3}
    assert (len(desk.llm.calls), desk.pages(), desk.stored) == (calls, pages, stored)


async def test_a_model_configured_later_replaces_what_was_quoted(desk: Desk) -> None:
    desk.lists(2)
    await desk.pipeline(model=False).day(DAY)
    report = await desk.pipeline().day(DAY)
    assert report.summarised == 2
    assert {one.model for entry in desk.stored for one in entry.summaries} == {"fake-small"}


async def test_a_model_taken_away_leaves_what_it_wrote(desk: Desk) -> None:
    desk.lists(2)
    await desk.pipeline().day(DAY)
    assert facts(await desk.pipeline(model=False).day(DAY))["skipped"] == 2
    assert {one.model for entry in desk.stored for one in entry.summaries} == {"fake-small"}


async def test_a_language_configured_later_is_added_from_the_kept_text(desk: Desk) -> None:
    desk.lists(2)
    await desk.pipeline(langs=("en",)).day(DAY)
    english, pages = [entry.summaries for entry in desk.stored], desk.pages()
    await desk.pipeline(langs=("zh", "en")).day(DAY)
    assert [tuple(one for one in entry.summaries if one.lang == "en") for entry in desk.stored] == english
    assert {one.lang for entry in desk.stored for one in entry.summaries} == {"zh", "en"}
    assert desk.pages() == pages


async def test_stored_papers_of_other_days_are_completed_without_listing_them(desk: Desk) -> None:
    desk.lists(3)
    await desk.pipeline().day(DAY, limit=1)
    looks = len(polls.of_day(desk.db, DAY))
    report = await desk.pipeline().catch_up(DAY - timedelta(days=3), DAY)
    assert (report.listed, report.summarised, report.skipped) == (None, 2, 1)
    assert len(polls.of_day(desk.db, DAY)) == looks


async def test_summarising_afresh_asks_for_what_is_there_already(desk: Desk) -> None:
    desk.lists(2)
    await desk.pipeline().day(DAY)
    desk.clock.at += timedelta(hours=1)
    report = await desk.pipeline().again(desk.stored[:1])
    assert (report.summarised, {one.made_at for one in desk.stored[0].summaries}) == (1, {desk.clock.at})
    assert {one.made_at for one in desk.stored[1].summaries} == {NOON}


async def test_an_old_summary_stays_where_the_new_one_fails(desk: Desk) -> None:
    desk.lists(1)
    await desk.pipeline().day(DAY)
    (old,) = desk.stored
    desk.llm.behave(fault="other_paper")
    report = await desk.pipeline().again([old])
    assert (len(report.failed), desk.stored[0].summaries) == (1, old.summaries)


# --- failing papers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("refusal", "declines to answer"), ("other_paper", ""), ("wrong_language", ""), ("empty", "")],
)
async def test_a_paper_that_fails_stops_no_other_and_is_a_row_with_its_reason(
    desk: Desk, fault: str, reason: str
) -> None:
    desk.lists(3)
    desk.faulty(IDS[1], fault)
    report = await desk.pipeline().day(DAY)
    (row,) = failures.everything(desk.db)
    assert (row.arxiv_id, row.stage, row.times, row.last_at) == (IDS[1], "summarise", 1, NOON)
    assert report.failed == [Failed(IDS[1], "summarise", row.reason)]
    assert reason in row.reason != ""
    assert desk.summarised == {IDS[0], IDS[2]}


async def test_a_paper_that_can_not_be_read_is_a_row_too(desk: Desk) -> None:
    desk.site.add_day(str(DAY), [MADE[0], MADE[1] | {"summary": ""}])
    desk.site.set_page(IDS[1], html="missing", pdf="missing")
    report = await desk.pipeline().day(DAY)
    assert [(one.arxiv_id, one.stage) for one in report.failed] == [(IDS[1], "read")]
    assert [(row.arxiv_id, row.stage) for row in failures.everything(desk.db)] == [(IDS[1], "read")]


async def test_all_papers_failing_is_told_from_some(desk: Desk) -> None:
    desk.lists(2)
    desk.llm.behave(fault="refusal")
    assert (await desk.pipeline().day(DAY)).all_failed
    desk.faulty(IDS[0])
    assert not (await desk.pipeline().day(DAY)).all_failed


async def test_nothing_to_do_is_no_failure(desk: Desk) -> None:
    desk.lists(0)
    assert not (await desk.pipeline().day(DAY)).all_failed


async def test_a_paper_that_succeeds_at_last_is_no_failure_any_more(desk: Desk) -> None:
    desk.lists(2)
    desk.faulty(IDS[0])
    await desk.pipeline().day(DAY)
    desk.llm.behave(fault="")
    report = await desk.pipeline().day(DAY)
    assert (report.summarised, failures.everything(desk.db)) == (1, [])


async def test_papers_never_tried_come_before_those_that_failed(desk: Desk) -> None:
    desk.lists(3)
    papers_of_day = await desk.pipeline().source.papers(DAY)
    papers.save(desk.db, [Entry(paper) for paper in papers_of_day])
    first = papers_of_day[0].arxiv_id
    failures.add(desk.db, first, "read", "down", NOON)
    await desk.pipeline().day(DAY)
    assert desk.pages()[-1] == first


async def test_a_paper_that_failed_too_often_is_left_alone(desk: Desk) -> None:
    desk.lists(2)
    desk.faulty(IDS[0])
    pipeline = desk.pipeline(max_attempts=2)
    for _ in range(2):
        await pipeline.day(DAY)
    calls = len(desk.llm.calls)
    report = await pipeline.day(DAY)
    assert (report.failed, report.skipped, len(desk.llm.calls)) == ([], 2, calls)
    assert MAX_ATTEMPTS == 5


async def test_asked_for_by_name_it_is_tried_again(desk: Desk) -> None:
    desk.lists(1)
    desk.faulty(IDS[0])
    pipeline = desk.pipeline(max_attempts=1)
    await pipeline.day(DAY)
    desk.llm.behave(fault="")
    report = await pipeline.again(desk.stored)
    assert (report.summarised, failures.everything(desk.db)) == (1, [])


async def test_asked_for_by_name_and_failing_again_it_counts_anew(desk: Desk) -> None:
    desk.lists(1)
    desk.faulty(IDS[0])
    pipeline = desk.pipeline(max_attempts=3)
    for _ in range(3):
        await pipeline.day(DAY)
    await pipeline.again(desk.stored)
    assert failures.times(desk.db, IDS[0]) == 1


# --- the budget -----------------------------------------------------------------------------------


async def test_when_the_budget_is_spent_the_rest_waits_untouched(desk: Desk) -> None:
    desk.lists(5)
    report = await desk.pipeline(tokens=1, concurrency=1).day(DAY)
    assert (report.summarised, report.failed, failures.everything(desk.db)) == (1, [], [])
    assert "budget" in report.waiting
    assert len(desk.summarised) == 1


async def test_papers_that_wait_count_as_skipped(desk: Desk) -> None:
    desk.lists(5)
    report = await desk.pipeline(tokens=1, concurrency=1).day(DAY)
    assert (report.summarised, report.skipped) == (1, 4)


async def test_the_next_day_goes_on_where_the_budget_ended(desk: Desk) -> None:
    desk.lists(3)
    await desk.pipeline(tokens=1, concurrency=1).day(DAY)
    desk.clock.at += timedelta(days=1)
    report = await desk.pipeline(tokens=10**9).catch_up(DAY, DAY)
    assert (report.summarised, report.waiting, len(desk.summarised)) == (2, "", 3)


async def test_once_it_waits_no_page_is_fetched_in_vain(desk: Desk) -> None:
    desk.lists(12)
    await desk.pipeline(tokens=1, concurrency=1).day(DAY)
    calls = len(desk.llm.calls)
    desk.site.requests.clear()
    report = await desk.pipeline(tokens=1, concurrency=1).day(DAY)
    assert (report.summarised, len(desk.llm.calls)) == (0, calls)
    assert len(desk.pages()) <= 4, "the one that met the budget, and as many as the queue holds"


# --- the list -------------------------------------------------------------------------------------


async def test_an_outage_is_reported_and_remembered(desk: Desk) -> None:
    desk.site.configure(list_fault="500")
    report = await desk.pipeline().day(DAY)
    assert (report.listed, "500" in report.problem) == (None, True)
    down = polls.outage(desk.db, DAY)
    assert down is not None
    assert (down.at, "500" in down.reason) == (NOON, True)


async def test_an_outage_with_stored_papers_goes_on_with_those(desk: Desk) -> None:
    desk.lists(3)
    await desk.pipeline().day(DAY, limit=1)
    desk.site.configure(list_fault="500")
    report = await desk.pipeline().day(DAY)
    assert (report.listed, report.summarised, "500" in report.problem) == (None, 2, True)


async def test_an_outage_is_over_with_the_next_list(desk: Desk) -> None:
    desk.lists(1)
    desk.site.configure(list_fault="html")
    assert (await desk.pipeline().day(DAY)).listed is None
    desk.site.configure(list_fault="")
    desk.clock.at += timedelta(minutes=30)
    await desk.pipeline().day(DAY)
    assert polls.outage(desk.db, DAY) is None


async def test_an_empty_list_is_no_error(desk: Desk) -> None:
    report = await desk.pipeline().day(DAY)
    assert facts(report) == {"listed": 0, "new": 0, "summarised": 0, "failed": 0, "skipped": 0}
    assert [poll.ids for poll in polls.of_day(desk.db, DAY)] == [frozenset()]


async def test_a_day_that_has_not_begun_is_no_outage(desk: Desk) -> None:
    tomorrow = NOON.date() + timedelta(days=1)
    desk.site.configure(today=str(NOON.date()))
    report = await desk.pipeline().day(tomorrow)
    assert "not open yet" in report.problem
    assert polls.outage(desk.db, tomorrow) is None


async def test_late_arrivals_are_topped_up_on_the_next_look(desk: Desk) -> None:
    desk.lists(4)
    desk.site.grow(str(DAY), [2, 3], late=1)
    found = []
    for _ in range(2):
        found.append(facts(await desk.pipeline().day(DAY)))
        desk.clock.at += timedelta(minutes=30)
    desk.site.release(str(DAY))
    found.append(facts(await desk.pipeline().day(DAY)))
    assert [(one["listed"], one["new"], one["summarised"]) for one in found] == [(2, 2, 2), (3, 1, 1), (4, 1, 1)]


async def test_looks_that_agree_settle_the_day(desk: Desk) -> None:
    desk.lists(4)
    desk.site.grow(str(DAY), [2, 4])
    states = []
    for _ in range(3):
        await desk.pipeline().day(DAY)
        states.append(settle.state(DAY, desk.clock.at, polls.of_day(desk.db, DAY)))
        desk.clock.at += timedelta(minutes=30)
    assert states == ["growing", "growing", "settled"]


async def test_votes_are_counted_anew_with_each_look(desk: Desk) -> None:
    for votes in (3, 41):
        desk.site.add_day(str(DAY), [MADE[0] | {"upvotes": votes}])
        await desk.pipeline().day(DAY)
    assert [entry.paper.upvotes for entry in desk.stored] == [41]


async def test_new_votes_leave_summaries_and_vectors_alone(desk: Desk) -> None:
    desk.lists(1)
    embedder = HashEmbedder()
    await desk.pipeline(embedder=embedder).day(DAY)
    (before,), made = desk.stored, len(embedder.asked)
    desk.site.add_day(str(DAY), [MADE[0] | {"upvotes": 999}])
    await desk.pipeline(embedder=embedder).day(DAY)
    assert desk.stored == [replace(before, paper=replace(before.paper, upvotes=999))]
    assert len(embedder.asked) == made


async def test_a_paper_listed_again_on_a_later_day_keeps_its_first(desk: Desk) -> None:
    desk.lists(2)
    desk.lists(3, NEXT_DAY)
    await desk.pipeline().day(DAY)
    report = await desk.pipeline().day(NEXT_DAY)
    assert (report.listed, report.new, report.summarised) == (3, 1, 1)
    assert {entry.paper.arxiv_id: entry.paper.day for entry in desk.stored} == {
        IDS[0]: DAY, IDS[1]: DAY, IDS[2]: NEXT_DAY
    }  # fmt: skip


# --- overlap --------------------------------------------------------------------------------------


async def test_pages_are_read_ahead_while_the_model_thinks_but_no_further_than_the_queue_holds(desk: Desk) -> None:
    desk.lists(6)
    desk.llm.behave(latency_s=0.4)
    await desk.pipeline(concurrency=1).day(DAY)
    first_answer = min(call.ended_s for call in desk.llm.calls) + desk.llm.born - desk.site.born
    ahead = [line for line in desk.site.requests if "/html/" in line["path"] and line["at_s"] < first_answer]
    assert len(ahead) in (2, 3, 4), "one in the model's hands, two in the queue, one waiting to enter it"


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_so_many_papers_are_summarised_at_a_time(desk: Desk, concurrency: int) -> None:
    desk.lists(6)
    desk.llm.behave(latency_s=0.2)
    await desk.pipeline(concurrency=concurrency).day(DAY)
    assert desk.llm.totals()["concurrency_peak"] == concurrency


async def test_arxivs_pace_is_kept(desk: Desk) -> None:
    desk.lists(6)
    await desk.pipeline().day(DAY)
    totals = desk.site.totals()
    assert (totals["too_soon"], totals["at_once"], totals["bare_agents"]) == (0, 0, 0)


async def test_a_paper_is_stored_and_embedded_while_others_are_under_way(desk: Desk) -> None:
    desk.lists(4)
    seen: list[int] = []

    class Watching(HashEmbedder):
        """Notes how many papers have a summary when vectors are made."""

        def passages(self, texts: Any) -> Vectors:
            seen.append(len(desk.summarised))
            return super().passages(texts)

    desk.llm.behave(latency_s=0.15)
    await desk.pipeline(concurrency=1, embedder=Watching()).day(DAY)
    assert seen[0] < 4


# --- embedding ------------------------------------------------------------------------------------


class Broken(HashEmbedder):
    """Its server is down."""

    def passages(self, texts: Any) -> Vectors:
        raise EmbedderError("the embedding server can't be reached", retry=True)


async def test_a_failing_embedder_keeps_the_summaries_and_is_told(desk: Desk) -> None:
    desk.lists(3)
    report = await desk.pipeline(embedder=Broken()).day(DAY)
    assert (report.summarised, report.failed, len(desk.summarised)) == (3, [], 3)
    assert report.problem == "the embedding server can't be reached"


async def test_the_next_run_makes_the_vectors_that_lack_though_no_paper_does(desk: Desk) -> None:
    desk.lists(3)
    await desk.pipeline(embedder=Broken()).day(DAY)
    calls = len(desk.llm.calls)
    report = await desk.pipeline().day(DAY)
    assert (report.problem, vectors.count_lacking(desk.db), len(desk.llm.calls)) == ("", 0, calls)


async def test_without_a_model_a_failing_embedder_fails_the_papers(desk: Desk) -> None:
    desk.lists(2)
    report = await desk.pipeline(model=False, embedder=Broken()).day(DAY)
    assert [one.reason for one in report.failed] == ["the embedding server can't be reached"] * 2


async def test_another_models_index_ends_the_run_and_keeps_what_was_stored(desk: Desk) -> None:
    desk.lists(2)
    await desk.pipeline().day(DAY)
    desk.lists(3)
    with pytest.raises(IndexMismatch):
        await desk.pipeline(embedder=HashEmbedder("another")).day(DAY)
    assert {IDS[0], IDS[1]} <= desk.summarised


# --- broken off -----------------------------------------------------------------------------------


@pytest.mark.parametrize("done", [1, 2, 3])
async def test_a_run_that_is_broken_off_goes_on_without_paying_twice(desk: Desk, done: int) -> None:
    desk.lists(4)
    pipeline = desk.pipeline(concurrency=1)
    enough = asyncio.Event()
    run = asyncio.create_task(pipeline.day(DAY, progress=lambda at, _: enough.set() if at == done else None))
    await enough.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    finished = desk.summarised
    answered = len([call for call in desk.llm.calls if call.status == 200])
    await desk.pipeline(concurrency=1).day(DAY)
    assert len(desk.summarised) == len(desk.stored) == 4
    assert len(finished) >= done
    assert desk.llm.totals()["duplicates"] <= max(0, answered - done), "only what was in hand may be asked again"


async def test_a_key_that_is_refused_stops_the_run_and_counts_for_no_paper(desk: Desk) -> None:
    desk.lists(4)
    desk.llm.behave(api_key="another")
    report = await desk.pipeline().day(DAY)
    assert ("key" in report.waiting, report.failed, report.skipped) == (True, [], 4)
    assert [(one.times, "key" in one.reason) for one in failures.everything(desk.db)] == [(0, True)] * 4


async def test_an_abstract_that_gives_way_to_a_summary_is_not_embedded(desk: Desk) -> None:
    desk.lists(4)
    embedder = HashEmbedder()
    await desk.pipeline(embedder=embedder).day(DAY)
    assert len(embedder.asked) == 2 * 4


# --- one paper that somebody asks for -------------------------------------------------------------

FIRST_ON_ARXIV = date(2026, 1, 1)  # all that the stand-in's Atom API knows


def known(desk: Desk, count: int = 1) -> str:
    """Let arXiv know some of `MADE`; the id of the first."""
    desk.site.add_day("2026-03-19", MADE[:count])
    return IDS[0]


async def one(pipeline: Pipeline, arxiv_id: str) -> tuple[bool, Report]:
    report = Report()
    return await pipeline.one(arxiv_id, report), report


async def test_a_paper_that_no_list_held_is_fetched_read_and_summarised(desk: Desk) -> None:
    found, report = await one(desk.pipeline(), known(desk))
    (entry,) = desk.stored
    assert (found, report.summarised, dict(report.read), report.listed) == (True, 1, {"HTML": 1}, None)
    assert (entry.paper.listed, entry.paper.day, entry.paper.title) == (False, FIRST_ON_ARXIV, MADE[0]["title"])
    assert {one.lang for one in entry.summaries} == {"zh", "en"}
    assert report.tokens == ledger.spent(desk.db, DAY).tokens > 0


async def test_its_stages_are_told_as_they_begin(desk: Desk) -> None:
    told: list[tuple[str, str]] = []
    arxiv_id = known(desk)
    await desk.pipeline().one(arxiv_id, Report(), lambda stage, paper: told.append((stage, paper.arxiv_id)))
    assert told == [("read", arxiv_id), ("summarise", arxiv_id)]


async def test_it_keeps_arxivs_pace(desk: Desk) -> None:
    desk.lists(3)
    pipeline = desk.pipeline()
    desk.site.add_day("2026-03-19", MADE[3:6])
    await asyncio.gather(pipeline.day(DAY), *(pipeline.one(arxiv_id, Report()) for arxiv_id in IDS[3:6]))
    totals = desk.site.totals()
    assert (len(desk.summarised), totals["too_soon"], totals["at_once"]) == (6, 0, 0)


async def test_no_day_is_said_to_have_listed_it(desk: Desk) -> None:
    await one(desk.pipeline(), known(desk))
    assert (papers.of_day(desk.db, FIRST_ON_ARXIV), papers.days(desk.db), polls.days(desk.db)) == ([], [], [])


async def test_a_list_that_holds_it_later_takes_it_over_and_pays_for_nothing(desk: Desk) -> None:
    await one(desk.pipeline(), known(desk))
    calls = len(desk.llm.calls)
    desk.lists(1)
    report = await desk.pipeline().day(DAY)
    assert (report.summarised, report.skipped, len(desk.llm.calls)) == (0, 1, calls)
    assert [entry.paper.listed for entry in papers.of_day(desk.db, DAY)] == [True]


async def test_an_id_that_arxiv_does_not_know_leaves_nothing(desk: Desk) -> None:
    assert (await one(desk.pipeline(), "2602.99999"))[0] is False
    assert (desk.stored, desk.llm.calls) == ([], [])


async def test_a_paper_that_is_stored_is_not_looked_up(desk: Desk) -> None:
    desk.lists(2)
    await desk.pipeline().day(DAY, limit=1)
    lacking = next(entry.paper.arxiv_id for entry in desk.stored if not entry.summaries)
    found, report = await one(desk.pipeline(), lacking)
    assert (found, report.summarised) == (True, 1)
    assert not [line for line in desk.site.requests if "/api/query" in line["path"]]
    assert {entry.paper.listed for entry in desk.stored} == {True}


async def test_a_summary_that_fails_leaves_the_paper_with_its_abstract_and_a_row(desk: Desk) -> None:
    arxiv_id = known(desk)
    desk.faulty(arxiv_id)
    found, report = await one(desk.pipeline(), arxiv_id)
    (entry,) = desk.stored
    assert (found, len(report.failed), entry.failed) == (True, 1, True)
    assert (entry.summaries, entry.paper.abstract != "") == ((), True)
    assert vectors.count_lacking(desk.db) == 0, "it is found by its abstract"


async def test_what_it_lacks_is_made_up_later_however_old_it_is(desk: Desk) -> None:
    arxiv_id = known(desk)
    desk.faulty(arxiv_id)
    await one(desk.pipeline(), arxiv_id)
    desk.llm.behave(fault="")
    report = await desk.pipeline().unlisted()
    assert (report.summarised, desk.summarised) == (1, {arxiv_id})


async def test_a_spent_budget_leaves_it_with_its_abstract_and_no_failure(desk: Desk) -> None:
    ledger.add(desk.db, DAY, "fake-small", "summary", 1000, 0, 0.0)
    found, report = await one(desk.pipeline(tokens=1000), known(desk))
    assert (found, report.summarised, report.failed, report.waiting != "") == (True, 0, [], True)
    assert [entry.failed for entry in desk.stored] == [False]


async def test_no_paper_is_in_two_passes(desk: Desk) -> None:
    desk.lists(3)
    pipeline = desk.pipeline()
    reports = await asyncio.gather(pipeline.day(DAY), pipeline.day(DAY), *(one(pipeline, each) for each in IDS[:3]))
    assert len(desk.summarised) == 3
    assert len([call for call in desk.llm.calls if call.status == 200]) == 3, reports


async def test_its_vectors_do_not_wait_for_those_of_others(desk: Desk) -> None:
    desk.lists(3)
    await desk.pipeline().look(DAY, Report())  # listed, and nothing done yet
    desk.site.add_day("2026-03-19", MADE[3:4])
    await one(desk.pipeline(), IDS[3])
    assert vectors.count_lacking(desk.db) == 3


async def test_broken_off_it_is_made_up_later(desk: Desk) -> None:
    arxiv_id = known(desk)
    reading = asyncio.Event()
    pipeline = desk.pipeline()
    run = asyncio.create_task(pipeline.one(arxiv_id, Report(), lambda stage, paper: reading.set()))
    await reading.wait()
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    assert desk.summarised == set()
    assert (await pipeline.unlisted()).summarised == 1
