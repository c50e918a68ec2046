"""Secrets are planted in every setting that takes one, and looked for in all that is said and left behind."""

import signal
import socket
import stat
from pathlib import Path

import httpx
import pytest

from bot.config import Settings
from bot.config_secrets import secrets
from store import exchange
from tests.fakes.discord_server import DiscordServer
from tests.fakes.llm_server import LlmServer
from tests.fakes.telegram_server import TelegramServer
from tests.flows.command import paperboy
from tests.flows.test_run_discord import DEADLINE_S, NOWHERE, TELEGRAM_TOKEN, TOKEN, ended, running, until
from tests.makers.papers import LIBRARY

PLANTED = {
    "llm": "planted-model-key",
    "hf": "planted-hugging-face-token",
    "pairing": "planted-pairing-code",
    "chroma": "planted-chroma-token",
}
TEXT = "a question about swordfish that nobody else shall read"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def configured(home: Path, dc: DiscordServer, tg: TelegramServer, llm: LlmServer, port: int) -> None:
    (home / "config.toml").write_text(
        f"""
[llm]
base_url = "{llm.base_url}"
api_key = "{PLANTED["llm"]}"
model = "fake-small"
[sources.hf_daily]
base_url = "{NOWHERE}"
token = "{PLANTED["hf"]}"
[sources.arxiv]
base_url = "{NOWHERE}"
api_url = "{NOWHERE}"
[telegram]
token = "{TELEGRAM_TOKEN}"
api_base = "{tg.url}"
pairing_code = "{PLANTED["pairing"]}"
[discord]
token = "{TOKEN}"
api_base = "{dc.api_url}"
[store.vectors]
url = "{NOWHERE}"
token = "{PLANTED["chroma"]}"
[watch]
port = {port}
[log]
level = "debug"
json = true
""",
        encoding="utf-8",
    )


def test_every_secret_setting_is_planted() -> None:
    fields = {"llm.api_key", "embedding.api_key", "sources.hf_daily.token", "telegram.token", "telegram.pairing_code",
              "discord.token", "store.vectors.token"}  # fmt: skip
    whole = Settings(
        llm={"api_key": "a"}, embedding={"api_key": "b"}, sources={"hf_daily": {"token": "c"}},
        telegram={"token": "d", "pairing_code": "e"}, discord={"token": "f"}, store={"vectors": {"token": "g"}},
    )  # fmt: skip
    assert sorted(secrets(whole)) == sorted("abcdefg"), "a new secret belongs into this file's settings too"
    assert len(fields) == len(secrets(whole))


async def test_no_secret_and_no_message_is_said_or_left_anywhere(tmp_path: Path) -> None:
    hidden = (*PLANTED.values(), TOKEN, TELEGRAM_TOKEN)
    port = free_port()
    (tmp_path / "papers.jsonl").write_text(exchange.to_jsonl(list(LIBRARY)), encoding="utf-8")
    async with DiscordServer(token=TOKEN) as dc, TelegramServer(token=TELEGRAM_TOKEN) as tg, LlmServer() as llm:
        configured(tmp_path, dc, tg, llm, port)
        said = [paperboy("import", "papers.jsonl", cwd=tmp_path)]
        llm.behave(api_key="another: this one is refused")
        async with running(tmp_path) as process:
            await until(dc.commands)
            tg.say(77, f"/start {PLANTED['pairing']}")
            await tg.wait(77, timeout=DEADLINE_S)
            tg.say(77, TEXT)
            await tg.wait(77, 2, timeout=DEADLINE_S)
            it = await dc.slash("ask", {"question": TEXT}, wait="answered", timeout_s=DEADLINE_S)
            async with httpx.AsyncClient() as client:
                watched = [(await client.get(f"http://127.0.0.1:{port}/{one}")).text for one in ("ready", "metrics")]
            process.send_signal(signal.SIGTERM)
            log = await ended(process)
    assert it.answered
    names = ("status", "stats", "check", "chats", "deliveries", "costs", "failures")
    said += [paperboy(name, "--json", cwd=tmp_path) for name in names]
    said += [paperboy("backup", "kept.tar.gz", cwd=tmp_path), paperboy("sync", cwd=tmp_path)]
    texts = {" ".join(("command", str(n))): done.out + done.err for n, done in enumerate(said)}
    texts |= {"log": log, "watch": "\n".join(watched)}
    for where, text in texts.items():
        assert [one for one in hidden if one in text] == [], where
        assert "swordfish" not in text, where
    left = [file for file in (tmp_path / "data").rglob("*") if file.is_file()]
    for file in (*left, tmp_path / "kept.tar.gz"):
        content = file.read_bytes()
        assert [one for one in hidden if one.encode() in content] == [], file.name


def test_what_is_stored_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(exchange.to_jsonl(list(LIBRARY)), encoding="utf-8")
    paperboy("import", "papers.jsonl", cwd=tmp_path)
    paperboy("backup", "kept.tar.gz", cwd=tmp_path)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "kept.tar.gz").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["..", "../../etc/passwd", "/etc/passwd", "2026-01-01/../../x"])
def test_a_day_is_no_path(tmp_path: Path, name: str) -> None:
    done = paperboy("export", name, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "root:" not in done.err
