"""A web server, a model server, a clock that stands still, and what lives by it: a fetcher, chat models."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.fetch import Fetcher, agent
from ingest.models.budget import Budget
from ingest.models.chat_model import ChatModel
from ingest.models.patience import Patience
from store.db import Db
from tests.fakes.chat_server import ChatServer
from tests.fakes.clocks import HandClock
from tests.fakes.web_server import WebServer
from tests.makers.talks import DAY, KEY


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        yield server


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def fetcher(clock: HandClock) -> AsyncIterator[Fetcher]:
    """Without lanes; its waits double from one second."""
    async with Fetcher(agent("mail@example.org"), (), now=clock.now, sleep=clock.sleep, chance=lambda: 0.5) as made:
        yield made


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Db]:
    opened = Db(tmp_path / "papers.db")
    yield opened
    opened.close()


@pytest.fixture
async def llm() -> AsyncIterator[ChatServer]:
    async with ChatServer() as running:
        running.behave(api_key=KEY)
        yield running


@pytest.fixture
async def chats(llm: ChatServer, db: Db, clock: HandClock) -> AsyncIterator[Callable[..., ChatModel]]:
    """Makes chat models whose waits take no time."""
    made: list[ChatModel] = []

    def model(name: str = "fake-small", fallback: str = "", **settings: Any) -> ChatModel:
        patience = Patience(now=clock.now, sleep=clock.sleep, chance=lambda: 0.5)
        budget = settings.pop("budget", None) or Budget(db, lambda: DAY)
        key, url = settings.pop("key", KEY), settings.pop("url", llm.base_url)
        made.append(ChatModel(url, key, name, fallback, budget=budget, **{"patience": patience, **settings}))
        return made[-1]

    yield model
    for one in made:
        await one.aclose()
