"""The gate of retrieval: the sample day, and questions about it in both languages, written for this test.

The floors are what was measured when the questions were written, less one question's worth: a change that falls below
has made search worse for somebody.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot
from bot import answer, evaluate
from bot.app import App
from bot.config import Settings
from ingest import passages
from store import exchange, papers

QUESTIONS = Path(__file__).parents[1] / "questions" / "sample.jsonl"
SAMPLE = Path(bot.__file__).parent / "sample.jsonl"


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `paperboy eval` says of the sample day, with the bundled model."""
    with App(Settings(data=tmp_path_factory.mktemp("sample")), own=True) as app:
        papers.save(app.folder.db, exchange.read(SAMPLE))
        passages.embed_lacking(app.folder, app.vectors)
        yield asyncio.run(evaluate.evaluate(app, evaluate.read(QUESTIONS), lambda done, of: None))


@pytest.mark.parametrize(
    ("kind", "figure", "floor"),
    [
        pytest.param("topic", "ndcg@10", 0.96, id="papers on a topic come first"),
        pytest.param("topic", "listing_f1", 0.89, id="lists are right and complete"),
        pytest.param("fact", "r@1", 0.94, id="the paper with the fact is the first"),
        pytest.param("sentence", "mrr", 0.9, id="a sentence finds its paper in the other words"),
    ],
)
def test_questions_find_their_papers(scores: dict[str, Any], kind: str, figure: str, floor: float) -> None:
    assert scores["kinds"][kind][figure] >= floor


@pytest.mark.parametrize(
    ("figure", "most"),
    [
        pytest.param("false_answers", 0.05, id="what isn't stored is not answered"),
        pytest.param("false_refusals", 0.03, id="what is stored is not refused"),
    ],
)
def test_questions_are_answered_when_they_can_be(scores: dict[str, Any], figure: str, most: float) -> None:
    assert scores[figure] <= most


def test_a_question_whose_paper_is_gone_is_seldom_answered(scores: dict[str, Any]) -> None:
    assert scores["leave_one_out"]["answered"] <= 0.25


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The sample day, embedded."""
    with App(Settings(data=tmp_path_factory.mktemp("asked")), own=True) as app:
        papers.save(app.folder.db, exchange.read(SAMPLE))
        passages.embed_lacking(app.folder, app.vectors)
        yield app


@pytest.mark.parametrize(
    "text",
    [
        "What's the weather today?",
        "今天天气怎么样",
        "tell me a joke",
        "讲个笑话",
        "how old are you?",
        "what is the meaning of life?",
        "人生的意义是什么",
        "how do I lose weight?",
        "weather",
        "昨天谁赢了？",
        "推荐一部好看的电影",
        "what is the stock price of Apple?",
    ],
)
def test_what_only_shares_a_word_with_a_paper_is_not_answered(sample: App, text: str) -> None:
    assert not asyncio.run(answer.ask(sample, text)).answered
