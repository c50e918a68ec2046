"""The checks raise no false alarm on the real report, and tell its papers apart."""

import json
from dataclasses import replace

import pytest

from ingest.summaries import mend
from ingest.summaries.checks import filler, identity, language, links, numbers
from store import report
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared


@pytest.fixture(scope="module")
def summaries():
    """The papers with their abstracts, and their Chinese summaries."""
    listed = json.loads((SHARED / "data/hf/snapshot-2026-02-26.json").read_text())
    abstracts = {entry["paper"]["id"]: entry["paper"]["summary"] for entry in listed}
    entries = report.read(SHARED / "data/report-2026-02-26.md").entries
    return [
        (replace(e.paper, abstract=abstracts.get(e.paper.arxiv_id, "")), mend.tidied(e.summaries[0].sections))
        for e in entries
    ]


def test_no_false_alarm(summaries):
    for paper, sections in summaries:
        own = numbers.known("\n".join(text for _, text in sections.items()))
        assert [
            *filler.check(sections, "zh"), *language.check(sections, "zh"), *identity.check(sections, "zh", paper),
            *links.check(sections, "zh", links.own(paper, "")), *numbers.check(sections, "zh", own),
        ] == []  # fmt: skip


def test_all_sections_are_foreign_to_english(summaries):
    assert all(len(language.check(sections, "en")) == 5 for _, sections in summaries)


def test_hardly_any_passes_for_another_paper(summaries):
    pairs = [(paper, sections) for at, (paper, _) in enumerate(summaries) for sections in others(summaries, at)]
    passed = sum(not identity.check(sections, "zh", paper, paper.abstract) for paper, sections in pairs)
    print(f"{passed} of {len(pairs)} pass for another paper")
    assert passed <= 0.03 * len(pairs)


def others(summaries, at):
    return [sections for other, (_, sections) in enumerate(summaries) if other != at]
