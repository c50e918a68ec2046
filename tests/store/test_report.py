import re
import time
from datetime import date
from pathlib import Path
from textwrap import indent

import pytest

from store.errors import FormatError, InputError
from store.report import SECTION_NAMES, Report, parse, read, write
from store.types import LANGS, SECTIONS, Lang, Paper, Sections, Summary

REAL = Path(__file__).parents[3] / "shared" / "data" / "report-2026-02-26.md"

DAY = date(2026, 2, 3)
HEADER = f"# Hugging Face Daily Papers Report\n**Date**: {DAY}\n\n{'=' * 60}\n\n"
TOP = "## 📄 Paper folding at scale\n\n- **链接**: https://huggingface.co/papers/2602.00001\n- **阅读来源**: HTML\n\n"
TEXTS = {
    "application": "折纸。",
    "contribution": "折得更快。",
    "usage": "两样：\n*   **输入**：\n    1.  一张纸\n    2.  一双手",
    "innovations": "一点：\n1.  **双手并用**：\n    左右同时折。",
    "results": "快 **40%**。",
}
CLEAN = "### {n}. {name}\n{below}"

# A style, and how far the text that belongs to it is indented.
STYLES = [
    pytest.param("{n}. **{name}**：\n{below}", 0, id="bold with a colon, text below"),
    pytest.param("{n}. **{name}**：{behind}", 4, id="bold with a colon, text behind"),
    pytest.param("{n}. **{name}**：\n{below}", 3, id="bold with a colon, text indented by 3"),
    pytest.param("{n}. **{name}**\n{below}", 4, id="bold without a colon, text indented by 4"),
    pytest.param("{n}. **{name}：** {behind}", 0, id="the colon within the bold"),
    pytest.param("{n}. **{name}**: {behind}", 2, id="an ASCII colon"),
    pytest.param(CLEAN, 0, id="third-level heading"),
    pytest.param("## {n}. **{name}**\n\n{below}\n", 0, id="second-level bold heading and blank lines"),
]


def numbered(style: str, by: int = 0, lang: Lang = "zh") -> list[str]:
    """The five sections in one style, as a model might write them."""
    below = {key: indent(text, " " * by) for key, text in TEXTS.items()}
    return [
        style.format(n=n, name=SECTION_NAMES[lang][key], below=below[key], behind=below[key].lstrip())
        for n, key in enumerate(SECTIONS, 1)
    ]


def plain(top: str = TOP, **texts: str | None) -> str:
    """One paper in the clean style; a section given as None is left out."""
    parts = [
        f"### {n}. {SECTION_NAMES['zh'][key]}\n{text}\n"
        for n, (key, text) in enumerate((TEXTS | texts).items(), 1)
        if text is not None
    ]
    return top + "\n".join(parts)


def only(report: Report) -> tuple[Paper, Summary]:
    """The paper and the summary of a report that has just one."""
    (entry,) = report.entries
    (summary,) = entry.summaries
    return entry.paper, summary


@pytest.mark.parametrize(("style", "by"), STYLES)
@pytest.mark.parametrize("lang", LANGS)
def test_sections_are_the_same_in_every_style_of_heading(style, by, lang):
    paper, summary = only(parse(HEADER + TOP + "\n\n".join(numbered(style, by, lang)), "report.md"))
    assert paper == Paper("2602.00001", "Paper folding at scale", DAY)
    assert summary == Summary("2602.00001", lang, Sections(**TEXTS), "HTML")


def test_styles_may_mix_within_a_paper():
    styles = ["{n}. **{name}**：\n{below}", CLEAN]
    mixed = [numbered(styles[n % 2])[n] for n in range(5)]
    assert only(parse(HEADER + TOP + "\n".join(mixed), "report.md"))[1].sections == Sections(**TEXTS)


def test_sections_may_come_in_any_order():
    backwards = numbered(CLEAN)[::-1]
    assert only(parse(HEADER + TOP + "\n".join(backwards), "report.md"))[1].sections == Sections(**TEXTS)


@pytest.mark.parametrize("name", ["application Area", "RESULTS"])
def test_english_headings_are_known_in_any_case(name):
    text = HEADER + TOP + "\n".join(numbered(CLEAN, lang="en"))
    changed = text.replace(name.capitalize(), name)
    assert changed != text
    assert parse(changed, "report.md") == parse(text, "report.md")


@pytest.mark.parametrize(
    "item",
    [
        pytest.param("1. **无条件折叠**：不看纸。", id="a numbered bold item of another name"),
        pytest.param("1. **使用指南**：见附录。", id="an item named like a section, in the other style"),
        pytest.param("4. **Results**: none.", id="an item named like a section, in the other language"),
        pytest.param("   ### 3. 使用指南", id="an indented heading"),
        pytest.param("1. **实验效果** 很好。", id="a section's name at the start of a sentence"),
        pytest.param("**使用指南**：见附录。", id="a section's name without a number"),
        pytest.param("1. **Appl\u0131cation area**: x", id="a letter that only folds to an i"),
    ],
)
def test_an_item_that_is_not_a_heading_stays_in_its_section(item):
    _, summary = only(parse(HEADER + plain(innovations=f"Two:\n{item}"), "report.md"))
    assert summary.sections.innovations == f"Two:\n{item}"


@pytest.mark.parametrize("line", ["# Paper folding at scale", "# Paper folding at scale 论文报告", "A report:"])
def test_a_repeated_title_is_dropped(line):
    assert parse(HEADER + plain(top=f"{TOP}{line}\n\n"), "report.md") == parse(HEADER + plain(), "report.md")


@pytest.mark.parametrize(
    "link",
    [
        "https://huggingface.co/papers/2602.00001",
        "http://www.huggingface.co/papers/2602.00001v2",
        "https://arxiv.org/abs/2602.00001v12",
        "https://arxiv.org/pdf/2602.00001v1.pdf",
        "[arXiv](https://arxiv.org/abs/2602.00001)",
    ],
)
def test_an_id_is_read_without_its_version(link):
    top = TOP.replace("https://huggingface.co/papers/2602.00001", link)
    assert only(parse(HEADER + plain(top), "report.md"))[0].arxiv_id == "2602.00001"


WITHOUT_DATE = HEADER.replace(f"**Date**: {DAY}", "")
FAULTS = [
    pytest.param("", 1, "not a daily report", id="empty"),
    pytest.param("# My project\n\nA readme.\n", 1, "not a daily report", id="a readme"),
    pytest.param("\0\1\2" * 50, 1, "not a daily report", id="binary"),
    pytest.param(HEADER, 6, "no paper", id="no paper"),
    pytest.param(WITHOUT_DATE + plain(), 1, "no date", id="no date"),
    pytest.param(HEADER.replace("-02-03", "-02-30") + plain(), 2, "no date", id="a date that never was"),
    pytest.param(HEADER.replace("-02-03", "-W06-2") + plain(), 2, "no date", id="a week date"),
    pytest.param(HEADER + plain(TOP.replace("Paper folding at scale", "")), 6, "no title", id="no title"),
    pytest.param(HEADER + plain(TOP.replace("- **链接**", "- 链接")), 6, "no 链接", id="no link"),
    pytest.param(HEADER + plain(TOP.replace("2602.00001", "folding")), 8, "no 链接", id="a link without an id"),
    pytest.param(HEADER + plain(TOP.replace("2602.00001", "2602.0000001")), 8, "no 链接", id="an id that is too long"),
    pytest.param(HEADER + plain(TOP.replace("- **阅读来源**: HTML\n", "")), 6, "no 阅读来源", id="no source"),
    pytest.param(HEADER + plain(TOP.replace("HTML", "Hearsay")), 9, "'Hearsay'", id="an unknown source"),
    pytest.param(HEADER + plain(f"{TOP}- **点赞**: many\n"), 11, "no 点赞 in 'many'", id="upvotes that are no number"),
    *(
        pytest.param(HEADER + plain(**{key: None}), 6, f"no section {name}", id=f"no {key}")
        for key, name in SECTION_NAMES["zh"].items()
    ),
    pytest.param(HEADER + TOP, 6, "no section 应用领域, 一句话核心贡献, 使用指南", id="no section at all"),
    pytest.param(HEADER + plain(contribution=" \n\n"), 14, "一句话核心贡献 is empty", id="an empty section"),
    pytest.param(HEADER + plain(usage="### 5. 实验效果\nb"), 17, "使用指南 is empty", id="a section cut short"),
    pytest.param(
        HEADER + plain(usage="a\n### 2. 一句话核心贡献\nb"), 19, "一句话核心贡献 a second", id="a section twice"
    ),
    pytest.param(HEADER + plain() + "\n" + plain(), 31, "2602.00001 a second time", id="a paper twice"),
    pytest.param(HEADER + plain() + f"\n{'=' * 60}\nBye\n", 32, "text outside a paper", id="text after a separator"),
]


@pytest.mark.parametrize(("text", "line", "what"), FAULTS)
def test_a_fault_is_told_with_its_file_and_line(text, line, what):
    with pytest.raises(FormatError) as caught:
        parse(text, "report.md")
    assert (caught.value.path, caught.value.line) == (Path("report.md"), line)
    assert what in caught.value.what


def test_a_fault_in_a_late_paper_gives_up_the_whole_file(tmp_path):
    path = tmp_path / "report.md"
    late = plain(TOP.replace("2602.00001", "2602.00002"), results=None)
    path.write_text(HEADER + plain() + "\n" + late, encoding="utf-8")
    with pytest.raises(FormatError, match=r"report\.md:31: no section 实验效果$"):
        read(path)


def test_a_file_is_read_as_its_text(tmp_path):
    path = tmp_path / "report.md"
    path.write_text(HEADER + plain(), encoding="utf-8-sig", newline="\r\n")
    assert read(path) == parse(HEADER + plain(), "report.md")


def test_a_file_in_another_encoding_is_not_a_report(tmp_path):
    path = tmp_path / "report.md"
    path.write_bytes((HEADER + plain()).encode("gb18030"))
    with pytest.raises(FormatError, match=r"report\.md:1: not a daily report"):
        read(path)


@pytest.mark.parametrize("name", [pytest.param("missing.md", id="no such file"), pytest.param(".", id="a folder")])
def test_a_file_that_cannot_be_opened_is_named(tmp_path, name):
    with pytest.raises(InputError, match="can't be read") as caught:
        read(tmp_path / name)
    assert not isinstance(caught.value, FormatError)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" " * 1_000_000 + "x", id="spaces"),
        pytest.param("\\" * 1_000_000, id="backslashes"),
        pytest.param("=" * 1_000_000 + "x", id="nearly a separator"),
        pytest.param("1. **实验效果" + " " * 1_000_000 + "x", id="nearly a heading"),
        pytest.param("x" + "\n" * 1_000_000 + "x", id="blank lines"),
        pytest.param("1. **使用指南**：x\n" * 50_000, id="headings in the other style"),
    ],
)
def test_a_megabyte_of_malice_takes_seconds(text):
    started = time.monotonic()
    parse(HEADER + plain(usage=f"y\n{text}"), "report.md")
    assert time.monotonic() - started < 10  # about one here; were it quadratic, hours


@pytest.fixture(scope="module")
def real() -> Report:
    if not REAL.exists():
        pytest.skip("the real report lies beside the repository, in shared/data, and is not there")
    return read(REAL)


def real_texts(report: Report) -> list[str]:
    return [text for entry in report.entries for _, text in entry.summaries[0].sections.items()]


def test_the_real_report_has_18_papers_of_five_sections(real):
    assert (len(real.entries), real.day, real.lang) == (18, date(2026, 2, 26), "zh")
    assert len([text for text in real_texts(real) if text]) == 90


def test_no_section_of_the_real_report_leaks_into_the_next(real):
    names = SECTION_NAMES["zh"].values()
    heads = [text_line.lstrip(" #*0123456789.") for text in real_texts(real) for text_line in text.split("\n")]
    assert not [head for head in heads if head.startswith(tuple(names))]
    assert not [text for text in real_texts(real) if "====" in text or "📄" in text]


def test_no_title_is_repeated_in_the_real_report(real):
    titles = [entry.paper.title for entry in real.entries]
    assert not [text for text in real_texts(real) if any(title in text for title in titles)]
    assert not [text for text in real_texts(real) if "论文报告" in text]


def test_sources_of_the_real_report_are_its_own(real):
    sources = {entry.paper.title.split(":")[0]: entry.summaries[0].source for entry in real.entries}
    assert sources.pop("ARLArena") == "ArXiv Abs"
    assert set(sources.values()) == {"HTML"}


def test_bold_and_nested_lists_of_the_real_report_are_kept(real):
    def items(text: str) -> list[str]:
        return [line.strip() for line in text.split("\n") if re.match(r" *([*]   |\d[.]  )", line)]

    kept = real_texts(real)
    assert items("\n".join(kept)) == items(REAL.read_text(encoding="utf-8"))
    assert [text for text in kept if "\n    *   **" in text]
    assert [text for text in kept if "\n    1.  " in text]
    assert not [text for text in kept if text.startswith(" ")]


def test_the_real_report_reads_back_the_same_once_rewritten(real):
    assert parse(write(real), "report.md") == real
