"""Entries of a Daily Papers list, made up."""

from datetime import date
from typing import Any

from tests.fakes.paper_library import make_entry

DAY = date(2026, 2, 26)


def entry(arxiv_id: str = "2602.00001", **inner: Any) -> dict[str, Any]:
    """An entry of `DAY`; `inner` changes its paper's fields, None takes one away."""
    made = make_entry(DAY, {"id": arxiv_id, "title": "A Title", "summary": "An abstract."})
    paper = {name: value for name, value in (made["paper"] | inner).items() if value is not None}
    return made | {"paper": paper}
