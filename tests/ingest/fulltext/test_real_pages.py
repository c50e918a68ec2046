"""What is kept of the real papers beside the repository; how it is measured stands in the bench."""

import pytest

from tests.bench.extraction import PAGES, PAPERS, measure_page, measure_pdf, refusal
from tests.bench.extraction import REFUSED as NO_PAPERS

pytestmark = pytest.mark.skipif(not PAPERS.is_dir(), reason=f"no recorded papers at {PAPERS}")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("figure", "share"),
    [
        ("headings", 1.0),
        ("captions", 1.0),
        ("formulas as $tex$", 1.0),
        ("table numbers", 0.95),
        ("paragraphs whole", 0.99),
    ],
)
def test_so_much_of_a_page_is_kept(name, figure, share):
    found, of = measure_page(PAPERS / name)[figure]
    assert found >= share * of


@pytest.mark.parametrize("name", PAGES)
def test_no_bibliography_is_kept(name):
    assert measure_page(PAPERS / name)["bibliography entries"] == 0


def test_a_pdf_shows_its_outline_and_no_references():
    figures = measure_pdf(PAPERS / "semifa_arxiv.pdf")
    found, of = figures["headings"]
    assert found >= 0.95 * of
    assert figures["references"] == 0


@pytest.mark.parametrize("name", NO_PAPERS)
def test_what_is_no_paper_is_refused(name):
    assert refusal(PAPERS / name)


@pytest.mark.parametrize("name", [*PAGES, "semifa_arxiv.pdf"])
def test_half_a_file_is_refused(name):
    assert "cut off" in refusal(PAPERS / name, half=True)
