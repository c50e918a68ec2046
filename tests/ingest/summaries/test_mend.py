"""Mending: what is cut is the sentence or the item at fault, and nothing is left hanging."""

import pytest

from ingest.summaries.mend import cut, tidy


def bad(text: str) -> bool:
    return "BAD" in text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("Good. It is BAD. Good too.", "Good. Good too.", id="a sentence"),
        pytest.param("很好。这是BAD的。也好。", "很好。也好。", id="a Chinese sentence"),
        pytest.param("It wins (e.g. by much). It is BAD.", "It wins (e.g. by much).", id="the last one"),
        pytest.param("- one\n- BAD\n- three", "- one\n- three", id="a list item"),
        pytest.param("- one. BAD one.\n- two", "- one.\n- two", id="a sentence of an item"),
        pytest.param("Good.\n\n**Scores**:\n- BAD\n- BAD", "Good.", id="a heading line that leads to nothing"),
        pytest.param("**Scores**:\n- BAD\n- fine", "**Scores**:\n- fine", id="one that still leads somewhere"),
        pytest.param("- a:\n    - BAD\n- b", "- b", id="an item above nested ones"),
        pytest.param("Fine.\n**A BAD one. And** more.", "Fine.", id="half of a bold text"),
        pytest.param("It is BAD.", "", id="everything"),
        pytest.param("All is well. Even 3.5 of it.", "All is well. Even 3.5 of it.", id="nothing"),
    ],
)
def test_only_what_is_bad_goes(text, left):
    assert cut(text, bad) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("### 5. 实验效果\n很好。", "很好。", id="a heading"),
        pytest.param("**Results**: It wins.", "It wins.", id="a label"),
        pytest.param("结果\u200b很\u202e好。", "结果很好。", id="what nobody sees"),
        pytest.param("- a\n    - b  \n\n\n\n- c\r\n", "- a\n    - b\n\n- c", id="a nested list keeps its form"),
        pytest.param("Results are good.", "Results are good.", id="a sentence that begins alike"),
    ],
)
def test_a_section_is_tidied(text, left):
    assert tidy("results", text) == left
