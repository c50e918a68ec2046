import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.words import atoms, inner, is_chinese, phrase, stem, tokens, without_shell

SQL_AND_FTS = '"NEAR/2 OR NOT * ^ title:x -- ; DROP TABLE papers'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("视频生成", ["视频", "频生", "生成"], id="Chinese as pairs"),
        pytest.param("图", ["图"], id="a lone character as itself"),
        pytest.param("Video Generation", ["video", "gener"], id="English as stems"),
        pytest.param("3D高斯", ["3d", "高斯"], id="a mixed term at the change of script"),
        pytest.param("GUI智能体", ["gui", "智能", "能体"], id="an acronym before Chinese"),
        pytest.param("提升7.21%", ["提升", "7.21"], id="a number with its point"),
        pytest.param("state-of-the-art", ["stat", "of", "the", "art"], id="a hyphen parts words, stop words stay"),
        pytest.param("GPT-4.1, Qwen2.5!", ["gpt", "4.1", "qwen2.5"], id="a version stays whole"),
        pytest.param(" \n。!?", [], id="nothing but punctuation"),
    ],
)
def test_text_is_cut(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("agent", "agents"), ("reasoning", "reasoned"), ("optimization", "optimizations"), ("quantize", "quantized"),
     ("policies", "policy"), ("generate", "generation")],
)  # fmt: skip
def test_forms_of_a_word_share_a_stem(one, other):
    assert stem(one)[:5] == stem(other)[:5]


@pytest.mark.parametrize("word", ["gas", "bus", "red", "king", "use", "less"])
def test_a_short_word_keeps_its_ending(word):
    assert len(stem(word)) >= 3


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        pytest.param("哪些论文用了 LLM", True, id="Chinese with a term"),
        pytest.param("what does 智能体 mean", True, id="one term to two words"),
        pytest.param("in which of these papers does the word 图 stand at all", False, id="one character in a sentence"),
        pytest.param("video generation", False, id="English"),
        pytest.param("", False, id="nothing"),
        pytest.param("1234 🙂", False, id="no word at all"),
    ],
)
def test_a_language_is_told(text, chinese):
    assert is_chinese(text) is chinese


def test_words_that_only_ask_become_spaces():
    assert without_shell("哪些论文提出了视频生成").split() == ["视频生成"]


def test_no_pair_of_characters_crosses_a_word_that_only_binds():
    assert tokens(without_shell("视频和音频")) == ["视频", "音频"]


@given(st.text())
@example(SQL_AND_FTS)
@example("İıſK\u2126")
def test_any_text_is_cut_into_tokens_that_need_no_quoting(text):
    assert all(token.isalnum() or token.replace(".", "", 1).isalnum() for token in tokens(text))


@given(st.text())
def test_cutting_what_was_cut_finds_the_same_atoms(text):
    assert atoms(" ".join(atoms(text))) == atoms(text)


@given(st.text(st.sampled_from("折纸图像生成模型"), min_size=2, max_size=12), st.data())
def test_every_part_of_a_chinese_text_is_found_in_it_as_a_phrase(text, data):
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    assert f" {phrase(text[start:end])} " in f" {phrase(text)} "


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        pytest.param("JavisDiT", {"Javis", "DiT"}, id="two names"),
        pytest.param("MMDiT", {"DiT"}, id="capitals before a name"),
        pytest.param("FlashAttention", {"Flash", "Attention"}, id="two words"),
        pytest.param("GRPO", set(), id="an acronym"),
        pytest.param("Transformer and attention", set(), id="words"),
    ],
)
def test_a_name_written_together_holds_its_parts(name, parts):
    assert parts <= set(inner(name).split())
    assert bool(parts) == bool(inner(name))


@pytest.mark.parametrize(("one", "other"), [("LLMs", "LLM"), ("GANs", "GAN"), ("VLMs", "VLM")])
def test_acronyms_have_a_plural(one, other):
    assert tokens(one) == tokens(other)


def test_a_flood_of_letters_is_no_name():
    assert inner("x" * 400_000 + "Y" * 400_000) == ""
