"""A streamed answer, cut into sentences with their citations, in whatever pieces it comes."""

import pytest

from ingest.answers.sentences import Sentence, Stream, marked

Cut = tuple[str, tuple[int, ...]]


def cut(text: str, size: int) -> list[Sentence]:
    stream = Stream()
    found = [one for at in range(0, len(text), size) for one in stream.feed(text[at : at + size])]
    return [*found, *stream.end()]


@pytest.mark.parametrize("size", [1, 3, 8, 1000])
@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("One is A [1]. Two is B [2].", [("One is A.", (1,)), ("Two is B.", (2,))], id="before the stop"),
        pytest.param("It is red. [1] And dry. [2][3]", [("It is red.", (1,)), ("And dry.", (2, 3))], id="behind it"),
        pytest.param("一是甲 [1]。二是乙。[2]", [("一是甲。", (1,)), ("二是乙。", (2,))], id="Chinese"),
        pytest.param("一是甲【1】。二是乙［2，3］。", [("一是甲。", (1,)), ("二是乙。", (2, 3))], id="full-width"),
        pytest.param("It has both [1, 3; 4].", [("It has both.", (1, 3, 4))], id="several in one"),
        pytest.param("5.0 s (Fig. 3) is it [1]. Yes.", [("5.0 s (Fig. 3) is it.", (1,)), ("Yes.", ())], id="dots"),
        pytest.param("65.3 K token/s is it [1].", [("65.3 K token/s is it.", (1,))], id="a number is no list's mark"),
        pytest.param("A is it [1]. @all look [1].", [("A is it.", (1,)), ("@all look.", (1,))], id="no capital"),
        pytest.param("<think>No [9].</think>\nYes [1].", [("Yes.", (1,))], id="thoughts before"),
        pytest.param("```\nYes [1].\n```", [("Yes.", (1,))], id="a fence"),
        pytest.param("<think>No [9].", [], id="nothing but thoughts"),
        pytest.param("Yes\u200b [\u20601].", [("Yes.", (1,))], id="what nobody sees"),
        pytest.param("See [1](https://x.example).", [("See [1](https://x.example).", ())], id="a link is no citation"),
    ],
)
def test_a_sentence_comes_with_its_citations(
    text: str, sentences: list[tuple[str, tuple[int, ...]]], size: int
) -> None:
    assert [(one.bare, one.cites) for one in cut(text, size)] == sentences


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_lines_of_a_list_are_told_from_others(size: int) -> None:
    found = cut("These are:\n- One [1].\n2. Two [2]. More [2].\n\nEnd [3].", size)
    assert [(one.bare, one.listed) for one in found] == [
        ("These are:", False),
        ("One.", True),
        ("Two.", True),
        ("More.", True),
        ("End.", False),
    ]
    assert found[2].line == found[3].line != found[4].line


def test_a_sentence_is_given_as_soon_as_the_next_one_begins() -> None:
    stream = Stream()
    assert stream.feed("One is A [1].") == []
    assert [one.bare for one in stream.feed(" Two")] == ["One is A."]


def test_a_sentence_is_shown_with_its_citations_before_its_stop() -> None:
    assert (marked("It is fast.", (2, 5)), marked("它很快。", (1,)), marked("fast", (1,))) == (
        "It is fast [2][5].",
        "它很快 [1]。",
        "fast [1]",
    )
