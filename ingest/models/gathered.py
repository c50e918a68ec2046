"""A `Chat` that gathers what it is asked into batches, for work that has a day's time: half the price.

Whoever asks simply waits longer: the batch is sent when nobody has asked for a while. A repair (a conversation that
holds an answer already) is asked at once, as it would otherwise wait for another day.

Owns: when a batch is full enough, the name of a question.
Does not own: batches (batch), answers and cost (chat_model).
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from ingest.models.batch import BatchRequest, Pace
from ingest.models.chat import Message, Reply, T
from ingest.models.chat_model import ChatModel
from store import batches
from store.db import Db
from store.errors import ModelError

QUIET_S = 60.0
"""Without a question for so long, the batch is sent; longer than arXiv's pace lets a page take."""

MOST = 500
"""Questions in a batch."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question, what it is asked for, and its answer to come."""

    request: BatchRequest[Any]
    purpose: str
    answer: asyncio.Future[Reply[Any]]


class Gathered:
    """Gathers for `model`; an async context manager, whose end breaks waiting questions off.

    A batch outlives its process: who asks the same questions again, of the same `db`, gets its answers. A block that
    ends without an exception has stored all that it wanted, and the answers are let go of.
    """

    def __init__(self, model: ChatModel, db: Db, *, quiet_s: float = QUIET_S, pace: Pace | None = None) -> None:
        self._model, self._db, self._quiet_s, self._pace = model, db, quiet_s, pace
        self._waiting: dict[str, Waiting] = {}
        self._timer: asyncio.Task[None] | None = None
        self._batches: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [task for task in (self._timer, *self._batches) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if kind is None:
            batches.forget_answered(self._db)

    async def complete(self, messages: Sequence[Message], shape: type[T], *, purpose: str, max_tokens: int) -> Reply[T]:
        """Return the answer, a day later perhaps.

        Raises:
            BudgetSpent, ModelError: as for `ChatModel.complete_batch`.
        """
        if any(message.role == "assistant" for message in messages):
            return await self._model.complete(messages, shape, purpose=purpose, max_tokens=max_tokens)
        name = self._name(messages, shape, max_tokens)
        waiting = self._waiting.get(name)
        if waiting is None:
            answer: asyncio.Future[Reply[T]] = asyncio.get_running_loop().create_future()
            waiting = self._waiting[name] = Waiting(BatchRequest(name, messages, shape, max_tokens), purpose, answer)
        if self._timer is not None:
            self._timer.cancel()
        if len(self._waiting) >= MOST:
            self._send()
        else:
            self._timer = asyncio.create_task(self._later())
        return await waiting.answer

    def _name(self, messages: Sequence[Message], shape: type[T], max_tokens: int) -> str:
        """The same for the same question, in every process; custom_ids are at most 64 characters."""
        said = [self._model.name, str(shape.model_json_schema()), str(max_tokens)]
        said += [part for message in messages for part in (message.role, message.content)]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:40]

    async def _later(self) -> None:
        await asyncio.sleep(self._quiet_s)
        self._send()

    def _send(self) -> None:
        gathered, self._waiting = self._waiting, {}
        task = asyncio.create_task(self._answer(list(gathered.values())))
        self._batches.add(task)
        task.add_done_callback(self._batches.discard)

    async def _answer(self, gathered: Sequence[Waiting]) -> None:
        found: dict[str, Reply[Any] | ModelError] = {}
        try:
            found = await self._model.complete_batch(
                [one.request for one in gathered], purpose=gathered[0].purpose, db=self._db, pace=self._pace
            )
        except ModelError as error:
            found = {one.request.custom_id: error for one in gathered}
        finally:
            for one in gathered:
                said = found.get(one.request.custom_id)
                if one.answer.done():
                    continue
                if isinstance(said, Reply):
                    one.answer.set_result(said)
                elif said is not None:
                    one.answer.set_exception(said)
                else:
                    one.answer.cancel()
