"""The port for who watches: three paths, figures that are true, and nothing of anybody's messages."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot import watch
from bot.app import App
from bot.config import Settings
from bot.config_host import Watch
from bot.request import Request
from bot.respond import respond
from ingest import passages
from store import ledger, papers
from store.errors import ConfigError
from store.outbox import Made, Outbox
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import DAY, LIBRARY
from tests.makers.subscribers import subscribe

NOW = datetime(2031, 5, 6, 8, tzinfo=UTC)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def app(tmp_path: Path, port: int) -> Iterator[App]:
    with App(
        Settings(data=tmp_path, watch=Watch(port=port)), own=True, embedder=HashEmbedder(), now=lambda: NOW
    ) as made:
        papers.save(made.folder.db, LIBRARY)
        passages.embed_lacking(made.folder, made.vectors)
        yield made


@pytest.fixture
async def site(app: App, port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with watch.watched(app), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


async def figures(site: httpx.AsyncClient) -> dict[str, float]:
    """Each line of /metrics: its name with labels, and its value."""
    answer = await site.get("/metrics")
    assert answer.status_code == 200
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


async def test_it_lives_as_soon_as_it_is_there(site):
    assert (await site.get("/live")).status_code == 200


async def test_it_is_ready_when_search_is_loaded(app, site):
    answer = await site.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "lacks": ["search"]})
    await asyncio.to_thread(lambda: app.search)
    assert (await site.get("/ready")).status_code == 200


@pytest.mark.parametrize("path", ["/", "/metrics/x", "/../etc/passwd", "/admin"])
async def test_nothing_else_is_there(site, path):
    assert (await site.get(path)).status_code == 404


async def test_nothing_can_be_sent_there(site):
    assert (await site.post("/live", content=b"x" * 100)).status_code == 405


async def test_a_question_is_counted_and_timed(app, site):
    await respond(app, Request("which papers are about video generation?", front="telegram", chat="42", user="7"))
    seen = await figures(site)
    assert seen['paperboy_questions_total{front="telegram",outcome="answer"}'] == 1
    assert seen['paperboy_answer_seconds_count{front="telegram"}'] == 1


async def test_no_chat_person_or_text_is_told(app, site):
    await respond(app, Request("a question about swordfish", front="telegram", chat="4711", user="4712"))
    text = (await site.get("/metrics")).text
    assert not any(told in text for told in ("4711", "4712", "swordfish"))


async def test_the_store_is_counted_as_it_is(app, site):
    seen = await figures(site)
    assert seen["paperboy_papers"] == len(LIBRARY)
    assert seen["paperboy_outbox_oldest_seconds"] == 0


async def test_what_models_cost_is_the_ledgers_sum_over_all_days(app, site):
    for day in (date(2031, 5, 5), date(2031, 5, 6)):
        ledger.add(app.folder.db, day, "gpt", "answer", 100, 20, 0.5)
    seen = await figures(site)
    assert seen['paperboy_model_cost_usd_total{model="gpt",purpose="answer"}'] == 1.0
    assert seen['paperboy_model_tokens_total{direction="in",model="gpt",purpose="answer"}'] == 200


async def test_a_queue_has_a_length_and_an_age(app, site):
    taker = subscribe(app.folder.db, 1)
    Outbox(app.folder.db).put(DAY, [Made(["{}"], [taker.id])], NOW - timedelta(hours=2))
    seen = await figures(site)
    assert seen['paperboy_outbox{state="pending"}'] == 1
    assert seen["paperboy_outbox_oldest_seconds"] == 7200


async def test_passages_that_the_index_lacks_are_its_drift(app, site):
    await asyncio.to_thread(lambda: app.search)
    assert (await figures(site))["paperboy_index_drift_passages"] == 0
    with app.folder.db.write() as connection:
        connection.execute("INSERT INTO passages (paper, lang, digest, vector) VALUES (1, 'xx', 'd', x'00')")
    assert (await figures(site))["paperboy_index_drift_passages"] == 1


async def test_a_port_that_is_taken_is_an_error_that_names_the_setting(app, site, tmp_path):
    with pytest.raises(ConfigError, match=r"watch\.port"):
        async with watch.watched(app):
            pass


async def test_there_is_no_port_unless_one_is_set(tmp_path):
    with App(Settings(data=tmp_path)) as app:
        async with watch.watched(app) as port:
            assert port == 0
