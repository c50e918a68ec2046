"""A whole bot on a data folder of the test's own, with an embedder that a reader can predict."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.config import PREFIX, Settings
from bot.doc import Doc
from bot.render import PLAIN, render
from bot.request import Request
from bot.respond import respond
from ingest import passages
from store import papers
from store.types import Entry, Lang
from tests.makers.hash_embedder import HashEmbedder

AppOf = Callable[..., App]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture
def app_of(tmp_path: Path) -> Iterator[AppOf]:
    """Makes a bot that holds the given papers; `today` is its date, at noon, `embedder` and `now` as it takes them."""
    made: list[App] = []

    def make(
        entries: Iterable[Entry] = (),
        *,
        today: date = date(2031, 5, 7),
        languages: tuple[Lang, ...] = ("zh", "en"),
        **parts: Any,
    ) -> App:
        settings = Settings(data=tmp_path / f"data{len(made)}", languages=languages)
        noon = datetime.combine(today, time(12), UTC)
        app = App(settings, own=True, today=lambda: today, **{"embedder": HashEmbedder(), "now": lambda: noon} | parts)
        made.append(app)
        papers.save(app.folder.db, entries)
        passages.embed_lacking(app.folder, app.vectors)
        return app

    yield make
    for app in made:
        app.close()


@pytest.fixture
def said() -> Callable[..., str]:
    """What a bot says to a text, plain: `said(app, "/help", "en")`."""

    def say(app: App, text: str, lang: Lang | None = None) -> str:
        request = Request(text, chat="c", user="u", is_operator=True, chosen=lang)
        return shown(asyncio.run(respond(app, request)).doc)

    return say


def shown(doc: Doc) -> str:
    """A message as plain text."""
    return "\n\n".join(render(doc, PLAIN))
