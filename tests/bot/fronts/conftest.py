"""A front in a loop with its strict server: real HTTP over the loopback, a real store, no mocks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.app import App
from bot.commands import TABLE, Call
from bot.config import Discord as DiscordSettings
from bot.config import Telegram as Settings
from bot.doc import Doc, Para
from bot.fronts.discord import Discord
from bot.fronts.discord_send import RATES
from bot.fronts.pace import Pace, Rates
from bot.fronts.telegram import Telegram
from bot.request import Reply
from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import Limits, TelegramServer

TOKEN = "424242:" + "S" * 35
DISCORD_TOKEN = "M" * 26 + ".Gabcde." + "s" * 38
FREE = Limits(enabled=False)
UNPACED = Rates(overall=10_000, per_chat=10_000.0, burst=10_000, per_group=10_000)


class Talk:
    """A front that is running: its task, and what it slept; `passes` is told of time that went by so."""

    def __init__(self, passes: Callable[[float], Any] = lambda _: None) -> None:
        self.slept: list[float] = []
        self._passes = passes
        self.task: asyncio.Task[None]
        self.front: Any = None

    async def sleep(self, wait_s: float) -> None:
        """A wait for the network, which takes no time here."""
        self.slept.append(wait_s)
        await asyncio.sleep(0.01)
        self._passes(wait_s)


Talking = Callable[..., AbstractAsyncContextManager[Talk]]


class Writing:
    """/help as a command that shows drafts, one by `show`, until `say` or `fail` ends it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._ends: list[asyncio.Future[Reply]] = []

    async def run(self, call: Call) -> Reply:
        self.calls.append(call)
        self._ends.append(asyncio.get_running_loop().create_future())
        return await self._ends[-1]

    def show(self, text: str) -> None:
        self.calls[-1].draft(Doc(Para(text)))

    def say(self, text: str, **reply: Any) -> None:
        self._ends[-1].set_result(Reply(Doc(Para(text)) if text else Doc(), **reply))

    def fail(self) -> None:
        self._ends[-1].set_exception(RuntimeError("a bug beneath"))


class Slow:
    """/help as a command that takes until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def run(self, call: Call) -> Reply:
        self.begun.set()
        await self.go.wait()
        return call.say("goodbye")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Makes /help slow."""
    made = Slow()
    monkeypatch.setitem(TABLE, "help", replace(TABLE["help"], run=made.run))
    return made


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Writing:
    """Makes /help write."""
    made = Writing()
    monkeypatch.setitem(TABLE, "help", replace(TABLE["help"], run=made.run))
    return made


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    """The server, without rate limits unless a test sets them."""
    async with TelegramServer(token=TOKEN, limits=FREE) as server:
        yield server


@pytest.fixture
def talking(tg: TelegramServer) -> Talking:
    """Runs the front for an app: `async with talking(app, operators=(1,)) as talk`. `pace`: in earnest, or this one."""

    @asynccontextmanager
    async def run(
        app: App, *, pace: bool | Pace = False, connected: bool = True, **settings: Any
    ) -> AsyncIterator[Talk]:
        given = Settings(**{"token": tg.token, "api_base": tg.url} | settings)
        app.settings = app.settings.model_copy(update={"telegram": given})
        talk = Talk()
        given_pace = pace if isinstance(pace, Pace) else Pace() if pace else Pace(UNPACED)
        talk.task = asyncio.create_task(Telegram(given_pace, talk.sleep).run(app))
        try:
            if connected:
                await tg.until(lambda: tg.calls("getUpdates") or talk.task.done())
            yield talk
        finally:
            talk.task.cancel()
            await asyncio.gather(talk.task, return_exceptions=True)

    return run


async def until(condition: Callable[[], Any], timeout_s: float = 15.0) -> Any:
    """Wait until something is so, and return it."""
    end = asyncio.get_running_loop().time() + timeout_s
    while not (found := condition()):
        assert asyncio.get_running_loop().time() < end, "it never came to be"
        await asyncio.sleep(0.01)
    return found


@pytest.fixture
async def dc() -> AsyncIterator[DiscordServer]:
    """The server, without rate limits unless a test sets them."""
    async with DiscordServer(token=DISCORD_TOKEN) as server:
        server.set_limits(enabled=False)
        yield server


def _knows_its_guilds(front: Discord) -> bool:
    """Whether the gateway has told of the guilds: a message may be sent before that."""
    return front._poster is not None and any(not guild.unavailable for guild in front._poster._client.guilds)


@pytest.fixture
def on_discord(dc: DiscordServer) -> Talking:
    """Runs the front for an app: `async with on_discord(app, threads=False) as talk`. `pace`: as in earnest."""

    @asynccontextmanager
    async def run(
        app: App, *, pace: bool = False, connected: bool = True, heartbeat_s: float = 60.0, **settings: Any
    ) -> AsyncIterator[Talk]:
        given = DiscordSettings(**{"token": dc.token, "api_base": dc.api_url} | settings)
        app.settings = app.settings.model_copy(update={"discord": given})
        talk = Talk(dc.advance)
        talk.front = Discord(Pace(RATES) if pace else Pace(UNPACED), talk.sleep, heartbeat_s)
        talk.task = asyncio.create_task(talk.front.run(app))
        try:
            if connected:
                await until(lambda: (_knows_its_guilds(talk.front) and dc.commands()) or talk.task.done())
            yield talk
        finally:
            talk.task.cancel()
            await asyncio.gather(talk.task, return_exceptions=True)

    return run


def shown(message: dict[str, Any] | None) -> str:
    """Everything that a person reads in a message on Discord, buttons left out."""
    if message is None:
        return ""
    parts = [message["content"]]
    for embed in message["embeds"]:
        parts += [embed.get("title"), embed.get("description"), (embed.get("author") or {}).get("name")]
        parts += [text for field in embed.get("fields") or [] for text in (field["name"], field["value"])]
        parts.append((embed.get("footer") or {}).get("text"))
    return "\n".join(part for part in parts if part)


def pressable(message: dict[str, Any] | None) -> dict[str, tuple[str, str]]:
    """(label → the id, the value) of every button (no value) and every menu's line of a message on Discord; a line of a
    list goes by its number."""
    found: dict[str, tuple[str, str]] = {}
    for row in message["components"] if message else ():
        for item in row["components"]:
            for line in item.get("options") or ():
                found[line["label"].split(" · ")[0]] = item["custom_id"], line["value"]
            if item.get("custom_id") and item.get("label"):
                found[item["label"]] = item["custom_id"], ""
    return found


async def press(dc: DiscordServer, message: dict[str, Any], label: str, **who: Any) -> Any:
    """Press a button, or pick a line of a menu."""
    custom_id, value = pressable(message)[label]
    if value:
        return await dc.select(message["id"], custom_id, [value], **who)
    return await dc.click(message["id"], custom_id, **who)
