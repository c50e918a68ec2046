"""What a wish wants of a day: each part of it, how they go together, and the reasons."""

from typing import Any

import pytest

from bot import wanted
from bot.app import App
from bot.taste import Shift
from bot.wanted import Choice, Verdict
from store.types import Entry
from store.wishes import Wish
from tests.bot.conftest import AppOf
from tests.makers.papers import DAY, LIBRARY, about, entry

ON_DAY = [one for one in LIBRARY if one.paper.day == DAY]
LARK, REEL, PILOT, SPLAT = "3105.00001", "3105.00002", "3105.00003", "3105.00004"


def ids(entries: tuple[Entry, ...]) -> list[str]:
    return [one.paper.arxiv_id for one in entries]


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        pytest.param({}, [LARK, REEL, PILOT, SPLAT], id="nothing wished for is everything"),
        pytest.param({"topics": ("video generation",)}, [LARK, REEL], id="a topic, across languages"),
        pytest.param({"topics": ("视频生成",)}, [LARK, REEL], id="a topic in Chinese"),
        pytest.param({"topics": ("protein folding",)}, [], id="a topic of another day"),
        pytest.param({"groups": ("agents",)}, [PILOT], id="a group"),
        pytest.param({"include": ("drafts",)}, [REEL], id="a keyword"),
        pytest.param({"include": ("DRAFT",)}, [REEL], id="a keyword in another form and case"),
        pytest.param({"include": ("视频",)}, [LARK], id="Chinese characters within others"),
        pytest.param({"include": ("視頻",)}, [LARK], id="traditional ones"),
        pytest.param({"include": ("屏",)}, [PILOT], id="a lone character"),
        pytest.param({"include": ("raft",)}, [], id="no part of an English word"),
        pytest.param({"include": ("d.*",)}, [], id="no pattern"),
        pytest.param({"include": ("?!",)}, [], id="no word at all"),
        pytest.param({"topics": ("video generation",), "include": ("屏幕",)}, [LARK, REEL, PILOT], id="either"),
        pytest.param({"exclude": ("屏幕", "gardens")}, [LARK, REEL], id="all but some"),
        pytest.param({"topics": ("video generation",), "exclude": ("drafts",)}, [LARK], id="a topic but a word"),
        pytest.param({"least_votes": 20}, [LARK, REEL, PILOT], id="votes"),
        pytest.param({"topics": ("video generation",), "least_votes": 31}, [LARK], id="a topic with votes"),
        pytest.param({"most": 2}, [LARK, REEL], id="the first of them"),
        pytest.param({"exclude": ("一分钟",), "most": 2}, [REEL, PILOT], id="the first of what is left"),
    ],
)
def test_a_wish_chooses_its_papers(app: App, wish: dict[str, Any], found: list[str]) -> None:
    assert ids(wanted.chosen(app, ON_DAY, Wish(**wish))) == found


@pytest.mark.parametrize("name", ["Ada Lovelace", "ada lovelace", "Lovelace", "Lovelace, Ada", "Ada K. Lovelace"])
def test_an_author_is_known_by_each_way_to_write_the_name(name: str) -> None:
    assert wanted.is_by("Ada K. Lovelace", name)


@pytest.mark.parametrize(
    ("author", "name", "by"),
    [
        pytest.param("Ada Lovelace", "Ada", False, id="a first name is no family name"),
        pytest.param("Ada Lovelace", "Love", False, id="nor is a part of it"),
        pytest.param("Ada Lovelace", "Bob Lovelace", False, id="another one of the family"),
        pytest.param("何恺明", "何恺明", True, id="a Chinese name"),
        pytest.param("Lutz Müller", "muller", True, id="without its marks"),
        pytest.param("Ada Lovelace", "", False, id="no name"),
    ],
)
def test_an_author_is_no_other(author: str, name: str, by: bool) -> None:
    assert wanted.is_by(author, name) is by


def test_an_authors_paper_is_wanted_besides_the_topics(app_of: AppOf) -> None:
    mine = entry("3105.00077", "en", authors=("Grace Hopper", "Ada Lovelace"))
    app = app_of([*LIBRARY, mine])
    found = wanted.chosen(app, [*ON_DAY, mine], Wish(topics=("video generation",), authors=("Hopper",)))
    assert ids(found) == [LARK, REEL, "3105.00077"]


def test_a_paper_whose_votes_nobody_counted_has_not_enough(app_of: AppOf) -> None:
    uncounted = entry("3105.00077", "en")
    assert wanted.chosen(app_of([uncounted]), [uncounted], Wish(least_votes=1)) == ()


def test_each_paper_has_its_reasons(app: App) -> None:
    wish = Wish(groups=("agents",), topics=("video generation",), include=("片段",), exclude=("drafts",), most=1)
    told = {one.entry.paper.arxiv_id: one for one in Choice(app, ON_DAY).verdicts(wish, {})}
    by_id = {one.paper.arxiv_id: one for one in ON_DAY}
    assert told == {
        LARK: Verdict(by_id[LARK], (("topic", "video generation"), ("include", "片段")), None, "", 1, 1),
        PILOT: Verdict(by_id[PILOT], (("group", "agents"),), "most", "", 2, 2),
        REEL: Verdict(by_id[REEL], (("topic", "video generation"),), "exclude", "drafts"),
        SPLAT: Verdict(by_id[SPLAT], (), "nothing"),
    }


def test_feedback_shifts_the_order_and_what_is_cut(app: App) -> None:
    shifts = {PILOT: Shift(1.0, ()), LARK: Shift(-1.0, ())}
    choice = Choice(app, ON_DAY)
    assert ids(choice.chosen(Wish(), shifts)) == [PILOT, REEL, SPLAT, LARK]
    assert ids(choice.chosen(Wish(most=1), shifts)) == [PILOT]
    assert [(one.place, one.unshifted) for one in choice.verdicts(Wish(), shifts)] == [(1, 3), (2, 2), (3, 4), (4, 1)]


def test_papers_that_nothing_shifts_keep_their_order(app: App) -> None:
    tied = [about(at, f"Loom {at}", en="Weaves.", upvotes=5) for at in (51, 50, 52)]
    assert wanted.chosen(app, tied, Wish(), {LARK: Shift(1.0, ())}) == tuple(tied)
