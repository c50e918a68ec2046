"""Drafts on Discord through the strict server: an answer is one message while it is written, and in the end."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot import lang as languages
from bot.app import App
from bot.doc import Doc, Para
from bot.fronts import discord
from bot.request import Reply
from store import facts
from tests.bot.fronts.conftest import Talking, Writing, shown, until
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

BROKEN_OFF = languages.load("en")("mistake.interrupted")


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY, languages=("en",))


def mine(dc: DiscordServer, channel: str) -> list[dict[str, Any]]:
    held = dc.messages(channel) if channel in dc.world.channels else []
    return [one for one in held if one["author"]["id"] == dc.world.bot_id]


async def reads(dc: DiscordServer, channel: str, text: str) -> dict[str, Any]:
    """The message there that says `text`, once there is one."""
    return await until(lambda: next((one for one in mine(dc, channel) if shown(one) == text), None))


async def asked(dc: DiscordServer, writing: Writing, channel: str, text: str = "/help") -> str:
    """The id of a message whose answer has begun to be written."""
    before = len(writing.calls)
    said = await dc.say(channel, text)
    await until(lambda: len(writing.calls) > before)
    return str(said["id"])


async def test_an_answer_is_one_message_from_its_first_draft_on(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing
) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        await asked(dc, writing, direct)
        for text in ("One", "One two"):
            writing.show(text)
            draft = await reads(dc, direct, text)
        writing.say("One two three.")
        last = await reads(dc, direct, "One two three.")
    assert (last["id"], len(mine(dc, direct))) == (draft["id"], 1)


async def test_a_draft_opens_the_thread_of_its_answer(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing
) -> None:
    async with on_discord(app):
        thread = await asked(dc, writing, dc.channel_id, f"<@{dc.world.bot_id}> /help")
        writing.show("One")
        draft = await reads(dc, thread, "One")
        writing.say("One two.")
        last = await reads(dc, thread, "One two.")
    assert (last["id"], len(mine(dc, thread)), mine(dc, dc.channel_id)) == (draft["id"], 1, [])


async def test_drafts_come_at_most_once_a_second_and_only_the_newest(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing
) -> None:
    direct = await dc.open_dm()
    loop = asyncio.get_running_loop()
    async with on_discord(app):
        await asked(dc, writing, direct)
        writing.show("0")
        await reads(dc, direct, "0")
        began = loop.time()
        for n in range(1, 10):
            writing.show(str(n))
        await reads(dc, direct, "9")
        assert loop.time() - began >= 0.9
        writing.say("Done.")
        await reads(dc, direct, "Done.")
    edits = [one for one in dc.journal() if one.get("method") == "PATCH"]
    assert len(edits) == 2


async def test_a_commands_drafts_are_its_own_response(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing
) -> None:
    async with on_discord(app):
        it = await dc.slash("help", wait="acknowledged")
        await until(lambda: writing.calls)
        writing.show("One")
        await until(lambda: shown(it.message) == "One")
        writing.say("One two.")
        await until(lambda: shown(it.message) == "One two.")
    assert it.errors == []


async def test_an_answer_that_comes_later_holds_up_nobody_in_its_channel(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing
) -> None:
    direct = await dc.open_dm()
    ready: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    async def later() -> Reply:
        return await ready

    async with on_discord(app):
        await asked(dc, writing, direct)
        writing.say("", later=later)
        writing.show("Looking")
        draft = await reads(dc, direct, "Looking")
        await dc.say(direct, "/paper 3105.00003")
        await until(lambda: len(mine(dc, direct)) == 2)
        ready.set_result(Reply(Doc(Para("Done."))))
        last = await reads(dc, direct, "Done.")
    assert (last["id"], len(mine(dc, direct))) == (draft["id"], 2)


async def test_a_late_answer_that_breaks_says_so_in_its_drafts_place(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing
) -> None:
    direct = await dc.open_dm()
    broken = asyncio.Event()

    async def later() -> Reply:
        await broken.wait()
        raise RuntimeError("a bug beneath")

    async with on_discord(app):
        await asked(dc, writing, direct)
        writing.say("", later=later)
        writing.show("Looking")
        await reads(dc, direct, "Looking")
        broken.set()
        await until(lambda: "Something went wrong here" in shown(mine(dc, direct)[0]))
    assert len(mine(dc, direct)) == 1


async def test_who_sees_a_draft_when_the_bot_ends_is_told(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord, "GRACE_S", 0.05)
    direct = await dc.open_dm()
    async with on_discord(app):
        await asked(dc, writing, direct)
        writing.show("One")
        await reads(dc, direct, "One")
    assert [shown(one) for one in mine(dc, direct)] == [BROKEN_OFF]


async def test_after_a_kill_the_next_start_says_that_it_was_broken_off(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing
) -> None:
    direct = await dc.open_dm()
    async with on_discord(app):
        await asked(dc, writing, direct)
        writing.show("One")
        draft = await reads(dc, direct, "One")
        left = await until(lambda: facts.get(app.folder.db, "discord.drafts"))
        writing.say("Done.")
        await until(lambda: facts.get(app.folder.db, "discord.drafts") == "[]")
    assert json.loads(left) == [[int(direct), int(draft["id"]), "en"]]
    facts.put(app.folder.db, "discord.drafts", left)  # as `kill -9` would have left it
    async with on_discord(app):
        await reads(dc, direct, BROKEN_OFF)
    assert len(mine(dc, direct)) == 1
