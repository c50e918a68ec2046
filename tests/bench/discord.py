"""Measure the Discord front against the strict server on the loopback: `python -m tests.bench.discord [--json]`.

interactions   10,000 commands, 40 a second, from use to acknowledgement, while one day after the other is ingested and
               embedded by the bundled model in the same process (a paper takes seconds); some five minutes
a digest       1,000 channels, one message each, under the server's real limits, while 1 in 100 sends answers 500 after
               it has acted
"""

import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import structlog
from pydantic import SecretStr

from bot import intake
from bot import lang as languages
from bot.app import App
from bot.config import Arxiv, HfDaily, Settings, Sources
from bot.config_talk import Discord as Chosen
from bot.config_talk import Limits as Allowed
from bot.doc import Doc, Para, Title
from bot.fronts.discord import Discord
from bot.outgoing import Sent
from ingest import passages
from ingest.embed import Embedder
from store import papers as stored
from store.chats import Chat
from tests.bench import discord_side
from tests.bench.figures import Figure, main
from tests.bench.ingesting import served, tell
from tests.fakes.discord_server import DEFAULT_TOKEN
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import LIBRARY

INTERACTIONS = 10_000
CHANNELS = 1_000
PAPERS = 40
"""Papers of a day that is ingested meanwhile."""

FIRST_DAY = date(2026, 3, 2)
NO_LIMITS = Allowed(per_user_minute=0, per_user_day=0, per_chat_day=0)


@asynccontextmanager
async def running(
    address: str, token: str, embedder: Embedder | None = None, papers: str = ""
) -> AsyncIterator[tuple[App, Discord]]:
    """The front at work for a small library; without `embedder` the bundled one makes the vectors."""
    with tempfile.TemporaryDirectory() as temporary:
        chosen = Chosen(token=SecretStr(token), api_base=address, threads=False)
        arxiv = Arxiv(base_url=papers, api_url=f"{papers}/api/query", pace_s=0.0)
        sources = Sources(hf_daily=HfDaily(base_url=papers), arxiv=arxiv) if papers else Sources()
        settings = Settings(data=Path(temporary), discord=chosen, limits=NO_LIMITS, sources=sources)
        with App(settings, own=True, embedder=embedder, today=lambda: date(2031, 5, 7)) as app:
            stored.save(app.folder.db, LIBRARY)
            passages.embed_lacking(app.folder, app.vectors)
            front = Discord()
            task = asyncio.create_task(front.run(app))
            try:
                yield app, front
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def interactions() -> list[Figure]:
    """Commands, while everything else goes on."""
    pipe = asyncio.subprocess.PIPE
    side = await asyncio.create_subprocess_exec(
        sys.executable, "-m", discord_side.__name__, stdin=pipe, stdout=pipe, limit=2**24
    )
    assert side.stdin
    assert side.stdout
    where = json.loads(await side.stdout.readline())
    with (
        tempfile.TemporaryDirectory() as temporary,
        served("-m", "tests.fakes.papers_server", "0", "--data", temporary) as papers,
    ):
        async with running(where["api_base"], where["token"], papers=papers) as (app, _):
            side.stdin.write(b"40\n")  # to warm up
            await side.stdout.readline()
            before = embedded(app)
            work = asyncio.create_task(ingesting(app, papers))
            side.stdin.write(f"{INTERACTIONS}\n".encode())
            told = json.loads(await side.stdout.readline())
            if work.done():
                work.result()  # it never ends by itself
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            after = embedded(app)
    side.stdin.close()
    await side.wait()
    return figures(told, after - before)


def embedded(app: App) -> int:
    """How many passages have a vector."""
    return int(app.folder.db.read("SELECT count(*) AS n FROM passages WHERE vector IS NOT NULL")[0]["n"])


async def ingesting(app: App, papers: str) -> None:
    """One day after the other, until it is cancelled."""
    async with intake.pipeline(app) as pipeline:
        day = FIRST_DAY
        while True:
            await asyncio.to_thread(tell, papers, "day", date=day.isoformat(), count=PAPERS)
            await pipeline.day(day)
            day += timedelta(days=1)


def figures(told: dict[str, Any], passages_made: int) -> list[Figure]:
    """What the server saw."""
    p99 = quantiles(told["ms"], n=100, method="inclusive")[98]
    return [
        Figure("interactions acknowledged", len(told["ms"]), INTERACTIONS, least=True),
        Figure("interaction → acknowledgement, p50, ms", median(told["ms"])),
        Figure("interaction → acknowledgement, p99, ms", p99, 100),
        Figure("interaction → acknowledgement, worst, ms", max(told["ms"])),
        Figure("completions, p99, ms", quantiles(told["completed_ms"], n=100, method="inclusive")[98], 100),
        Figure("completions with nothing to choose", told["uncompleted"], 0),
        Figure("interactions too late (10062)", told["too late"], 0),
        Figure("interactions unanswered", told["unanswered"], 0),
        Figure("requests refused meanwhile", told["refused"], 0),
        Figure("429s meanwhile", told["429"], 0),
        Figure("heartbeats", told["heartbeats"]),
        Figure("the latest heartbeat, s after its time", told["heartbeat_late_s"], 1),
        Figure("passages of new papers embedded meanwhile", passages_made, 1, least=True),
    ]


async def digest() -> list[Figure]:
    """One message to each of many channels."""
    with served("-m", "tests.fakes.discord_server", "0") as url:

        async def verb(called: str, /, **given: object) -> Any:
            return (await asyncio.to_thread(tell, url, called, **given))["result"]

        channels = [await verb("add_channel", name=f"papers-{n}") for n in range(CHANNELS)]
        async with running(f"{url}/api/v10", DEFAULT_TOKEN, HashEmbedder()) as (app, front):
            await verb("wait_ready", timeout_s=30)
            for n in range(CHANNELS // 100):
                await verb("fail", route="POST /channels/*/messages", kind="500", act=True, skip=100 * n + 50)
            (part,) = front.parts(Doc(Title("Daily Papers"), Para("Forty papers.")), (), None, languages.load("en"))
            began = time.perf_counter()
            async with front.sending(app) as deliver:
                sends = (deliver(Chat("discord", one), part, lambda: True) for one in channels)
                sent = await asyncio.gather(*sends, return_exceptions=True)
            spent = time.perf_counter() - began
            stats = await verb("stats")
    return [
        Figure("channels that got their message", sum(isinstance(one, Sent) for one in sent), CHANNELS, least=True),
        Figure("channels a second", CHANNELS / spent, 40, least=True),
        Figure("sends that answered 500 after acting", stats["counts"].get("fault 500", 0), 10, least=True),
        Figure("messages there", stats["sends"], CHANNELS),
        Figure("messages there twice", len(stats["duplicates"]), 0),
        Figure("429s of the digest", stats["429"], 0),
    ]


def measure() -> list[Figure]:
    """Everything, one after the other."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return [*asyncio.run(digest()), *asyncio.run(interactions())]


if __name__ == "__main__":
    main(measure)
