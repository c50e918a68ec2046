"""Language: Chinese with its terms is Chinese, English is English, and a mixture is found."""

import pytest

from ingest.summaries.checks.language import foreign

GOOD = {
    "zh": [
        pytest.param("提出 LanternNet，用一个 Transformer 完成续写与修复。", id="prose with terms"),
        pytest.param("LoRA、Transformer", id="only terms"),
        pytest.param(
            "多模态生成 (Joint Audio-Video Generation, as it is known in the field)", id="English in brackets"
        ),
        pytest.param("运行 `python train.py --with the data in the folder of it` 即可。", id="a command"),
        pytest.param("损失为 $L = the sum of all of it and more of that in the end$。", id="a formula"),
        pytest.param("95.3%", id="only a number"),
        pytest.param("在 ImageNet、COCO、ADE20K、Kinetics 和 Something-Something 上均有提升。", id="names of datasets"),
    ],
    "en": [
        pytest.param("It makes video with sound in one model.", id="prose"),
        pytest.param("It is tested on 百度 queries and many others.", id="a Chinese name"),
        pytest.param("LoRA", id="only a term"),
    ],
}
BAD = {
    "zh": [
        pytest.param("It makes video with sound in one model.", id="English"),
        pytest.param(
            "提出一种方法。 We test it on the largest set of lanterns that there is. 效果很好。",
            id="an English sentence",
        ),
    ],
    "en": [
        pytest.param("提出 LanternNet，用一个模型完成视频生成、续写与修复。", id="Chinese"),
        pytest.param("It makes video. 该方法在三个数据集上达到最好的效果。", id="a Chinese sentence"),
    ],
}


@pytest.mark.parametrize("text", GOOD["zh"])
def test_chinese_with_its_terms_is_chinese(text):
    assert foreign(text, "zh") == ""


@pytest.mark.parametrize("text", GOOD["en"])
def test_english_is_english(text):
    assert foreign(text, "en") == ""


@pytest.mark.parametrize("text", BAD["zh"])
def test_what_is_not_chinese_is_found(text):
    assert foreign(text, "zh")


@pytest.mark.parametrize("text", BAD["en"])
def test_what_is_not_english_is_found(text):
    assert foreign(text, "en")
