"""What the answers of the outside's servers say about it and about this machine."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest import probe
from ingest.sources.shape import PAPER, READ, differences

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
KNOWN = {"paper": dict.fromkeys(PAPER), "title": "…"}


@pytest.mark.parametrize(
    ("off", "state"),
    [
        pytest.param(timedelta(seconds=5), "ok", id="five seconds"),
        pytest.param(timedelta(minutes=-2), "warning", id="two minutes behind"),
        pytest.param(timedelta(hours=8), "broken", id="another zone's time"),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_off(off, state):
    assert probe.clock(NOON + off, NOON).state == state


def test_a_clock_that_is_off_is_told_which_way():
    assert probe.clock(NOON - timedelta(minutes=2), NOON).text == "120 s behind the listing's server"


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        pytest.param([], "", id="an empty day"),
        pytest.param([KNOWN], "", id="the known form"),
        pytest.param([KNOWN | {"doi": 1}], "new: doi", id="a new field"),
        pytest.param([{"paper": KNOWN["paper"] | {"score": 1}}], "new: paper.score", id="a new field of the paper"),
        pytest.param([{"title": "…"}], "missing: paper", id="no paper"),
        pytest.param(
            [{"paper": dict.fromkeys(set(READ) - {"upvotes"})}, {"paper": dict.fromkeys(set(READ) - {"upvotes"})}],
            "missing: paper.upvotes",
            id="a field that is gone",
        ),
        pytest.param([KNOWN, {"paper": {"id": 1}}], "", id="a field that one entry lacks"),
    ],
)
def test_a_list_of_another_form_is_told(entries, told):
    assert differences(entries) == told
