"""Follow-ups: what is said of what was said, in both languages, and what is none."""

from collections.abc import Callable

import pytest

from bot import followup, ordinals
from bot.app import App
from bot.followup import Followup
from bot.ordinals import LAST, Ordinal
from store.talks import Talk
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

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
        pytest.param("第二篇呢", Talk(), Followup("", beyond=2), id="第二篇呢 without a list"),
        pytest.param("and the second one?", Talk(), Followup("", beyond=2), id="the second one without a list"),
        pytest.param("最后一篇", Talk(), Followup("", lost=True), id="the last, out of nothing"),
        pytest.param("它的实验结果呢", Talk(), Followup("", lost=True), id="it, out of nothing"),
        pytest.param("what about its results?", Talk(), Followup("", lost=True), id="its results, out of nothing"),
        pytest.param("倒数第二篇", LIST, Followup(f"/paper {B}"), id="the last but one in Chinese"),
        pytest.param("the second to last one", LIST, Followup(f"/paper {B}"), id="the second to last"),
        pytest.param("倒数第 3 篇的实验结果", LIST, Followup(f"/results {A}"), id="results of the last but two"),
        pytest.param("倒数第九篇", LIST, Followup("", beyond=9), id="before the list's beginning"),
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
        pytest.param("does it scale to video?", Talk(), id="a question about it, out of nothing"),
        pytest.param("results?", LIST, id="a word alone after a list"),
        pytest.param("", ABOUT, id="nothing"),
    ],
)
def test_what_stands_by_itself_is_left_alone(text: str, talk: Talk) -> None:
    assert followup.resolve(text, talk) is None


@pytest.mark.parametrize(
    "text",
    [
        "how many frames per second?",
        "Which model can run at 30 frames per second?",
        "How long does training last?",
        "GPT-5 or Claude, which comes first?",
        "which model is number 1 on the leaderboard?",
        "what was the first paper to use diffusion for speech?",
        "who wrote the first paper on attention?",
        "how much faster is inference on May 5th?",
        "How do robots learn from touch when they pick fruit?",
        "How do diffusion models speed up their sampling?",
        "Which robots plan when they see new objects?",
        "agents and how they use tools",
        "Can language models explain their answers?",
        "How can an agent improve its own prompts?",
        "What is LoRA and how does it work?",
        "Is it better to prune or to quantise a vision model?",
        "how long does it take to train a 7B model?",
        "show me the paper about gardens",
        "what is the method for training robots without rewards?",
        "第二个阶段怎么训练",
        "第一个用扩散模型的工作是哪篇",
        "最后一个实验是怎么做的",
        "哪个模型排名第一？",
        "世界第一的语音模型",
        "文本模型的幻觉怎么解决",
        "小样本方法有什么进展",
        "低成本模型怎么训练",
        "日本文学翻译",
        "这个领域有什么进展",
        "这项技术的前景",
        "应该方法论先行吗",
        "因此模型会忘记吗",
        "其它方法有哪些",
        "该文本模型怎么训练",
        "大语言模型为什么会忘记它们学过的东西",
        "什么是混合专家？它怎么训练",
        "今天有什么新论文",
    ],
)
def test_a_question_that_names_its_own_subject_is_no_follow_up(text: str) -> None:
    assert (followup.resolve(text, LIST), followup.resolve(text, ABOUT)) == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what about the second?", f"/results {B}"),
        ("and the last?", f"/results {C}"),
        ("second", f"/paper {B}"),
        ("and third?", f"/results {C}"),
        ("what about number 3?", f"/results {C}"),
        ("how does number 3 work?", C),
        ("open the first paper", f"/results {A}"),
        ("what does the first one say about data?", A),
        ("the third one: what are its results?", f"/results {C}"),
        ("is it number 1 on the leaderboard?", B),
        ("does it beat the first one?", B),
        ("which datasets do they use?", B),
        ("how well does their model work?", B),
        ("are they faster than diffusion?", B),
        ("and their results?", f"/results {B}"),
        ("what kind of hardware do they need?", B),
        ("what data was used to train the model?", B),
        ("how large is the model?", B),
        ("what is the paper about?", f"/paper {B}"),
        ("who wrote this paper?", B),
        ("how do I use this?", f"/guide {B}"),
        ("where can I find its code?", B),
        ("how long does it take to train?", B),
        ("第三个呢", f"/results {C}"),
        ("那第三呢？", f"/results {C}"),
        ("三", f"/paper {C}"),
        ("第三个是什么", f"/results {C}"),
        ("第三个的实验结果", f"/results {C}"),
        ("最后一个呢", f"/results {C}"),
        ("第三篇，它的实验结果呢", f"/results {C}"),
        ("它是第一个用扩散模型的工作吗", B),
        ("本文的创新点是什么", f"/innovations {B}"),
        ("请问本文用了什么数据", B),
        ("这个怎么用？", f"/guide {B}"),
        ("介绍一下这个", f"/paper {B}"),
        ("这个方法需要标注吗", B),
        ("它们哪个最快", B),
        ("跟扩散模型相比它快多少", B),
        ("该方法的局限是什么", B),
        ("此文的贡献", f"/innovations {B}"),
    ],
)
def test_a_follow_up_is_one_however_people_say_it(text: str, expected: str) -> None:
    meant = followup.resolve(text, ABOUT)
    assert meant is not None
    assert expected in (meant.text, meant.about)


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "Thank you very much!",
        "谢谢",
        "好的",
        "ok, great",
        "👍",
        "今天有什么论文",
        "today's papers",
        "what came out today?",
    ],
)
def test_a_thank_you_or_the_day_in_reply_to_a_paper_is_not_about_it(text: str) -> None:
    assert followup.resolve(text, ABOUT, replied=True) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("what about SplatGarden?", True, id="a name after what about"),
        pytest.param("那 SplatGarden 呢？", True, id="a name in Chinese"),
        pytest.param("and splatgarden?", True, id="a name in lower case"),
        pytest.param("Rainmaker", True, id="a name spelled as a word is, alone"),
        pytest.param("how does SplatGarden render?", True, id="a name within a question"),
        pytest.param("SplatGarden 的实验结果呢", True, id="a name within a Chinese question"),
        pytest.param("which datasets were used?", False, id="no name"),
        pytest.param("is rainmaker money involved?", False, id="a word that is a name elsewhere"),
        pytest.param("how does SkyLark work?", False, id="the paper's own name"),
        pytest.param("SkyLark 和 SplatGarden 有什么区别", False, id="its own name beside another"),
        pytest.param("does ImageNet matter?", False, id="a name of nothing stored"),
    ],
)
def test_a_text_may_name_another_paper(app_of: AppOf, text: str, named: bool) -> None:
    assert followup.names_another(app_of(LIBRARY).folder.db, text, "3105.00001") == named


def test_whatever_answers_a_papers_message_is_about_that_paper() -> None:
    text = "which robots were trained?"
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
