"""The fake model server with `/v1/files` and `/v1/batches`.

Owns: uploads, batches that are done after some looks, their files of answers and errors.
Does not own: what is answered (llm_server); quotas, ageing, lists of batches are not modelled.
"""

import json
from typing import Any

from aiohttp import web

from tests.fakes.chat_server import ChatServer
from tests.fakes.llm_answers import Prompt, answer
from tests.fakes.llm_server import Call, envelope, problem, usage

ENDPOINT = "/v1/chat/completions"


class BatchServer(ChatServer):
    """`looks` at a batch find it in progress; then it ends as `ends` says.

    `broken` names requests that fail with a 500 each, `left_out` those that the batch doesn't get to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.app.add_routes([
            web.post("/v1/files", self.upload),
            web.get("/v1/files/{id}/content", self.content),
            web.post("/v1/batches", self.create),
            web.get("/v1/batches/{id}", self.look),
            web.post("/v1/batches/{id}/cancel", self.cancel),
        ])  # fmt: skip

    def _reset(self) -> None:
        super()._reset()
        self.looks, self.ends = 2, "completed"
        self.broken: set[str] = set()
        self.left_out: set[str] = set()
        self.files: dict[str, str] = {}
        self.batches: dict[str, dict[str, Any]] = {}

    async def upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("purpose") != "batch" or not isinstance(form.get("file"), web.FileField):
            return problem(400, "A file and the purpose 'batch' are needed.", "invalid_value")
        name = f"file-{len(self.files) + 1}"
        self.files[name] = form["file"].file.read().decode()
        body = {"id": name, "object": "file", "bytes": 1, "created_at": 1, "filename": "x", "purpose": "batch"}
        return web.json_response(body | {"status": "processed"})

    async def content(self, request: web.Request) -> web.Response:
        text = self.files.get(request.match_info["id"])
        return problem(404, "No such file.", "not_found") if text is None else web.Response(text=text)

    async def create(self, request: web.Request) -> web.Response:
        body = await request.json()
        if set(body) != {"input_file_id", "endpoint", "completion_window"} or body["completion_window"] != "24h":
            return problem(400, "input_file_id, endpoint and a completion_window of 24h.", "invalid_value")
        if body["endpoint"] != ENDPOINT or body["input_file_id"] not in self.files:
            return problem(400, "No such endpoint or file.", "invalid_value")
        name = f"batch_{len(self.batches) + 1}"
        batch = body | {"id": name, "object": "batch", "created_at": 1, "status": "validating"}
        self.batches[name] = batch | {"output_file_id": None, "error_file_id": None, "errors": None, "looks": 0}
        return web.json_response(self.batches[name])

    async def look(self, request: web.Request) -> web.Response:
        batch = self.batches.get(request.match_info["id"])
        if batch is None:
            return problem(404, "No such batch.", "not_found")
        batch["looks"] += 1
        if batch["looks"] <= self.looks:
            batch["status"] = "in_progress"
        elif batch["status"] in ("validating", "in_progress"):
            self._end(batch)
        return web.json_response(batch)

    async def cancel(self, request: web.Request) -> web.Response:
        batch = self.batches[request.match_info["id"]]
        batch["status"] = "cancelling"
        return web.json_response(batch)

    def _end(self, batch: dict[str, Any]) -> None:
        batch["status"] = self.ends
        if self.ends == "failed":
            batch["errors"] = {"object": "list", "data": [{"code": "invalid", "message": "Line 1 is no JSON."}]}
            return
        rows = [self._row(json.loads(line)) for line in self.files[batch["input_file_id"]].splitlines()]
        good = [row for row in rows if row and row["response"]["status_code"] == 200]
        bad = [row for row in rows if row and row not in good]
        for key, part in (("output_file_id", good[::-1]), ("error_file_id", bad)):  # in no order that matters
            if part:
                batch[key] = f"{batch['id']}-{key}"
                self.files[batch[key]] = "\n".join(map(json.dumps, part))

    def _row(self, line: dict[str, Any]) -> dict[str, Any] | None:
        """The answer's line to a question's, None for one that is left out."""
        assert set(line) == {"custom_id", "method", "url", "body"}
        assert (line["method"], line["url"]) == ("POST", ENDPOINT)
        name, body = line["custom_id"], line["body"]
        if name in self.left_out:
            return None
        if name in self.broken:
            error = {"message": "The server had an error.", "code": "server_error"}
            return {"custom_id": name, "response": {"status_code": 500, "body": {"error": error}}, "error": None}
        prompt = Prompt(body["messages"])
        call = Call(0, "batch", body["model"], "", 0.0, fault=self._fault_for(prompt), prompt_tokens=100)
        canned = self._canned(prompt)
        text = answer(prompt, body.get("response_format") or {}, call.fault) if canned is None else canned
        said = envelope(call, "chat.completion", [self._choice(text, body, call)], usage(call))
        return {"custom_id": name, "response": {"status_code": 200, "body": said}, "error": None}
