"""A paper called by its name, what is asked of the one in mind, and papers side by side, in ordinary words."""

from collections.abc import Callable

import pytest

from bot import aspects, called
from bot.app import App
from bot.followup import Followup
from tests.bot.test_respond import PAIR, actions, reply, said
from tests.makers.papers import LIBRARY, about, entry

AppOf = Callable[..., App]

SKY, SPLAT = "3105.00001", "3105.00004"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("SplatGarden results", f"/results {SPLAT}"),
        ("results of splatgarden", f"/results {SPLAT}"),
        ("SplatGarden guide", f"/guide {SPLAT}"),
        ("how do I use SplatGarden?", f"/guide {SPLAT}"),
        ("what's new in SplatGarden?", f"/innovations {SPLAT}"),
        ("innovations of SkyLark", f"/innovations {SKY}"),
        ("summary of SkyLark-2", f"/paper {SKY}"),
        ("tell me about SkyLark-2", f"/paper {SKY}"),
        ("papers similar to SplatGarden", f"/similar {SPLAT}"),
        ("SplatGarden 的使用指南", f"/guide {SPLAT}"),
        ("SplatGarden的创新点", f"/innovations {SPLAT}"),
        ("SplatGarden 的实验结果", f"/results {SPLAT}"),
        ("介绍一下 SkyLark-2", f"/paper {SKY}"),
        ("SkyLark-2 讲了什么", f"/paper {SKY}"),
        ("和 SplatGarden 类似的论文", f"/similar {SPLAT}"),
    ],
)
def test_a_name_and_a_section_are_that_command(app_of: AppOf, text: str, meant: str) -> None:
    assert called.read(app_of(LIBRARY).folder.db, text) == Followup(meant)


def test_a_fact_of_a_named_paper_is_asked_of_it(app_of: AppOf) -> None:
    assert called.read(app_of(LIBRARY).folder.db, "who wrote SplatGarden?") == Followup("who wrote", about=SPLAT)


@pytest.mark.parametrize(
    "text",
    [
        "SplatGarden",
        "Results",
        "what's new in video generation?",
        "video generation results",
        "papers like nothing stored",
        "how does SplatGarden render?",
        "longer clips results",
        "哪些论文与视频生成有关",
        "视频生成的实验结果",
        "SplatGarden 和 SkyLark-2 有什么区别",
        "results of Nonesuch3D",
        "results " * 500,
        "",
    ],
)
def test_what_says_more_or_names_nothing_is_left_alone(app_of: AppOf, text: str) -> None:
    assert called.read(app_of([*LIBRARY, about(9, "Results")]).folder.db, text) is None


def test_a_paper_that_is_called_as_a_section_is_still_found(app_of: AppOf) -> None:
    db = app_of([about(9, "Results")]).folder.db
    assert called.read(db, "results of Results") == Followup("/results 3105.00009")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Who wrote it?", "authors"), ("作者是谁", "authors"), ("is the code available?", "code"), ("代码呢", "code"),
        ("有代码吗", "code"), ("is it open source?", "code"), ("原文链接", "link"), ("发我 PDF", "link"),
        ("how many votes?", "votes"), ("有多少票", "votes"), ("when was it published?", "day"),
        ("什么时候发布的", "day"), ("用一句话总结", "line"), ("in one sentence", "line"),
    ],
)  # fmt: skip
def test_what_is_stored_beside_the_text_is_known_by_its_words(text: str, fact: str) -> None:
    assert aspects.fact(text) == fact


@pytest.mark.parametrize("text", ["数据集呢", "用了什么数据集", "limitations?", "which baselines?", "有什么局限性"])
def test_a_part_of_a_paper_alone_means_the_paper_in_mind(text: str) -> None:
    assert aspects.only(text)


@pytest.mark.parametrize(
    "text",
    ["code generation", "video datasets", "代码生成", "视频数据集呢", "数据集蒸馏", "papers with code", "有代码的论文",
     "which papers have code?", "when do agents fail?", "who uses diffusion?", "open-source agents", "开源模型", ""],
)  # fmt: skip
def test_a_topic_is_no_part_of_a_paper(text: str) -> None:
    assert not aspects.only(text)
    assert not aspects.more(text)


WRITTEN = entry(
    SKY, "en", "zh", authors=("Ada Fold", "Bo Crease"), repository="https://github.com/fold/net", upvotes=52
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("who wrote it?", "FoldNet is by Ada Fold, Bo Crease."),
        ("作者是谁", "FoldNet 的作者：Ada Fold、Bo Crease。"),
        ("is the code available?", "The code of FoldNet: https://github.com/fold/net"),
        ("how many votes?", "FoldNet has 52 votes on Hugging Face."),
        ("发我 PDF", "https://arxiv.org/pdf/3105.00001"),
        ("in one sentence", "Folds twice as fast."),
        ("什么时候发布的", "FoldNet 列在 2031 年 5 月 6 日。"),
        ("tell me more", "FoldNet: Folding Paper at Scale"),
    ],
)
def test_it_is_answered_from_the_open_paper_without_being_named(app_of: AppOf, text: str, told: str) -> None:
    app = app_of([WRITTEN, *PAIR[1:]])
    said(app, "/paper 3105.00001")
    assert told in said(app, text)


def test_an_answer_out_of_several_papers_sets_no_it(app_of: AppOf) -> None:
    app = app_of(PAIR)
    given = reply(app, "how much is reached on the benchmark?")
    assert given.talk is not None
    assert (len(given.talk.shown), given.talk.about) == (2, "")


def test_what_it_does_not_say_is_one_sentence_with_buttons(app_of: AppOf) -> None:
    app = app_of([*PAIR, *LIBRARY[3:]])
    said(app, "/paper 3105.00002")
    given = reply(app, "does it need satellite images?")
    assert (len(given.doc.blocks), actions(given)[0]) == (1, "/paper 3105.00002")


@pytest.mark.parametrize(
    "text",
    ["compare them", "比较一下它们", "compare the first and the second", "第一篇和第二篇有什么区别", "compare 1 and 2",
     "compare the first two", "它们有什么区别", "what are the differences?"],
)  # fmt: skip
def test_the_papers_of_a_short_list_are_set_side_by_side(app_of: AppOf, text: str) -> None:
    app = app_of(PAIR)
    said(app, "/day 2031-05-06")
    assert said(app, text).startswith("CraneNet · BoatNet")


def test_a_long_list_is_not_compared_and_why_is_said(app_of: AppOf) -> None:
    app = app_of([about(n, f"Reel{n}", en="A video generation model.") for n in range(1, 10)])
    assert said(app, "compare them").startswith("Compare which papers?")
    said(app, "/day 2031-05-06")
    assert said(app, "compare them").startswith("The list has 9 papers, and I set up to 4 side by side.")
