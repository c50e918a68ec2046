"""A real day and real questions about it, with the bundled model: the figures that a change must not lower."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import evaluate
from bot.app import App
from bot.config import Settings
from ingest import passages
from store import exchange, papers

DATA = Path(__file__).parents[2] / "shared" / "data"
REPORT, QUESTIONS = DATA / "report-2026-02-26.md", DATA / "questions-dev.jsonl"

pytestmark = pytest.mark.skipif(
    not (REPORT.exists() and QUESTIONS.exists()), reason="the measured day is not part of the project"
)


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `paperboy import` and `paperboy eval` make of them."""
    settings = Settings(data=tmp_path_factory.mktemp("day"))
    with App(settings, own=True) as app:
        papers.save(app.folder.db, exchange.read(REPORT))
        passages.embed_lacking(app.folder, app.vectors)
        yield asyncio.run(evaluate.evaluate(app, evaluate.read(QUESTIONS), lambda done, of: None))


@pytest.mark.parametrize(
    ("kind", "figure", "floor"),
    [
        pytest.param("topic", "ndcg@10", 0.97, id="papers on a topic come first"),
        pytest.param("topic", "listing_f1", 0.84, id="lists are right and complete"),
        pytest.param("fact", "r@1", 1.0, id="the paper with the fact is the first"),
        pytest.param("usage", "ndcg@10", 0.86, id="the paper whose use is asked for comes first"),
    ],
)
def test_questions_find_their_papers(scores, kind, figure, floor):
    assert scores["kinds"][kind][figure] >= floor


@pytest.mark.parametrize("figure", ["false_answers", "false_refusals"])
def test_questions_are_answered_when_they_can_be(scores, figure):
    assert scores[figure] <= 0.05
