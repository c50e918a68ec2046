"""What is read of an arXiv HTML page, and which pages are refused."""

import pytest

from ingest.fulltext.html import MAX_BYTES, parse_html
from store.errors import SourceError
from tests.makers.pages import FILLER, math, page, para, section, table


def method(*inner: str) -> str:
    """The text of a section that holds the inner parts."""
    parts = parse_html(page(section("Method", "".join(inner), number="2")).encode()).blocks
    return next(part.text for part in parts if part.heading == "2 Method")


def test_title_abstract_and_every_section_are_read():
    inner = section("Study", section("Setting", para("x"), "subsection", "2.1"), number="2")
    text = parse_html(page(inner).encode())
    assert (text.title, text.abstract) == ("PaperNet: Folding Papers", "We fold papers.")
    assert [(p.heading, p.level) for p in text.blocks] == [("1 Introduction", 1), ("2 Study", 1), ("2.1 Setting", 2)]


@pytest.mark.parametrize(
    "noise",
    [
        "In the contents",
        "author@example.org",
        "Equal contribution",
        "An earlier work",
        "funders",
        "watermark",
        "Back to",
    ],
)
def test_what_is_not_the_paper_is_left_out(noise):
    assert noise not in parse_html(page().encode()).markdown()


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        pytest.param(para(f"loss {math(r'x^{2}')}."), "loss $x^{2}$.", id="a formula in a sentence"),
        pytest.param(para(math("a=%\n b")), "$a=b$", id="a formula over two lines"),
        pytest.param(
            para('<math><mi>y</mi><annotation encoding="application/x-tex">y_1</annotation></math>'),
            "$y_1$",
            id="TeX only in the annotation",
        ),
        pytest.param(
            '<table class="ltx_equationgroup ltx_eqn_table"><tbody><tr class="ltx_eqn_row"><td>'
            f'{math("a")}</td><td>{math("=b")}</td><td class="ltx_eqn_eqno">(1)</td></tr></tbody></table>',
            "$a =b$",
            id="an aligned formula is one formula, without its number",
        ),
        pytest.param(para("as 10<sup>5</sup> H<sub>2</sub>"), "as 10^5 H_2", id="raised and lowered figures"),
        pytest.param(para("best <cite>[<a>12</a>]</cite>, by far"), "best, by far", id="a number for a reference"),
        pytest.param(para('by <cite class="ltx_cite">Lee (<a>2024</a>)</cite>'), "by Lee (2024)", id="a named source"),
        pytest.param(
            para('see <a class="ltx_href" href="https://x.test/r">code</a>'), "see code (https://x.test/r)", id="a link"
        ),
        pytest.param(
            '<ul class="ltx_itemize"><li class="ltx_item"><span class="ltx_tag ltx_tag_item">•</span>'
            f'{para("one")}</li><li><span class="ltx_tag_item">2.</span>{para("two")}</li></ul>',
            "- one\n2. two",
            id="a list",
        ),
        pytest.param(
            '<div class="ltx_listing"><div class="ltx_listing_data">⬇</div><div class="ltx_listingline">fold(x)</div>'
            '<div class="ltx_listingline">```</div></div>',
            "```\nfold(x)\n'''\n```",
            id="code cannot end its fence",
        ),
        pytest.param(
            "<svg><g><text>axis</text><foreignObject><p>A prompt</p></foreignObject></g></svg>",
            "A prompt",
            id="a box drawn around text",
        ),
        pytest.param(para("a\u202eb\u200bc"), "abc", id="hidden characters"),
    ],
)  # fmt: skip
def test_a_part_becomes_text(inner, text):
    assert method(inner) == text


def test_a_footnote_follows_its_paragraph():
    note = (
        '<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span class="ltx_note_outer">'
        '<span class="ltx_note_content"><sup class="ltx_note_mark">1</sup>With care.</span></span></span>'
    )
    assert method(para(f"We fold{note} it.")) == "We fold it.\n\nNote: With care."


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param([["a", "1.5"], ["b", "2"]], "a | 1.5\nb | 2", id="plain"),
        pytest.param(
            [['<td class="ltx_td" rowspan="2">GPT</td>', "1"], ["2"]], "GPT | 1\nGPT | 2", id="a cell over two rows"
        ),
        pytest.param([['<td colspan="2">all</td>'], ["1", "2"]], "all | \n1 | 2", id="a cell over two columns"),
        pytest.param([['<td colspan="999999999">x</td>', "1"]], "x | 1", id="a span that no page has"),
        pytest.param(
            [['<td><table class="ltx_tabular"><tr><td>1.0</td></tr><tr><td>±0.2</td></tr></table></td>', "3"]],
            "1.0 ±0.2 | 3",
            id="a table in a cell",
        ),
        pytest.param(
            [['<td><div class="ltx_inline-block"><p class="ltx_p">9</p></div></td>', "<th>h</th>"]],
            "9 | h",
            id="blocks in a cell",
        ),
    ],
)
def test_a_table_has_a_line_for_every_row(rows, lines):
    assert method(table(rows)) == f"> Table 1: Scores.\n\n{lines}"


def test_a_table_of_spans_is_a_table():
    row = '<span class="ltx_tr"><span class="ltx_td">a</span><span class="ltx_td">7</span></span>'
    assert method(para(f'<span class="ltx_tabular">{row}</span>')) == "a | 7"


def test_sections_after_the_bibliography_are_the_appendix():
    late = page().replace("</article>", section("Proofs", para("qed")) + "</article>")
    assert parse_html(late.encode()).blocks[-1].kind == "appendix"


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "no-such-charset", None])
def test_utf8_is_read_whatever_the_header_says(charset):
    assert "naïve 模型" in parse_html(page(para("naïve 模型")).encode(), charset).markdown()


def test_one_bad_byte_does_not_spoil_the_others():
    body = page(para("naïve 模型 " * 20)).encode() + b"\xff"
    assert "naïve 模型" in parse_html(body, "latin-1").markdown()


def test_bytes_that_are_not_utf8_are_read_as_the_header_says():
    assert "naïve" in parse_html(page(para("naïve")).encode("utf-16-le"), "utf-16-le").markdown()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(page()[:1500].encode(), "cut off", id="half a page"),
        pytest.param(b"<html><body>No HTML for '2601.00001'</body></html>", "no paper", id="a stub"),
        pytest.param(
            b'<h1>Select</h1><a href="/html/2601.00001/a.html">a.html</a>', "list of files", id="a file selector"
        ),
        pytest.param(page(filler="Short.").encode(), "characters of text", id="hardly any text"),
        pytest.param(
            b"<article class='ltx_document'><img src='1.png'></article>", "0 characters", id="images of pages"
        ),
        pytest.param(page().encode() + b" " * MAX_BYTES, "8 MB", id="eight megabytes"),
        pytest.param(page().encode("utf-32-le"), "no text", id="an encoding nobody named"),
        pytest.param(page(filler=FILLER * 900).encode(), "more than a paper", id="two million characters"),
        pytest.param((page() + "Conversion to HTML had a Fatal error").encode(), "broke off", id="a failed conversion"),
        pytest.param(b"", "no paper", id="nothing"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x81\x8d", "no text", id="an image"),
    ],
)
def test_a_page_that_is_not_the_whole_paper_is_refused(body, reason):
    with pytest.raises(SourceError, match=reason) as caught:
        parse_html(body)
    assert not caught.value.retry


def test_a_page_about_another_paper_is_refused():
    with pytest.raises(SourceError, match=r"about 2601\.00001"):
        parse_html(page().encode(), arxiv_id="2601.99999")


@pytest.mark.parametrize("asked", ["2601.00001", "2601.00001v1"])
def test_a_page_about_the_paper_asked_for_is_read(asked):
    assert parse_html(page().encode(), arxiv_id=asked).source == "HTML"


def test_a_reference_to_another_paper_is_not_the_pages_id():
    cited = para('<a href="https://arxiv.org/abs/2501.00009">other</a>') + para(FILLER)
    plain = f'<article class="ltx_document">{cited}</article>'
    assert parse_html(plain.encode(), arxiv_id="2601.00001").blocks


def test_a_page_nested_very_deep_is_read_or_refused():
    deep = page(para("<span>" * 5000 + "x" + "</span>" * 5000))
    try:
        assert parse_html(deep.encode()).title
    except SourceError as error:
        assert not error.retry  # noqa: PT017 - either end is right; hanging or crashing is not
