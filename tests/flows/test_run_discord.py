"""`paperboy run` with a Discord token, alone and beside Telegram: the real command, the strict servers."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.flows.command import start

TOKEN = "M" * 26 + ".Gabcde." + "r" * 38
TELEGRAM_TOKEN = "424242:" + "R" * 35
DEADLINE_S = 30.0
NOWHERE = "http://127.0.0.1:9"


def configured(home: Path, discord: str, telegram: str = "", chosen: str = "", more: str = "") -> None:
    """`chosen` stands under [discord], `more` above everything."""
    beside = f'[telegram]\ntoken = "{TELEGRAM_TOKEN}"\napi_base = "{telegram}"\n' if telegram else ""
    (home / "config.toml").write_text(
        f"""{more}{beside}
[discord]
token = "{TOKEN}"
api_base = "{discord}"
{chosen}
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
async def running(home: Path) -> "AsyncIterator[subprocess.Popen[str]]":
    with start("run", cwd=home) as process:
        try:
            yield process
        finally:
            process.kill()


async def ended(process: "subprocess.Popen[str]") -> str:
    """What it said on stderr, once it has ended."""
    return (await asyncio.to_thread(process.communicate, timeout=DEADLINE_S))[1]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.05)


async def test_it_answers_beside_telegram_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    async with DiscordServer(token=TOKEN) as dc, TelegramServer(token=TELEGRAM_TOKEN) as tg:
        configured(tmp_path, dc.api_url, tg.url)
        async with running(tmp_path) as process:
            await until(dc.commands)
            it = await dc.slash("help", wait="answered", timeout_s=DEADLINE_S)
            asked = await dc.say(dc.channel_id, f"<@{dc.world.bot_id}> /about")
            await until(lambda: asked["id"] in dc.world.channels and dc.messages(asked["id"]))
            tg.say(77, "/help")
            (message,) = await tg.wait(77, timeout=DEADLINE_S)
            process.send_signal(signal.SIGTERM)
            said = await ended(process)
    assert it.answered
    assert message.text
    assert process.returncode == 0
    assert not any(token in said for token in (TOKEN, TELEGRAM_TOKEN, it.token))
    assert "Traceback" not in said, said
    assert dc.stats()["unmodelled"] == []


async def test_with_a_wrong_token_it_stops_with_one_line(tmp_path: Path) -> None:
    async with DiscordServer(token="another") as dc:
        configured(tmp_path, dc.api_url)
        async with running(tmp_path) as process:
            said = await ended(process)
    assert process.returncode == 1
    assert said.splitlines()[-1].startswith("paperboy: Discord refuses the token")
    assert TOKEN not in said


async def test_killed_and_started_again_it_goes_on(tmp_path: Path) -> None:
    async with DiscordServer(token=TOKEN) as dc:
        configured(tmp_path, dc.api_url)
        async with running(tmp_path) as process:
            await until(dc.commands)
            process.kill()
        async with running(tmp_path):
            await until(lambda: dc.stats()["counts"]["identifies"] == 2)
            it = await dc.slash("about", wait="answered", timeout_s=DEADLINE_S)
    assert it.answered
    assert dc.stats()["counts"]["command syncs"] == 1
