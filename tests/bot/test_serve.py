"""`paperboy run`: what a waking does, and how the process ends."""

import asyncio
import os
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import intake, serve
from bot.app import App
from bot.config import Settings
from bot.request import Request
from bot.respond import remember, respond
from ingest.pipeline import Pipeline
from store import failures, fulltexts, overviews, papers, polls, talks
from store.errors import StoreError
from store.talks import Cited, Talk
from tests.bot.conftest import shown
from tests.fakes.answer_server import AnswerServer
from tests.fakes.llm_server import LlmServer
from tests.fakes.papers_server import PapersServer
from tests.flows.command import COMMAND, environment
from tests.makers.hash_embedder import HashEmbedder

DAY = date(2026, 2, 26)
MORNING = datetime(2026, 2, 26, 8, tzinfo=UTC)
HALF = timedelta(minutes=30)


class Clock:
    """Moves when a test says so."""

    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PapersServer]:
    async with PapersServer(tmp_path, today="2026-03-30", pace_s=0.02) as server:
        server.add_day(str(DAY), count=3)
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(tmp_path: Path, site: PapersServer, clock: Clock) -> Iterator[App]:
    arxiv = {"base_url": site.url, "api_url": f"{site.url}/api/query", "pace_s": 0.025}
    sources = {"hf_daily": {"base_url": site.url}, "arxiv": arxiv}
    settings = Settings(data=tmp_path / "data", sources=sources, ingest={"keep_fulltext_days": 3})
    with App(settings, own=True, embedder=HashEmbedder(), now=clock) as made:
        yield made


@pytest.fixture
async def pipeline(app: App) -> AsyncIterator[Pipeline]:
    async with intake.pipeline(app) as made:
        yield made


def lists(site: PapersServer) -> list[str]:
    """The days whose lists were asked for, in order."""
    asked = [line["path"] for line in site.requests if "date=" in line["path"] and "p=0" in line["path"]]
    return [path.split("date=")[1][:10] for path in asked]


def down(site: PapersServer) -> None:
    """The list can't be read, at once: an outage that is tried again would take seconds."""
    site.configure(list_fault="html")


# --- a waking -------------------------------------------------------------------------------------


async def test_before_the_hour_nothing_is_done(app: App, pipeline: Pipeline, clock: Clock, site: PapersServer) -> None:
    clock.at -= timedelta(minutes=1)
    await serve.tick(app, pipeline)
    assert site.requests == []


async def test_what_is_due_is_done(app: App, pipeline: Pipeline) -> None:
    await serve.tick(app, pipeline)
    assert [len(entry.summaries) for entry in papers.of_day(app.folder.db, DAY)] == [1, 1, 1]


async def test_what_is_done_is_not_done_again(app: App, pipeline: Pipeline, clock: Clock, site: PapersServer) -> None:
    for minutes in (0, 1, 29, 30, 31, 60, 600):
        clock.at = MORNING + timedelta(minutes=minutes)
        await serve.tick(app, pipeline)
    assert lists(site) == [str(DAY)] * 2, "two looks that agree"


async def test_votes_are_counted_again_once_an_age(
    app: App, pipeline: Pipeline, clock: Clock, site: PapersServer
) -> None:
    for minutes in (0, 30):
        clock.at = MORNING + timedelta(minutes=minutes)
        await serve.tick(app, pipeline)
    for days in range(1, 16):
        for hour in (4, 5):  # before eight: that day's own look isn't open yet
            clock.at = MORNING.replace(hour=hour) + timedelta(days=days)
            await serve.tick(app, pipeline)
    assert polls.refreshed(app.folder.db, DAY) == {1, 3, 7, 14}
    assert lists(site).count(str(DAY)) == 2 + 4


async def test_votes_that_could_not_be_counted_are_due_again(
    app: App, pipeline: Pipeline, clock: Clock, site: PapersServer
) -> None:
    for minutes in (0, 30):
        clock.at = MORNING + timedelta(minutes=minutes)
        await serve.tick(app, pipeline)
    down(site)
    clock.at = MORNING.replace(hour=4) + timedelta(days=1)
    await serve.tick(app, pipeline)
    assert polls.refreshed(app.folder.db, DAY) == frozenset()
    site.configure(list_fault="")
    clock.at += timedelta(hours=1)
    await serve.tick(app, pipeline)
    assert polls.refreshed(app.folder.db, DAY) == {1}


async def test_a_source_that_is_down_is_asked_no_sooner_for_it(
    app: App, pipeline: Pipeline, clock: Clock, site: PapersServer
) -> None:
    down(site)
    for minute in range(61):
        clock.at = MORNING + timedelta(minutes=minute)
        await serve.tick(app, pipeline)
    assert len(lists(site)) == 3


async def test_an_outage_is_told_to_the_operators_once_a_day(
    app: App, pipeline: Pipeline, clock: Clock, site: PapersServer
) -> None:
    (outlet,) = app.notices.listen("telegram", ["42"])
    down(site)
    for minute in range(61):
        clock.at = MORNING + timedelta(minutes=minute)
        await serve.tick(app, pipeline)
    assert [notice.kind for notice in outlet.waiting(clock.at)] == ["problem"]


async def test_a_day_that_has_not_opened_yet_is_no_outage(
    app: App, pipeline: Pipeline, clock: Clock, site: PapersServer
) -> None:
    (outlet,) = app.notices.listen("telegram", ["42"])
    site.configure(weekend="400")
    clock.at = datetime(2026, 2, 28, 9, tzinfo=UTC)
    await serve.tick(app, pipeline)
    assert lists(site) == ["2026-02-28"]
    assert outlet.waiting(clock.at) == []


async def test_a_day_that_fails_stops_no_other(app: App, pipeline: Pipeline, clock: Clock, site: PapersServer) -> None:
    site.add_day("2026-02-27", [])
    polls.add(app.folder.db, DAY, polls.Poll(MORNING, frozenset()))
    site.add_day("2026-03-02", [{"id": "nonsense", "title": "T", "summary": "S"}])  # its list can't be read
    clock.at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    await serve.tick(app, pipeline)
    assert polls.outage(app.folder.db, date(2026, 3, 2)) is not None
    assert len(papers.of_day(app.folder.db, DAY)) == 3


async def test_a_look_tries_what_failed_on_the_days_before(app: App, pipeline: Pipeline, clock: Clock) -> None:
    await serve.tick(app, pipeline)
    (first, *_) = papers.of_day(app.folder.db, DAY)
    with app.folder.db.write() as db:
        db.execute("DELETE FROM summaries WHERE paper = (SELECT id FROM papers WHERE arxiv_id = ?)",
                   [first.paper.arxiv_id])  # fmt: skip
    failures.add(app.folder.db, first.paper.arxiv_id, "summarise", "the model was down", MORNING)
    clock.at += timedelta(days=1)
    await serve.tick(app, pipeline)
    assert failures.everything(app.folder.db) == []
    assert all(entry.summaries for entry in papers.of_day(app.folder.db, DAY))


async def test_texts_expire_with_a_look(app: App, pipeline: Pipeline, clock: Clock) -> None:
    await serve.tick(app, pipeline)
    kept = papers.of_day(app.folder.db, DAY)[0].paper.arxiv_id
    assert fulltexts.get(app.folder.db, kept) is not None
    clock.at += timedelta(days=4)
    await serve.tick(app, pipeline)
    assert fulltexts.get(app.folder.db, kept) is None


async def test_what_was_asked_is_kept_no_longer_than_people_are_told(
    app: App, pipeline: Pipeline, clock: Clock
) -> None:
    request = Request("", "en", "telegram", chat="5", user="5")
    given = await respond(app, request.saying("what is said about folding?"))
    shown = Talk(("3105.00001",), question="what is said?", cited=(Cited(1, "3105.00001", "usage", "So."),))
    remember(app, request, replace(given, talk=shown), ["8"])
    clock.at += timedelta(minutes=app.settings.chat.follow_up_minutes + 1)
    await serve.tick(app, pipeline)
    assert app.folder.db.value("SELECT count(*) FROM talks") == 0
    assert talks.of_message(app.folder.db, "telegram", "5", "8") == Talk(("3105.00001",))
    assert app.limiter.today(request, clock.at).asked == 1
    clock.at = datetime(2026, 2, 27, tzinfo=UTC)
    await serve.tick(app, pipeline)
    assert app.folder.db.value("SELECT count(*) FROM usage") == 0


@pytest.mark.parametrize(
    "error", [pytest.param(StoreError("the disk is full"), id="foreseen"), pytest.param(ValueError("odd"), id="not")]
)
async def test_after_an_error_the_next_waking_works(app: App, pipeline: Pipeline, error: Exception) -> None:
    raised, due = asyncio.Event(), asyncio.Event()

    def now() -> datetime:
        if not raised.is_set():
            raised.set()
            raise error
        return MORNING

    app.now = now
    due.set()
    work = asyncio.create_task(serve._work(app, pipeline, due))
    await raised.wait()
    due.set()
    async with asyncio.timeout(30):
        while not papers.of_day(app.folder.db, DAY):
            await asyncio.sleep(0.01)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


# --- the process ----------------------------------------------------------------------------------

Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


# The paragraph about a day


async def test_when_a_day_is_whole_it_is_written_about_once(app: App, site: PapersServer, clock: Clock) -> None:
    site.add_day(str(DAY), count=5)
    async with AnswerServer() as llm:
        given = {"base_url": llm.base_url, "api_key": "sk-made-up", "model": "fake-small"}
        app.settings = app.settings.model_copy(update={"llm": app.settings.llm.model_validate(given)})
        async with intake.pipeline(app) as pipeline:
            await serve.tick(app, pipeline)
            assert llm.asked["overview"] == [], "the list is still filling"
            for _ in range(3):
                clock.at += HALF
                await serve.tick(app, pipeline)
        assert len(llm.asked["overview"]) == 2, "one a language"
    assert set(overviews.of_day(app.folder.db, DAY)) == {"zh", "en"}
    said = shown((await respond(app, Request(f"/day {DAY}", "en"))).doc)
    assert overviews.of_day(app.folder.db, DAY)["en"] in said


async def test_without_a_model_nothing_is_written_about_a_day(
    app: App, pipeline: Pipeline, site: PapersServer, clock: Clock
) -> None:
    site.add_day(str(DAY), count=5)
    for _ in range(3):
        await serve.tick(app, pipeline)
        clock.at += HALF
    assert overviews.of_day(app.folder.db, DAY) == {}


@pytest.fixture
async def llm() -> AsyncIterator[LlmServer]:
    async with LlmServer() as server:
        yield server


@pytest.fixture
def run(home: Path, site: PapersServer, llm: LlmServer) -> Iterator[Run]:
    """Begins `paperboy run` with the stand-ins; what outlives the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin() -> "subprocess.Popen[str]":
        site.configure(today="")
        today = datetime.now(UTC).date()
        site.add_day(str(today), count=3)
        variables = {
            "INGEST__TIME": "00:00",
            "SOURCES__HF_DAILY__BASE_URL": site.url,
            "SOURCES__ARXIV__BASE_URL": site.url,
            "SOURCES__ARXIV__API_URL": f"{site.url}/api/query",
            "SOURCES__ARXIV__PACE_S": "0.03",
            "LLM__BASE_URL": llm.base_url,
            "LLM__API_KEY": "sk-made-up-key",
            "LLM__MODEL": "fake-small",
            "EMBEDDING__PROVIDER": "openai",
            "EMBEDDING__BASE_URL": llm.base_url,
            "EMBEDDING__MODEL": "fake-embedding",
            "LOG__LEVEL": "info",
        }
        env = environment(**{f"PAPERBOY_{name}": value for name, value in variables.items()})
        started.append(subprocess.Popen(
            [*COMMAND, "run"], cwd=home, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ))  # fmt: skip
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


async def until(reached: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Let the stand-ins answer until `reached`; the process must not end before."""
    async with asyncio.timeout(60):
        while not reached():
            assert process.poll() is None, process.communicate()[1]
            await asyncio.sleep(0.02)


async def ended(process: "subprocess.Popen[str]", sign: signal.Signals) -> tuple[int, str, str]:
    """Send a signal; the exit code and what was said on stdout and stderr."""
    process.send_signal(sign)
    out, err = await asyncio.to_thread(process.communicate, timeout=30)
    return process.returncode, out, err


def summarised(home: Path) -> int:
    path = home / "data" / "paperboy.db"
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(DISTINCT paper) FROM summaries").fetchone()[0])
    except sqlite3.OperationalError:  # being made just now
        return 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_it_ingests_the_day_and_ends_on_a_signal(run: Run, home: Path, sign: signal.Signals) -> None:
    process = run()
    await until(lambda: summarised(home) == 3, process)
    code, out, err = await ended(process, sign)
    assert (code, out) == (0, ""), err
    assert "Traceback" not in err
    assert "stopped" in err


async def test_a_signal_in_the_middle_of_a_job_ends_it_at_once(run: Run, llm: LlmServer) -> None:
    llm.behave(latency_s=60.0)
    process = run()
    await until(lambda: bool(llm.calls), process)
    code, _, err = await ended(process, signal.SIGTERM)
    assert code == 0, err
    assert "Traceback" not in err
    assert "Error" not in err


async def test_started_again_it_pays_for_nothing_twice(run: Run, home: Path, llm: LlmServer) -> None:
    for _ in range(2):
        process = run()
        await until(lambda: summarised(home) == 3, process)
        await ended(process, signal.SIGTERM)
    assert llm.totals()["duplicates"] == 0
