"""How far a paper must stand out, learnt from the store; an embedder that knows no meaning is enough."""

import pytest

from ingest.calibrate import BOUNDS, FEWEST, calibrate
from store import facts
from store.search import MARGIN, STANDS_OUT
from tests.makers.library import Library
from tests.makers.papers import about


@pytest.fixture
def library(tmp_path):
    opened = Library(tmp_path, ())
    yield opened
    opened.close()


def fill(library, count):
    crafts = ("kirigami", "weaving", "pottery", "gilding", "joinery")
    library.add(
        *(
            about(n, f"Paper{n}", en=f"We study how {crafts[n % 5]} of kind {n} is taught to young people.")
            for n in range(count)
        )
    )


def test_a_store_of_a_few_papers_keeps_the_shipped_figure(library):
    fill(library, FEWEST - 1)
    assert calibrate(library.folder, library.search, library.embedder)[0] == STANDS_OUT


def test_a_larger_store_learns_its_own_and_keeps_it(library):
    fill(library, 2 * FEWEST)
    margin, asked = calibrate(library.folder, library.search, library.embedder)
    assert (asked, BOUNDS[0] <= margin <= BOUNDS[1]) == (2 * FEWEST, True)
    assert float(facts.get(library.db, MARGIN)) == margin
