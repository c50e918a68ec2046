"""Follow-ups: what is said of what was said, in both languages, and what is none."""

import pytest

from bot import followup, ordinals
from bot.followup import Followup
from bot.ordinals import LAST, Ordinal
from store.talks import Talk

A, B, C = "3105.00001", "3105.00002", "3105.00003"
LIST = Talk((A, B, C), listed="/today")
ABOUT = Talk((A, B, C), B, "/today", "/results")
ASKED = Talk((A, B, C), A, "/today", "what is the throughput?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("3", Ordinal(3), id="a number"),
        pytest.param("#2", Ordinal(2), id="a number with its sign"),
        pytest.param("３", Ordinal(3), id="a full-width number"),
        pytest.param("2.", Ordinal(2), id="a number with a full stop"),
        pytest.param("the second one", Ordinal(2), id="a word"),
        pytest.param("2nd paper", Ordinal(2), id="a short word"),
        pytest.param("what about the third?", Ordinal(3, "what about"), id="a word at the end"),
        pytest.param("the last one", Ordinal(LAST), id="the last"),
        pytest.param("number 12", Ordinal(12), id="a number by its name"),
        pytest.param("第二篇呢", Ordinal(2, "呢"), id="Chinese"),
        pytest.param("第 3 个", Ordinal(3), id="Chinese with a digit"),
        pytest.param("第十二篇", Ordinal(12), id="十二"),
        pytest.param("第二十篇", Ordinal(20), id="二十"),
        pytest.param("第二十一篇", Ordinal(21), id="二十一"),
        pytest.param("最后一篇", Ordinal(LAST), id="最后一篇"),
        pytest.param("what data does the second one use?", Ordinal(2, "what data does use"), id="within a question"),
    ],
)
def test_a_line_of_a_list_is_read(text: str, expected: Ordinal) -> None:
    assert ordinals.find(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2602.15030", id="an id"),
        pytest.param("what was the first diffusion model?", id="a first something"),
        pytest.param("3D Gaussian splatting", id="a digit within a word"),
        pytest.param("GPT 4 agents", id="a number within a name"),
        pytest.param("1000", id="too large for a list"),
        pytest.param("第一性原理", id="a Chinese word with 第"),
    ],
)
def test_what_names_no_line_is_none(text: str) -> None:
    assert ordinals.find(text) is None


@pytest.mark.parametrize(
    ("text", "talk", "expected"),
    [
        pytest.param("3", LIST, Followup(f"/paper {C}"), id="a number after a list"),
        pytest.param("and the second one?", LIST, Followup(f"/paper {B}"), id="the second one after a list"),
        pytest.param("第二篇呢", LIST, Followup(f"/paper {B}"), id="第二篇呢 after a list"),
        pytest.param("and the third one?", ABOUT, Followup(f"/results {C}"), id="the same of another"),
        pytest.param("第三篇呢？", ABOUT, Followup(f"/results {C}"), id="the same of another in Chinese"),
        pytest.param("第三篇", ABOUT, Followup(f"/paper {C}"), id="a line alone opens the paper"),
        pytest.param(
            "and the second one?", ASKED, Followup("what is the throughput?", B), id="the same question of another"
        ),
        pytest.param("how do I use the second one?", LIST, Followup(f"/guide {B}"), id="a guide by line"),
        pytest.param("最后一篇的实验结果", LIST, Followup(f"/results {C}"), id="results of the last"),
        pytest.param("第一篇用了什么数据", LIST, Followup("用了什么数据", A), id="a question by line"),
        pytest.param("它的实验结果呢", ABOUT, Followup(f"/results {B}"), id="its results in Chinese"),
        pytest.param("what about its results?", ABOUT, Followup(f"/results {B}"), id="its results"),
        pytest.param("how do I use it?", ABOUT, Followup(f"/guide {B}"), id="how to use it"),
        pytest.param("怎么用？", ABOUT, Followup(f"/guide {B}"), id="怎么用"),
        pytest.param("results?", ABOUT, Followup(f"/results {B}"), id="a word alone"),
        pytest.param("What is new in it?", ABOUT, Followup(f"/innovations {B}"), id="what is new"),
        pytest.param("这篇论文的创新点是什么", ABOUT, Followup(f"/innovations {B}"), id="创新点"),
        pytest.param("它讲了什么", ABOUT, Followup(f"/paper {B}"), id="what it is about"),
        pytest.param("tell me about it", ABOUT, Followup(f"/paper {B}"), id="tell me about it"),
        pytest.param("are there similar papers?", ABOUT, Followup(f"/similar {B}"), id="similar ones"),
        pytest.param("有类似的论文吗", ABOUT, Followup(f"/similar {B}"), id="类似的论文"),
        pytest.param("what data does it use?", ABOUT, Followup("what data does use?", B), id="a question about it"),
        pytest.param("它用了什么数据集", ABOUT, Followup("用了什么数据集", B), id="a Chinese question about it"),
        pytest.param("它的实验结果呢", LIST, Followup("/results", which=(A, B, C)), id="it, after a list"),
        pytest.param("4", LIST, Followup("", beyond=4), id="a number beyond the list"),
        pytest.param("3", Talk(), Followup("", beyond=3), id="a number without a list"),
    ],
)
def test_a_follow_up_is_made_plain(text: str, talk: Talk, expected: Followup) -> None:
    assert followup.resolve(text, talk) == expected


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        pytest.param("which papers are about it?", ABOUT, id="a question for a list"),
        pytest.param("哪些论文与视频生成有关", ABOUT, id="a Chinese question for a list"),
        pytest.param("is it possible to train without labels?", ABOUT, id="an it that means nothing"),
        pytest.param("video generation", ABOUT, id="a topic"),
        pytest.param("HyTRec", ABOUT, id="a name"),
        pytest.param("how do I use 3105.00003?", ABOUT, id="a paper of its own"),
        pytest.param("/help", ABOUT, id="a command"),
        pytest.param("what was the first diffusion model?", LIST, id="a first something"),
        pytest.param("它的实验结果呢", Talk(), id="it, out of nothing"),
        pytest.param("results?", LIST, id="a word alone after a list"),
        pytest.param("", ABOUT, id="nothing"),
    ],
)
def test_what_stands_by_itself_is_left_alone(text: str, talk: Talk) -> None:
    assert followup.resolve(text, talk) is None


def test_whatever_answers_a_papers_message_is_about_that_paper() -> None:
    text = "which datasets were used?"
    assert (followup.resolve(text, ABOUT), followup.resolve(text, ABOUT, replied=True)) == (None, Followup(text, B))


@pytest.mark.parametrize(
    ("argument", "talk", "expected"),
    [
        pytest.param("", ABOUT, B, id="nothing is the paper in mind"),
        pytest.param("it", ABOUT, B, id="it"),
        pytest.param("这篇", ABOUT, B, id="这篇"),
        pytest.param("3", LIST, C, id="a line"),
        pytest.param("第三篇", LIST, C, id="a Chinese line"),
        pytest.param("9", LIST, None, id="a line beyond the list"),
        pytest.param("", LIST, None, id="nothing after a list"),
        pytest.param("HyTRec", ABOUT, None, id="a name"),
    ],
)
def test_a_commands_argument_may_point_at_what_was_said(argument: str, talk: Talk, expected: str | None) -> None:
    assert followup.named(argument, talk) == expected
