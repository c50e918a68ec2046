"""What is read of a PDF, and which files are refused."""

from io import BytesIO

import pytest
from pypdf import PdfWriter

from ingest.fulltext.lines import join
from ingest.fulltext.pdf import MAX_PAGES, parse_pdf
from store.errors import SourceError
from tests.makers.pages import pdf

PROSE = [f"Line {n} of the prose goes on about folding, and as long lines do it fills the column" for n in range(24)]
FRONT = ["Folding Papers With PaperNet", "A. Author", "author@example.org", "Abstract", "We fold papers.", "Well."]


def read(*body: str, front: list[str] = FRONT):
    """The text of a paper with an introduction and the lines."""
    return parse_pdf(pdf([[*front, "1 Introduction", *PROSE], list(body)]))


def test_the_abstract_is_told_from_the_front_of_the_paper():
    text = read("2 Method", "We fold.")
    assert text.abstract == "We fold papers. Well."
    assert "author@" not in text.markdown()


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        pytest.param(["2 Folding Machines"], "2 Folding Machines", id="the next number"),
        pytest.param(["1.1 Why Fold"], "1.1 Why Fold", id="a first subsection"),
        pytest.param(["Related Work"], "Related Work", id="a known name"),
    ],
)
def test_a_line_that_looks_like_a_heading_is_one(lines, heading):
    assert read(*lines, "Some text.").blocks[-1].heading == heading


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("7 Papers Were Folded", id="a number out of turn"),
        pytest.param("2 papers were folded", id="a sentence"),
        pytest.param("2 Papers, 31.4 55.1 66.2 9.1", id="a row of a table"),
        pytest.param("2. Fold the paper", id="an item of a list"),
    ],
)
def test_a_line_that_only_begins_with_a_number_is_none(line):
    assert [part.heading for part in read("More text.", line).blocks] == ["1 Introduction"]


def test_roman_numbers_and_small_capitals_are_headings():
    text = parse_pdf(pdf([["Abstract—We fold.", "I. I NTRODUCTION", *PROSE, "II. M ETHOD", "A. Folding", "We fold."]]))
    assert [(p.heading, p.level) for p in text.blocks] == [("I. INTRODUCTION", 1), ("II. METHOD", 1), ("A. Folding", 2)]


def test_the_references_are_cut_out_and_the_appendix_stays():
    cited = [f"[{n}] C. Writer, An earlier work, in Proc. of Folding, pp. 1-9, 2020." for n in range(9)]
    text = read("2 Method", "We fold.", "References", *cited, "A Proofs of Folding", "It folds. Qed.")
    assert "Writer" not in text.markdown()
    assert [(p.heading, p.kind) for p in text.blocks[-1:]] == [("A Proofs of Folding", "appendix")]


def test_an_author_in_the_references_is_no_appendix():
    cited = [f"[{n}] C. Writer, An earlier work. arXiv preprint, 2020." for n in range(5)]
    text = read("2 Method", "We fold.", "References", *cited, "A. Radford", *cited)
    assert text.blocks[-1].heading == "2 Method"


def test_stamp_page_numbers_and_running_heads_are_left_out():
    pages = [["Folding Papers, page " + str(n), *PROSE, str(n)] for n in range(1, 6)]
    pages[0].append("arXiv:2601.00001v1  [cs.LG]  1 Jan 2026")
    shown = parse_pdf(pdf(pages)).markdown()
    assert "Folding Papers, page" not in shown
    assert "arXiv:" not in shown


def test_a_caption_is_marked():
    assert read("It ends here.", "Figure 2: A folded paper.", "More text.").blocks[-1].captions == (
        "> Figure 2: A folded paper.",
    )


def test_rows_of_a_table_stay_on_their_lines():
    assert "Ours 91.2 88.0\nTheirs 90.1 87.5" in read("We list it.", "Ours 91.2 88.0", "Theirs 90.1 87.5").markdown()


@pytest.mark.parametrize(
    ("text", "line", "joined"),
    [
        pytest.param("hun-", "dreds of", "hundreds of", id="a cut word"),
        pytest.param("self-", "made", "self-made", id="a word known with its hyphen"),
        pytest.param("paper-", "folding", "paper-folding", id="two words that are known"),
        pytest.param("GPT-", "4 is", "GPT-4 is", id="a name"),
        pytest.param("one", "two", "one two", id="no hyphen"),
    ],
)
def test_a_word_cut_at_the_lines_end_is_made_whole(text, line, joined):
    assert join(text, line, {"self-made", "paper", "folding"}) == joined


def test_only_so_many_pages_are_read():
    assert "Never" not in parse_pdf(pdf([PROSE] * MAX_PAGES + [["Never read"]])).markdown()


def encrypted() -> bytes:
    writer, out = PdfWriter(BytesIO(pdf([PROSE]))), BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(pdf([[], []]), "0 characters", id="images of pages"),
        pytest.param(pdf([["Withdrawn."]]), "characters of text", id="hardly any text"),
        pytest.param(pdf([PROSE])[:2000], "cut off", id="half a file"),
        pytest.param(encrypted(), "encrypted", id="encrypted"),
        pytest.param(b"<html>Rate exceeded.</html>", "no PDF", id="a page of HTML"),
        pytest.param(b"%PDF-1.4\ngarbage\n%%EOF", "broken inside", id="garbage"),
        pytest.param(pdf([["/1 /2 /3 =4 %5 67 89 0 ^ # @ !" * 3] * 30]), "fonts", id="fonts without letters"),
    ],
)
def test_a_file_that_is_not_a_readable_paper_is_refused(body, reason):
    with pytest.raises(SourceError, match=reason) as caught:
        parse_pdf(body)
    assert not caught.value.retry
