"""The only door to httpx for paper sources: one client, polite and bounded.

Every request takes its turn at its host's gate, every wait ends, every body has a largest size. A redirect is followed
by hand, so that it takes a turn of its own, stays among hosts that belong together, and never carries a token away.

Owns: time-outs, retries, the size cap, redirects, the words of an error.
Does not own: what a body means (sources, html, pdf), when a host may be asked (pace).
"""

import asyncio
import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from ingest.clean import loopback
from ingest.pace import Gate, Lane, Now, Sleep, asked_s
from store.errors import SourceError

HUB = Lane(frozenset({"huggingface.co", "www.huggingface.co", "hf.co"}))
ARXIV_HOSTS = frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org"})
ARXIV = Lane(ARXIV_HOSTS, gap_s=3.0, at_once=1)
"""arXiv's rule for all its machines together. Source: https://info.arxiv.org/help/api/tou.html"""

_MOVED = frozenset({301, 302, 303, 307, 308})
_MOST_MOVES = 5
_ERROR_BYTES = 65_536
_LOOPBACK = ("all://127.0.0.1", "all://localhost", "all://[::1]")


@dataclass(frozen=True, slots=True)
class Page:
    """An answer. `charset` is what the header claims (not always true); names in `headers` are in lower case."""

    body: bytes
    charset: str | None
    status: int
    url: str
    headers: Mapping[str, str]


def agent(contact: str, version: str = "0.1") -> str:
    """Return the name under which sources see us; `contact` is a mail address or a URL."""
    said = "".join(c for c in contact if " " <= c <= "~").strip()
    return f"Paperboy/{version} (summarises Daily Papers; {said or 'no contact given'})"


class Fetcher:
    """Fetches pages; an async context manager. Make one a process: the pace is kept by the object.

    `lanes` says which hosts share a pace; a host in none has a lane of its own without a gap. `connect_s`, `read_s`
    and `total_s` bound one try, in real time; `tries` bounds the tries, `max_wait_s` every wait between them.
    `now`, `sleep` and `chance` (0 to 1) are time and luck.
    """

    def __init__(
        self,
        agent: str,
        lanes: Sequence[Lane] = (HUB, ARXIV),
        *,
        connect_s: float = 10.0,
        read_s: float = 30.0,
        total_s: float = 90.0,
        tries: int = 4,
        backoff_s: float = 1.0,
        max_wait_s: float = 310.0,  # a window of Hugging Face's is 300 s
        now: Now = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._total_s, self._tries, self._backoff_s, self._chance = total_s, tries, backoff_s, chance
        self._open: Callable[[Lane], Gate] = partial(Gate, now=now, sleep=sleep, max_wait_s=max_wait_s)
        self._gates = {host: gate for gate in map(self._open, lanes) for host in gate.lane.hosts}
        self._client = httpx.AsyncClient(
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},  # the others unpack to more, and are seldom there
            timeout=httpx.Timeout(read_s, connect=connect_s),
            mounts=dict.fromkeys(_LOOPBACK),  # never through a proxy
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        max_bytes: int = 8_000_000,
        accept: Collection[int] = (),
    ) -> Page:
        """Return the page at `url`, redirects followed, its body unpacked and at most `max_bytes` long.

        `accept` names statuses beside 2xx that are answers to the caller, such as (403, 404) where a page may not be
        there. `headers` go to the host of `url` and to no other. Time-outs, broken connections, 408, 429 and 5xx
        are tried again, after as long as the server asks for.

        Raises:
            SourceError: unreachable, too busy, failing (retry=True); another status, too large, a redirect to a
                stranger, not https (retry=False). The text names the host and what happened.
        """
        target = self._address(url, params)
        for _ in range(_MOST_MOVES + 1):
            page = await self._patiently(target, headers or {}, max_bytes)
            if page.status not in _MOVED:
                return self._judged(page, target, accept)
            moved = self._moved(target, page)
            if _place(moved) != _place(target):
                headers = None
            target = moved
        raise SourceError(f"{target.host} redirects in circles", retry=False)

    @staticmethod
    def _address(url: str, params: Mapping[str, str | int] | None) -> httpx.URL:
        try:
            target = httpx.URL(url)
            target = target.copy_merge_params(dict(params)) if params else target
        except httpx.InvalidURL:
            raise SourceError("the address of a paper source is no URL", retry=False) from None
        if not _allowed(target):
            raise SourceError(f"{target.host or 'a paper source'}: only https is fetched", retry=False)
        return target

    def _moved(self, origin: httpx.URL, page: Page) -> httpx.URL:
        """The address that a redirect leads to, if it stays among the hosts of one lane."""
        try:
            target = origin.join(page.headers.get("location", ""))
        except httpx.InvalidURL:
            raise SourceError(f"{origin.host} redirects to no URL", retry=False) from None
        if not _allowed(target) or self._gate_of(target) is not self._gate_of(origin):
            raise SourceError(
                f"{origin.host} redirects to {target.host or 'nowhere'}, which is not followed", retry=False
            )
        return target

    def _gate_of(self, target: httpx.URL) -> Gate:
        place = _place(target)
        if place not in self._gates:
            self._gates[place] = self._open(Lane(frozenset({place})))
        return self._gates[place]

    async def _patiently(self, target: httpx.URL, headers: Mapping[str, str], max_bytes: int) -> Page:
        """One address, tried until it answers or the tries are used up; every wait holds the whole lane."""
        gate, problem = self._gate_of(target), ""
        for attempt in range(self._tries):
            wait_s = self._backoff_s * 2**attempt * (0.5 + self._chance())
            try:
                async with gate.turn(target.host):
                    page = await self._once(gate, target, headers, max_bytes)
            except (httpx.RequestError, TimeoutError) as error:
                problem = _said(error)
            else:
                asked = asked_s(page.headers)
                if page.status not in (408, 429) and page.status < 500:
                    gate.hold(asked or 0.0)
                    return page
                problem = f"answered {_named(page.status)}"
                wait_s = wait_s if asked is None else asked + self._chance()
            gate.hold(wait_s)
        raise SourceError(f"{target.host} {problem} ({self._tries} tries)", retry=True)

    async def _once(self, gate: Gate, target: httpx.URL, headers: Mapping[str, str], max_bytes: int) -> Page:
        async with (
            asyncio.timeout(self._total_s),
            self._client.stream("GET", target, headers=dict(headers)) as response,
        ):
            gate.seen()
            body = await _body(response, max_bytes)
        named = {name.lower(): value for name, value in response.headers.items()}
        return Page(body, response.charset_encoding, response.status_code, str(response.url), named)

    @staticmethod
    def _judged(page: Page, target: httpx.URL, accept: Collection[int]) -> Page:
        if 200 <= page.status < 300 or page.status in accept:
            return page
        raise SourceError(f"{target.host} answered {_named(page.status)}", retry=False)


async def _body(response: httpx.Response, max_bytes: int) -> bytes:
    """The body, never more of it in memory than the cap and a piece; of an error's body only the beginning."""
    said = response.headers.get("content-length", "")
    large = SourceError(f"{response.url.host} sent more than {max_bytes / 1e6:g} MB", retry=False)
    if response.is_success and said.isdecimal() and int(said) > max_bytes:
        raise large
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if response.is_success and len(body) > max_bytes:
            raise large
        if not response.is_success and len(body) > _ERROR_BYTES:
            break
    return bytes(body)


def _allowed(target: httpx.URL) -> bool:
    """Whether a URL may be fetched: https, or http on this machine."""
    return bool(target.host) and (target.scheme == "https" or (target.scheme == "http" and loopback(target.host)))


def _place(target: httpx.URL) -> str:
    """The host, with its port when that isn't the usual one."""
    return target.netloc.decode()


def _named(status: int) -> str:
    """The status with its name, where it has one."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _said(error: httpx.RequestError | TimeoutError) -> str:
    """What happened, in words that hold no URL and no header."""
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "did not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "can't be reached"
    return f"broke off ({type(error).__name__})"
