"""Hugging Face, arXiv and a model server for commands in other processes: the stand-ins in a thread.

Owns: their life, the settings that lead to them, what every test starts with.
Does not own: the stand-ins (tests.fakes), running commands (command).
"""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fakes.batch_server import BatchServer
from tests.fakes.papers_server import PapersServer
from tests.flows.command import Done

MADE = "2026-03-03"
COUNT = 5
KEY = "sk-made-up-key-that-nobody-may-see"

Run = Callable[..., Done]
"""The command with its arguments, `model=` and more variables of the environment."""


class World:
    """Both stand-ins in a thread of their own, and the settings that lead to them as environment variables."""

    def __init__(self, data: Path) -> None:
        self.site = PapersServer(data, today="2026-03-20", pace_s=0.02)
        self.llm = BatchServer()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> "World":
        self._thread.start()
        self._do(self.site.__aenter__())
        self._do(self.llm.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self.llm.__aexit__())
        self._do(self.site.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def fresh(self) -> None:
        """As at the start, with a made-up day."""
        self.site._reset()
        self.llm._reset()
        self.llm.behave(api_key=KEY)
        self.site.add_day(MADE, count=COUNT)

    def variables(self, *, model: bool) -> dict[str, str]:
        """The settings; embeddings come from the stand-in, whose vectors cost no CPU."""
        values = {
            "SOURCES__HF_DAILY__BASE_URL": self.site.url,
            "SOURCES__ARXIV__BASE_URL": self.site.url,
            "SOURCES__ARXIV__API_URL": f"{self.site.url}/api/query",
            "SOURCES__ARXIV__PACE_S": "0.03",
            "SOURCES__ARXIV__CONTACT": "me@example.org",
            "EMBEDDING__PROVIDER": "openai",
            "EMBEDDING__BASE_URL": self.llm.base_url,
            "EMBEDDING__API_KEY": KEY,
            "EMBEDDING__MODEL": "fake-embedding",
        }
        if model:
            values |= {
                "LLM__BASE_URL": self.llm.base_url,
                "LLM__API_KEY": KEY,
                "LLM__MODEL": "fake-small",
                "LLM__PRICE_IN": "1",
                "LLM__PRICE_OUT": "2",
            }
        return {f"PAPERBOY_{name}": value for name, value in values.items()}

    @property
    def chats(self) -> list[Any]:
        return [call for call in self.llm.calls if call.kind == "chat"]
