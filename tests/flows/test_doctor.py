"""`paperboy doctor` through the real command line, against the strict stand-ins, well and broken in each way."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from store import chats, subscriptions
from store.chats import Chat
from store.folder import Folder
from store.subscriptions import Subscription
from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.flows.command import Done
from tests.flows.test_run_discord import TELEGRAM_TOKEN, TOKEN

GROUP = -100_500
NOWHERE = "http://127.0.0.1:9"


def findings(done: Done) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(done.out)["findings"]
    assert done.code == int(any(one["state"] == "broken" for one in listed))
    assert all(one["todo"] for one in listed if one["state"] != "ok")
    return listed


def states(done: Done) -> dict[str, str]:
    worst = {"ok": 0, "warning": 1, "broken": 2}
    found: dict[str, str] = {}
    for one in findings(done):
        found[one["name"]] = max(found.get(one["name"], "ok"), one["state"], key=worst.__getitem__)
    return found


def said(done: Done, name: str) -> str:
    return "; ".join(one["text"] for one in findings(done) if one["name"] == name)


def subscribed(data: Path, *places: tuple[str, str]) -> None:
    now = datetime.now(UTC)
    with Folder(data, own=True) as folder:
        for front, chat in places:
            chats.save(folder.db, Chat(front, chat), now)
            subscriptions.begin(folder.db, Subscription(chats.get(folder.db, front, chat)), "en", now)


@pytest.fixture
def last_weekday(world) -> str:
    day = datetime.now(UTC).date() - timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    world.site.configure(today=(day + timedelta(days=1)).isoformat())
    world.site.add_day(day.isoformat(), count=5)
    known = {"id": "1706.03762", "title": "A Paper of Long Ago", "summary": "It is there.", "upvotes": 1}
    world.site.add_day("2017-06-12", [known])
    return day.isoformat()


@pytest.fixture
async def platforms() -> AsyncIterator[tuple[DiscordServer, TelegramServer, dict[str, str]]]:
    async with DiscordServer(token=TOKEN) as dc, TelegramServer(token=TELEGRAM_TOKEN) as tg:
        yield (
            dc,
            tg,
            {
                "PAPERBOY_DISCORD__TOKEN": TOKEN,
                "PAPERBOY_DISCORD__API_BASE": dc.api_url,
                "PAPERBOY_TELEGRAM__TOKEN": TELEGRAM_TOKEN,
                "PAPERBOY_TELEGRAM__API_BASE": tg.url,
            },
        )


def test_a_new_paperboy_with_a_model_is_well(run, last_weekday):
    done = run("doctor", "--json")
    assert states(done) == {
        "config": "ok",
        "data-folder": "ok",
        "disk": "ok",
        "database": "ok",
        "references": "ok",
        "words": "ok",
        "vectors": "ok",
        "index": "ok",
        "parked": "ok",
        "last-look": "warning",
        "backup": "warning",
        "listing": "ok",
        "clock": "ok",
        "arxiv": "ok",
        "model": "ok",
        "price": "ok",
    }
    assert "answers by json_schema" in said(done, "model")
    assert f"5 entries of {last_weekday}" in said(done, "listing")


def test_it_is_read_by_people_as_a_table(run, last_weekday):
    done = run("doctor")
    assert done.code == 0
    lines = done.out.splitlines()
    assert any(line.startswith("ok") and "listing" in line and "5 entries" in line for line in lines)
    assert any("→ `paperboy run` makes one" in line for line in lines)


def test_a_setting_that_is_not_there_is_a_finding(run, tmp_path):
    (tmp_path / "config.toml").write_text("nonsense = 1\n")
    done = run("doctor", "--json")
    assert states(done) == {"config": "broken"}
    assert "nonsense" in said(done, "config")


def test_secrets_that_others_may_read_are_found(run, tmp_path):
    (tmp_path / "config.toml").write_text('[sources.hf_daily]\ntoken = "hf-made-up"\n')
    (tmp_path / "config.toml").chmod(0o644)
    assert states(run("doctor", "--json"))["config"] == "warning"
    (tmp_path / "config.toml").chmod(0o600)
    done = run("doctor", "--json")
    assert states(done)["config"] == "ok"
    assert "hf-made-up" not in done.out + done.err


def test_a_damaged_database_keeps_nothing_else_from_being_looked_at(run, tmp_path, last_weekday):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/paperboy.db").write_bytes(b"something else" * 500)
    found = states(run("doctor", "--json"))
    assert found["database"] == "broken"
    assert (found["listing"], found["arxiv"]) == ("ok", "ok")


@pytest.mark.parametrize("fault", ["500", "html", "shape"])
def test_a_listing_that_fails_is_found(run, world, last_weekday, fault):
    world.site.configure(list_fault=fault)
    done = run("doctor", "--json")
    assert states(done)["listing"] == "broken"


def test_sources_that_cannot_be_reached_are_found(run):
    gone = {"PAPERBOY_SOURCES__HF_DAILY__BASE_URL": NOWHERE, "PAPERBOY_SOURCES__ARXIV__API_URL": NOWHERE}
    found = states(run("doctor", "--json", **gone))
    assert (found["listing"], found["arxiv"]) == ("broken", "warning")
    assert "clock" not in found


def test_a_wrong_key_of_the_model_is_found(run):
    done = run("doctor", "--json", PAPERBOY_LLM__API_KEY="another")
    assert states(done)["model"] == "broken"
    assert "another" not in said(done, "model")


def test_a_server_that_knows_no_schema_is_named_with_its_rung(run, world):
    world.llm.behave(refuse_schema=True)
    done = run("doctor", "--json", PAPERBOY_LLM__PRICE_IN="0", PAPERBOY_LLM__PRICE_OUT="0")
    assert "answers by json_object" in said(done, "model")
    assert states(done)["price"] == "warning"


async def test_both_platforms_are_well(run, tmp_path, platforms):
    dc, tg, variables = platforms
    tg.say(77, "hello")
    tg.add_chat(GROUP, "supergroup")
    subscribed(tmp_path / "data", ("telegram", "77"), ("telegram", str(GROUP)), ("discord", dc.channel_id))
    done = await asyncio.to_thread(run, "doctor", "--json", **variables)
    found = states(done)
    names = (
        "telegram-token",
        "telegram-poller",
        "telegram-chat",
        "discord-token",
        "discord-sessions",
        "discord-channel",
    )
    assert {name: found[name] for name in names} == dict.fromkeys(names, "ok")
    assert said(done, "telegram-chat") == "2 subscribed chats can be written to"
    assert said(done, "discord-channel") == "1 subscribed channels can be written to"
    assert tg.messages(77) == []
    assert [update["message"]["text"] for update in tg.updates if "message" in update] == ["hello"]
    assert dc.stats()["unmodelled"] == []


async def test_chats_that_shut_the_bot_out_are_named(run, tmp_path, platforms):
    dc, tg, variables = platforms
    tg.add_chat(GROUP, "supergroup")
    tg.set_bot_role(GROUP, "kicked")
    subscribed(tmp_path / "data", ("telegram", str(GROUP)), ("discord", dc.channel_id))
    await dc.set_permissions(dc.channel_id, deny=["send_messages"])
    done = await asyncio.to_thread(run, "doctor", "--json", **variables)
    found = states(done)
    assert (found["telegram-chat"], found["discord-channel"]) == ("broken", "broken")
    assert str(GROUP) in said(done, "telegram-chat")
    assert "lacks send_messages" in said(done, "discord-channel")


async def test_refused_tokens_are_found_and_named_nowhere(run, platforms):
    _, _, variables = platforms
    wrong = {"PAPERBOY_DISCORD__TOKEN": "M" * 26 + ".Gabcde." + "x" * 38, "PAPERBOY_TELEGRAM__TOKEN": "7:" + "x" * 35}
    done = await asyncio.to_thread(run, "doctor", "--json", **variables | wrong)
    found = states(done)
    assert (found["telegram-token"], found["discord-token"]) == ("broken", "broken")
    assert "xxxx" not in done.out + done.err


async def test_platforms_that_cannot_be_reached_are_found(run, platforms):
    gone = {"PAPERBOY_DISCORD__API_BASE": NOWHERE, "PAPERBOY_TELEGRAM__API_BASE": NOWHERE}
    done = await asyncio.to_thread(run, "doctor", "--json", **platforms[2] | gone)
    found = states(done)
    assert (found["telegram-token"], found["discord-token"]) == ("broken", "broken")
    assert TELEGRAM_TOKEN not in done.out + done.err


async def test_another_process_with_the_token_is_found_unless_it_is_run_itself(run, tmp_path, platforms):
    _, tg, variables = platforms
    other = asyncio.create_task(polling(f"{tg.url}/bot{TELEGRAM_TOKEN}/getUpdates"))
    try:
        done = await asyncio.to_thread(run, "doctor", "--json", **variables)
    finally:
        other.cancel()
    assert states(done)["telegram-poller"] == "broken"
    with Folder(tmp_path / "data", own=True):
        done = await asyncio.to_thread(run, "doctor", "--json", **variables)
    assert states(done)["telegram-poller"] == "ok"
    assert "has this data folder" in said(done, "telegram-poller")


async def polling(url: str) -> None:
    """Another bot that polls, and comes back when it is thrown out."""
    async with aiohttp.ClientSession() as web:
        while True:
            async with web.post(url, data={"timeout": 20}) as answer:
                await answer.read()
            await asyncio.sleep(0.05)
