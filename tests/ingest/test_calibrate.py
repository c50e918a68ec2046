"""What makes an answer sure, calculated from the store; an embedder that knows no meaning is enough."""

import pytest

from ingest.calibrate import FEWEST, calibrate
from store import calibration
from store.calibration import BOUNDS, SHIPPED, Calibration
from tests.makers.library import Library, glossary, listed
from tests.makers.papers import LIBRARY, about


@pytest.fixture
def library(tmp_path):
    opened = Library(tmp_path, ())
    yield opened
    opened.close()


def fill(library, count):
    """Papers of two ideas each, of which many share one."""
    arts = ("video generation", "federated learning", "object detection", "code generation", "speech synthesis")
    ends = ("hallucination", "quantization", "robot manipulation", "medical imaging")
    library.add(
        *(
            about(
                n,
                f"Paper{n}: {arts[n % 5]} for {ends[n % 4]}",
                en=f"We study how {arts[n % 5]} of kind {n} helps {ends[n % 4]} in places of sort {n}.",
            )
            for n in range(count)
        )
    )


def measured(library):
    return calibrate(library.folder, library.search, library.embedder, glossary())


def test_an_empty_store_keeps_what_is_shipped(library):
    found = measured(library)
    assert (found.gate, found.cut, found.margin) == (SHIPPED.gate, SHIPPED.cut, SHIPPED.margin)


def test_a_store_of_a_few_papers_keeps_the_shipped_margin(library):
    fill(library, FEWEST - 1)
    assert measured(library).margin == SHIPPED.margin


def test_a_larger_store_calculates_its_own_figures_within_bounds(library):
    fill(library, 2 * FEWEST)
    found = measured(library)
    assert (found.papers, found.margin_of, found.embedding) == (80, 80, "hash-1")
    assert min(found.gate_of, found.cut_of) >= FEWEST
    assert all(low <= getattr(found, name) <= high for name, (low, high) in BOUNDS.items())


def test_the_figures_are_kept_and_the_same_papers_give_the_same(library):
    fill(library, FEWEST)
    found = measured(library)
    assert calibration.get(library.db) == found == measured(library)


@pytest.mark.parametrize(
    ("name", "value", "kept"), [("gate", 0.99, BOUNDS["gate"][1]), ("cut", 0.1, BOUNDS["cut"][0]), ("margin", 0.1, 0.1)]
)
def test_no_store_moves_a_figure_out_of_all_reason(name, value, kept):
    assert calibration.within(name, value) == kept


def test_search_goes_by_the_stores_own_gate(tmp_path):
    library = Library(tmp_path, LIBRARY)
    try:
        text = "papers about video generation beekeeping"
        calibration.put(library.db, Calibration(gate=0.2))
        assert listed(library.rank(text))
        calibration.put(library.db, Calibration(gate=0.9))
        assert not listed(library.rank(text))
    finally:
        library.close()
