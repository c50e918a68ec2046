"""`paperboy run` with a Telegram token: the real command, beside the strict server."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes.telegram_server import TelegramServer
from tests.flows.command import start

TOKEN = "424242:" + "R" * 35
DEADLINE_S = 30.0
NOWHERE = "http://127.0.0.1:9"


def configured(home: Path, address: str) -> None:
    (home / "config.toml").write_text(
        f"""
[telegram]
token = "{TOKEN}"
api_base = "{address}"
[sources.hf_daily]
base_url = "{NOWHERE}"
[sources.arxiv]
base_url = "{NOWHERE}"
api_url = "{NOWHERE}"
[log]
level = "debug"
""",
        encoding="utf-8",
    )


@asynccontextmanager
async def running(home: Path, tg: TelegramServer) -> "AsyncIterator[subprocess.Popen[str]]":
    configured(home, tg.url)
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
