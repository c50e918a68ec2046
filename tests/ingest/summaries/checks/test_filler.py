"""Filler: what says nothing is found, what says that something is unknown is not."""

import pytest

from ingest.summaries.checks.filler import check, empty
from store.types import Sections

GOOD = Sections(
    "Computer vision", "LanternNet lights small models by one lamp.",
    "Give it a picture; it gives a brighter one back.",
    "- **Lamp**: one for all rooms, so it is cheap.", "It gains 3.5% on the Lantern set.",
)  # fmt: skip


def test_a_sound_summary_has_no_problem():
    assert check(GOOD, "en") == []


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param(text, lang, id=f"{lang}: {text[:30]!r}")
        for lang, texts in {
            "en": ["", " \n", "N/A", "**Not available.**", "None", "TBD", "...", "Summary generation failed.",
                   "As an AI language model, I have no access to the paper's results.",
                   "I'm sorry, but I can't help with that request today.", "Lorem ipsum dolor sit amet, and so on.",
                   "[Insert the results of the paper here, please]", "Here is the summary of the paper you gave me:",
                   "### Results\nIt gains 3.5% on the Lantern set.", "paper-0123456789ab is how the text begins here",
                   "```json\n{\"results\": \"It gains 3.5% on it\"}", "Good.", "word " * 2000,
                   "It gains a lot on all sets.\n" * 3],
            "zh": ["暂无", "暂无相关信息", "无", "未提及。", "抱歉，无法总结这篇论文的内容与实验结果。",
                   "摘要生成失败，请稍后再试一次吧。",
                   "作为一个人工智能语言模型，我没有阅读论文的能力。",
                   "以下是这篇论文的摘要，供读者参考与使用：", "很好。"],
        }.items()
        for text in texts
    ],
)  # fmt: skip
def test_a_section_that_says_nothing_is_found(text, lang):
    assert empty("results", text, lang)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param("解决了现有平台无法采集高质量数据的痛点。", "zh", id="something that others can't do"),
        pytest.param("论文没有给出数字，只有定性的比较。", "zh", id="the paper has no numbers"),
        pytest.param("The paper gives no numbers; it compares pictures only.", "en", id="the same in English"),
        pytest.param("No retraining is needed, and results hold on all sets.", "en", id="it begins with no"),
        pytest.param("实验表明，Lantern-3D在全景视频生成中达到最先进性能。", "zh", id="no space around a name"),
    ],
)
def test_a_section_that_says_something_is_not(text, lang):
    assert empty("results", text, lang) == ""


def test_the_same_long_text_twice_is_found():
    text = "It gains 3.5% on the Lantern set, " * 8
    found = check(Sections("Computer vision", GOOD.contribution, text, GOOD.innovations, text), "en")
    assert [problem.section for problem in found] == ["results"]


def test_one_text_for_all_sections_is_found():
    text = "LanternNet lights small models by one lamp."
    assert len(check(Sections(text, text, text, text, text), "en")) == 3
