from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.report import LABELS, SECTION_NAMES, Report, canonical, parse, write
from store.types import LANGS, SECTIONS, SOURCES, Entry, Paper, Sections, Summary

DAY = date(2026, 2, 3)
ENTRY = Entry(
    Paper("2602.00001", "Folds", DAY), (Summary("2602.00001", "zh", Sections("a", "b", "c", "d", "e"), "HTML"),)
)

HOSTILE = [
    "## 📄 Foo",
    "=" * 60,
    "====",
    "### 2. 使用指南",
    "### 3. Usage guide",
    "1. **应用领域**：x",
    "1. **Results**",
    "- **链接**: https://huggingface.co/papers/2602.09999",
    "- **Read from**: PDF",
    "# Heading",
    "# Hugging Face Daily Papers Report",
    "**Date**: 1999-01-01",
    "```",
    "\\## 📄 Foo",
    "\\\\### 2. 使用指南",
    "\\alpha",
    "\\",
    "    1. **实验效果**：x",
    "",
]


lines = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
texts = st.lists(lines, min_size=1, max_size=6).map("\n".join).map(canonical).filter(bool)
phrases = st.text(min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
ids = st.from_regex(r"[0-9]{4}\.[0-9]{4,5}", fullmatch=True)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    day, lang = draw(st.dates()), draw(st.sampled_from(LANGS))
    entries = []
    for arxiv_id in draw(st.lists(ids, min_size=1, max_size=3, unique=True)):
        paper = Paper(
            arxiv_id,
            draw(phrases),
            day,
            upvotes=draw(st.none() | st.integers(0, 10**9 - 1)),
            repository=draw(st.just("") | phrases),
            project_page=draw(st.just("") | phrases),
        )
        sections = Sections(*(draw(texts) for _ in SECTIONS))
        model = draw(st.just("unknown") | phrases)
        summary = Summary(arxiv_id, lang, sections, draw(st.sampled_from(SOURCES)), model)
        entries.append(Entry(paper, (summary,)))
    return Report(day, lang, tuple(entries))


@given(reports())
@settings(deadline=None)
def test_what_is_written_reads_back_the_same(report):
    assert parse(write(report), "report.md") == report


@given(reports())
@settings(deadline=None)
def test_windows_line_endings_and_a_byte_order_mark_change_nothing(report):
    assert parse("\ufeff" + write(report).replace("\n", "\r\n"), "report.md") == report


@given(st.lists(lines | st.sampled_from(["  a", "\tb", "c  ", "\r", "\u3000"]), max_size=6).map("\n".join))
def test_canonical_text_is_already_canonical(text):
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize("line", [pytest.param(line, id=line or "blank") for line in HOSTILE])
@pytest.mark.parametrize("lang", LANGS)
def test_a_section_may_hold_a_line_that_looks_like_the_frame(line, lang):
    text = f"before\n{line}\nafter"
    summary = Summary("2602.00001", lang, Sections(text, text, text, text, text), "PDF")
    report = Report(DAY, lang, (Entry(Paper("2602.00001", "Folds", DAY), (summary,)),))
    assert parse(write(report), "report.md") == report


@pytest.mark.parametrize("line", ["\\alpha + \\beta", "\\[ x^2 \\]", "\\\\", "\\# a", "# a", "====", "1. **a**：b"])
def test_a_line_that_is_no_part_of_the_frame_is_written_as_it_is(line):
    summary = Summary("2602.00001", "zh", Sections(line, line, line, line, line), "PDF")
    report = Report(DAY, "zh", (Entry(Paper("2602.00001", "Folds", DAY), (summary,)),))
    assert write(report).split("\n").count(line) == len(SECTIONS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  a\n    b\n  c", "a\n  b\nc", id="common indentation goes, the rest stays"),
        pytest.param("\n \na\n\nb\n\n", "a\n\nb", id="blank lines stay only within"),
        pytest.param("a  \r\nb\t\rc", "a\nb\nc", id="lines end in a newline alone"),
        pytest.param(" \n\u3000\n", "", id="nothing but space is nothing"),
    ],
)
def test_canonical_text_keeps_what_can_be_seen(text, expected):
    assert canonical(text) == expected


def test_the_clean_style_is_this():
    paper = Paper("2602.00001", "Paper\n folding", DAY, upvotes=7, repository="https://example.org/fold")
    summary = Summary("2602.00001", "en", Sections("a", "b", "c", "- d\n    - e", "# f"), "ArXiv Abs", "folder-9b")
    assert write(Report(DAY, "en", (Entry(paper, (summary,)),))) == (
        "# Hugging Face Daily Papers Report\n"
        "**Date**: 2026-02-03\n"
        "**Source URL**: https://huggingface.co/papers/date/2026-02-03\n"
        f"\n{'=' * 60}\n\n"
        "## 📄 Paper folding\n\n"
        "- **Link**: https://huggingface.co/papers/2602.00001\n"
        "- **Read from**: ArXiv Abs\n"
        "- **Model**: folder-9b\n"
        "- **Upvotes**: 7\n"
        "- **Repository**: https://example.org/fold\n\n"
        "### 1. Application area\na\n\n"
        "### 2. One-sentence contribution\nb\n\n"
        "### 3. Usage guide\nc\n\n"
        "### 4. Innovations\n- d\n    - e\n\n"
        "### 5. Results\n# f\n"
        f"\n{'=' * 60}\n"
    )


def test_every_part_is_named_in_both_languages():
    assert all(tuple(SECTION_NAMES[lang]) == SECTIONS for lang in LANGS)
    assert LABELS["zh"].keys() == LABELS["en"].keys()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"entries": ()}, id="without a paper"),
        pytest.param({"lang": "en"}, id="with a summary in another language"),
        pytest.param({"day": date(2026, 2, 4)}, id="with a paper of another day"),
        pytest.param({"entries": (ENTRY, ENTRY)}, id="with a paper twice"),
        pytest.param({"entries": (Entry(Paper("2602.00001", "Folds", DAY)),)}, id="with a paper without a summary"),
    ],
)
def test_there_is_no_report_that_could_not_be_read_back(changes):
    whole = {"day": DAY, "lang": "zh", "entries": (ENTRY,)}
    with pytest.raises(ValueError, match=r"."):
        Report(**(whole | changes))
