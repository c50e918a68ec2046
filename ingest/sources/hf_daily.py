"""Hugging Face Daily Papers: the papers of a day, as its API lists them.

The API's shape is not promised anywhere, so every field is checked: one odd entry is left out and reported, a list
of nothing but odd entries is an error that names the field.

Owns: asking for a day, paging, and which entries belong to it.
Does not own: whether the day's list is whole (settle), retries and pace (fetch).
"""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from ingest import clean
from ingest.fetch import Fetcher, Page
from ingest.pace import date_of
from store.errors import ConfigError, NotOpenYet, SourceError
from store.types import Paper

BASE_URL = "https://huggingface.co"

Report: TypeAlias = Callable[[str], None]
"""Takes one line about what was left out."""

_LIMIT = 100
_DEFAULT_LIMIT = 50
_MOST_PAGES = 20
_MOST_KEYWORDS = 50
_MOST_AUTHORS = 5000


class _OddError(ValueError):
    """An entry can't be read; the text says why."""


def _unheard(_: str) -> None:
    """Report to nobody."""


class HfDaily:
    """The source; `base_url` may be a mirror's, `token` (optional) doubles the quota and goes to `base_url` only."""

    name = "hf_daily"

    def __init__(
        self, fetcher: Fetcher, *, base_url: str = BASE_URL, token: str = "", report: Report = _unheard
    ) -> None:
        token = token.strip()
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise ConfigError("the Hugging Face token holds a character that no token has: copy it again")
        self._fetcher, self._report = fetcher, report
        self._url = base_url.rstrip("/") + "/api/daily_papers"
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    async def papers(self, day: date) -> list[Paper]:
        """Return the papers listed for `day` (Daily's calendar day, UTC), most voted first.

        A day without papers is an empty list, not an error; `settle.state` says what that means. Pages until the list
        ends; `upvotes` is the count at the moment of asking. An entry that can't be read, or that belongs to
        another day (Sundays repeat Saturday's list), is left out and reported.

        Raises:
            NotOpenYet: the day has not begun there.
            SourceError: unreachable (retry=True), or a payload of another shape (retry=False).

        Source: https://huggingface.co/docs/hub/api
        """
        found: dict[str, Paper] = {}
        odd: list[str] = []
        others = 0
        for entry in await self._entries(day):
            try:
                paper = _paper(entry, day)
            except _OddError as error:
                odd.append(str(error))
                continue
            if paper is None:
                others += 1
                continue
            known = found.get(paper.arxiv_id)
            found[paper.arxiv_id] = _merged(known, paper) if known else paper
        if odd and not found and not others:
            raise SourceError(f"{self.name}: no entry of {day} can be read: {odd[0]}", retry=False)
        for problem in odd:
            self._report(f"{self.name} {day}: an entry left out: {problem}")
        if others:
            self._report(f"{self.name} {day}: {others} entries of another day left out")
        return sorted(found.values(), key=lambda paper: -1 if paper.upvotes is None else paper.upvotes, reverse=True)

    async def _entries(self, day: date) -> list[object]:
        """All pages of the list.

        A page that isn't a multiple of 50, the API's own page size, is the last: so the list is read to its end
        also where `limit` is not obeyed. So is one that repeats what was seen: there `p` is not obeyed.
        """
        entries: list[object] = []
        seen: set[str] = set()
        for number in range(_MOST_PAGES):
            page = await self._page(day, number)
            ids = {_id(entry) for entry in page}
            if ids <= seen:
                return entries
            entries += page
            seen |= ids
            if len(page) % _DEFAULT_LIMIT:
                return entries
        self._report(f"{self.name} {day}: stopped after {_MOST_PAGES} pages")
        return entries

    async def look(self, day: date) -> tuple[list[object], datetime | None]:
        """Return the first page of a day's list as it came, and the server's time: for who looks whether all is well.

        Raises:
            SourceError: as for `papers`.
        """
        page = await self._ask(day, 0)
        return self._listed(day, page), date_of(page.headers.get("date", ""))

    async def _page(self, day: date, number: int) -> list[object]:
        return self._listed(day, await self._ask(day, number))

    async def _ask(self, day: date, number: int) -> Page:
        params: dict[str, str | int] = {"date": day.isoformat(), "p": number, "limit": _LIMIT}
        return await self._fetcher.get(self._url, params=params, headers=self._headers, accept=(400,))

    def _listed(self, day: date, page: Page) -> list[object]:
        if page.status == 400:
            return self._refused(day, page)
        try:
            listed = json.loads(page.body)
        except (ValueError, RecursionError):
            kind = page.headers.get("content-type", "").split(";")[0][:40] or "an unnamed type"
            raise SourceError(f"{self.name}: JSON was expected, {clean.text(kind)} came", retry=False) from None
        if not isinstance(listed, list):
            keys = f" of {', '.join(map(clean.text, list(listed)[:5]))}" if isinstance(listed, dict) else ""
            raise SourceError(f"{self.name}: a list was expected, {type(listed).__name__}{keys} came", retry=False)
        return listed

    def _refused(self, day: date, page: Page) -> list[object]:
        """A 400: some servers refuse weekends, all refuse days that they have not opened yet."""
        if day.weekday() >= 5:
            return []
        try:
            said = json.loads(page.body)["error"]
        except (ValueError, RecursionError, LookupError, TypeError):
            said = ""
        clock = date_of(page.headers.get("date", ""))
        text = f"{self.name} refused {day}: {clean.text(said, 120) or 'no reason given'}"
        if clock is not None and day >= clock.astimezone(UTC).date():
            raise NotOpenYet(text, retry=True)
        raise SourceError(text, retry=False)


def _id(entry: object) -> str:
    inner = entry.get("paper") if isinstance(entry, dict) else None
    return str(inner.get("id")) if isinstance(inner, dict) else ""


def _paper(entry: object, day: date) -> Paper | None:
    """The paper of one entry, None if it belongs to another day; raises `_OddError`."""
    if not isinstance(entry, dict):
        raise _OddError(f"an entry is {type(entry).__name__}, not an object")
    inner = entry.get("paper")
    if not isinstance(inner, dict):
        raise _OddError("paper is missing")
    arxiv_id = clean.arxiv_id(inner.get("id"))
    if not arxiv_id:
        raise _OddError(f"paper.id is missing or no arXiv id: {clean.text(str(inner.get('id')), 40)}")
    title = clean.text(inner.get("title"), 1000) or clean.text(entry.get("title"), 1000)
    if not title:
        raise _OddError(f"paper.title of {arxiv_id} is missing")
    if _day(inner, arxiv_id) not in (None, day):
        return None
    return Paper(
        arxiv_id,
        title,
        day,
        authors=_authors(inner.get("authors")),
        abstract=clean.text(inner.get("summary")) or clean.text(entry.get("summary")),
        upvotes=clean.count(inner.get("upvotes")),
        keywords=_keywords(inner.get("ai_keywords")),
        repository=clean.link(inner.get("githubRepo")),
        project_page=clean.link(inner.get("projectPage")),
        ai_summary=clean.text(inner.get("ai_summary"), 5000),
        stars=clean.count(inner.get("githubStars")),
        organisation=_organisation(inner.get("organization")) or _organisation(entry.get("organization")),
        thumbnail=clean.link(entry.get("thumbnail")),
    )


def _day(inner: dict[str, Any], arxiv_id: str) -> date | None:
    """The day on Daily, None where it isn't told. (`publishedAt` is arXiv's, often days earlier.)"""
    told = inner.get("submittedOnDailyAt")
    if told is None:
        return None
    try:
        at = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        raise _OddError(f"paper.submittedOnDailyAt of {arxiv_id} is no time: {clean.text(str(told), 40)}") from None
    return at.astimezone(UTC).date() if at.tzinfo else at.date()


def _authors(listed: object) -> tuple[str, ...]:
    """The names of those who don't hide."""
    people = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    names = (clean.text(one.get("name"), 200) for one in people[:_MOST_AUTHORS] if not one.get("hidden"))
    return tuple(name for name in names if name)


def _keywords(listed: object) -> tuple[str, ...]:
    words = (clean.text(word, 100) for word in listed[:_MOST_KEYWORDS]) if isinstance(listed, list) else ()
    kept: dict[str, str] = {}
    for word in filter(None, words):
        kept.setdefault(word.casefold(), word)
    return tuple(kept.values())


def _organisation(given: object) -> str:
    if not isinstance(given, dict):
        return ""
    return clean.text(given.get("fullname"), 200) or clean.text(given.get("name"), 200)


def _merged(one: Paper, other: Paper) -> Paper:
    """Two entries of one paper: the fields of the one with more votes, what it lacks from the other."""
    most, least = sorted((one, other), key=lambda paper: -1 if paper.upvotes is None else paper.upvotes, reverse=True)
    lacking = [field.name for field in fields(most) if getattr(most, field.name) in ("", (), None)]
    return replace(most, **{name: getattr(least, name) for name in lacking})
