"""Measure deliveries: `python -m tests.bench.delivering [--json]`.

outbox       making a day's digest for 1,000 and for 10,000 subscriptions of up to three topics each, in two styles and
             both languages
throughput   1,000 chats through the front, in earnest, against the strict server's real limits
killed       `paperboy run` killed by SIGKILL at 50 random moments of a delivery of two parts to 300 chats, while 2 %
             of the replies are lost: parts that came twice, that are missing and unaccounted for, that are parked
"""

import asyncio
import logging
import random
import tempfile
import time
from collections import Counter
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
from bot.sender import Sender
from store import deliveries, papers
from store.folder import Folder
from store.outbox import Outbox
from tests.bench.embedder import memory_mb
from tests.bench.figures import Figure, main
from tests.fakes.telegram_server import TelegramServer
from tests.flows.test_deliver import killed_at, rows, until_decided
from tests.flows.test_run_telegram import TOKEN, running
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import entry
from tests.makers.subscribers import full_day, settle, subscribe

ABOUT = ("Video", "Robot", "Agent", "Retrieval", "Quantization", "Benchmark", "Multimodal", "3D", "LLM", "Wool")
CHATS, PARTS_CHATS, KILLS = 1000, 300, 50
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
SETTLED = datetime.combine(YESTERDAY, datetime.min.time(), UTC) + timedelta(hours=8)


def app_at(home: Path, address: str = "http://127.0.0.1:9") -> App:
    """An app on a data folder, with Telegram at that address."""
    telegram = Chosen(token=SecretStr(TOKEN), api_base=address)
    return App(Settings(data=home / "data", telegram=telegram), own=True, embedder=HashEmbedder())


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
                topics = tuple(chance.sample(TOPICS, chance.randrange(4)))
                subscribe(app.folder.db, chat, lang=chance.choice(("en", "zh")), topics=topics,
                          style=chance.choice(("headlines", "full")))  # fmt: skip
        began = time.perf_counter()
        assert delivery.make(app, Telegram()) == count
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


async def killed() -> list[Figure]:
    """Killed, started again, killed again; then it may finish."""
    chance = random.Random(2)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        with Folder(home / "data", own=True) as folder:
            full_day(folder.db, YESTERDAY, SETTLED, 40)
            for chat in range(1, PARTS_CHATS + 1):
                subscribe(folder.db, chat, style="full")
        async with TelegramServer(token=TOKEN) as tg:
            for chat in range(1, PARTS_CHATS + 1):
                tg.add_chat(chat)
                if chance.random() < 0.04:
                    tg.fault("lost_reply", "sendMessage", chat)
            for moment in sorted(chance.sample(range(1, int(1.7 * PARTS_CHATS)), KILLS)):
                async with running(home, tg) as process:
                    await killed_at(process, tg, max(moment, len(tg.messages()) + 1))
            async with running(home, tg) as process:
                await until_decided(home, PARTS_CHATS)
                process.kill()
            found, messages = rows(home), tg.messages()
            doubled = len(messages) - len({(message.chat_id, message.sent_text) for message in messages})
    there = Counter(str(message.chat_id) for message in messages)
    sent = Counter(row[1] for row in found if row[3] == "sent")
    parked = [row[4] for row in found if row[3] == "parked"]
    return [
        Figure("killed 50 times: parts", len(found)),
        Figure("killed 50 times: parts that came twice", doubled, 0),
        Figure("killed 50 times: parts that are called sent, and aren't there", (sent - there).total(), 0),
        Figure("killed 50 times: parked, for they were on their way then", parked.count("killed")),
        Figure("killed 50 times: parked, for the reply was lost", parked.count("unknown")),
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
        *asyncio.run(killed()),
    ]


if __name__ == "__main__":
    main(measure)
