"""One paper as a message."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import lang, pages
from bot.doc import Doc, Fold
from bot.render import PLAIN, render
from store.types import SECTIONS, Entry, Lang, SectionName, Source, Summary
from tests.makers.papers import about, entry, paper, summary

BOTH = entry("3105.00001", "zh", "en")
EN, ZH = lang.load("en"), lang.load("zh")


def text(doc: Doc) -> str:
    return "\n\n".join(render(doc, PLAIN))


def page(made: Entry, code: Lang = "en") -> str:
    return text(pages.paper(made, lang.load(code), (code,)))


def with_summary(made: Summary) -> Entry:
    return Entry(paper(), (made,))


def test_a_page_holds_all_five_sections() -> None:
    shown = page(with_summary(summary("en", **{name: f"The {name}, told." for name in SECTIONS})))
    assert [name for name in SECTIONS if f"The {name}, told." not in shown] == []


def test_a_page_folds_what_is_long() -> None:
    folds = [block.title for block in pages.paper(BOTH, EN, ("en",)).blocks if isinstance(block, Fold)]
    assert folds == ["Usage guide", "Innovations", "Results"]


def test_a_page_in_chinese_calls_the_sections_by_their_chinese_names() -> None:
    shown = page(BOTH, "zh").splitlines()
    assert [
        name for name in ("应用领域", "一句话核心贡献", "使用指南", "主要创新点", "实验效果") if name not in shown
    ] == []


@pytest.mark.parametrize(
    ("name", "held"),
    [
        pytest.param("usage", "Give it a sheet.", id="usage"),
        pytest.param("innovations", "Both hands.", id="innovations"),
        pytest.param("results", "9.5% fewer creases.", id="results"),
    ],
)
def test_a_section_is_shown_without_the_others(name: SectionName, held: str) -> None:
    shown = text(pages.section(BOTH, name, EN, ("en",)))
    texts = [told for _, told in BOTH.summaries[0].sections.items()]
    assert [told for told in texts if told in shown] == [held]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({}, "3105.00001 · 6 May 2031", id="nothing more is known"),
        pytest.param({"upvotes": 0}, "3105.00001 · 6 May 2031 ▲ 0", id="no vote yet"),
        pytest.param({"upvotes": 34}, "3105.00001 · 6 May 2031 ▲ 34", id="votes"),
        pytest.param({"authors": ("A. Crane", "B. Boat")}, "A. Crane, B. Boat", id="few authors"),
        pytest.param({"authors": tuple("ABCDE")}, "A and 4 others", id="many authors"),
    ],
)
def test_the_heading_says_what_is_known(changes: dict[str, object], line: str) -> None:
    assert line in page(entry("3105.00001", "en", **changes)).splitlines()


@pytest.mark.parametrize(
    ("source", "en"),
    [
        pytest.param("HTML", "Read from HTML", id="HTML"),
        pytest.param("PDF", "Read from PDF", id="PDF"),
        pytest.param("ArXiv Abs", "Read from the arXiv abstract", id="abstract"),
    ],
)
def test_a_page_says_what_was_read(source: Source, en: str) -> None:
    assert en in page(with_summary(summary("en", source=source))).splitlines()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({"model": "unknown"}, "Read from HTML", id="nobody says who"),
        pytest.param({"model": "crane-2"}, "Read from HTML · summary by crane-2", id="by whom"),
        pytest.param(
            {"model": "crane-2", "made_at": datetime(2031, 5, 7, 23, tzinfo=UTC)},
            "Read from HTML · summary by crane-2, 7 May",
            id="by whom and when",
        ),
    ],
)
def test_a_page_says_who_wrote_the_summary(changes: dict[str, object], line: str) -> None:
    assert line in page(with_summary(summary("en", **changes))).splitlines()


@pytest.mark.parametrize(
    ("held", "reader", "note"),
    [
        pytest.param("zh", "en", "Only a Chinese summary is stored.", id="an English reader"),
        pytest.param("en", "zh", "目前只有英文摘要。", id="a Chinese reader"),
    ],
)
def test_a_summary_in_the_other_language_is_said_to_be(held: Lang, reader: Lang, note: str) -> None:
    assert note in page(entry("3105.00001", held), reader)


def test_a_summary_in_the_other_language_is_labelled_in_the_readers() -> None:
    made = entry("3105.00001", "zh")
    folds = [block.title for block in pages.paper(made, EN, ("en",)).blocks if isinstance(block, Fold)]
    assert folds == ["Usage guide", "Innovations", "Results"]
    assert "Usage guide" in text(pages.section(made, "usage", EN, ("en",)))
    assert [block.title for block in pages.more(made, EN, ("en",)) if isinstance(block, Fold)][1:] == ["Usage guide"]


def test_an_abstracts_formulas_are_readable() -> None:
    shown = page(about(1, "Loom", abstract="We weave in\n$O(T^2)$ for $5 and $10."))
    assert "We weave in O(T²) for $5 and $10." in shown


@pytest.mark.parametrize(("code", "line"), [("en", "A and 5 others"), ("zh", "A 及另外 5 人")])
def test_many_authors_are_the_first_and_how_many_others(code: Lang, line: str) -> None:
    assert line in page(entry("3105.00001", "en", authors=tuple("ABCDEF")), code).splitlines()


def test_a_paper_without_a_summary_shows_its_abstract_and_says_so() -> None:
    shown = page(about(1, "Loom", abstract="We weave."))
    assert "We weave.\nNo summary yet; this is the paper's own abstract." in shown


def test_a_section_of_a_paper_without_a_summary_is_its_abstract() -> None:
    shown = text(pages.section(about(1, "Loom", abstract="We weave."), "usage", EN, ("en",)))
    assert "We weave.\nNo summary yet; this is the paper's own abstract." in shown


def test_a_paper_with_nothing_but_a_title_says_so() -> None:
    assert "还没有摘要，也没有收录 Abstract。" in page(about(1, "Loom"), "zh")


@pytest.mark.parametrize("made", [pytest.param(BOTH, id="summarised"), pytest.param(about(1, "Loom"), id="bare")])
def test_a_page_leads_to_arxiv_and_hugging_face(made: Entry) -> None:
    last = page(made).splitlines()[-1]
    assert last == "arXiv (https://arxiv.org/abs/3105.00001) · Hugging Face (https://huggingface.co/papers/3105.00001)"


def test_a_page_leads_to_code_and_project_where_they_are_known() -> None:
    made = entry("3105.00001", "en", repository="https://c.example", project_page="https://p.example")
    assert page(made).endswith(" · code (https://c.example) · project page (https://p.example)")


@pytest.mark.parametrize(
    ("told", "line"),
    [
        pytest.param("One. Two.", "One.", id="English"),
        pytest.param("一句。两句。", "一句。", id="Chinese"),
        pytest.param("Uses e.g. cranes, v2.5 of them. Two.", "Uses e.g. cranes, v2.5 of them.", id="dots inside"),
        pytest.param("**Bold** and `code`. Two.", "Bold and code.", id="markup"),
        pytest.param("- a list\n- of two", "a list of two", id="a list"),
        pytest.param("One\ntwo  three", "One two three", id="line breaks"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_one_line_is_the_first_sentence_without_markup(told: str, line: str) -> None:
    assert pages.one_line(about(1, "Loom", en=told), ("en",)) == line


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("word " * 100, id="words"),
        pytest.param("很长的一句话，" * 40, id="Chinese"),
        pytest.param("x" * 500, id="one word"),
    ],
)
def test_one_line_is_cut_to_its_width_and_says_so(told: str) -> None:
    line = pages.one_line(about(1, "Loom", en=told), ("en",))
    width = sum(1 if character.isascii() else 2 for character in line.removesuffix("…"))
    assert (line.endswith("…"), width <= pages.MAX_LINE) == (True, True)


def test_a_line_that_just_fits_is_not_cut() -> None:
    assert pages.shortened("x" * pages.MAX_LINE) == "x" * pages.MAX_LINE


def test_a_choice_names_each_paper_by_title_id_and_day() -> None:
    two = [BOTH, replace(BOTH, paper=replace(BOTH.paper, arxiv_id="3105.00002", title="Other"))]
    shown = text(pages.choice(two, "fold", ZH, "guide"))
    assert shown.startswith("是哪一篇？有 2 篇符合“fold”：")
    assert "2  Other · 3105.00002\n   2031 年 5 月 6 日" in shown
