"""Closeness in meaning with the bundled model: across languages, and told from what another passage says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import passages
from ingest.answers.evidence import Passage
from ingest.answers.meaning import Meaning
from ingest.e5.local import LocalE5
from store.db import Db
from store.types import Lang
from tests.makers.library import glossary
from tests.makers.papers import paper

PAPER = paper("3105.00042", title="SkyLark: Longer Clips")
SHOWN: tuple[tuple[str, Lang], ...] = (
    ("一种视频生成模型，先写草稿再修改，能生成一分钟的连贯片段。", "zh"),
    ("The planner treats a sheet of paper as a graph of creases and folds cranes without tearing them.", "en"),
)


@pytest.fixture(scope="module")
def meaning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    folder: Path = tmp_path_factory.mktemp("meaning")
    db, embedder = Db(folder / "papers.db"), LocalE5()
    yield Meaning(embedder, glossary(), passages.centres(db, glossary(), embedder), {})
    db.close()


@pytest.mark.parametrize(
    ("sentence", "lang", "near"),
    [
        pytest.param("It drafts a video, then revises it into a coherent minute", "en", 0, id="English of Chinese"),
        pytest.param("该模型生成一分钟的视频", "zh", 0, id="Chinese of Chinese"),
        pytest.param("Cranes are folded without torn sheets by planning on a crease graph", "en", 1, id="English"),
        pytest.param("规划器把纸看作折痕构成的图", "zh", 1, id="Chinese of English"),
        pytest.param("The dredged channel of the harbour fills from its end in winter", "en", None, id="neither"),
        pytest.param("央行上周宣布下调存款利率", "zh", None, id="neither, in Chinese"),
    ],
)
def test_a_sentence_is_near_the_passage_that_says_it(
    meaning: Meaning, sentence: str, lang: Lang, near: int | None
) -> None:
    shown = [Passage(n, PAPER, "contribution", of, text) for n, (text, of) in enumerate(SHOWN, 1)]
    found = [at for at, one in enumerate(shown) if meaning.near(sentence, lang, [one])]
    assert found == ([] if near is None else [near])
