"""The digest: which group a paper belongs to, and how a day is laid out."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import digest, lang
from bot.app import App
from bot.digest import Digest
from bot.render import PLAIN, render
from bot.request import Reply, Request
from bot.respond import respond
from store import overviews
from store.overviews import Overview
from store.types import Entry, Lang
from tests.bot.conftest import shown
from tests.makers.papers import DAY, about, entry, paper

AppOf = Callable[..., App]

VIDEO, AGENT, LOOM = "A video generation model.", "A GUI agent.", "Weaves wool."

DAY_OF_SIX = (
    about(1, "Loom", en=LOOM, upvotes=90),
    about(2, "Reel", en=VIDEO, upvotes=70),
    about(3, "Clicker", en=AGENT, upvotes=60),
    about(4, "Clip", zh="视频生成模型。", upvotes=50),
    about(5, "Spindle", zh="纺羊毛。", upvotes=40),
    about(6, "Shuttle", en=LOOM, upvotes=30),
)


def told(found: Digest, code: Lang = "en") -> str:
    return "\n\n".join(render(digest.doc(found, lang.load(code), (code, "en", "zh")), PLAIN))


@pytest.mark.parametrize(
    ("made", "group"),
    [
        pytest.param(about(1, "A", en=VIDEO), "video_audio", id="English words"),
        pytest.param(about(1, "A", zh="视频生成"), "video_audio", id="Chinese words"),
        pytest.param(about(1, "A", zh="机器人操控"), "robotics", id="robots"),
        pytest.param(about(1, "A", en="LLM agents that call tools"), "agents", id="agents before language models"),
        pytest.param(about(1, "A", zh="推荐系统"), "retrieval", id="recommendation"),
        pytest.param(about(1, "Speech Synthesis"), "video_audio", id="a title alone"),
        pytest.param(
            about(1, "A", abstract="We quantize: quantization to 2 bits."), "efficiency", id="an abstract alone"
        ),
        pytest.param(about(1, "Robot", en="An LLM, a language model."), "language", id="two words over one"),
        pytest.param(about(1, "A", en=LOOM), "other", id="none of the words"),
        pytest.param(about(1, "Imagery of Agentless Robotting"), "other", id="longer words"),
    ],
)
def test_a_paper_belongs_to_the_group_it_speaks_of_most(made: Entry, group: str) -> None:
    assert digest.topic(made) == group


def test_keywords_count_as_the_title_does() -> None:
    assert digest.topic(Entry(paper(title="A", keywords=("embodied AI",)))) == "robotics"


def test_a_group_has_a_name_in_both_languages() -> None:
    keys = {f"topic.{name}" for name in (*digest._TERMS, "other")}
    assert [lang.load(code).texts.keys() & keys for code in ("zh", "en")] == [keys, keys]


def test_the_largest_group_comes_first_and_the_rest_last() -> None:
    found = digest.group(DAY, DAY_OF_SIX)
    assert [(name, len(entries)) for name, entries in found.groups] == [("video_audio", 2), ("agents", 1), ("other", 3)]


def test_within_a_group_papers_keep_their_order() -> None:
    found = digest.group(DAY, DAY_OF_SIX)
    assert [[one.paper.upvotes for one in entries] for _, entries in found.groups] == [[70, 50], [60], [90, 40, 30]]


def test_every_paper_is_in_one_group() -> None:
    found = digest.group(DAY, DAY_OF_SIX)
    assert sorted(one.paper.arxiv_id for one in found.entries) == [one.paper.arxiv_id for one in DAY_OF_SIX]


@pytest.mark.parametrize(
    ("code", "head"),
    [
        pytest.param(
            "en", "Daily Papers · Tue 6 May 2031\n6 papers: video & audio 2 · agents 1 · other 3\n", id="English"
        ),
        pytest.param("zh", "每日论文 · 2031 年 5 月 6 日 周二\n6 篇：视频与音频 2 · 智能体 1 · 其他 3\n", id="Chinese"),
    ],
)
def test_the_heading_says_the_day_and_the_groups(code: Lang, head: str) -> None:
    assert told(digest.group(DAY, DAY_OF_SIX), code).startswith(head)


def test_the_groups_counts_add_up_to_the_papers() -> None:
    total, *parts = map(int, re.findall(r"\d+", told(digest.group(DAY, DAY_OF_SIX)).splitlines()[1]))
    assert sum(parts) == total == len(DAY_OF_SIX)


def test_papers_are_numbered_through_from_one() -> None:
    numbers = re.findall(r"^(\d+)  ", told(digest.group(DAY, DAY_OF_SIX)), re.M)
    assert [int(number) for number in numbers] == [1, 2, 3, 4, 5, 6]


def test_a_single_paper_is_not_papers() -> None:
    assert "\n1 paper: agents 1\n" in told(digest.group(DAY, [about(1, "Clicker", en=AGENT)]))


@pytest.mark.parametrize(
    ("made", "lines"),
    [
        pytest.param(
            about(1, "Reel: Longer Clips", en="Makes clips. And more.", upvotes=52),
            ["1  Reel (https://huggingface.co/papers/3105.00001)  ▲ 52", "   Makes clips."],
            id="votes, and a line of the contribution",
        ),
        pytest.param(
            about(1, "Reel", abstract="We make clips. Then more.", upvotes=0),
            ["1  Reel (https://huggingface.co/papers/3105.00001)  ▲ 0", "   We make clips. · abstract"],
            id="no summary, a line of the abstract",
        ),
        pytest.param(
            Entry(paper("3105.00001", title="Reel")),
            ["1  Reel (https://huggingface.co/papers/3105.00001)"],
            id="neither, and no votes",
        ),
        pytest.param(
            Entry(paper("3105.00001", title="Reel", upvotes=3, repository="https://code.example/reel")),
            ["1  Reel (https://huggingface.co/papers/3105.00001)  ▲ 3 · code (https://code.example/reel)"],
            id="votes and code",
        ),
        pytest.param(
            Entry(paper("3105.00001", title="Reel", repository="https://code.example/reel")),
            ["1  Reel (https://huggingface.co/papers/3105.00001)  code (https://code.example/reel)"],
            id="code alone",
        ),
        pytest.param(
            Entry(paper("3105.00001", title="Reel", repository="javascript:alert(1)")),
            ["1  Reel (https://huggingface.co/papers/3105.00001)  code"],
            id="code that has no address",
        ),
    ],
)
def test_a_paper_is_its_name_what_counts_and_one_line(made: Entry, lines: list[str]) -> None:
    shown = told(digest.group(DAY, [made])).splitlines()
    assert shown[next(at for at, line in enumerate(shown) if line.startswith("1  ")) :] == lines


def test_a_line_is_in_the_readers_language_where_there_is_one() -> None:
    both = digest.group(DAY, [entry("3105.00001", "zh", "en")])
    assert ["折得快一倍。" in told(both, "zh"), "Folds twice as fast." in told(both, "en")] == [True, True]


def test_a_day_without_votes_shows_none() -> None:
    entries = [replace(one, paper=replace(one.paper, upvotes=None)) for one in DAY_OF_SIX]
    assert "▲" not in told(digest.group(DAY, entries))


# The views of a day


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of([*DAY_OF_SIX, *(about(n, f"Reel{n}", en=VIDEO, upvotes=n) for n in range(10, 20))])


def pressed(app: App, text: str, lang_: Lang = "en") -> Reply:
    request = Request(text, lang_, "telegram", chat="5", user="5", message="9", pressed=True, paged=True)
    return asyncio.run(respond(app, request))


def actions(reply: Reply) -> dict[str, str]:
    return {button.label: button.action for row in reply.buttons for button in row if not button.label.isdecimal()}


def titles(reply: Reply) -> list[str]:
    return re.findall(r"^\d+  (\w+)", shown(reply.doc), re.M)


def test_the_overview_stands_below_the_counts_on_the_first_page(app: App) -> None:
    overviews.save(app.folder.db, Overview(DAY, "en", "Much is woven.", "model", "overview-1", app.now()))
    first = shown(pressed(app, f"/day {DAY}").doc)
    assert re.search(r"^16 papers: .*\n\nMuch is woven\.\n\n", first, re.M)
    assert "Much is woven." in shown(pressed(app, f"/day {DAY} votes").doc)
    for text in (f"/day {DAY} p2", f"/day {DAY} zh"):
        assert "Much is woven." not in shown(pressed(app, text).doc)


def test_by_votes_there_are_no_groups_and_the_pages_stay_so(app: App) -> None:
    by_topic = pressed(app, f"/day {DAY}")
    by_votes = pressed(app, actions(by_topic)["by votes"])
    assert titles(by_votes)[:7] == ["Loom", "Reel", "Clicker", "Clip", "Spindle", "Shuttle", "Reel19"]
    assert "Agents" not in shown(by_votes.doc)
    assert "\n\nBy votes\n1  Loom" in shown(by_votes.doc)
    assert actions(by_votes)["next 6 ▸"] == f"/day {DAY} votes p2"
    assert actions(pressed(app, actions(by_votes)["by topic"])) == actions(by_topic)


def test_the_numbers_of_a_view_mean_its_lines(app: App) -> None:
    by_votes = pressed(app, f"/day {DAY} votes")
    assert by_votes.talk is not None
    assert by_votes.talk.shown[:3] == ("3105.00001", "3105.00002", "3105.00003")
    assert by_votes.buttons[0][2].action == "/paper 3105.00003"


def test_in_the_other_language_all_is_and_the_way_back_is_there(app: App) -> None:
    english = pressed(app, f"/day {DAY} votes")
    chinese = pressed(app, actions(english)["中文"])
    assert shown(chinese.doc).startswith("每日论文")
    assert chinese.talk is not None
    assert chinese.talk.lang == "zh"
    assert actions(chinese) == {
        "后 6 篇 ▸": f"/day {DAY} votes zh p2",
        "按主题": f"/day {DAY} zh",
        "English": f"/day {DAY} votes en",
        "有用": "/useful",
        "不感兴趣": "/notforme",
    }


def test_a_language_that_no_paper_speaks_is_not_offered(app_of: AppOf) -> None:
    assert "中文" not in actions(pressed(app_of([about(1, "Loom", en=LOOM)]), f"/day {DAY}"))


def test_an_order_that_changes_nothing_is_not_offered(app_of: AppOf) -> None:
    assert "by votes" not in actions(pressed(app_of([about(1, "Loom", en=LOOM, upvotes=2)]), f"/day {DAY}"))
