"""arXiv: where a paper's pages are, and what its Atom API knows of papers that no list holds.

Owns: the URLs of a paper's HTML, PDF and abstract page; metadata by id.
Does not own: the pace (fetch keeps it for all of arXiv's hosts together), reading the pages (html, pdf).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from lxml import etree

from ingest import clean
from ingest.fetch import ARXIV_HOSTS, Fetcher
from ingest.pace import Lane
from store.errors import InputError, SourceError
from store.types import Paper

BASE_URL = "https://arxiv.org"
API_URL = "https://export.arxiv.org/api/query"

_AT_ONCE = 50
_MAX_BYTES = 4_000_000
_ATOM = "{http://www.w3.org/2005/Atom}"
_NO_ID = "incorrect id format"
"""arXiv's error for an id that has the form and can't have been given, such as one of a 13th month."""

_THROTTLED = b"Rate exceeded."
"""arXiv's whole answer when it is busy; it doesn't always come with 429."""


@dataclass(frozen=True, slots=True)
class Record:
    """What arXiv knows of a paper. `published` is its first version's time, `updated` its newest's; aware UTC."""

    arxiv_id: str
    title: str
    authors: tuple[str, ...]
    abstract: str
    categories: tuple[str, ...]
    published: datetime
    updated: datetime

    def paper(self, day: date | None = None) -> Paper:
        """The record as a paper that `day` listed, or as an unlisted one of the day when it was first on arXiv.

        Its categories are its keywords.
        """
        when = day or self.published.date()
        known = (self.arxiv_id, self.title, when, self.authors, self.abstract)
        return Paper(*known, keywords=self.categories, listed=day is not None)


class Arxiv:
    """arXiv, or a mirror: `base_url` has the pages, `api_url` is the Atom API's query address."""

    name = "arxiv"

    def __init__(self, fetcher: Fetcher, *, base_url: str = BASE_URL, api_url: str = API_URL) -> None:
        self._fetcher, self._base, self._api = fetcher, base_url.rstrip("/"), api_url

    def html_url(self, arxiv_id: str) -> str:
        """The full text as HTML (LaTeX submissions since December 2023; 404 where there is none)."""
        return f"{self._base}/html/{_checked(arxiv_id)}"

    def pdf_url(self, arxiv_id: str) -> str:
        """The newest version's PDF."""
        return f"{self._base}/pdf/{_checked(arxiv_id)}"

    def abs_url(self, arxiv_id: str) -> str:
        """The abstract page."""
        return f"{self._base}/abs/{_checked(arxiv_id)}"

    async def records(self, arxiv_ids: Iterable[str]) -> list[Record]:
        """Return what arXiv knows of `arxiv_ids`, in their order, each once; ids that it doesn't know are left out.

        Raises:
            InputError: no arXiv id (nothing was asked).
            SourceError: unreachable or throttled (retry=True), refused or of another shape (retry=False).

        Source: https://info.arxiv.org/help/api/user-manual.html
        """
        wanted = list(dict.fromkeys(map(_checked, arxiv_ids)))
        found: dict[str, Record] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            asked = wanted[start : start + _AT_ONCE]
            params: dict[str, str | int] = {"id_list": ",".join(asked), "max_results": len(asked)}
            page = await self._fetcher.get(self._api, params=params, max_bytes=_MAX_BYTES, accept=(400,))
            try:
                found |= await asyncio.to_thread(read_feed, page.body)
            except SourceError as error:
                if _NO_ID not in str(error) or len(asked) > 1:  # of several, one such id hides the others
                    raise
        return [found[arxiv_id] for arxiv_id in wanted if arxiv_id in found]


def lane(base_url: str = BASE_URL, api_url: str = API_URL, gap_s: float = 3.0) -> Lane:
    """Return the pace of arXiv's hosts and of the mirrors that stand for them, one lane for all."""
    places = (urlsplit(url).netloc.rpartition("@")[2].lower() for url in (base_url, api_url))
    return Lane(ARXIV_HOSTS | frozenset(places), gap_s=gap_s, at_once=1)


def read_feed(body: bytes) -> dict[str, Record]:
    """Return the records of an Atom answer by canonical id; an entry without an id, a title or dates is left out.

    Raises:
        SourceError: throttled (retry=True); arXiv's own error entry, no Atom, a document type (retry=False).
    """
    if body[:100].strip() == _THROTTLED:
        raise SourceError("arxiv is throttling: rate exceeded", retry=True)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        feed = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise SourceError("arxiv: an Atom feed was expected, something else came", retry=False) from None
    if feed.tag != f"{_ATOM}feed" or feed.getroottree().docinfo.doctype:
        raise SourceError("arxiv: an Atom feed was expected, another document came", retry=False)
    entries = feed.findall(f"{_ATOM}entry")
    if len(entries) == 1 and _text(entries[0], "title") == "Error":  # with status 200 as often as with 400
        raise SourceError(f"arxiv refused: {_text(entries[0], 'summary')[:120] or 'no reason given'}", retry=False)
    records = (_record(entry) for entry in entries)
    return {record.arxiv_id: record for record in records if record}


def _record(entry: etree._Element) -> Record | None:
    """One entry, None where it lacks what a record needs."""
    arxiv_id = clean.arxiv_id(_text(entry, "id").rpartition("/abs/")[2])
    title = _text(entry, "title")[:1000]
    published, updated = _time(_text(entry, "published")), _time(_text(entry, "updated"))
    if not (arxiv_id and title and published):
        return None
    names = tuple(_text(author, "name")[:200] for author in entry.iterfind(f"{_ATOM}author"))
    terms = dict.fromkeys(clean.text(category.get("term"), 100) for category in entry.iterfind(f"{_ATOM}category"))
    return Record(
        arxiv_id,
        title,
        authors=tuple(filter(None, names)),
        abstract=_text(entry, "summary"),
        categories=tuple(filter(None, terms)),
        published=published,
        updated=updated or published,
    )


def _text(parent: etree._Element, name: str) -> str:
    child = parent.find(f"{_ATOM}{name}")
    return "" if child is None else clean.text("".join(child.itertext()))


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _checked(arxiv_id: str) -> str:
    canonical = clean.arxiv_id(arxiv_id)
    if not canonical:
        raise InputError(f"no arXiv id: {clean.text(arxiv_id, 40)!r} (such as 2602.15030)")
    return canonical
