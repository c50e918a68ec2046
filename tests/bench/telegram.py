"""Measure the Telegram front against the strict server on the loopback: `python -m tests.bench.telegram [--json]`.

reply        command → first reply at 20 chats at once, less the store's own time for it, in earnest: with the pace
at once      200 chats ask at once under the server's real limits: answered, answered twice, refused
soak         10,000 updates of mixed kinds, malformed ones among them, without limits on either side
fuzz         10,000 texts, as documents and through the dialect, judged by the server's own parser
"""

import asyncio
import gc
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from statistics import median, quantiles

import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app import App
from bot.config import Settings
from bot.config_talk import Limits as Allowed
from bot.config_talk import Telegram as Chosen
from bot.doc import Doc, Para
from bot.fronts.pace import Pace, Rates
from bot.fronts.telegram import Telegram
from bot.fronts.telegram_dialect import HTML
from bot.markdown import from_markdown
from bot.render import render
from bot.request import Request
from bot.respond import remember, respond
from ingest import passages
from store import papers
from tests.bench import telegram_side
from tests.bench.embedder import memory_mb
from tests.bench.figures import Figure, main
from tests.bench.telegram_side import TOKEN
from tests.bench.telegram_soak import ASKED, Soak
from tests.fakes.telegram_inline import InlineServer
from tests.fakes.telegram_server import Limits, Params, TelegramServer, parse_text
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import LIBRARY

ROUNDS = 10
SOAK = 10_000
FUZZ = 10_000
UNPACED = Rates(overall=10_000, per_chat=10_000.0, burst=10_000, per_group=10_000)
SNIPPETS = ["$O(T^2)$", "**b**", "`c`", "- i\n", "</b>", "&lt;", "\u202e", "\u05e9\u05dc", "👩‍🔬", "🇩🇪", "~"]
NO_LIMITS = Allowed(per_user_minute=0, per_user_day=0, per_chat_day=0)


@asynccontextmanager
async def running(address: str, pace: Pace) -> AsyncIterator[App]:
    """The front at work for a small library."""
    with tempfile.TemporaryDirectory() as temporary:
        telegram = Chosen(token=SecretStr(TOKEN), api_base=address)
        given_ = Settings(data=Path(temporary), telegram=telegram, limits=NO_LIMITS)
        with App(given_, own=True, embedder=HashEmbedder(), today=lambda: date(2031, 5, 7)) as app:
            papers.save(app.folder.db, LIBRARY)
            passages.embed_lacking(app.folder, app.vectors)
            task = asyncio.create_task(Telegram(pace).run(app))
            try:
                yield app
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def own_time(app: App, chats: list[int]) -> float:
    """Milliseconds (median) until the store has answered the same command for all these chats at once, and kept what
    is in mind after it."""
    spent = []
    for n in range(ROUNDS):
        began = time.perf_counter()
        asked = [Request(ASKED, "en", "bench", str(chat), user=str(chat), paged=True) for chat in chats]
        for request, made in zip(asked, await asyncio.gather(*(respond(app, one) for one in asked)), strict=True):
            remember(app, request, made, ["1"])
        spent += [1000 * (time.perf_counter() - began)] if n else []
    return median(spent)


async def reply() -> list[Figure]:
    """Rounds of 20 chats at once, so far apart that what is measured is no limit of Telegram's."""
    spent: list[float] = []
    busy: list[float] = []
    refused = 0
    pipe = asyncio.subprocess.PIPE
    side = await asyncio.create_subprocess_exec(sys.executable, "-m", telegram_side.__name__, stdin=pipe, stdout=pipe)
    assert side.stdin
    assert side.stdout
    address = (await side.stdout.readline()).decode().strip()
    async with running(address, Pace()) as app:
        for n in range(ROUNDS):
            began = time.process_time()
            side.stdin.write(f"{ASKED}\n".encode())
            told = json.loads(await side.stdout.readline())
            busy += [1000 * (time.process_time() - began)] if n else []
            spent += told["ms"] if n else []
            refused += told["429"]
            await asyncio.sleep(1.1)
        own = await own_time(app, [*range(1, telegram_side.N_CHATS + 1)])
    side.stdin.close()
    await side.wait()
    p95 = quantiles(spent, n=100, method="inclusive")[94]
    return [
        Figure("command → first reply, 20 chats at once, p50, ms", median(spent)),
        Figure("command → first reply, 20 chats at once, p95, ms", p95),
        Figure("the store's own time for these 20, ms", own),
        Figure("p95 above the store's own time, ms", p95 - own, 50),
        Figure("the bot's processor time for these 20, ms", median(busy)),
        Figure("429s meanwhile", refused, 0),
    ]


async def at_once() -> list[Figure]:
    """Two hundred people, one question each, at the same moment."""
    chats = range(1, 201)
    async with TelegramServer(token=TOKEN) as tg, running(tg.url, Pace()):
        began = time.perf_counter()
        for chat in chats:
            tg.say(chat, "which papers are about video generation?")
        await tg.until(lambda: all(tg.messages(chat) for chat in chats), timeout=60)
        spent = time.perf_counter() - began
        stats = tg.stats()
        answered = [len(tg.messages(chat)) for chat in chats]
    return [
        Figure("200 chats at once: answered", sum(n > 0 for n in answered), 200, least=True),
        Figure("200 chats at once: answered twice", sum(n > 1 for n in answered) + len(stats["duplicates"]), 0),
        Figure("200 chats at once: 429s", stats["too_many_requests"], 0),
        Figure("200 chats at once: most messages in a second", stats["peak_per_s"], 30),
        Figure("200 chats at once: seconds until the last answer", spent, 10),
    ]


async def soak() -> list[Figure]:
    """All of them, in bursts, as fast as they are taken."""
    async with InlineServer(token=TOKEN, limits=Limits(enabled=False)) as tg, running(tg.url, Pace(UNPACED)):
        made = Soak(tg)
        sends, offers, before = 0, 0, 0.0
        with capture_logs() as logged:
            for n in range(SOAK):
                if n % 100 == 0:
                    await tg.until(lambda: len(tg.updates) == 0, timeout=60)
                if n == SOAK // 5:  # after warming up: caches, pools, SQLite's pages
                    before = await _settled(tg)
                made.one(n)
                if n % 1000 == 999:  # the server's own memory is not the bot's
                    await _quiet(tg)
                    sends, offers = sends + len(tg.messages()), offers + len(tg.api.offered)
                    tg.clear_journal()
                    tg._messages.clear()
                    tg._answers.clear()
                    tg.api.offered.clear()
            after = await _settled(tg)
        failed = [line for line in logged if line["event"] in ("work failed", "request failed", "incident")]
        full = [line for line in logged if line["event"] == "lane full"]
        shown = [text for text in (json.dumps(line, default=str) for line in failed) if text][:3]
        for text in shown:
            structlog.get_logger().warning("soak", failed=text)
    owed = made.owed
    return [
        Figure("soak: requests that are owed an answer", owed),
        Figure("soak: requests lost", owed - sends, 0),
        Figure("soak: inline queries lost", made.inline - offers, 0),
        Figure("soak: requests that broke", len(failed), 0),
        Figure("soak: messages refused by a full lane", len(full), 0),
        Figure("soak: memory grown, MB", after - before, 20),
    ]


async def _quiet(tg: TelegramServer) -> None:
    """Until nothing is fetched, begun or sent for half a second."""
    last = -1
    while last != (now := len(tg.calls()) - len(tg.calls("getUpdates"))) or tg.updates:
        last = now
        await asyncio.sleep(0.5)


async def _settled(tg: TelegramServer) -> float:
    await _quiet(tg)
    gc.collect()
    return memory_mb().get("rss", 0.0)


def fuzz() -> list[Figure]:
    """Texts of every kind, as a paragraph and as a summary's Markdown."""
    accepted = 0
    snippet = st.sampled_from(SNIPPETS)
    short = st.lists(st.text(max_size=60) | snippet, max_size=30).map("".join)
    text = short | st.text("x🙂 ", min_size=9, max_size=10).map(lambda part: part * 1_000)

    @settings(max_examples=FUZZ, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(text)
    def send(text: str) -> None:
        nonlocal accepted
        for message in render(Doc(Para(text), *from_markdown(text)), HTML):
            parse_text(Params({"text": message, "parse_mode": "HTML"}, {}), "text")
        accepted += 1

    send()
    return [Figure("fuzzed texts accepted", min(accepted, FUZZ), FUZZ, least=True)]


def measure() -> list[Figure]:
    """Everything, one after the other."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return [*asyncio.run(reply()), *asyncio.run(at_once()), *asyncio.run(soak()), *fuzz()]


if __name__ == "__main__":
    main(measure)
