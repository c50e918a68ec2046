"""The Telegram front in a loop with the strict server: real HTTP over the loopback, a real store, no mocks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.app import App
from bot.commands import TABLE, Call
from bot.config import Telegram as Settings
from bot.doc import Doc, Para
from bot.fronts.pace import Pace, Rates
from bot.fronts.telegram import Telegram
from bot.request import Reply
from tests.fakes.telegram_server import Limits, TelegramServer

TOKEN = "424242:" + "S" * 35
FREE = Limits(enabled=False)
UNPACED = Rates(overall=10_000, per_chat=10_000.0, burst=10_000, per_group=10_000)


class Talk:
    """A front that is running: its task, and what it slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.task: asyncio.Task[None]

    async def sleep(self, wait_s: float) -> None:
        """A wait for the network, which takes no time here."""
        self.slept.append(wait_s)
        await asyncio.sleep(0.01)


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
