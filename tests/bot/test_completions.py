"""What is offered while somebody fills in a command's option."""

import asyncio
from collections.abc import Callable

import pytest

from bot import lang as languages
from bot.app import App
from bot.completions import complete
from store.types import Lang
from tests.makers.papers import LIBRARY, about

AppOf = Callable[..., App]


def offered(app: App, option: str, typed: str, given: str = "", lang: Lang = "en", limit: int = 25) -> list[str]:
    """The values, best first."""
    found = asyncio.run(complete(app, option, typed, given, languages.load(lang), limit))
    return [value for _, value in found]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        pytest.param("", "3105.00005", id="nothing yet: the newest day"),
        pytest.param("3105.00003", "3105.00003", id="an id"),
        pytest.param("3105.0", "3105.00005", id="the beginning of an id"),
        pytest.param("sky", "3105.00001", id="the beginning of a title"),
        pytest.param("video gen", "3105.00002", id="what it is about, the last word half written"),
        pytest.param("视频生成", "3105.00001", id="what it is about"),
    ],
)
def test_papers_come_by_id_title_and_meaning(app_of: AppOf, typed: str, first: str) -> None:
    assert offered(app_of(LIBRARY), "paper", typed)[0] == first


@pytest.mark.parametrize("option", ["paper", "date", "words", "setting", "value", "language", "question", "nonsense"])
@pytest.mark.parametrize("typed", ["", "a", "3", "*", '") OR', "￥%#", "x" * 5000])
def test_whatever_is_typed_no_more_comes_than_is_wanted(app_of: AppOf, option: str, typed: str) -> None:
    app = app_of([about(n, f"Paper {n}", en="A paper.") for n in range(1, 40)])
    assert len(offered(app, option, typed, limit=3)) <= 3


def test_nothing_stored_is_nothing_offered(app_of: AppOf) -> None:
    assert (offered(app_of(), "paper", "video"), offered(app_of(), "date", "")) == ([], [])


def test_what_begins_with_the_typed_comes_first(app_of: AppOf) -> None:
    assert offered(app_of(), "words", "da")[0] == "data & evaluation"


def test_labels_are_in_the_readers_language(app_of: AppOf) -> None:
    assert offered(app_of(), "words", "视频", lang="zh") == ["视频与音频"]


def test_a_value_is_one_of_the_setting_before_it(app_of: AppOf) -> None:
    assert offered(app_of(), "value", "", "silent") == ["on", "off"]
