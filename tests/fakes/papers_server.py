"""A stand-in for Hugging Face Daily Papers and for arXiv on 127.0.0.1.

Owns: the daily list and single papers (recorded day files, days made up on request, days that fill
while they are watched), arXiv's pages (recorded ones under their own ids, generated ones for every
other known paper), its Atom API and its pace, and the ways in which all of these fail.

Does not model: search, comments, submitting, figures, several versions of a paper, ETags,
redirects, ar5iv, and the near-midnight answer of a list asked for without a date.

Use it as `async with PapersServer(data) as papers: papers.url`,
or `python -m tests.fakes.papers_server PORT --data DIR [--today DAY] [--speed N]`.
`data` holds `hf/*.json` and `arxiv/*`.

Control, all JSON, under `/_ctl/`:
  POST settings  fields of `Settings`; those left out keep their value
  POST page      {"id", "html": one of PAGE_FAULTS, "pdf": the same, "slow_s": seconds}
  POST day       {"date", "count"} or {"date", "papers": [{"id", "title", "summary", "upvotes"}]}
  POST grow      {"date", "steps": [2, 20, 40], "late": 3}: how many papers each poll shows
  POST release   {"date"}: the late papers of that day appear
  POST reset     everything as at the start
  GET  facts/ID  the numbers that a generated page holds
  GET  journal   {"requests": [...], "totals": {...}}
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from xml.sax.saxutils import escape

from aiohttp import web

from tests.fakes.paper_library import Json, Library, digest, make_papers
from tests.fakes.paper_pages import Page, abstract_page, facts, file_selector, html_page, pdf_file

PAGE_FAULTS = {
    "": "the page",
    "missing": "404",
    "private": "403",
    "broken": "500, for ever",
    "selector": "200 with a list of files to choose from (HTML only)",
    "truncated": "200 with the first half and no hint of it",
    "cut": "the connection drops half way",
    "huge": "10 MB of article (HTML only)",
    "charset": "UTF-8 bytes that the header calls UTF-16 (HTML only)",
    "no_text": "a page of images: nothing to extract",
}
LIST_FAULTS = ("", "500", "html", "shape")
ATOM_FAULTS = ("", "throttled", "html")
BARE_AGENTS = re.compile(r"^(python-|python/|aiohttp|httpx|curl|wget|go-http|$)", re.IGNORECASE)
ARXIV_ID = re.compile(r"^(\d{4}\.\d{4,5})(v\d+)?$")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Settings:
    """What can be changed while the server runs.

    `speed` divides every real waiting time: at 100, arXiv's three seconds are 30 ms.
    `weekend` is what a Saturday or Sunday answers: "empty", "400", or "friday" (the list before it).
    `atom_fault` is "throttled" (arXiv's words for it, with status 200) or "html" (a page of its own).
    `page_bytes` is the least that a generated HTML page has.
    """

    today: str = ""
    speed: float = 1.0
    pace_s: float = 3.0
    enforce_pace: bool = True
    hub_quota: int = 500
    hub_window_s: float = 300.0
    weekend: str = "empty"
    list_fault: str = ""
    atom_fault: str = ""
    page_bytes: int = 0


@dataclass
class PageRule:
    """How one paper's pages answer."""

    html: str = ""
    pdf: str = ""
    slow_s: float = 0.0


@dataclass
class Growth:
    """A day that fills: poll n (a request for its first page) shows `steps[n-1]` papers."""

    steps: list[int]
    late: int = 0
    polls: int = 0

    @property
    def shown(self) -> int:
        return self.steps[min(max(self.polls, 1), len(self.steps)) - 1]

    @property
    def share(self) -> float:
        """How much of their votes the papers have got, 0 to 1."""
        return min(max(self.polls, 1), len(self.steps)) / len(self.steps)


class Pace:
    """arXiv's rule: one request in so many seconds, one connection at a time."""

    def __init__(self) -> None:
        self.last = -1e9
        self.running = 0
        self.too_soon = 0
        self.at_once = 0

    def enter(self, gap_s: float) -> bool:
        """Note a request; whether it keeps the rule (a fiftieth is forgiven, clocks being clocks)."""
        now = time.monotonic()
        soon, crowded = now - self.last < gap_s * 0.98, self.running > 0
        self.last = now
        self.too_soon += soon
        self.at_once += crowded
        return not (soon or crowded)


class PapersServer:
    """Both sites on one port, and what they remember; an async context manager."""

    def __init__(self, data: Path, port: int = 0, **settings: Any) -> None:
        self.data = data
        self.port = port
        self.first = Settings(**settings)
        self._reset()
        self.app = web.Application(middlewares=[self._note])
        self.app.add_routes([
            web.get("/api/daily_papers", self.daily_papers),
            web.get("/api/papers/{id}", self.hub_paper),
            web.get("/html/{id}", self.html),
            web.get("/pdf/{id}", self.pdf),
            web.get("/abs/{id}", self.abstract),
            web.get("/api/query", self.atom),
            web.get("/_ctl/journal", self.ctl_journal),
            web.get("/_ctl/facts/{id}", self.ctl_facts),
            web.post("/_ctl/{verb}", self.ctl),
        ])  # fmt: skip

    def _reset(self) -> None:
        self.settings = self.first
        self.library = Library(self.data)
        self.rules: dict[str, PageRule] = {}
        self.growth: dict[date, Growth] = {}
        self.pace = Pace()
        self.requests: list[Json] = []
        self.windows: dict[str, tuple[float, int]] = {}
        self.born = time.monotonic()

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def today(self) -> date:
        text = self.settings.today
        return date.fromisoformat(text) if text else datetime.now(UTC).date()

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Write every request but the control's into the journal."""
        if request.path.startswith("/_ctl/"):
            return await handler(request)
        agent = request.headers.get("User-Agent", "")
        line: Json = {"path": request.path_qs, "agent": agent, "at_s": time.monotonic() - self.born}
        self.requests.append(line)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            line["status"] = error.status
            raise
        line["status"] = response.status
        return response

    # --- Hugging Face -------------------------------------------------------------------------

    def _quota(self, request: web.Request) -> dict[str, str]:
        """The rate-limit headers after this request; raises 429 when nothing is left."""
        who = request.headers.get("Authorization", "")
        quota = self.settings.hub_quota * (2 if who else 1)
        length = self.settings.hub_window_s / self.settings.speed
        now = time.monotonic()
        begun, used = self.windows.get(who, (now, 0))
        if now - begun >= length:
            begun, used = now, 0
        self.windows[who] = (begun, used + 1)
        left = int((begun + length - now) * self.settings.speed) + 1
        headers = {
            "RateLimit": f'"api";r={max(quota - used - 1, 0)};t={left}',
            "RateLimit-Policy": f'"fixed window";"api";q={quota};w={self.settings.hub_window_s:.0f}',
        }
        if used >= quota:
            raise web.HTTPTooManyRequests(headers=headers, text='{"error":"Too Many Requests"}')
        return headers

    async def daily_papers(self, request: web.Request) -> web.Response:
        headers = self._quota(request)
        if failed := self._list_fault():
            return failed
        query = request.query
        try:
            page, limit = int(query.get("p", 0)), int(query.get("limit", 50))
            days = self._days_asked(query.get("date"), query.get("week"), query.get("month"))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400, headers=headers)
        if page < 0 or not 1 <= limit <= 100 or query.get("sort", "publishedAt") not in ("publishedAt", "trending"):
            return web.json_response({"error": "Invalid query"}, status=400, headers=headers)
        entries = [entry for day in days for entry in self._visible(day, poll=page == 0)]
        entries.sort(key=lambda entry: -entry["paper"]["upvotes"])
        return web.json_response(entries[page * limit : (page + 1) * limit], headers=headers)

    def _list_fault(self) -> web.Response | None:
        fault = self.settings.list_fault
        if fault == "500":
            return web.json_response({"error": "Internal Server Error"}, status=500)
        if fault == "html":
            return web.Response(text="<html><body>Down for maintenance</body></html>", content_type="text/html")
        return web.json_response({"papers": {"of": "another shape"}}) if fault == "shape" else None

    def _days_asked(self, day: str | None, week: str | None, month: str | None) -> list[date]:
        """The days that a query names; ValueError if one is malformed or not open yet."""
        if week:
            first = datetime.strptime(week + "-1", "%G-W%V-%u").date()
            days = [first + timedelta(days=step) for step in range(7)]
        elif month:
            first = datetime.strptime(month, "%Y-%m").date()
            days = [first + timedelta(days=step) for step in range(31)]
            days = [one for one in days if one.month == first.month]
        else:
            days = [datetime.strptime(day, "%Y-%m-%d").date() if day else self.today]
        if days[0] > self.today:
            raise ValueError(f"{days[0]} is not open yet")
        if len(days) == 1:
            return [self._shown_for(days[0])]
        return [one for one in days if one <= self.today]

    def _shown_for(self, day: date) -> date:
        """The day whose list is shown for `day`: itself, or on weekends what the settings say."""
        if day.weekday() >= 5 and self.settings.weekend == "400":
            raise ValueError(f"{day} is a weekend")
        if day.weekday() >= 5 and self.settings.weekend == "friday":
            return day - timedelta(days=day.weekday() - 4)
        return day

    def _visible(self, day: date, poll: bool) -> list[Json]:
        """The entries of a day as they stand now; a poll lets a growing day move on first."""
        entries = self.library.days.get(day, [])
        growth = self.growth.get(day)
        if growth is None:
            return entries
        growth.polls += poll
        shown = entries[: len(entries) - growth.late][: growth.shown]
        return [self._with_votes(entry, growth.share) for entry in shown]

    @staticmethod
    def _with_votes(entry: Json, share: float) -> Json:
        """The entry with the votes it had by then; early ones come in by chance."""
        paper = entry["paper"]
        wobble = digest(paper["id"]) % 3 if share < 1 else 0
        votes = max(int(paper["upvotes"] * share) - wobble, 0)
        return entry | {"paper": paper | {"upvotes": votes}}

    async def hub_paper(self, request: web.Request) -> web.Response:
        headers = self._quota(request)
        entry = self.library.entry(request.match_info["id"])
        if entry is None:
            return web.json_response({"error": "Paper not found"}, status=404, headers=headers)
        return web.json_response(entry["paper"], headers=headers)

    # --- arXiv --------------------------------------------------------------------------------

    async def _paced(self, answer: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        """Answer if the pace was kept, else 429 (without Retry-After, as arXiv does)."""
        kept = self.pace.enter(self.settings.pace_s / self.settings.speed)
        if not kept and self.settings.enforce_pace:
            return web.Response(status=429, text="Rate exceeded.")
        self.pace.running += 1
        try:
            return await answer()
        finally:  # also when the client hangs up: its connection is gone then
            self.pace.running -= 1

    async def html(self, request: web.Request) -> web.StreamResponse:
        return await self._paced(lambda: self._page(request, "html"))

    async def pdf(self, request: web.Request) -> web.StreamResponse:
        return await self._paced(lambda: self._page(request, "pdf"))

    async def abstract(self, request: web.Request) -> web.StreamResponse:
        return await self._paced(lambda: self._page(request, "abs"))

    async def _page(self, request: web.Request, kind: str) -> web.StreamResponse:
        found = ARXIV_ID.match(request.match_info["id"])
        paper_id = found[1] if found else ""
        recorded = self.library.pages.get((kind, paper_id))
        page = self.library.page(paper_id)
        rule = self.rules.get(paper_id, PageRule())
        fault = "" if kind == "abs" else getattr(rule, kind)
        if fault == "missing" or (recorded is None and page is None):
            return web.Response(status=404, text=f"No {kind.upper()} for '{paper_id}'", content_type="text/html")
        if fault in ("private", "broken"):
            return web.Response(status=403 if fault == "private" else 500, text="Unavailable")
        await asyncio.sleep(rule.slow_s / self.settings.speed)
        body = recorded.read_bytes() if recorded and fault in ("", "truncated", "cut", "charset") else b""
        body = body or self._made(kind, page or Page(paper_id, paper_id, "No abstract."), fault)
        return await self._send(request, body, kind, fault)

    def _made(self, kind: str, page: Page, fault: str) -> bytes:
        """A generated page; of a fault only that which is in the text itself."""
        if kind == "abs":
            return abstract_page(page).encode()
        if kind == "pdf":
            return pdf_file(page, blank=fault == "no_text")
        if fault == "selector":
            return file_selector(page).encode()
        if fault == "no_text":
            return b"<html><body><article class='ltx_document'><img src='1.png'/></article></body></html>"
        least = 10_000_000 if fault == "huge" else self.settings.page_bytes
        more = len(html_page(page, repeat=2)) - len(html_page(page))
        return html_page(page, repeat=least // more + 1).encode()

    @staticmethod
    async def _send(request: web.Request, body: bytes, kind: str, fault: str) -> web.StreamResponse:
        content_type = "application/pdf" if kind == "pdf" else "text/html; charset=utf-8"
        if fault == "charset":
            content_type = "text/html; charset=utf-16"
        if fault == "truncated":
            body = body[: len(body) // 2]
        if fault != "cut":
            return web.Response(body=body, headers={"Content-Type": content_type})
        headers = {"Content-Type": content_type, "Content-Length": str(len(body))}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
        if request.transport is not None:
            request.transport.abort()
        return response

    async def atom(self, request: web.Request) -> web.StreamResponse:
        return await self._paced(lambda: self._atom(request))

    async def _atom(self, request: web.Request) -> web.Response:
        """The Atom feed for `id_list`; ids that are not known are left out, as arXiv leaves them out."""
        if self.settings.atom_fault == "throttled":
            return web.Response(text="Rate exceeded.")
        if self.settings.atom_fault == "html":
            return web.Response(text="<html><body>Down for maintenance<br></body></html>", content_type="text/html")
        asked = [one for one in request.query.get("id_list", "").split(",") if one]
        bad = [one for one in asked if not ARXIV_ID.match(one)]
        if bad:
            reason = f"incorrect id format for {escape(bad[0])}"
            error = f"<entry><title>Error</title><summary>{reason}</summary></entry>"
            return web.Response(status=400, text=feed([error]), content_type="application/atom+xml")
        start, count = int(request.query.get("start", 0)), int(request.query.get("max_results", 10))
        found = [self._atom_entry(one.split("v")[0]) for one in asked[start : start + count]]
        known = [entry for entry in found if entry]
        return web.Response(text=feed(known), content_type="application/atom+xml")

    def _atom_entry(self, paper_id: str) -> str:
        page = self.library.page(paper_id)
        if paper_id in self.library.atom or page is None:
            return self.library.atom.get(paper_id, "")
        authors = "".join(f"<author><name>{escape(who)}</name></author>" for who in page.authors)
        return (
            f"<entry><id>http://arxiv.org/abs/{paper_id}v1</id><title>{escape(page.title)}</title>"
            f"<updated>2026-01-01T00:00:00Z</updated><published>2026-01-01T00:00:00Z</published>"
            f"<summary>{escape(page.abstract)}</summary>{authors}"
            f'<link href="https://arxiv.org/pdf/{paper_id}v1" rel="related" title="pdf"/>'
            f'<category term="cs.LG"/><arxiv:primary_category term="cs.LG"/></entry>'
        )

    # --- control ------------------------------------------------------------------------------

    def configure(self, **changes: Any) -> None:
        """Change settings; a name that does not exist is a ValueError."""
        unknown = set(changes) - {known.name for known in fields(Settings)}
        faults = {"list_fault": LIST_FAULTS, "atom_fault": ATOM_FAULTS}
        unknown |= {name for name, known in faults.items() if changes.get(name, "") not in known}
        if unknown:
            raise ValueError(f"unknown settings: {sorted(unknown)}")
        self.settings = replace(self.settings, **changes)

    def set_page(self, id: str, **rule: Any) -> None:
        """Say how the pages of one paper answer."""
        made = PageRule(**rule)
        if made.html not in PAGE_FAULTS or made.pdf not in PAGE_FAULTS:
            raise ValueError(f"unknown fault: {made}")
        self.rules[id] = made

    def add_day(self, day: str, papers: list[Json] | None = None, count: int = 0) -> None:
        """Fill a day with given papers, or with `count` made-up ones."""
        when = date.fromisoformat(day)
        self.library.add_day(when, papers or make_papers(when, count))

    def grow(self, day: str, steps: list[int], late: int = 0) -> None:
        """Let a day fill: poll n shows `steps[n-1]` papers, never the `late` last ones."""
        self.growth[date.fromisoformat(day)] = Growth(steps, late)

    def release(self, day: str) -> None:
        """Let the late papers of a day appear."""
        when = date.fromisoformat(day)
        everything = len(self.library.days[when])
        self.growth[when] = replace(self.growth[when], steps=[everything], late=0)

    def totals(self) -> Json:
        """Requests by status, pace violations, and requests under a library's default name."""
        return {
            "requests": len(self.requests),
            "statuses": dict(Counter(str(line.get("status", 0)) for line in self.requests)),
            "too_soon": self.pace.too_soon,
            "at_once": self.pace.at_once,
            "bare_agents": sum(bool(BARE_AGENTS.match(line["agent"])) for line in self.requests),
        }

    async def ctl(self, request: web.Request) -> web.Response:
        """Run one of the control verbs; what does not fit is answered with 400."""
        given = await request.json() if request.can_read_body else {}
        if "date" in given:
            given["day"] = given.pop("date")
        verbs: dict[str, Callable[..., None]] = {
            "settings": self.configure,
            "page": self.set_page,
            "day": self.add_day,
            "grow": self.grow,
            "release": self.release,
            "reset": self._reset,
        }
        try:
            verbs[request.match_info["verb"]](**given)
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": repr(error)}, status=400)
        return web.json_response({"ok": True, "settings": asdict(self.settings)})

    async def ctl_facts(self, request: web.Request) -> web.Response:
        page = self.library.page(request.match_info["id"])
        return web.json_response(facts(page) if page else {}, status=200 if page else 404)

    async def ctl_journal(self, _: web.Request) -> web.Response:
        return web.json_response({"requests": self.requests, "totals": self.totals()})


def feed(entries: list[str]) -> str:
    """An Atom feed around entries."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">'
        f"<title>arXiv Query</title><opensearch:totalResults>{len(entries)}</opensearch:totalResults>"
        f"{''.join(entries)}</feed>"
    )


async def _run(data: Path, port: int, settings: Json) -> None:
    async with PapersServer(data, port, **settings) as server:
        print(f"papers on {server.url}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stand-in for Daily Papers and arXiv.")
    parser.add_argument("port", type=int)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--today", default="")
    parser.add_argument("--speed", type=float, default=1.0)
    options = parser.parse_args()
    asyncio.run(_run(options.data, options.port, {"today": options.today, "speed": options.speed}))
