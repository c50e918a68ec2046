"""The fake model server with what tests of chat need beside: its requests, refusals of a form, spoilt answers.

Owns: keeping the requests, changing what is answered to them.
Does not own: the protocol and its faults (llm_server).
"""

import json
from typing import Any

from aiohttp import web

from tests.fakes.llm_server import LlmServer, problem


class ChatServer(LlmServer):
    """`bodies` are the requests. `refuse` gives the words of a 400 for a request, `spoil` what becomes of an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[dict[str, Any]] = []
        self.refuse = lambda body: None
        self.spoil = lambda body: body

    async def _chat(self, request: web.Request, body: dict[str, Any], call: Any) -> web.StreamResponse:
        self.bodies.append(body)
        if words := self.refuse(body):
            return problem(400, words, "unsupported_value")
        response = await super()._chat(request, body, call)
        if isinstance(response, web.Response) and response.status == 200:
            return web.json_response(self.spoil(json.loads(response.text)))
        return response

    @property
    def formats(self) -> list[str]:
        return [body.get("response_format", {}).get("type", "plain") for body in self.bodies]

    @property
    def models_asked(self) -> list[str]:
        return [body["model"] for body in self.bodies]

    @property
    def statuses(self) -> list[int]:
        return [call.status for call in self.calls]
