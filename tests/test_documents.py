"""The documents that are made of the code are as the code is now, and so are their pictures; links lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.documents import MEANINGS, ROOT, documents, fields
from tests.pictures import FOLDER, pictures

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_made_document_is_what_would_be_made_now(path: Path) -> None:
    assert path.read_text("utf-8") == documents()[path], "run: python -m tests.documents"


def test_nothing_is_explained_that_is_no_setting() -> None:
    assert set(MEANINGS["settings"]) == {key for key, _ in fields()}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = _LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_english_document_has_a_chinese_twin() -> None:
    english = {one.name for one in (ROOT / "docs").glob("*.md")}
    assert {one.name for one in (ROOT / "docs/zh").glob("*.md")} == english


def test_the_pictures_are_what_would_be_drawn_now() -> None:
    drawn = pictures()
    assert {name: (FOLDER / name).read_text("utf-8") for name in drawn} == drawn, "run: python -m tests.pictures"
    assert [name for name, svg in drawn.items() if len(svg.encode()) > 150_000] == []
