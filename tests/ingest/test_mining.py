import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import mining
from tests.makers.papers import about


def never(_text: str) -> bool:
    return False


def alike(pairs):
    """An embedder that finds all terms near."""
    return [1.0] * len(pairs)


def strange(pairs):
    """One that finds none near."""
    return [0.0] * len(pairs)


def told(*texts: str, near=strange, known=never):
    return mining.pairs([about(n, f"Paper{n}", zh=text) for n, text in enumerate(texts)], known, near)


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["我们提出剪纸雕刻（kirigami）。", "采用剪纸雕刻 (kirigami) 的方法。"], id="behind the Chinese"),
        pytest.param(["用 kirigami（剪纸雕刻）折叠。", "基于kirigami（剪纸雕刻）。"], id="behind the English"),
        pytest.param(["现有剪纸雕刻（Kirigami）", "一种剪纸雕刻（kirigami）"], id="written large and small"),
    ],
)
def test_a_gloss_of_two_papers_is_a_pair(texts):
    assert [(english.lower(), chinese) for english, chinese in told(*texts)] == [("kirigami", "剪纸雕刻")]


def test_what_two_papers_gloss_alike_is_the_term():
    assert told("新的折叠模型（FM）", "经典折叠模型（FM）") == [("FM", "折叠模型")]


def test_a_gloss_of_one_paper_is_a_pair_only_if_it_is_near_in_meaning():
    text = "我们提出剪纸雕刻（kirigami carving）。"
    assert told(text) == []
    assert [english for english, _ in told(text, near=alike)] == ["kirigami carving"]


def test_a_term_and_what_stands_in_the_same_papers_are_a_pair_if_near():
    papers = [about(n, f"Paper{n} Kirigami", zh=f"剪纸。第{n}种") for n in range(4)]
    papers += [about(n, f"Pottery{n}", zh=f"陶艺。第{n}种") for n in range(4, 30)]
    assert ("Kirigami", "剪纸") in mining.pairs(papers, never, alike)
    assert mining.pairs(papers, never, strange) == []


def test_the_glossarys_terms_are_left_alone():
    assert told("剪纸雕刻（kirigami）", "剪纸雕刻（kirigami）", known=lambda text: text == "kirigami") == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        pytest.param("the paper", "剪纸", id="words that say nothing"),
        pytest.param("kirigami", "的是在", id="characters that say nothing"),
        pytest.param("kirigami", "方法", id="a broad word"),
        pytest.param("a b c d e", "剪纸雕刻方式", id="too many words"),
        pytest.param("kirigami", "剪" * 11, id="too many characters"),
        pytest.param("kirigami carving", "剪纸", id="too few characters for the words"),
        pytest.param('kirigami" OR x', "剪纸", id="what is no word"),
        pytest.param("kirigami", "paper", id="two English ones"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_no_pair_of_terms_is_not_learnt(english, chinese):
    assert not mining.is_pair(english, chinese)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_asked_about(english, chinese):
    assert mining.is_pair(english, chinese) in (True, False)
