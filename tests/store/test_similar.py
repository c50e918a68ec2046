"""Papers near a paper, by the vectors that are stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.similar import similar
from tests.makers.library import Library
from tests.makers.papers import about

CRANES = about(1, "Cranes", en="Folding paper cranes with two robot hands from one sheet.")
BOATS = about(2, "Boats", en="Folding paper boats with two robot hands from one sheet.")
RAIN = about(3, "Rain", en="Forecasts of monsoon weather by satellite a month ahead.")
STOCKS = about(4, "Stocks", en="Auction markets cleared by federated agents over ledgers.")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "data", [CRANES, BOATS, RAIN, STOCKS])
    yield made
    made.close()


def test_the_nearest_paper_comes_first_and_the_paper_itself_not_at_all(library: Library) -> None:
    hits = similar(library.folder, CRANES.paper.arxiv_id, 3)
    assert hits[0].entry == BOATS
    assert CRANES not in [hit.entry for hit in hits]


def test_no_more_are_returned_than_asked_for_and_best_first(library: Library) -> None:
    hits = similar(library.folder, CRANES.paper.arxiv_id, 2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


def test_a_paper_that_is_not_stored_has_none(library: Library) -> None:
    assert similar(library.folder, "3199.99999", 3) == []


def test_a_paper_alone_has_none(tmp_path: Path) -> None:
    alone = Library(tmp_path / "alone", [CRANES])
    assert similar(alone.folder, CRANES.paper.arxiv_id, 3) == []
    alone.close()
