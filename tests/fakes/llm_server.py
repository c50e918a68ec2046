"""A stand-in for an OpenAI-compatible model server on 127.0.0.1.

Owns: `/v1/chat/completions` (plain, streamed, `response_format`), `/v1/embeddings`, `/v1/models`,
the ways such servers misbehave (see `Behaviour`), and a journal from which cost, duplicates and
concurrency can be read. Every answer is made from its prompt: sentences or numbers that stand
in the prompt's text, so a check for faithfulness passes unless a fault says otherwise.

Does not model: understanding, tools, images, the Responses and Batch APIs, real tokenising
(tokens are estimated from characters), log probabilities, more than one choice.

Use it as `async with LlmServer() as llm: llm.base_url`, or `python -m tests.fakes.llm_server PORT`.

Control, all JSON, under `/_ctl/`:
  POST behave   fields of `Behaviour`; those left out keep their value
  POST reset    default behaviour, empty journal, no canned replies
  POST reply    {"match": regex, "content": text, "times": n}: an answer given word for word
  GET  journal  {"calls": [...], "totals": {...}}
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import re
import struct
import time
from collections import Counter
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from aiohttp import web

from tests.fakes.llm_answers import Prompt, answer, count_tokens, embed

FAULTS = {
    "": "answer properly",
    "drop": "close the connection half way through the answer",
    "truncate": "stop half way, finish_reason length",
    "fenced": "prose and a Markdown fence around the JSON",
    "invalid_json": "a trailing comma and no closing brace",
    "latex": "unescaped LaTeX backslashes inside JSON strings",
    "wrong_language": "English where Chinese was asked for, and the reverse",
    "invented_number": "a number that the prompt does not contain",
    "other_paper": "a summary of quite another paper",
    "injected": "text that mentions everyone and links to a foreign site",
    "empty": "empty content",
    "refusal": "a refusal in place of content",
}


CLIENT_GONE = 499  # the status noted where the client hung up before the answer


@dataclass(frozen=True)
class Behaviour:
    """How the server acts until it is told otherwise.

    `fault` is one of `FAULTS`; it strikes the next `fault_times` matching calls (None: all of them),
    and only prompts in which `fault_match` is found.
    """

    latency_s: float = 0.0
    jitter_s: float = 0.0
    tokens_per_s: float | None = None
    max_concurrent: int | None = None
    retry_after_s: float = 1.0
    fail_every: int | None = None
    fail_calls: tuple[int, ...] = ()
    fault: str = ""
    fault_times: int | None = None
    fault_match: str = ""
    refuse_schema: bool = False
    context_tokens: int = 128_000
    api_key: str = ""
    models: tuple[str, ...] = ("fake-small", "fake-large", "fake-embedding")


@dataclass
class Call:
    """One line of the journal. Times are seconds since the server started."""

    n: int
    kind: str
    model: str
    prompt_hash: str
    started_s: float
    ended_s: float = 0.0
    status: int = 200
    fault: str = ""
    streamed: bool = False
    format: str = ""
    concurrent: int = 1
    prompt_tokens: int = 0
    completion_tokens: int = 0


def problem(status: int, message: str, code: str, **headers: str) -> web.Response:
    """An error in OpenAI's shape."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    body = {"error": {"message": message, "type": kind, "code": code, "param": None}}
    return web.json_response(body, status=status, headers=headers)


class LlmServer:
    """The server, its behaviour and its journal; an async context manager."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._reset()
        self.app = web.Application(client_max_size=32 * 2**20)
        self.app.add_routes([
            web.post("/v1/chat/completions", self.chat),
            web.post("/v1/embeddings", self.embeddings),
            web.get("/v1/models", self.list_models),
            web.post("/_ctl/behave", self.ctl_behave),
            web.post("/_ctl/reset", self.ctl_reset),
            web.post("/_ctl/reply", self.ctl_reply),
            web.get("/_ctl/journal", self.ctl_journal),
        ])  # fmt: skip

    def _reset(self) -> None:
        self.behaviour = Behaviour()
        self.calls: list[Call] = []
        self.replies: list[dict[str, Any]] = []
        self.running = 0
        self.peak = 0
        self.born = time.monotonic()

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """What an OpenAI client takes as its `base_url`."""
        return self.url + "/v1"

    # --- one call -----------------------------------------------------------------------------

    def _open(self, kind: str, body: dict[str, Any], hashed: Any) -> Call:
        digest = hashlib.sha256(json.dumps(hashed, sort_keys=True).encode()).hexdigest()[:16]
        now = time.monotonic() - self.born
        call = Call(len(self.calls) + 1, kind, str(body.get("model", "")), digest, now)
        self.calls.append(call)
        self.running += 1
        self.peak = max(self.peak, self.running)
        call.concurrent = self.running
        return call

    def _close(self, call: Call, status: int) -> None:
        self.running -= 1
        call.status = status
        call.ended_s = time.monotonic() - self.born

    def _refused(self, call: Call, request: web.Request) -> web.Response | None:
        """The error this call gets before any work is done, if any."""
        rules = self.behaviour
        if rules.api_key and request.headers.get("Authorization") != f"Bearer {rules.api_key}":
            return problem(401, "Incorrect API key provided.", "invalid_api_key")
        if call.model not in rules.models:
            return problem(404, f"The model {call.model!r} does not exist.", "model_not_found")
        if rules.max_concurrent is not None and self.running > rules.max_concurrent:
            wait = {"Retry-After": f"{rules.retry_after_s:g}"}
            return problem(429, "Too many requests at once.", "rate_limit_exceeded", **wait)
        every = rules.fail_every
        if call.n in rules.fail_calls or (every and call.n % every == 0):
            return problem(500, "The server had an error.", "server_error")
        return None

    def _fault_for(self, prompt: Prompt) -> str:
        """The fault that strikes this prompt; a limited one is used up by it."""
        rules = self.behaviour
        if not rules.fault or rules.fault_times == 0:
            return ""
        if not re.search(rules.fault_match, prompt.whole):
            return ""
        if rules.fault_times is not None:
            self.behaviour = replace(rules, fault_times=rules.fault_times - 1)
        return rules.fault

    def _canned(self, prompt: Prompt) -> str | None:
        for reply in self.replies:
            if reply["times"] != 0 and re.search(reply["match"], prompt.whole):
                reply["times"] -= 1
                return str(reply["content"])
        return None

    async def _think(self, call: Call) -> None:
        """Wait as long as the model would before its first token."""
        share = int(hashlib.sha256(str(call.n).encode()).hexdigest(), 16) % 1000 / 1000
        await asyncio.sleep(self.behaviour.latency_s + self.behaviour.jitter_s * share)

    async def _speak(self, text: str) -> None:
        """Wait as long as the model would take to write `text`."""
        if self.behaviour.tokens_per_s:
            await asyncio.sleep(count_tokens(text) / self.behaviour.tokens_per_s)

    # --- chat ---------------------------------------------------------------------------------

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        hashed = [body.get("messages"), body.get("response_format")]
        call = self._open("chat", body, hashed)
        status = CLIENT_GONE
        try:
            response = await self._chat(request, body, call)
            status = response.status
            return response
        finally:
            self._close(call, status)

    async def _chat(self, request: web.Request, body: dict[str, Any], call: Call) -> web.StreamResponse:
        response_format = body.get("response_format") or {}
        call.format = response_format.get("type", "text")
        call.streamed = bool(body.get("stream"))
        if refused := self._refused(call, request):
            return refused
        if self.behaviour.refuse_schema and call.format == "json_schema":
            return problem(400, "response_format json_schema is not supported.", "unsupported_value")
        prompt = Prompt(body.get("messages") or [])
        if not prompt.messages:
            return problem(400, "messages must not be empty.", "invalid_value")
        if count_tokens(prompt.whole) > self.behaviour.context_tokens:
            return problem(400, "The prompt is too long for this model.", "context_length_exceeded")
        call.fault = self._fault_for(prompt)
        call.prompt_tokens = count_tokens(prompt.whole) + 4 * len(prompt.messages)
        await self._think(call)
        canned = self._canned(prompt)
        content = answer(prompt, response_format, call.fault) if canned is None else canned
        choice = self._choice(content, body, call)
        if call.streamed:
            return await self._stream(request, body, call, choice)
        await self._speak(choice["message"]["content"] or "")
        reply = envelope(call, "chat.completion", [choice], usage(call))
        return await send_half(request, reply) if call.fault == "drop" else web.json_response(reply)

    def _choice(self, content: str | None, body: dict[str, Any], call: Call) -> dict[str, Any]:
        """The answer as OpenAI's `choice`, cut to the tokens that were allowed."""
        finish, refusal = "stop", None
        limit = body.get("max_completion_tokens") or body.get("max_tokens")
        if call.fault == "refusal":
            content, refusal = None, "I'm sorry, I can't help with that."
        elif call.fault == "empty":
            content = ""
        elif call.fault == "truncate":
            content, finish = (content or "")[: len(content or "") // 2], "length"
        while content and limit and count_tokens(content) > limit:
            content, finish = content[: int(len(content) * 0.9)], "length"
        call.completion_tokens = count_tokens(content or refusal or "")
        message = {"role": "assistant", "content": content, "refusal": refusal}
        return {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}

    async def _stream(
        self, request: web.Request, body: dict[str, Any], call: Call, choice: dict[str, Any]
    ) -> web.StreamResponse:
        """Send a choice as server-sent events, four characters or so to a chunk."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)

        async def send(choices: list[dict[str, Any]], used: dict[str, Any] | None = None) -> None:
            chunk = envelope(call, "chat.completion.chunk", choices, used)
            await response.write(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())

        def delta(part: dict[str, Any], finish: str | None = None) -> list[dict[str, Any]]:
            return [{"index": 0, "delta": part, "finish_reason": finish, "logprobs": None}]

        await send(delta({"role": "assistant", "content": "", "refusal": choice["message"]["refusal"]}))
        content = choice["message"]["content"] or ""
        end = len(content) // 2 if call.fault == "drop" else len(content)
        for at in range(0, end, 8):
            piece = content[at : at + 8]
            await self._speak(piece)
            await send(delta({"content": piece}))
        if call.fault == "drop":
            cut_off(request)
            return response
        await send(delta({}, choice["finish_reason"]))
        if (body.get("stream_options") or {}).get("include_usage"):
            await send([], usage(call))
        await response.write(b"data: [DONE]\n\n")
        return response

    # --- the other endpoints ------------------------------------------------------------------

    async def embeddings(self, request: web.Request) -> web.Response:
        body = await request.json()
        call = self._open("embeddings", body, body.get("input"))
        status = CLIENT_GONE
        try:
            response = self._refused(call, request) or await self._embed(body, call)
            status = response.status
            return response
        finally:
            self._close(call, status)

    async def _embed(self, body: dict[str, Any], call: Call) -> web.Response:
        given = body.get("input")
        texts = [given] if isinstance(given, str) else [str(item) for item in given or []]
        if not texts or "" in texts or len(texts) > 2048:
            return problem(400, "input must hold 1 to 2048 strings, none of them empty.", "invalid_value")
        await self._think(call)
        call.prompt_tokens = sum(map(count_tokens, texts))
        data = []
        for at, text in enumerate(texts):
            vector: list[float] | str = embed(text, body.get("dimensions") or 384)
            if body.get("encoding_format") == "base64":
                vector = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
            data.append({"object": "embedding", "index": at, "embedding": vector})
        used = {"prompt_tokens": call.prompt_tokens, "total_tokens": call.prompt_tokens}
        return web.json_response({"object": "list", "data": data, "model": call.model, "usage": used})

    async def list_models(self, _: web.Request) -> web.Response:
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "fake"} for name in self.behaviour.models]
        return web.json_response({"object": "list", "data": data})

    # --- control ------------------------------------------------------------------------------

    def behave(self, **changes: Any) -> None:
        """Change the behaviour; a name that does not exist is a ValueError."""
        unknown = set(changes) - {known.name for known in fields(Behaviour)}
        if unknown or changes.get("fault", "") not in FAULTS:
            raise ValueError(f"unknown behaviour: {sorted(unknown) or changes['fault']}")
        for name in ("fail_calls", "models"):
            if name in changes:
                changes[name] = tuple(changes[name])
        self.behaviour = replace(self.behaviour, **changes)

    def reply(self, content: str, match: str = "", times: int = -1) -> None:
        """Answer prompts in which `match` is found with `content`, `times` times (-1: always)."""
        self.replies.append({"match": match, "content": content, "times": times})

    def totals(self) -> dict[str, Any]:
        """What the answered calls cost, and how often a prompt was asked again after a sound answer."""
        good = [call for call in self.calls if call.status == 200]
        asked = Counter(call.prompt_hash for call in good if not call.fault)
        return {
            "calls": len(self.calls),
            "answered": len(good),
            "prompt_tokens": sum(call.prompt_tokens for call in good),
            "completion_tokens": sum(call.completion_tokens for call in good),
            "duplicates": sum(count - 1 for count in asked.values()),
            "concurrency_peak": self.peak,
            "statuses": dict(Counter(str(call.status) for call in self.calls)),
        }

    async def ctl_behave(self, request: web.Request) -> web.Response:
        try:
            self.behave(**await request.json())
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(asdict(self.behaviour))

    async def ctl_reset(self, _: web.Request) -> web.Response:
        self._reset()
        return web.json_response({"ok": True})

    async def ctl_reply(self, request: web.Request) -> web.Response:
        self.reply(**await request.json())
        return web.json_response({"replies": len(self.replies)})

    async def ctl_journal(self, _: web.Request) -> web.Response:
        calls = [asdict(call) for call in self.calls]
        return web.json_response({"calls": calls, "totals": self.totals()})


def envelope(call: Call, kind: str, choices: list[dict[str, Any]], used: dict[str, Any] | None) -> dict[str, Any]:
    """The object around the choices."""
    body = {"id": f"chatcmpl-{call.n}", "object": kind, "created": 1_767_225_600, "model": call.model}
    return body | {"choices": choices, "usage": used}


def usage(call: Call) -> dict[str, Any]:
    """The call's tokens in OpenAI's shape."""
    total = call.prompt_tokens + call.completion_tokens
    counts = {"prompt_tokens": call.prompt_tokens, "completion_tokens": call.completion_tokens}
    return counts | {"total_tokens": total, "prompt_tokens_details": {"cached_tokens": 0}}


def cut_off(request: web.Request) -> None:
    """Close the connection without ending the response."""
    if request.transport is not None:
        request.transport.abort()


async def send_half(request: web.Request, reply: dict[str, Any]) -> web.StreamResponse:
    """Promise the whole body, send half of it, hang up."""
    whole = json.dumps(reply).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(whole))}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    cut_off(request)
    return response


async def _run(port: int) -> None:
    async with LlmServer(port) as server:
        print(f"model server on {server.base_url}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stand-in for an OpenAI-compatible server.")
    parser.add_argument("port", type=int)
    asyncio.run(_run(parser.parse_args().port))
