from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import lexicon
from store.errors import FormatError, InputError
from store.lexicon import Lexicon, parse
from store.words import tokens
from tests.makers.library import glossary

SHIPPED = parse(files("store").joinpath("glossary.txt").read_text(encoding="utf-8"), "glossary.txt")
LEXICON = Lexicon(
    parse(
        """
# a comment
GUI agent=GUI智能体|界面智能体
agent=智能体|代理
3D Gaussian splatting|3DGS=3D高斯泼溅|3D高斯
video generation=视频生成
video=视频
out of distribution=分布外
law=法律|定律
scaling law=定律
tool use=工具使用
use=用途
""",
        "test",
    )
)


def heads(text: str) -> list[str]:
    """The question's own spelling of each unit."""
    return [unit[0] for unit in LEXICON.units(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("GUI agents", ["gui agents"], id="English"),
        pytest.param("GUI智能体", ["gui智能体"], id="Latin before Chinese"),
        pytest.param("3D高斯", ["3d高斯"], id="a digit before Chinese"),
        pytest.param("3D高斯泼溅", ["3d高斯泼溅"], id="the longer of two spellings"),
        pytest.param("手机GUI智能体", ["gui智能体", "手机"], id="behind other words"),
        pytest.param("video generation", ["video generation"], id="the longest comes first"),
        pytest.param("video editing", ["video", "editing"], id="the shorter where the longer doesn't fit"),
        pytest.param("Video-Generation", ["video generation"], id="without case and hyphens"),
        pytest.param("out of distribution", ["out of distribution"], id="stop words inside a phrase"),
        pytest.param("out of memory", ["memory"], id="stop words outside a phrase"),
        pytest.param("use of video", ["video"], id="a stop word that is a term by itself"),
        pytest.param("agents and agents", ["agents"], id="each unit once"),
        pytest.param("折纸图", ["折纸", "纸图"], id="no term: pairs of characters"),
        pytest.param("which of the papers", [], id="nothing but a shell"),
        pytest.param("哪些论文", [], id="nothing but a Chinese shell"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_text_is_cut_into_units(text, expected):
    assert heads(text) == expected


@pytest.mark.parametrize(
    ("text", "spellings"),
    [
        pytest.param("界面智能体", {"界面智能体", "GUI agent", "GUI智能体"}, id="Chinese has the English ones"),
        pytest.param(
            "3DGS", {"3dgs", "3DGS", "3D Gaussian splatting", "3D高斯泼溅", "3D高斯"}, id="an acronym has all"
        ),
        pytest.param("定律", {"定律", "law", "法律", "scaling law"}, id="of two lines has those of both"),
        pytest.param("法律", {"法律", "law", "定律"}, id="of one line has only that line's"),
    ],
)
def test_a_unit_has_the_spellings_of_its_lines(text, spellings):
    (unit,) = LEXICON.units(text)
    assert set(unit) == spellings


@given(st.text())
def test_any_text_is_cut_into_units_with_tokens(text):
    assert all(any(tokens(spelling) for spelling in unit) for unit in LEXICON.units(text))


def test_every_shipped_spelling_is_one_unit():
    spellings = [spelling for english, chinese in SHIPPED for spelling in (*english, *chinese)]
    assert [one for one in spellings if len(glossary().units(one)) != 1] == []


def test_every_shipped_line_has_words_on_both_sides():
    assert len(SHIPPED) > 1000
    assert all(english and chinese for english, chinese in SHIPPED)


@pytest.mark.parametrize("side", [0, 1], ids=["English", "Chinese"])
def test_no_shipped_line_spells_a_word_twice(side):
    twice = [pair[side] for pair in SHIPPED if max(Counter(pair[side]).values()) > 1]
    assert twice == []


def test_shipped_lines_have_chinese_on_the_chinese_side_only():
    def han(text: str) -> bool:
        return any("\u4e00" <= character <= "\u9fff" for character in text)

    wrong = [pair for pair in SHIPPED if any(map(han, pair[0])) or not any(map(han, pair[1]))]
    assert wrong == []


def test_a_hosts_file_adds_to_the_shipped_glossary(tmp_path):
    (tmp_path / "mine.txt").write_text("zorbing=太空球|滚球\nattention=专注\n", encoding="utf-8")
    extended = lexicon.load(tmp_path / "mine.txt")
    assert len(extended) == len(SHIPPED) + 2
    assert extended.units("太空球") == [("太空球", "zorbing", "滚球")]
    assert {"注意力", "专注"} <= set(extended.units("attention")[0])


def test_a_hosts_file_that_is_not_there_names_its_setting(tmp_path):
    with pytest.raises(InputError, match=r"mine\.txt can't be read: check search\.glossary"):
        lexicon.load(tmp_path / "mine.txt")


def test_a_hosts_file_that_is_no_text_names_its_setting(tmp_path):
    (tmp_path / "mine.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"check search\.glossary"):
        lexicon.load(tmp_path / "mine.txt")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("zorbing", id="no equals sign"),
        pytest.param("zorbing=", id="nothing in Chinese"),
        pytest.param("=太空球", id="nothing in English"),
        pytest.param("zorbing=!|。", id="only punctuation"),
        pytest.param("|=|", id="only separators"),
    ],
)
def test_a_line_without_two_sides_is_named(line):
    with pytest.raises(FormatError, match=r"mine\.txt:3: a glossary line is"):
        parse(f"# mine\n\n{line}\n", "mine.txt")


def test_another_glossary_has_another_digest():
    assert Lexicon([(("a",), ("甲",))]).digest != Lexicon([(("a",), ("乙",))]).digest


def test_heads_are_spread_over_the_glossary():
    lines = [((f"word{n}",), (f"词{n}",)) for n in range(100)]
    assert Lexicon(lines).heads("zh", 4) == ["词0", "词25", "词50", "词75"]


def test_a_short_glossary_gives_the_heads_it_has():
    assert len(LEXICON.heads("en", 200)) == len(LEXICON)


def test_a_spelling_behind_a_question_mark_is_understood_and_not_looked_for():
    known = Lexicon([(("quantization",), ("模型量化", "?量化"))])
    assert known.units("量化") == [("quantization", "模型量化")]


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        pytest.param("幻觉问题", ["幻觉"], id="a broad word beside another"),
        pytest.param("medical applications", ["medical"], id="in English"),
        pytest.param("方法", ["方法"], id="a broad word alone"),
    ],
)
def test_broad_words_count_only_alone(text, heads):
    assert [unit[0] for unit in glossary().units(text)] == heads
