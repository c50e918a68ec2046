"""Which passages a model is shown, and how much of them."""

from ingest.answers import evidence
from ingest.fulltext.text import Part, Text
from ingest.models.chat import estimate
from store.lexicon import Unit
from tests.makers.papers import LIBRARY, entry

ENTRY = entry("3105.00001", "zh", "en")
CREASES: dict[Unit, float] = {("crease", "creases"): 1.0}


def test_passages_are_numbered_from_one_and_stand_in_their_sections() -> None:
    found = evidence.of_papers([ENTRY], CREASES, ("en", "zh"), 5000)
    assert [one.n for one in found] == [1, 2, 3, 4, 5]
    assert all(one.text == dict(ENTRY.summaries[0].sections.items())[one.section] for one in found)


def test_what_holds_most_of_the_question_comes_first() -> None:
    assert evidence.of_papers([ENTRY], CREASES, ("en", "zh"), 5000)[0].section == "results"


def test_the_language_of_the_answer_is_preferred() -> None:
    assert {one.lang for one in evidence.of_papers([ENTRY], {}, ("zh", "en"), 5000)} == {"zh"}


def test_passages_keep_their_budget_and_every_paper_has_its_share() -> None:
    found = evidence.of_papers(LIBRARY, {}, ("en", "zh"), 500)
    assert evidence.tokens(found) <= 500
    assert {one.paper.arxiv_id for one in found} == {one.paper.arxiv_id for one in LIBRARY}


def text(*paragraphs: str) -> Text:
    return Text("HTML", "A title", "", (Part("2 Folds", 1, "method", "\n\n".join(paragraphs)),))


def test_of_a_full_text_only_the_pieces_about_the_question_are_shown() -> None:
    whole = text("Nothing here. " * 80, "Each crease is an edge. " * 10, "Nothing there. " * 80)
    found = evidence.of_text(ENTRY, whole, CREASES, 5000)
    assert [(one.n, one.section, "crease is an edge" in one.text) for one in found] == [(1, "2 Folds", True)]


def test_an_endless_paragraph_is_cut() -> None:
    found = evidence.of_text(ENTRY, text("crease " * 20_000), CREASES, 3000)
    assert found
    assert all(len(one.text) <= 2 * evidence.PIECE for one in found)
    assert sum(estimate(one.text) for one in found) <= 3000
