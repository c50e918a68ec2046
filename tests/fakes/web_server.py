"""A web server on 127.0.0.1 that says what it was told to say, for what the stand-in sites don't do.

Strict: a path that nobody spoke of is a 404 of its own kind (410), and every request is remembered.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web


@dataclass(frozen=True)
class Answer:
    """One answer. `cut` drops the connection half way, `stall_s` waits before it, `chunked` hides its length."""

    status: int = 200
    body: bytes = b"fine"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    stall_s: float = 0.0
    chunked: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


class WebServer:
    """An async context manager; `say` before asking."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}

    def say(self, path: str, *answers: Answer) -> str:
        """Answer requests for `path` with these, one after the other, the last for ever; return its URL."""
        self._answers[path] = list(answers)
        return self.url + path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def places(self) -> frozenset[str]:
        """The two names under which it can be reached."""
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.path, dict(request.query), dict(request.headers)))
        answers = self._answers.get(request.path, [Answer(410, b"nobody spoke of this path")])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        await asyncio.sleep(answer.stall_s)
        if not (answer.cut or answer.chunked):
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        if answer.cut:
            response.content_length = len(answer.body)
        await response.prepare(request)
        for start in range(0, len(answer.body), 10_000):
            await response.write(answer.body[start : start + 10_000])
            if answer.cut and request.transport is not None:
                request.transport.abort()
                break
        return response
