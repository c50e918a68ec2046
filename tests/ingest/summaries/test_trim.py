"""Cutting a long paper: what goes first, what stays, and that nothing is over the budget."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.fulltext.text import Kind, Part, Text
from ingest.models.chat import estimate
from ingest.summaries.trim import OMITTED, fit

KINDS: tuple[Kind, ...] = ("introduction", "related", "method", "experiments", "conclusion", "other", "appendix")
ABSTRACT = "LanternNet lights the way for small models."


def part(kind: Kind, paragraphs: int = 10, caption: bool = True) -> Part:
    """A section of numbered paragraphs of 200 characters, about 50 tokens each, and a caption."""
    prose = [f"{kind} paragraph {n}: ".ljust(199, "x") + "." for n in range(paragraphs)]
    captions = [f"> Table: scores of the {kind}."] if caption else []
    return Part(kind.capitalize(), 1, kind, "\n\n".join([*prose[:1], *captions, *prose[1:]]))


PAPER = Text("HTML", "LanternNet: A Title", ABSTRACT, tuple(map(part, KINDS)))


def test_a_paper_within_the_budget_is_whole():
    assert fit(PAPER, 100_000) == PAPER.markdown()


@pytest.mark.parametrize(
    ("max_tokens", "gone"),
    [
        pytest.param(3600, {"appendix"}, id="first the appendix"),
        pytest.param(3100, {"appendix", "other"}, id="then what is no part of the argument"),
        pytest.param(2600, {"appendix", "other", "related"}, id="then related work"),
    ],
)
def test_sections_go_in_their_order(max_tokens, gone):
    shown = fit(PAPER, max_tokens)
    assert {kind for kind in KINDS if f"{kind} paragraph 9" not in shown} == gone


def test_when_that_is_not_enough_the_rest_is_shortened_alike():
    shown = fit(PAPER, 1300)
    left = [shown.count(f"{kind} paragraph") for kind in ("introduction", "method", "experiments", "conclusion")]
    assert 3 <= min(left) <= max(left) <= min(left) + 1 < 10


def test_captions_and_the_abstract_outlive_the_prose():
    shown = fit(PAPER, 300)
    assert ABSTRACT in shown
    assert all(f"scores of the {kind}" in shown for kind in KINDS if kind != "appendix")


def test_what_is_missing_is_marked_once_where_it_is_missing():
    paper = Text("HTML", "T", "A.", (part("method"), part("appendix"), part("appendix"), part("appendix")))
    assert fit(paper, 700).count(OMITTED) == 1


def test_one_long_paragraph_is_cut_at_a_sentence():
    paper = Text("PDF", "T", "A.", (Part("Method", 1, "method", "One sentence of a page. " * 300),))
    assert f"of a page.\n\n{OMITTED}" in fit(paper, 500)


words = st.text(st.sampled_from("ab .\n中文𝛼"), max_size=400)
parts = st.builds(Part, st.sampled_from(["", "1 Method"]), st.just(1), st.sampled_from(KINDS), words)


@settings(max_examples=80, deadline=None)
@given(st.builds(Text, st.just("PDF"), words, words, st.lists(parts, max_size=6).map(tuple)), st.integers(0, 500))
def test_nothing_is_over_the_budget_and_the_same_is_cut_the_same(paper, max_tokens):
    shown = fit(paper, max_tokens)
    assert estimate(shown) <= max_tokens
    assert fit(paper, max_tokens) == shown
