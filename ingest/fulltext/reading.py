"""Read a paper: arXiv's HTML, else its PDF, else the abstract; and remember privately what was read.

    HTML (LaTeX submissions since December 2023) → PDF → ArXiv Abs

A page that isn't the paper — a stub, half of it, a list of files, images only — falls to the next form. A text that is
still kept is not fetched again.

Owns: the order of the forms, the fall from one to the next, the form in which texts are kept.
Does not own: fetching (fetch), parsing (html, pdf), keeping and expiry (store.fulltexts).
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from ingest.fetch import Fetcher, Page
from ingest.fulltext import html, pdf
from ingest.fulltext.text import Part, Text, parse_abstract
from ingest.fulltext.worker import Worker
from ingest.sources.arxiv import Arxiv
from store import fulltexts
from store.db import Db
from store.errors import SourceError
from store.types import Paper

PARSE_S = 30.0
"""Seconds that a parser may take for one paper."""

_NOT_THERE = (403, 404)


class Reader:
    """Reads papers through one fetcher (whose pace is arXiv's) and one worker process; threads may not share it."""

    def __init__(self, db: Db, fetcher: Fetcher, arxiv: Arxiv, worker: Worker, now: Callable[[], datetime]) -> None:
        self._db, self._fetcher, self._arxiv, self._worker, self._now = db, fetcher, arxiv, worker, now

    async def read(self, paper: Paper) -> Text:
        """Return the best text that can be had of a stored paper.

        Raises:
            SourceError: there is none: no page could be read, and the list gave no abstract.
        """
        kept = await asyncio.to_thread(fulltexts.get, self._db, paper.arxiv_id)
        if kept is not None and (known := loads(kept)) is not None:
            return known
        text = await self._fetched(paper)
        # An abstract alone is not kept: a later run may find the page.
        if text.source != "ArXiv Abs":
            await asyncio.to_thread(fulltexts.put, self._db, paper.arxiv_id, dumps(text), self._now())
        return text

    async def _fetched(self, paper: Paper) -> Text:
        reasons = []
        for form in (self._html, self._pdf):
            try:
                return await form(paper.arxiv_id)
            except SourceError as error:
                reasons.append(str(error))
        if not paper.abstract:
            raise SourceError(f"neither page nor abstract: {'; '.join(reasons)}", retry=True)
        return parse_abstract(paper.title, paper.abstract)

    async def _html(self, arxiv_id: str) -> Text:
        page = await self._page(self._arxiv.html_url(arxiv_id), html.MAX_BYTES)
        return await self._worker.run(html.parse_html, page.body, page.charset, arxiv_id, timeout_s=PARSE_S)

    async def _pdf(self, arxiv_id: str) -> Text:
        page = await self._page(self._arxiv.pdf_url(arxiv_id), pdf.MAX_BYTES)
        return await self._worker.run(pdf.parse_pdf, page.body, timeout_s=PARSE_S)

    async def _page(self, url: str, max_bytes: int) -> Page:
        page = await self._fetcher.get(url, max_bytes=max_bytes, accept=_NOT_THERE)
        if page.status in _NOT_THERE:
            raise SourceError(f"{url}: {page.status}", retry=False)
        return page


def dumps(text: Text) -> str:
    """A text as a string to keep."""
    return json.dumps(asdict(text), ensure_ascii=False)


def loads(kept: str) -> Text | None:
    """The text that `dumps` made into a string; None for one of another release's form."""
    try:
        value = json.loads(kept)
        return Text(**{**value, "blocks": tuple(Part(**part) for part in value["blocks"])})
    except (ValueError, TypeError, KeyError):
        return None
