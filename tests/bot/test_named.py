"""A question that names a stored paper is about that paper; what its text doesn't hold is said not to be there."""

import asyncio
from collections.abc import Callable

import pytest

from bot import called, written
from bot.app import App
from bot.given import Answer
from bot.request import Reply, Request
from bot.respond import respond
from bot.written import Asker
from store import find, question
from tests.bot.conftest import shown
from tests.makers.papers import about

AppOf = Callable[..., App]

REEL = about(1, "ReelForge-2: Drafts", zh="一种视频生成模型，比 DraftNet 快 5.8%，每秒生成 32 帧。")
LARK = about(
    2, "SkyLark: Longer Clips", en="A video model trained with reinforcement learning; it runs 3 times faster."
)
OTHERS = tuple(about(number, f"Plough{number}", zh="土壤湿度的卫星测量。") for number in range(11, 20))


def ask(app: App, text: str) -> Answer:
    return asyncio.run(written.ask(app, text, Asker(Request(text, chat="c", user="u"))))


@pytest.mark.parametrize(
    "text",
    """ReelForge-2 的学习率是多少|ReelForge-2 有多少参数？|ReelForge-2 用强化学习吗
    what is the batch size of ReelForge-2?
    how many parameters does ReelForge-2 have?
    does ReelForge-2 use reinforcement learning?
    what learning rate does reelForge-2 use?|what GPU was ReelForge-2 trained on?""".replace("\n", "|").split("|"),
)
def test_a_fact_that_the_named_paper_does_not_hold_is_said_not_to_be_there(app_of: AppOf, text: str) -> None:
    given = ask(app_of([REEL, LARK, *OTHERS]), text.strip())
    assert [one.arxiv_id for one in given.papers] == [REEL.paper.arxiv_id]
    assert given.text in ("关于 ReelForge-2 的收录内容没有提到这一点。", "What I hold of ReelForge-2 doesn't say that.")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("does SkyLark use reinforcement learning?", "reinforcement learning"),
        ("SkyLark 用强化学习吗", "reinforcement learning"),
        ("ReelForge-2 生成多少帧？", "32 帧"),
    ],
)
def test_a_fact_that_the_named_paper_holds_is_quoted(app_of: AppOf, text: str, held: str) -> None:
    given = ask(app_of([REEL, LARK, *OTHERS]), text)
    assert given.kind == "fact"
    assert held in given.text


@pytest.mark.parametrize(
    "text",
    [
        "explain ReelForge-2 like I'm five",
        "translate ReelForge-2 to English",
        "解释一下 ReelForge-2",
        "give me a bibtex for ReelForge-2",
    ],
)
def test_a_question_about_a_named_paper_is_never_told_that_nothing_is_stored(app_of: AppOf, text: str) -> None:
    given = ask(app_of([REEL, LARK, *OTHERS]), text)
    assert given.answered
    assert [one.arxiv_id for one in given.papers] == [REEL.paper.arxiv_id]


@pytest.mark.parametrize("text", ["papers that compare with ReelForge-2", "which papers beat SkyLark?", "video models"])
def test_a_question_for_papers_is_about_none(app_of: AppOf, text: str) -> None:
    assert called.about(app_of([REEL, LARK]).folder.db, text) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ReelForge-2 的学习率", "的学习率"),
        ("what is reelforge-2's batch size", "what is batch size"),
        ("ReelForge-25 results", "ReelForge-25 results"),
    ],
)
def test_a_name_is_taken_out_of_a_question_as_a_whole(text: str, left: str) -> None:
    assert " ".join(find.without_name(text, REEL.paper.title).split()) == left


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("compare DPO and GRPO", "DPO and GRPO"),
        ("what's the difference between LoRA and full finetuning?", "LoRA and full finetuning"),
        ("how does DPO differ from GRPO?", "DPO differ from GRPO"),
        ("DPO vs GRPO", "DPO vs GRPO"),
        ("DPO 和 GRPO 有什么区别", "DPO 和 GRPO"),
        ("对比 RAG 与长上下文", "RAG 与长上下文"),
    ],
)
def test_a_comparison_of_two_things_is_no_list(text: str, things: str) -> None:
    read = question.read(text)
    assert (read.topic, read.asks_one) == (things, True)


@pytest.mark.parametrize("text", ["视频生成和图像编辑的论文", "对比学习和视频的论文", "papers about video and audio"])
def test_two_topics_are_no_comparison(text: str) -> None:
    assert not question.read(text).asks_one


def said(app: App, *texts: str) -> Reply:
    """The reply to the last of some texts of one private chat."""
    replies = [asyncio.run(respond(app, Request(text, chat="c", user="u", private=True, lang="en"))) for text in texts]
    return replies[-1]


@pytest.mark.parametrize(("text", "asked"), [("RelForge-2", "Did you mean ReelForge-2?"), ("SkyLrak", "mean SkyLark?")])
def test_a_name_with_a_typo_is_asked_back_about_with_a_button(app_of: AppOf, text: str, asked: str) -> None:
    reply = said(app_of([REEL, LARK, *OTHERS]), text)
    assert asked in shown(reply.doc)
    assert reply.buttons[0][0].action.startswith("/paper 3105.0000")


def test_a_fact_asked_of_a_comparison_is_answered_for_each(app_of: AppOf) -> None:
    told = shown(said(app_of([REEL, LARK]), "compare ReelForge-2 and SkyLark", "which of them has code?").doc)
    assert "No link to code is stored for ReelForge-2." in told
    assert "No link to code is stored for SkyLark." in told


def test_doubt_about_what_a_paper_does_not_say_is_about_that_answer(app_of: AppOf) -> None:
    app = app_of([REEL, LARK, *OTHERS])
    asked = "what is the batch size of ReelForge-2?"
    assert "ReelForge-2 doesn't say that" in shown(said(app, asked, "are you sure?").doc)


def test_a_comparison_is_explained_in_the_papers_names(app_of: AppOf) -> None:
    told = shown(said(app_of([REEL, LARK]), "compare ReelForge-2 and SkyLark", "why?").doc)
    assert told.startswith("“ReelForge-2 · SkyLark” was answered from:")


def test_a_command_by_its_english_name_needs_no_slash_before_an_id(app_of: AppOf) -> None:
    app = app_of([REEL, LARK])
    assert shown(said(app, "guide 3105.00001").doc) == shown(said(app, "/guide 3105.00001").doc)
