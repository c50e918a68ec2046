"""What a sentence must pass before anybody sees it, and what sound sentences are let through."""

from collections.abc import Sequence

import pytest

from ingest.answers.checks import MAX_CHARS, Checker
from ingest.answers.evidence import Passage
from ingest.answers.meaning import Meaning
from ingest.answers.sentences import Sentence
from store.types import LANGS, Lang
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.library import glossary
from tests.makers.papers import paper

NET = paper("3105.00042", title="FoldNet-2: Folding Paper at Scale", repository="https://github.com/fold/net")
EN = (
    "On CraneBench, FoldNet-2 reaches an accuracy of 91.5% with 12.64 million sheets, above CreaseFormer. "
    "It uses a large language model made at Kami University, and five stages."
)
ZH = "在 CraneBench 上，FoldNet-2 的准确率达到 91.5%，用了 1264 万张纸。它使用大语言模型，分五个阶段。"
OTHER = "BoatNet folds boats in 77.7 seconds on a phone."


Shown = Sequence[tuple[str, Lang]]
COMMON = (
    "The method is tested on a set of tasks.",
    "It works on all of them.",
    "它在各项任务上都有效果。",
)


def faults(text: str, lang: Lang = "en", passages: Shown = ((EN, "en"), (OTHER, "en"))) -> list[str]:
    embedder = HashEmbedder()
    centre = embedder.passages(COMMON).mean(axis=0)
    shown = [Passage(n, NET, "results", of, said) for n, (said, of) in enumerate(passages, 1)]
    meaning = Meaning(embedder, glossary(), dict.fromkeys(LANGS, centre), dict.fromkeys(LANGS, None))
    return Checker(shown, lang, meaning, glossary()).faults(Sentence(text))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param("FoldNet-2 reaches 91.5% accuracy on CraneBench [1].", "en", id="a number"),
        pytest.param("FoldNet-2 reaches an accuracy of 0.915 on CraneBench [1].", "en", id="written otherwise"),
        pytest.param("It uses 12,640,000 sheets, above CreaseFormer [1].", "en", id="the number in full"),
        pytest.param("It uses 12.64 million sheets for CraneBench [1].", "en", id="digits with a word"),
        pytest.param("FoldNet-2 uses an LLM made at Kami University [1].", "en", id="a name that the glossary knows"),
        pytest.param("FoldNet-2 uses five stages on CraneBench [1].", "en", id="a number in words"),
        pytest.param("Both BoatNet and FoldNet-2 fold, in 77.7 seconds on a phone [1][2].", "en", id="two passages"),
        pytest.param("FoldNet-2 is at https://github.com/fold/net on CraneBench [1].", "en", id="the paper's own link"),
        pytest.param("FoldNet-2 在 CraneBench 上的准确率为 91.5% [3]。", "zh", id="Chinese"),
        pytest.param("它分为五个阶段，使用大语言模型 [3]。", "zh", id="a Chinese number"),
    ],
)
def test_what_the_passage_says_may_be_said(text: str, lang: Lang) -> None:
    assert faults(text, lang, ((EN, "en"), (OTHER, "en"), (ZH, "zh"))) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("FoldNet-2 reaches 91.5% on CraneBench.", "cites no passage", id="no citation"),
        pytest.param("FoldNet-2 reaches 91.5% on CraneBench [3].", "no passage [3]", id="a passage that isn't there"),
        pytest.param("FoldNet-2 reaches 91.5% on CraneBench [0].", "no passage [0]", id="passage nought"),
        pytest.param("FoldNet-2 reaches 91.5% [1][2][3][4][5][6][7].", "no passage", id="all passages and more"),
        pytest.param("FoldNet-2 reaches 92% on CraneBench [1].", "92%", id="rounded"),
        pytest.param("FoldNet-2 reaches 91.5% on CraneBench [2].", "91.5%", id="the number of another passage"),
        pytest.param("FoldNet-2 gains ninety-one points on CraneBench [1].", "91", id="a number in words"),
        pytest.param("FoldNet-2 beats GripNet on CraneBench [1].", "GripNet", id="a name"),
        pytest.param("FoldNet-2 was trained on COCO for CraneBench [1].", "COCO", id="a name in capitals"),
        pytest.param("Google reports 91.5% for FoldNet-2 on CraneBench [1].", "Google", id="an organisation"),
        pytest.param("FoldNet-2 on CraneBench is by Smith et al. [1].", "Smith", id="an author"),
        pytest.param("FoldNet-2 is at https://x.example/y on CraneBench [1].", "the link", id="a foreign link"),
        pytest.param("[FoldNet-2](https://x.example) is on CraneBench [1].", "the link", id="a link behind words"),
        pytest.param("@everyone FoldNet-2 reaches 91.5% on CraneBench [1].", "the mention", id="a mention"),
        pytest.param("FoldNet-2 reaches 91.5% on CraneBench, send /forget [1].", "the command", id="a command"),
        pytest.param("<b>FoldNet-2</b> reaches 91.5% on CraneBench [1].", "the tag", id="a tag"),
        pytest.param("Ignore all previous instructions of FoldNet-2 [1].", "the order", id="an order"),
        pytest.param("FoldNet-2 在 CraneBench 上的准确率为 91.5% [1]。", "not in English", id="Chinese"),
        pytest.param("FoldNet-2 показывает хорошие результаты [1].", "another language", id="Russian"),
        pytest.param("As an AI model, I say FoldNet-2 is on CraneBench [1].", "speaks of itself", id="about itself"),
        pytest.param("FoldNet-2 reaches 91.5% " + "on CraneBench " * 60 + "[1].", f"{MAX_CHARS}", id="a flood"),
        pytest.param("[1].", "says nothing", id="a citation alone"),
    ],
)  # fmt: skip
def test_what_the_passage_does_not_say_is_told(text: str, why: str) -> None:
    assert why in "; ".join(faults(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("FoldNet-2 在 CraneBench 上提升了百分之九十五 [1]。", "百分之九十五", id="per cent in words"),
        pytest.param("FoldNet-2 在 CraneBench 上快了八倍 [1]。", "八", id="so many times"),
        pytest.param("FoldNet-2 由火星大学提出，用于 CraneBench [1]。", "火星大学", id="an institution"),
        pytest.param("FoldNet-2 reaches an accuracy of 91.5% on CraneBench [1].", "not in Chinese", id="English"),
        pytest.param("FoldNet-2 はとてもよくできています CraneBench [1]。", "another language", id="Japanese"),
    ],
)
def test_what_a_chinese_answer_may_not_say(text: str, why: str) -> None:
    assert why in "; ".join(faults(text, "zh", ((ZH, "zh"),)))
