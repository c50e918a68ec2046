"""The papers that the stand-in world knows: recorded days and pages, and days made up on request.

Owns: reading `hf/*.json` and `arxiv/*` of a data folder, the order in which a day's papers arrive,
the shape of a list entry.
Does not own: what a request gets to see of them (papers_server), generated pages (paper_pages).
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.fakes.paper_pages import Page

Json = dict[str, Any]


def digest(text: str) -> int:
    """A number that is always the same for one text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])


def make_entry(day: date, paper: Json) -> Json:
    """A list entry of the shape that the API gives, from id, title, summary and upvotes."""
    published = f"{day - timedelta(days=1)}T12:00:00.000Z"
    inner = {
        "id": paper["id"],
        "title": paper["title"],
        "summary": paper["summary"],
        "upvotes": paper.get("upvotes", 1),
        "authors": [{"_id": paper["id"], "name": "Ada Example", "hidden": False}],
        "publishedAt": published,
        "submittedOnDailyAt": f"{day}T00:00:00.000Z",
        "discussionId": f"{digest(paper['id']):024x}",
    }
    outer = {"title": inner["title"], "summary": inner["summary"], "publishedAt": published}
    person = {"_id": "0", "name": "example", "fullname": "Ada Example", "type": "user"}
    return outer | {"paper": inner, "numComments": 0, "submittedBy": person, "isAuthorParticipating": False}


def make_papers(day: date, count: int) -> list[Json]:
    """`count` papers with ids that no real paper has (their month is 13)."""
    return [
        {
            "id": f"{day:%y}13.{digest(str(day)) % 500 * 100 + number:05d}",
            "title": f"Method{number}: A Generated Paper of {day}",
            "summary": f"We study question {number} of {day}. Our method answers it in {number + 2} steps, "
            "which is fewer than any earlier one needs, and it is tested on three sets of data.",
            "upvotes": (digest(f"{day} {number}") % 120),
        }
        for number in range(count)
    ]


class Library:
    """The papers that this world knows: days of entries, and recorded pages."""

    def __init__(self, data: Path) -> None:
        self.days: dict[date, list[Json]] = {}
        self.pages: dict[tuple[str, str], Path] = {}
        self.atom: dict[str, str] = {}
        self._read_days(data / "hf")
        self._read_pages(data / "arxiv")

    def _read_days(self, folder: Path) -> None:
        """Read `snapshot-DAY` before `final-DAY`: what was there in the morning arrives first."""
        for path in sorted(folder.glob("*-????-??-??.json"), key=lambda path: path.name, reverse=True):
            day = date.fromisoformat(path.stem[-10:])
            entries = {entry["paper"]["id"]: entry for entry in json.loads(path.read_text())}
            early = [entry["paper"]["id"] for entry in self.days.get(day, [])]
            old = {entry["paper"]["id"]: entry for entry in self.days.get(day, [])}
            order = early + sorted((key for key in entries if key not in early), key=digest)
            self.days[day] = [entries.get(key) or old[key] for key in order]

    def _read_pages(self, folder: Path) -> None:
        for path in sorted(folder.glob("*")):
            found = re.match(r"(abs-)?(\d{4}\.\d{4,5})(?:v\d+)?\b.*\.(html|pdf)$", path.name)
            if found:
                self.pages["abs" if found[1] else found[3], found[2]] = path
            elif path.suffix == ".xml":
                self._read_atom(path.read_text())

    def _read_atom(self, feed: str) -> None:
        for entry in re.findall(r"<entry>.*?</entry>", feed, re.DOTALL):
            if found := re.search(r"<id>[^<]*/abs/(\d{4}\.\d{4,5})", entry):
                self.atom[found[1]] = entry

    def add_day(self, day: date, papers: list[Json]) -> None:
        self.days[day] = [make_entry(day, paper) for paper in papers]

    def entry(self, paper_id: str) -> Json | None:
        """The newest list entry of a paper."""
        for day in sorted(self.days, reverse=True):
            for entry in self.days[day]:
                if entry["paper"]["id"] == paper_id:
                    return entry
        return None

    def page(self, paper_id: str) -> Page | None:
        """The paper as its generated pages need it."""
        entry = self.entry(paper_id)
        if entry is None:
            return None
        paper = entry["paper"]
        names = tuple(who["name"] for who in paper["authors"] if not who.get("hidden"))
        title, abstract = (" ".join(paper[key].split()) for key in ("title", "summary"))
        return Page(paper_id, title, abstract, names)
