"""A sentence that turns a passage round is seen, in both languages; one that says what it says is not."""

from datetime import date

import pytest

from ingest.answers import polarity
from ingest.answers.evidence import Passage
from store.types import Paper
from tests.makers.library import glossary

PAPER = Paper("3105.00001", "FoldNet: Folding Paper at Scale", date(2031, 5, 6))
RESULTS = (
    "- FoldNet folds a crane in 15 seconds at 32 FPS, while PleatFormer takes nearly 60 seconds.\n"
    "- On CreaseBench it outperforms PleatFormer and Tuck2 by 5.8% on average.\n"
    "- The ablation shows that the joint plan helps, and it needs no labels."
)
ZH_RESULTS = (
    "- FoldNet 在 32 FPS 下 15 秒折好一只纸鹤，而 PleatFormer 需要近 60 秒。\n"
    "- 在 CreaseBench 上平均超越 PleatFormer 和 Tuck2 5.8%。\n"
    "- 消融实验表明联合规划有效，且不需要标注。"
)


def faults(sentence: str, text: str = RESULTS) -> list[str]:
    passage = Passage(1, PAPER, "en" if text is RESULTS else "zh", "results", text)
    return polarity.strange(sentence, [passage], glossary())


@pytest.mark.parametrize("text", [pytest.param(RESULTS, id="English"), pytest.param(ZH_RESULTS, id="Chinese")])
@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("FoldNet falls 5.8% short of PleatFormer.", id="worse for better"),
        pytest.param("FoldNet 平均比 PleatFormer 低 5.8%。", id="worse for better in Chinese"),
        pytest.param("PleatFormer outperforms FoldNet by 5.8%.", id="rivals turned round"),
        pytest.param("PleatFormer 优于 FoldNet 5.8%。", id="rivals turned round in Chinese"),
        pytest.param("FoldNet is surpassed by Tuck2 by 5.8%.", id="passive"),
        pytest.param("FoldNet does not outperform PleatFormer on CreaseBench.", id="not"),
        pytest.param("在 CreaseBench 上 FoldNet 并未超越 PleatFormer。", id="not in Chinese"),
        pytest.param("FoldNet folds a crane in 32 seconds at 15 FPS.", id="units changed about"),
        pytest.param("FoldNet 在 15 FPS 下 32 秒折好一只纸鹤。", id="units changed about in Chinese"),
        pytest.param("PleatFormer folds a crane in 15 seconds.", id="another's number"),
        pytest.param("FoldNet is the best paper folder in the world.", id="a rank that nobody gave"),
        pytest.param("FoldNet 是首个折纸模型。", id="a rank that nobody gave in Chinese"),
    ],
)
def test_what_turns_a_passage_round_is_seen(sentence, text):
    assert faults(sentence, text)


@pytest.mark.parametrize("text", [pytest.param(RESULTS, id="English"), pytest.param(ZH_RESULTS, id="Chinese")])
@pytest.mark.parametrize(
    "sentence",
    [
        "FoldNet folds a crane in 15 s at 32 FPS.",
        "FoldNet 折一只纸鹤只要 15 秒。",
        "PleatFormer takes nearly 60 seconds for it.",
        "PleatFormer 需要近 60 秒。",
        "It beats PleatFormer and Tuck2 by 5.8% on CreaseBench.",
        "PleatFormer and Tuck2 are outperformed by FoldNet by 5.8%.",
        "FoldNet 在 CreaseBench 上平均高出 5.8%。",
        "It does not need labels.",
        "它不需要标注。",
        "The joint plan helps, the ablation shows.",
    ],
)
def test_what_a_passage_says_stands(sentence, text):
    assert faults(sentence, text) == []
