"""Topics in plain words: measured against the month before, looked for once, and not held up by an embedder."""

from datetime import timedelta

import pytest

from bot import topics
from store.errors import EmbedderError
from store.types import Vectors
from tests.bot.conftest import AppOf
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import DAY, LIBRARY, VIDEO, about

ON_DAY = [one for one in LIBRARY if one.paper.day == DAY]


class Failing(HashEmbedder):
    """It embeds papers, and questions until its server is down."""

    down = False

    def queries(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        if self.down:
            raise EmbedderError("the server is down", retry=True)
        return super().queries(texts)


@pytest.mark.parametrize("topic", ["video generation", "视频生成", "papers on video generation", "Video generation?"])
def test_papers_are_found_by_meaning_in_either_language(app_of: AppOf, topic: str) -> None:
    assert topics.about(app_of(LIBRARY), ON_DAY, topic) == VIDEO


@pytest.mark.parametrize("topic", ["sewage treatment", "污水处理厂", "of the", "?", ""])
def test_a_topic_of_none_of_them_finds_none(app_of: AppOf, topic: str) -> None:
    assert topics.about(app_of(LIBRARY), ON_DAY, topic) == frozenset()


@pytest.mark.parametrize("topic", ["how agents look at screens and press their buttons", "a GUI agent presses buttons"])
def test_a_topic_is_never_taken_for_a_question_about_one_paper_or_a_sentence_of_one(topic: str) -> None:
    read = topics.read(topic)
    assert not read.asks_one
    assert not read.is_statement


def test_only_the_papers_that_were_given_are_found(app_of: AppOf) -> None:
    assert topics.about(app_of(LIBRARY), ON_DAY[1:], "video generation") == VIDEO - {ON_DAY[0].paper.arxiv_id}
    assert topics.about(app_of(LIBRARY), [], "video generation") == frozenset()


def test_a_mere_mention_is_nothing_beside_the_papers_of_the_month(app_of: AppOf) -> None:
    far = "Wool, yarn, flax and hemp are woven by hand; looms hum, shuttles buzz. Why pack my box, dozen jugs? " * 3
    said = f"{far} Few speak. No video generation."
    lone = about(60, "Loom", abstract=said)
    month = [about(100 + n, f"Reel {n}", en="A video generation model.", day=DAY - timedelta(7)) for n in range(4)]
    alone, beside = app_of([lone]), app_of([lone, *month])
    found = [topics.about(app, [lone], "video generation") for app in (alone, beside)]
    assert found == [{"3105.00060"}, frozenset()]


def test_the_same_is_looked_for_once_until_papers_come(app_of: AppOf) -> None:
    embedder = HashEmbedder()
    app = app_of(LIBRARY, embedder=embedder)
    _ = app.search
    embedder.asked.clear()
    found = [topics.about(app, day, "video generation") for day in (ON_DAY, ON_DAY, ON_DAY[1:])]
    assert (embedder.asked, found[0] == found[1]) == (["video generation"], True)


def test_a_topic_that_cannot_be_embedded_is_matched_by_its_words_until_it_can(app_of: AppOf) -> None:
    embedder = Failing()
    app = app_of(LIBRARY, embedder=embedder)
    _ = app.search
    embedder.down = True
    assert topics.about(app, ON_DAY, "video generation") == VIDEO
    embedder.down = False
    embedder.asked.clear()
    assert topics.about(app, ON_DAY, "video generation") == VIDEO
    assert embedder.asked == ["video generation"]
