"""The sample day: whole, in both languages, and every answer of the tour is right. With the bundled model."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from importlib.resources import as_file, files

import pytest

from bot import answer, demo
from bot.app import App
from bot.config import Settings
from bot.given import Answer
from bot.render import PLAIN, render
from bot.request import Request
from bot.respond import respond
from store import exchange, find, papers
from store.types import LANGS, Entry, Lang

VIDEO = {"2602.12160", "2602.19163", "2602.22208", "2602.21818", "2602.21835"}
"""The sample's papers about video generation, read by a person; SeaCache is a border case."""


def sample() -> list[Entry]:
    with as_file(files("bot").joinpath("sample.jsonl")) as path:
        return exchange.read(path)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with App(Settings(data=tmp_path_factory.mktemp("demo")), own=True) as made:
        demo.load(made, lambda done, of: None)
        yield made


def asked(app: App, lang: Lang, caption: str) -> Answer:
    return asyncio.run(answer.ask(app, dict(demo._TOUR[lang])[caption]))


def named(given: Answer) -> set[str]:
    return {one.arxiv_id for one in given.papers}


def test_the_sample_is_a_day_of_at_least_twelve_papers() -> None:
    assert (len(sample()) >= 12, {one.paper.day for one in sample()}) == (True, {demo.DAY})


def test_no_paper_is_in_the_sample_twice() -> None:
    assert Counter(one.paper.arxiv_id for one in sample()).most_common(1)[0][1] == 1


@pytest.mark.parametrize("made", [pytest.param(one, id=one.paper.arxiv_id) for one in sample()])
def test_a_paper_of_the_sample_is_summarised_in_both_languages(made: Entry) -> None:
    held = [(one.lang, one.sections.missing()) for one in made.summaries]
    assert (find.ids(made.paper.arxiv_id), sorted(held)) == ([made.paper.arxiv_id], [("en", ()), ("zh", ())])


def test_loading_it_twice_changes_nothing(app: App) -> None:
    demo.load(app, lambda done, of: None)
    assert papers.everything(app.folder.db) == papers.of_day(app.folder.db, demo.DAY)
    assert len(papers.everything(app.folder.db)) == len(sample())


@pytest.mark.parametrize("lang", LANGS)
def test_the_opening_shows_every_paper(app: App, lang: Lang) -> None:
    told = "\n".join(render(demo.opening(app, lang), PLAIN))
    assert [one.paper.title for one in sample() if one.paper.url not in told] == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_tour_has_a_caption_for_everything_that_is_said(lang: Lang) -> None:
    assert [text for caption, text in demo.script(lang) if not caption or not text] == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_tours_topic_is_answered_with_the_papers_about_video(app: App, lang: Lang) -> None:
    given = asked(app, lang, "demo.listing")
    assert (given.kind, given.lang, named(given) - {"2602.18993"}) == ("listing", lang, VIDEO)


@pytest.mark.parametrize(
    ("lang", "paper", "told"),
    [
        pytest.param("en", "2602.22144", "7.21%", id="English"),
        pytest.param("zh", "2602.18283", "65.3", id="Chinese"),
    ],
)
def test_the_tours_fact_is_quoted_from_its_paper(app: App, lang: Lang, paper: str, told: str) -> None:
    given = asked(app, lang, "demo.fact")
    assert (given.kind, given.papers[0].arxiv_id, told in given.text) == ("fact", paper, True)


@pytest.mark.parametrize(
    ("lang", "spoken", "papers_", "wrong"),
    [
        pytest.param("en", "zh", {"2602.22010", "2602.18527"}, {"2602.18283"}, id="embodied AI, asked in Chinese"),
        pytest.param("zh", "en", {"2602.18283"}, {"2602.21472"}, id="recommendation, asked in English"),
    ],
)
def test_the_tours_other_language_is_answered_in_it(
    app: App, lang: Lang, spoken: Lang, papers_: set[str], wrong: set[str]
) -> None:
    given = asked(app, lang, "demo.crossing")
    assert (given.lang, papers_ - named(given), wrong & named(given)) == (spoken, set(), set())


@pytest.mark.parametrize("lang", LANGS)
def test_the_tours_question_about_nothing_is_refused(app: App, lang: Lang) -> None:
    given = asked(app, lang, "demo.nothing")
    assert (given.kind, given.papers) == ("none", ())


@pytest.mark.parametrize(
    ("lang", "told"), [pytest.param("en", "Usage guide", id="en"), pytest.param("zh", "使用指南", id="zh")]
)
def test_the_tours_guide_is_a_guide(app: App, lang: Lang, told: str) -> None:
    text = dict(demo._TOUR[lang])["demo.guide"]
    shown = "\n".join(render(asyncio.run(respond(app, Request(text, chosen=lang))).doc, PLAIN))
    assert (told in shown, "2602.15030" in shown) == (True, True)
