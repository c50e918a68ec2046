"""Votes as people give them, and the reasons that /why tells: by each part of a wish, in both languages."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot import edition
from bot.app import App
from bot.edition import Shelf
from bot.request import Reply, Request
from bot.respond import remember, respond
from store import feedback, papers
from store.types import Lang
from store.wishes import Wish
from tests.bot.conftest import AppOf, shown
from tests.makers.papers import DAY, LIBRARY, NEXT_DAY, about, entry
from tests.makers.subscribers import another, subscribe

LARK, REEL, PILOT, SPLAT = "3105.00001", "3105.00002", "3105.00003", "3105.00004"


def press(app: App, text: str, lang: Lang = "en", **parts: Any) -> Reply:
    request = Request(text, lang, "telegram", chat="5", user="5", message="9", pressed=True, paged=True)
    return asyncio.run(respond(app, replace(request, **parts)))


def send(app: App, text: str, lang: Lang = "en", **parts: Any) -> Reply:
    return press(app, text, lang, **{"pressed": False, "message": "", **parts})


def votes(app: App, chat: str = "5") -> dict[str, float]:
    return {one.arxiv_id: one.value for one in feedback.opinions(app.folder.db, "telegram", chat)}


def actions(reply: Reply) -> dict[str, str]:
    return {button.label: button.action for row in reply.buttons for button in row}


# Votes


def test_a_papers_page_takes_a_vote_which_its_presser_alone_is_told(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    said = press(app, actions(press(app, f"/paper {LARK}"))["useful"])
    assert (votes(app), said.aside, "SkyLark-2" in shown(said.doc)) == ({LARK: 1}, True, True)


def test_a_vote_can_be_changed_and_is_counted_once(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    told = [shown(press(app, f"/{name} {LARK}").doc)[:12] for name in ("useful", "useful", "notforme")]
    assert (told, votes(app)) == (["Noted. In la", "You said tha", "Noted. In la"], {LARK: -1})


def test_everybody_in_a_group_has_a_vote(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    for user, name in (("5", "useful"), ("6", "useful"), ("7", "notforme"), ("8", "useful")):
        press(app, f"/{name} {LARK}", chat="-5", user=user, private=False)
    assert (votes(app, "-5"), votes(app)) == ({LARK: 0.5}, {})


def test_under_a_digest_the_paper_is_asked_for_and_the_way_back_is_there(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    digest = press(app, f"/day {DAY}")
    remember(app, Request("", "en", "telegram", chat="5", user="5"), digest, ["9"])
    asked = press(app, actions(digest)["not for me"])
    assert actions(asked) == {**{str(n): f"/notforme 3105.0000{n}" for n in (1, 2, 3, 4)}, "‹ back": "/back"}
    press(app, actions(asked)["3"])
    assert votes(app) == {PILOT: -1}


def test_under_a_digest_of_one_paper_there_is_nothing_to_ask(app_of: AppOf) -> None:
    app = app_of([about(1, "Loom", en="Weaves.")])
    remember(app, Request("", "en", "telegram", chat="5", user="5"), press(app, f"/day {DAY}"), ["9"])
    press(app, "/useful")
    assert votes(app) == {LARK: 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("/useful 2", {REEL: 1}, id="a line"),
        pytest.param("有用 第三篇", {PILOT: 1}, id="a line in Chinese"),
        pytest.param("/notforme SplatGarden", {SPLAT: -1}, id="a name"),
        pytest.param("/useful 3105.99999", {}, id="a paper that isn't stored"),
        pytest.param("/useful 9", {}, id="a line that isn't there"),
    ],
)
def test_a_vote_may_be_typed(app_of: AppOf, text: str, found: dict[str, float]) -> None:
    app = app_of(LIBRARY)
    send(app, f"/day {DAY}")
    send(app, text)
    assert votes(app) == found


def test_who_is_forgotten_has_not_voted(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    press(app, f"/useful {LARK}")
    send(app, "/forget")
    assert votes(app) == {}


# Why

HEAD = "SkyLark-2 is in this chat's digest of 6 May 2031, as number"


@pytest.mark.parametrize(
    ("wish", "paper", "reasons"),
    [
        pytest.param(Wish(), LARK, ["All papers of the day are wanted here."], id="everything is wanted"),
        pytest.param(
            Wish(topics=("video generation",)),
            LARK,
            ["It is about “video generation”. In it stand: 视频生成."],
            id="a topic, by the words of the other language",
        ),
        pytest.param(
            Wish(topics=("video generation",)),
            PILOT,
            ["It says nothing of “video generation”."],
            id="no topic",
        ),
        pytest.param(Wish(groups=("agents",)), PILOT, ["It belongs to the theme agents."], id="a theme"),
        pytest.param(
            Wish(groups=("agents", "data")),
            SPLAT,
            ["Its theme is vision; chosen here: agents, data & evaluation."],
            id="no theme",
        ),
        pytest.param(Wish(include=("屏幕",)), PILOT, ["It says “屏幕”."], id="a keyword"),
        pytest.param(
            Wish(include=("屏幕", "GUI"), authors=("Ada Lovelace",)),
            LARK,
            ["It says none of these words: 屏幕, GUI.", "None of these is its author: Ada Lovelace."],
            id="neither keyword nor author",
        ),
        pytest.param(
            Wish(exclude=("drafts",)), REEL, ["It says “drafts”, which is left out here."], id="an excluded keyword"
        ),
        pytest.param(Wish(least_votes=25), PILOT, ["It has 20 votes; at least 25 are asked for."], id="few votes"),
        pytest.param(
            Wish(most=2), PILOT, ["The digest takes the first 2; this one comes as number 3."], id="too many papers"
        ),
    ],
)
def test_why_tells_each_reason(app_of: AppOf, wish: Wish, paper: str, reasons: list[str]) -> None:
    app = app_of(LIBRARY)
    subscribe(app.folder.db, "5", wish=wish)
    said = shown(send(app, f"/why {paper}").doc)
    assert [one for one in reasons if f"- {one}" not in said.replace("•", "-")] == [], said


def test_why_says_whether_the_paper_is_in_and_under_which_number(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    subscribe(app.folder.db, "5", wish=Wish(topics=("video generation",)))
    assert shown(send(app, f"/why {REEL}").doc).startswith(
        "ReelForge is in this chat's digest of 6 May 2031, as number 2 of 2."
    )
    assert shown(send(app, f"/why {PILOT}").doc).startswith("TouchPilot isn't in this chat's digest of 6 May 2031.")


def test_why_names_the_author_and_a_vote_that_nobody_counted(app_of: AppOf) -> None:
    app = app_of([entry(LARK, "en", authors=("Ada Lovelace",))])
    subscribe(app.folder.db, "5", wish=Wish(authors=("Lovelace",), least_votes=2))
    said = shown(send(app, f"/why {LARK}").doc)
    assert "Lovelace is one of its authors." in said
    assert "Nobody has counted its votes yet; at least 2 are asked for." in said


def test_why_tells_what_moved_a_paper_and_from_where(app_of: AppOf) -> None:
    liked = about(1, "Loom", en="Weaves wool on a loom.")
    today = [
        about(11, "Gripper", en="Robots grip soft fruit by touch.", day=NEXT_DAY, upvotes=9),
        about(12, "Jacquard", en="Robots weave wool on a loom.", day=NEXT_DAY, upvotes=7),
        *(about(n, f"Arm {n}", en="Robots reach for boxes and parts.", day=NEXT_DAY, upvotes=1) for n in (13, 14)),
    ]
    app = app_of([liked, *today])
    subscribe(app.folder.db, "5")
    press(app, f"/useful {LARK}")
    said = shown(send(app, "/why 3105.00012").doc)
    assert "instead of 7: it is close to what was found useful here (Loom)." in said
    assert "That moves it from number 2 to 1." in said


def test_why_alone_tells_how_this_chat_orders_its_papers(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    press(app, f"/useful {REEL}")
    assert "Papers found useful here: 1; not for this chat: 0." in shown(send(app, "/why").doc)
    assert "Papers found useful here" not in shown(send(app, "/why", chat="6", user="6").doc)


def test_the_digest_of_a_chat_that_voted_has_another_order_and_the_others_share_theirs(app_of: AppOf) -> None:
    fruit = about(31, "Gripper", en="Robots grip soft fruit by touch.", day=NEXT_DAY, upvotes=8)
    video = about(32, "Clip", en="A video generation model that edits its own drafts.", day=NEXT_DAY, upvotes=7)
    app = app_of([*LIBRARY[:4], fruit, video])
    voted, first, second = (subscribe(app.folder.db, chat) for chat in ("5", "6", "7"))
    press(app, f"/useful {REEL}")
    shelf = Shelf(app)
    editions = [edition.of(app, shelf, one, NEXT_DAY) for one in (voted, first, second)]
    assert [one.papers if one else () for one in editions] == [
        ("3105.00032", "3105.00031"), ("3105.00031", "3105.00032"), ("3105.00031", "3105.00032"),
    ]  # fmt: skip
    assert editions[1] == editions[2]


def test_without_a_paper_why_asks_which(app_of: AppOf) -> None:
    asked = send(app_of(LIBRARY), "/why")
    assert actions(asked)["1"] == "/why 3105.00005"
    assert "Digests go by theme, and within a theme by votes." in shown(asked.doc)


def test_in_reply_to_a_digest_a_number_is_enough(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    subscribe(app.folder.db, "5")
    remember(app, Request("", "en", "telegram", chat="5", user=""), press(app, f"/day {DAY}"), ["9"])
    said = shown(send(app, "/why 1", reply_to="9").doc)
    assert said.startswith(HEAD)


def test_each_subscription_has_its_own_reasons(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    first = subscribe(app.folder.db, "5", wish=Wish(topics=("video generation",)))
    another(app.folder.db, first, wish=Wish(groups=("agents",)))
    said = shown(send(app, f"/why {PILOT}").doc)
    assert said.index("Subscription 1") < said.index("isn't in this chat's digest") < said.index("Subscription 2")
    assert "It belongs to the theme agents." in said


def test_a_chat_that_is_not_subscribed_is_told_so(app_of: AppOf) -> None:
    assert shown(send(app_of(LIBRARY), f"/why {LARK}").doc).startswith("This chat isn't subscribed;")


def test_a_paper_of_no_list_is_in_no_digest(app_of: AppOf) -> None:
    app = app_of()
    papers.save(app.folder.db, [entry(LARK, "en", listed=False)])
    assert "was on no day's list" in shown(send(app, f"/why {LARK}").doc)


def test_the_reasons_are_told_in_chinese(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    subscribe(app.folder.db, "5", lang="zh", wish=Wish(topics=("视频生成",), exclude=("drafts",)))
    assert "与“视频生成”有关，文中出现：视频生成。" in shown(send(app, f"推荐理由 {LARK}", "zh").doc)
    assert "文中提到“drafts”，这里不接收这样的论文。" in shown(send(app, f"/why {REEL}", "zh").doc)
