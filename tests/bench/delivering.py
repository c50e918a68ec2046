"""Measure deliveries: `python -m tests.bench.delivering [--json]`.

outbox       making a day's digest for 1,000 and for 10,000 subscriptions: of up to three groups, of topics in plain
             words, with keywords and least votes, in two styles and both languages
throughput   1,000 chats through the front, in earnest, against the strict server's real limits
limits       100 groups that get two messages a minute more than they may; a chat that has to wait for a minute among
             200: what the server refused, and how long the others took
killed       on Telegram and on Discord, `paperboy run` killed by SIGKILL at 50 random moments of a delivery of three
             parts to 300 chats, while 2 % of the replies are lost: what became of every part
"""

import asyncio
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from pydantic import SecretStr

from bot import delivery
from bot.app import App
from bot.config import Settings
from bot.config_talk import Telegram as Chosen
from bot.digest import TOPICS
from bot.fronts.telegram import Telegram
from bot.outgoing import Part, encode
from bot.sender import Sender
from store import deliveries, papers
from store.outbox import Made, Outbox
from store.wishes import Wish
from tests.bench.embedder import memory_mb
from tests.bench.figures import Figure, main
from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer, most_within
from tests.flows import killing, test_run_discord
from tests.flows.test_run_telegram import TOKEN
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import entry
from tests.makers.subscribers import full_day, settle, subscribe

ABOUT = ("Video", "Robot", "Agent", "Retrieval", "Quantization", "Benchmark", "Multimodal", "3D", "LLM", "Wool")
PLAIN = tuple(f"{about.lower()} number {n}" for about in ABOUT for n in range(6))
CHATS, GROUPS, MINUTES, FLOODED = 1000, 100, 22, 200
PARTS_CHATS, PARTS, KILLS, LOST = 300, 3, 50, 0.02
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
SETTLED = datetime.combine(YESTERDAY, datetime.min.time(), UTC) + timedelta(hours=8)


def app_at(home: Path, address: str = "http://127.0.0.1:9") -> App:
    """An app on a data folder, with Telegram at that address."""
    telegram = Chosen(token=SecretStr(TOKEN), api_base=address)
    return App(Settings(data=home / "data", telegram=telegram), own=True, embedder=HashEmbedder())


def wish(chance: random.Random) -> Wish:
    """One of a few thousand: a third of them name groups, a third a topic, a third everything; half narrow it."""
    kind = chance.randrange(3)
    groups = tuple(chance.sample(TOPICS, chance.randrange(1, 4))) if kind == 0 else ()
    topics = (chance.choice(PLAIN),) if kind == 1 else ()
    narrow = chance.random() < 0.5
    exclude = (chance.choice(ABOUT),) if narrow else ()
    return Wish(groups, topics, exclude=exclude, most=chance.choice((0, 5, 10)) if narrow else 0)


def outbox(count: int) -> tuple[float, int]:
    """Seconds, and how many different contents there are."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as temporary, app_at(Path(temporary)) as app:
        titles = [f"{about} number {n}" for n in range(6) for about in ABOUT]
        papers.save(app.folder.db, [entry(f"3105.{n:05}", "en", "zh", day=YESTERDAY, title=title)
                                    for n, title in enumerate(titles)])  # fmt: skip
        settle(app.folder.db, YESTERDAY, SETTLED)
        with app.folder.db.write():
            for chat in range(1, count + 1):
                subscribe(app.folder.db, chat, lang=chance.choice(("en", "zh")), wish=wish(chance),
                          style=chance.choice(("headlines", "full")))  # fmt: skip
        began = time.perf_counter()
        assert 0 < delivery.make(app, Telegram()) <= count
        return time.perf_counter() - began, int(app.folder.db.value("SELECT count(*) FROM contents"))


async def throughput() -> list[Figure]:
    """A headline digest each."""
    with tempfile.TemporaryDirectory() as temporary:
        async with TelegramServer(token=TOKEN) as tg:
            with app_at(Path(temporary), tg.url) as app:
                full_day(app.folder.db, YESTERDAY, SETTLED)
                for chat in range(1, CHATS + 1):
                    tg.add_chat(chat)
                    subscribe(app.folder.db, chat)
                front = Telegram()
                delivery.make(app, front)
                async with front.sending(app) as deliver:
                    began = time.perf_counter()
                    await Sender(app, front.name, deliver, Outbox(app.folder.db)).drain(0.0)
                    spent = time.perf_counter() - began
                counted = deliveries.counts(app.folder.db)
            stats = tg.stats()
    return [
        Figure("1,000 chats: messages a second", CHATS / spent, 27, least=True),
        Figure("1,000 chats: sent", counted["sent"], CHATS, least=True),
        Figure("1,000 chats: 429s", stats["too_many_requests"], 0),
        Figure("1,000 chats: most messages in a second", stats["peak_per_s"], 30),
    ]


async def groups() -> list[Figure]:
    """More parts to each group than a minute has room for, under the server's real limits."""
    async with _queued({-n: MINUTES for n in range(1, GROUPS + 1)}) as (tg, sender, _):
        await sender.drain(0.0)
        times = Counter(call.params["chat_id"] for call in tg.calls("sendMessage") if call.status == 200)
        most = max(most_within([call.at for call in tg.calls("sendMessage") if call.params["chat_id"] == chat], 60.0)
                   for chat in times)  # fmt: skip
        stats = tg.stats()
    return [
        Figure("100 groups: most messages to one within a minute", most, 20),
        Figure("100 groups: 429s", stats["too_many_requests"], 0),
    ]


async def flooded() -> list[Figure]:
    """One chat of many is told to wait for a minute."""
    async with _queued(dict.fromkeys(range(1, FLOODED + 1), 1)) as (tg, sender, app):
        tg.set_state(1, retry_after=60)
        began = time.perf_counter()
        await sender.drain(0.0)
        spent = time.perf_counter() - began
        sent = deliveries.counts(app.folder.db)["sent"]
    return [
        Figure("a chat of 200 has to wait for 60 s: the others sent", sent, FLOODED - 1, least=True),
        Figure("and in how many times as long as without it", spent * 28 / FLOODED, 1.1),
    ]


@asynccontextmanager
async def _queued(parts: dict[int, int]) -> AsyncIterator[tuple[TelegramServer, Sender, App]]:
    """So many parts wait for each chat."""
    with tempfile.TemporaryDirectory() as temporary:
        async with TelegramServer(token=TOKEN) as tg:
            with app_at(Path(temporary), tg.url) as app:
                for chat in parts:
                    tg.add_chat(chat)
                made = [Made([encode(Part(f"part {n}")) for n in range(count)], [subscribe(app.folder.db, chat).id])
                        for chat, count in parts.items()]  # fmt: skip
                Outbox(app.folder.db).put(YESTERDAY, made, app.now())
                front = Telegram()
                async with front.sending(app) as carrier:
                    yield tg, Sender(app, front.name, carrier, Outbox(app.folder.db)), app


async def killed() -> list[Figure]:
    """Killed, started again, killed again; then it may finish."""
    figures = []
    async with TelegramServer(token=TOKEN) as tg:
        figures += _figures("Telegram", await _tally(killing.Telegram(tg)))
        figures.append(Figure("Telegram: messages that say something else now",
                              sum(one.text != one.sent_text for one in tg.messages()), 0))  # fmt: skip
        figures.append(Figure("Telegram: 429s", tg.stats()["too_many_requests"], 0))
    async with DiscordServer(token=test_run_discord.TOKEN) as dc:
        figures += _figures("Discord", await _tally(killing.Discord(dc)))
        figures.append(Figure("Discord: 429s", dc.stats()["429"], 0))
    return figures


async def _tally(side: killing.Side) -> killing.Tally:
    moments = random.Random(2).sample(range(1, round(0.95 * PARTS_CHATS * PARTS)), KILLS)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        return await killing.killed(home, side, chats=PARTS_CHATS, parts=PARTS, moments=moments, lost=LOST)


def _figures(name: str, tally: killing.Tally) -> list[Figure]:
    def of(thousand: int) -> float:
        return 1000 * thousand / tally.parts

    return [
        Figure(f"{name}, killed 50 times: parts", tally.parts),
        Figure(f"{name}: came once, of 1,000", of(tally.once), 999, least=True),
        Figure(f"{name}: came twice", tally.twice, 0),
        Figure(f"{name}: missing and not parked", max(0, tally.missing - tally.parked), 0),
        Figure(f"{name}: called sent, and not there, after any kill", tally.unfounded, 0),
        Figure(f"{name}: parked, of 1,000", of(tally.parked), 1),
        Figure(f"{name}: all of it took, s", tally.seconds),
    ]


def measure() -> list[Figure]:
    """Everything, one after the other."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # a client that was killed is no fault of its own
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    (few_s, _), (many_s, contents) = outbox(1000), outbox(10_000)
    return [
        Figure("an outbox of 1,000 subscriptions, s", few_s),
        Figure("an outbox of 10,000 subscriptions, s", many_s, 10),
        Figure("different messages in it", contents),
        Figure("a subscription among 10,000 against one among 1,000", many_s / 10 / few_s, 1.5),
        Figure("memory by then, MB", memory_mb().get("rss", 0.0), 500),
        *asyncio.run(throughput()),
        *asyncio.run(groups()),
        *asyncio.run(flooded()),
        *asyncio.run(killed()),
    ]


if __name__ == "__main__":
    main(measure)
