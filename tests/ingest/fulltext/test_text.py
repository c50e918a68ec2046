"""What is taken out of foreign text, and how sections get their kinds."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fulltext.text import Draft, Part, Text, arrange, clean, kind_of, parse_abstract


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_no_character_is_left_that_people_cannot_see(text):
    assert {unicodedata.category(letter) for letter in clean(text) if letter != "\n"}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co"}
    )


@given(st.text(st.characters(categories=["L", "N", "P", "Sm"], max_codepoint=0x10FF)))
def test_letters_numbers_and_signs_stay_as_they_are(text):
    seen = "".join(letter for letter in text if letter not in "\u115f\u1160")  # two letters that are blank
    assert clean(text) == seen


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        pytest.param("a\u202eb\u2066c", "abc", id="marks that turn the direction of text"),
        pytest.param("ig\u200bnore\u2060\ufeff", "ignore", id="zero-width spaces and joiners"),
        pytest.param("a\U000e0041\U000e0042b\ufe0f", "ab", id="tags and selectors that carry hidden text"),
        pytest.param("\x1b[31mred\x00", "[31mred", id="control characters of terminals"),
        pytest.param("a\u00a0 \u3000\tb", "a b", id="spaces of every kind are one space"),
        pytest.param("a \r\n\r\n\n\n b", "a\n\nb", id="at most one empty line"),
        pytest.param("a\ud800b", "ab", id="half of a pair, which no file can hold"),
        pytest.param("模型 naïve 🙂", "模型 naïve 🙂", id="other scripts and symbols stay"),
    ],
)
def test_what_cannot_be_seen_goes(raw, cleaned):
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        pytest.param("1 Introduction", "introduction", id="introduction"),
        pytest.param("2 Background and Related Work", "related", id="related work"),
        pytest.param("3 Our Method", "method", id="method"),
        pytest.param("IV. EXPERIMENTAL METHODS", "experiments", id="experiments before methods"),
        pytest.param("6 Discussion and Limitations", "conclusion", id="discussion"),
        pytest.param("Appendix B Proofs", "appendix", id="appendix"),
        pytest.param("Acknowledgements", "other", id="thanks"),
    ],
)
def test_a_heading_names_its_kind(heading, kind):
    assert kind_of(heading) == kind


def test_a_section_named_after_the_method_is_the_method():
    drafts = [Draft("1 Introduction", 1), Draft("2 PaperNet", 1), Draft("2.1 Results of folding", 2),
              Draft("3 Experiments", 1), Draft("4 Data", 1)]  # fmt: skip
    assert [part.kind for part in arrange(drafts)] == ["introduction", "method", "method", "experiments", "other"]


def test_a_subsection_is_of_its_sections_kind():
    drafts = [Draft("A Details", 1, appendix=True), Draft("A.1 Experiments", 2), Draft("A.1.1 Ethics", 3)]
    assert [part.kind for part in arrange(drafts)] == ["appendix", "appendix", "other"]


def test_captions_can_be_told_from_the_rest_of_a_section():
    part = Part("1 A", 1, "other", "Prose > prose.\n\n> Figure 1: One.\n\na | 1\n\n> Table 2: Two.")
    assert part.captions == ("> Figure 1: One.", "> Table 2: Two.")


def test_the_whole_is_one_text_with_headings_by_level():
    text = Text("HTML", "T", "Short.", (Part("1 A", 1, "other", "x"), Part("1.1 B", 2, "other", "")))
    assert text.markdown() == "# T\n\n## Abstract\n\nShort.\n\n## 1 A\n\nx\n\n### 1.1 B"


def test_an_abstract_is_a_text_without_sections():
    text = parse_abstract(" Folding\n Papers ", "We \u200bfold.")
    assert text == Text("ArXiv Abs", "Folding Papers", "We fold.")
