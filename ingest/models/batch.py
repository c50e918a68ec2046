"""Many questions at once, answered within a day at half the price, where the server offers batches.

Owns: the file of questions, waiting for it, the file of answers.
Does not own: shapes, cost and the budget (chat_model), the client (llm).

Source: https://platform.openai.com/docs/guides/batch
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, Generic, TypeAlias

from ingest.models.chat import Message, T
from ingest.models.failed import Failed, answered
from ingest.models.ladder import Dialect, options, told
from ingest.models.llm import ChatServer, wire
from ingest.models.patience import Patience
from ingest.models.said import Said, said
from ingest.pace import Now, Sleep
from store.errors import ModelError

PRICE = 0.5
"""What a batch costs, as a share of the usual price."""

_ENDPOINT = "/v1/chat/completions"
Ask: TypeAlias = Callable[[Callable[[Any], Awaitable[Any]]], Awaitable[Any]]
"""Puts something to the client, patiently."""

_OVER = ("completed", "failed", "expired", "cancelled")


@dataclass(frozen=True, slots=True)
class BatchRequest(Generic[T]):
    """One question of a batch; `custom_id` is the caller's own name for it, unique in the batch."""

    custom_id: str
    messages: Sequence[Message]
    shape: type[T]
    max_tokens: int


class CalledOff(ModelError):
    """The batch took too long, and was called off: it is not to be waited for again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and when to give up, in seconds; `now` and `sleep` are time."""

    poll_s: float = 60.0
    total_s: float = 25 * 3600.0  # the server promises 24 hours
    now: Now = time.monotonic
    sleep: Sleep = asyncio.sleep


async def send(
    server: ChatServer, patience: Patience, model: str, dialect: Dialect, requests: Sequence[BatchRequest[Any]]
) -> str:
    """Return the server's name of a new batch of these requests. From now on it is answered, and to be paid.

    Raises:
        ModelError: the server offers no batches (retry=False), or is unreachable (retry=True).
    """
    body = "".join(json.dumps(_line(model, dialect, one), ensure_ascii=False) + "\n" for one in requests)
    ask = partial(_ask, server, patience)
    try:
        file = await ask(lambda api: api.files.create(file=("batch.jsonl", body.encode()), purpose="batch"))
        batch = await ask(
            lambda api: api.batches.create(
                input_file_id=getattr(file, "id", ""), endpoint=_ENDPOINT, completion_window="24h"
            )
        )
    except Failed as error:
        if error.status in (404, 405, 501):
            raise ModelError(f"{server.host} offers no batches: leave --batch out", retry=False) from error
        raise
    if not hasattr(batch, "status"):  # a page, from a server that answers anything
        raise ModelError(f"{server.host} offers no batches: leave --batch out", retry=False)
    return str(batch.id)


async def answers(
    server: ChatServer, patience: Patience, batch_id: str, requests: Sequence[BatchRequest[Any]], pace: Pace
) -> dict[str, Said | ModelError]:
    """Return what the model says to each of these requests of the batch, by its `custom_id`; waits until it is over.

    Raises:
        ModelError: the server refuses the batch or has it no more (retry=False); unreachable, or not done within
            `pace.total_s`, whereupon the batch is called off (retry=True).
    """
    ask = partial(_ask, server, patience)
    batch = await _over(server.host, ask, batch_id, pace)
    files = [file_id for file_id in (batch.output_file_id, batch.error_file_id) if file_id]
    texts = [(await ask(partial(_content, file_id))).text for file_id in files]
    return _results(server.host, batch.status, requests, "\n".join(texts))


async def _over(host: str, ask: Ask, batch_id: str, pace: Pace) -> Any:
    """The batch when it is over, however it went."""
    ends = pace.now() + pace.total_s
    while (batch := await ask(lambda api: api.batches.retrieve(batch_id))).status not in _OVER:
        if pace.now() >= ends:
            await ask(lambda api: api.batches.cancel(batch_id))
            raise CalledOff(f"{host} had no batch done within {pace.total_s:g} s: called off", retry=True)
        await pace.sleep(pace.poll_s)
    if batch.status == "failed":
        raise ModelError(f"{host} refused the batch ({_why(batch)})", retry=False)
    return batch


async def _ask(server: ChatServer, patience: Patience, call: Callable[[Any], Awaitable[Any]]) -> Any:
    return await patience.of("batches", partial(server.call, call))


def _content(file_id: str, api: Any) -> Any:
    return api.files.content(file_id)


def _line(model: str, dialect: Dialect, request: BatchRequest[Any]) -> dict[str, Any]:
    said = wire(told(request.messages, dialect.rung, request.shape))
    body = {"model": model, "messages": said, dialect.limit: request.max_tokens}
    body |= options(dialect.rung, request.shape)
    return {"custom_id": request.custom_id, "method": "POST", "url": _ENDPOINT, "body": body}


def _why(batch: Any) -> str:
    """The first of the server's reasons."""
    rows = getattr(getattr(batch, "errors", None), "data", None)
    message = getattr(rows[0], "message", None) if isinstance(rows, list) and rows else None
    return " ".join(str(message or "it doesn't say why").split())[:200]


def _results(host: str, status: str, requests: Sequence[BatchRequest[Any]], text: str) -> dict[str, Said | ModelError]:
    """What the answers' lines hold; a request without a line was not got to."""
    rows = {row.custom_id: row for row in map(_row, text.splitlines()) if hasattr(row, "custom_id")}
    missing = ModelError(f"{host} left this one of the batch out ({status})", retry=True)
    return {
        one.custom_id: _result(host, rows[one.custom_id], one.messages) if one.custom_id in rows else missing
        for one in requests
    }


def _row(line: str) -> Any:
    try:
        return json.loads(line, object_hook=_named)
    except ValueError:
        return None


def _named(fields: Mapping[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(**fields)


def _result(host: str, row: Any, messages: Sequence[Message]) -> Said | ModelError:
    response, error = getattr(row, "response", None), getattr(row, "error", None)
    body, status = getattr(response, "body", None), getattr(response, "status_code", None)
    found = said(body, messages) if status == 200 else None
    if found is not None:
        return found
    error = error or getattr(body, "error", None)
    code, words = str(getattr(error, "code", "")), str(getattr(error, "message", "no answer"))
    return answered(host, "llm", status if isinstance(status, int) else 500, code, " ".join(words.split())[:200])
