"""Another embedding model under `paperboy run`: nobody waits for the new vectors."""

import asyncio
from pathlib import Path

import pytest

from bot import answer, renewal
from bot.app import App
from bot.config import Settings
from ingest import passages
from store import calibration, papers, vectors
from store.errors import IndexMismatch
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import LIBRARY


class Wider(HashEmbedder):
    """Another model, whose vectors are longer. `meanwhile` is called while it embeds passages."""

    dim = 96

    def __init__(self) -> None:
        super().__init__("wider-1")
        self.meanwhile = lambda: None

    def passages(self, texts):
        self.meanwhile()
        return super().passages(texts)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A data folder with the first model's vectors."""
    with App(Settings(data=tmp_path), own=True, embedder=HashEmbedder()) as app:
        papers.save(app.folder.db, LIBRARY)
        passages.embed_lacking(app.folder, app.vectors)
    return tmp_path


def ask(app: App, text: str) -> list[str]:
    return sorted(paper.arxiv_id for paper in asyncio.run(answer.ask(app, text)).papers)


def test_vectors_of_the_same_model_are_left_alone(stored: Path) -> None:
    with App(Settings(data=stored), own=True, embedder=HashEmbedder()) as app:
        assert not renewal.needed(app)


def test_another_model_is_an_error_where_nobody_renews(stored: Path) -> None:
    with App(Settings(data=stored), own=True, embedder=Wider()) as app, pytest.raises(IndexMismatch):
        ask(app, "video generation")


def test_questions_are_answered_before_while_and_after_the_vectors_are_made_anew(stored: Path) -> None:
    model = Wider()
    found: list[list[str]] = []
    with App(Settings(data=stored), own=True, embedder=model) as app:
        app.renewing = renewal.needed(app)
        assert app.renewing
        found.append(ask(app, "papers about video generation"))

        def once() -> None:
            model.meanwhile = lambda: None
            found.append(ask(app, "papers about video generation"))

        model.meanwhile = once
        asyncio.run(renewal.renew(app))
        found.append(ask(app, "papers about video generation"))
        assert not app.renewing
        assert vectors.signature(app.folder.db) == "wider-1"
        assert calibration.get(app.folder.db).embedding == "wider-1"
        assert app.folder.indexed() == len(LIBRARY) + 1
    assert found == [["3105.00001", "3105.00002"]] * 3
