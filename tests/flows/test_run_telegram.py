"""`paperboy run` with a Telegram token: the real command, beside the strict server and the stand-ins for the rest."""

import asyncio
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import date
from pathlib import Path

from tests.fakes.llm_server import LlmServer
from tests.fakes.paper_library import make_papers
from tests.fakes.papers_server import PapersServer
from tests.fakes.telegram_server import TelegramServer
from tests.flows.command import start

TOKEN = "424242:" + "R" * 35
DEADLINE_S = 30.0
NOWHERE = "http://127.0.0.1:9"


def configured(home: Path, address: str, papers: str = NOWHERE, model: str = "") -> None:
    (home / "config.toml").write_text(
        f"""
[telegram]
token = "{TOKEN}"
api_base = "{address}"
fetch_unknown = true
[sources.hf_daily]
base_url = "{papers}"
[sources.arxiv]
base_url = "{papers}"
api_url = "{papers}/api/query"
pace_s = 0.05
[llm]
base_url = "{model}"
model = "{"fake-small" if model else ""}"
price_in = 1.0
price_out = 2.0
[limits.daily_budget_usd]
user = 0.000001
[log]
level = "debug"
""",
        encoding="utf-8",
    )


@asynccontextmanager
async def running(
    home: Path, tg: TelegramServer, papers: str = NOWHERE, model: str = ""
) -> "AsyncIterator[subprocess.Popen[str]]":
    configured(home, tg.url, papers, model)
    with start("run", cwd=home) as process:
        try:
            yield process
        finally:
            process.kill()


async def ended(process: "subprocess.Popen[str]") -> str:
    """What it said on stderr, once it has ended."""
    return (await asyncio.to_thread(process.communicate, timeout=DEADLINE_S))[1]


async def test_it_answers_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    async with TelegramServer(token=TOKEN) as tg, running(tmp_path, tg) as process:
        tg.say(77, "/help")
        (message,) = await tg.wait(77, timeout=DEADLINE_S)
        process.send_signal(signal.SIGTERM)
        said = await ended(process)
    assert message.text
    assert process.returncode == 0
    assert TOKEN not in said
    assert "Traceback" not in said, said


async def test_beside_another_process_it_stops_with_one_line(tmp_path: Path) -> None:
    async with TelegramServer(token=TOKEN) as tg, running(tmp_path, tg) as process:
        tg.say(77, "/help")
        await tg.wait(77, timeout=DEADLINE_S)
        tg._poller += 1  # another process polls
        tg._wake.set()
        said = await ended(process)
    assert process.returncode == 1
    assert said.splitlines()[-1].startswith("paperboy: Telegram: another process polls with this token")
    assert TOKEN not in said


async def test_with_a_wrong_token_it_stops_with_one_line(tmp_path: Path) -> None:
    async with TelegramServer(token="1:" + "W" * 35) as tg, running(tmp_path, tg) as process:
        said = await ended(process)
    assert process.returncode == 1
    assert said.splitlines()[-1].startswith("paperboy: Telegram refuses the token")
    assert TOKEN not in said


async def test_an_unknown_paper_is_offered_fetched_and_shown_until_the_budget_is_spent(tmp_path: Path) -> None:
    one, other = make_papers(date(2026, 3, 19), 2)
    async with PapersServer(tmp_path, pace_s=0.04) as site, LlmServer() as llm, TelegramServer(token=TOKEN) as tg:
        site.add_day("2026-03-19", [one, other])
        llm.behave(latency_s=2.0)  # long enough for a draft
        async with running(tmp_path, tg, site.url, llm.base_url) as process:
            tg.say(77, f"https://arxiv.org/abs/{one['id']}v1")
            (offer,) = await tg.wait(77, timeout=DEADLINE_S)
            tg.click(77, label="fetch it")
            await tg.until(lambda: "summary by fake-small" in tg.messages(77)[-1].text, timeout=DEADLINE_S)
            (page,) = tg.messages(77)
            tg.say(77, f"/fetch {other['id']}")
            (_, refused) = await tg.wait(77, 2, timeout=DEADLINE_S)
            process.send_signal(signal.SIGTERM)
            said = await ended(process)
    assert page.id == offer.id
    assert page.text.startswith(one["title"])
    *drafts, last = [call.params["text"] for call in tg.calls("editMessageText")]
    assert drafts[-1].startswith("Summarising Method0")
    assert last.startswith(f"<b>{one['title']}</b>")
    assert refused.text.startswith("You've used today's written answers; quotes still work. More at 00:00")
    assert (site.totals()["too_soon"], site.totals()["at_once"]) == (0, 0)
    assert tg.stats()["too_many_requests"] == 0
    with closing(sqlite3.connect(tmp_path / "data" / "paperboy.db")) as db:
        charged = db.execute("SELECT cost_usd FROM usage WHERE kind = 'user'").fetchall()
        spent = db.execute("SELECT sum(cost_usd) FROM ledger").fetchone()
    assert charged == [spent] != [(0.0,)]
    assert "Traceback" not in said, said


async def test_who_waits_for_a_paper_when_it_is_killed_is_told_by_the_next_start(tmp_path: Path) -> None:
    (one,) = make_papers(date(2026, 3, 19), 1)
    async with PapersServer(tmp_path, pace_s=0.04) as site, LlmServer() as llm, TelegramServer(token=TOKEN) as tg:
        site.add_day("2026-03-19", [one])
        llm.behave(latency_s=60)
        async with running(tmp_path, tg, site.url, llm.base_url):
            tg.say(77, f"/fetch {one['id']}")
            await tg.until(lambda: [text for text in shown(tg) if text.startswith("Summarising")], timeout=DEADLINE_S)
        async with running(tmp_path, tg, site.url, llm.base_url):
            await tg.until(lambda: shown(tg) == ["I was stopped in the middle of this. Please ask again."], DEADLINE_S)


def shown(tg: TelegramServer) -> list[str]:
    """The bot's messages, as they stand."""
    return [message.text for message in tg.messages(77)]
