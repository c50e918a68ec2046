"""A `Chat` that gathers what it is asked into batches, for work that has a day's time: half the price.

Whoever asks simply waits longer: the batch is sent when nobody has asked for a while. A repair (a conversation that
holds an answer already) is asked at once, as it would otherwise wait for another day.

Owns: when a batch is full enough.
Does not own: batches (batch), answers and cost (chat_model).
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from ingest.models.batch import BatchRequest, Pace
from ingest.models.chat import Message, Reply, T
from ingest.models.chat_model import ChatModel
from store.errors import ModelError

QUIET_S = 60.0
"""Without a question for so long, the batch is sent; longer than arXiv's pace lets a page take."""

MOST = 500
"""Questions in a batch."""


class Gathered:
    """Gathers for `model`; an async context manager, whose end breaks waiting questions off.

    A process that ends while a batch is being answered loses that batch: the server goes on without it.
    """

    def __init__(self, model: ChatModel, *, quiet_s: float = QUIET_S, pace: Pace | None = None) -> None:
        self._model, self._quiet_s, self._pace = model, quiet_s, pace
        self._waiting: list[tuple[BatchRequest[Any], str, asyncio.Future[Reply[Any]]]] = []
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

    async def complete(self, messages: Sequence[Message], shape: type[T], *, purpose: str, max_tokens: int) -> Reply[T]:
        """Return the answer, a day later perhaps.

        Raises:
            BudgetSpent, ModelError: as for `ChatModel.complete_batch`.
        """
        if any(message.role == "assistant" for message in messages):
            return await self._model.complete(messages, shape, purpose=purpose, max_tokens=max_tokens)
        answer: asyncio.Future[Reply[T]] = asyncio.get_running_loop().create_future()
        request = BatchRequest(f"q{len(self._waiting)}", messages, shape, max_tokens)
        self._waiting.append((request, purpose, answer))
        if self._timer is not None:
            self._timer.cancel()
        if len(self._waiting) >= MOST:
            self._send()
        else:
            self._timer = asyncio.create_task(self._later())
        return await answer

    async def _later(self) -> None:
        await asyncio.sleep(self._quiet_s)
        self._send()

    def _send(self) -> None:
        gathered, self._waiting = self._waiting, []
        task = asyncio.create_task(self._answer(gathered))
        self._batches.add(task)
        task.add_done_callback(self._batches.discard)

    async def _answer(self, gathered: list[tuple[BatchRequest[Any], str, asyncio.Future[Reply[Any]]]]) -> None:
        found: dict[str, Reply[Any] | ModelError] = {}
        try:
            requests = [request for request, _, _ in gathered]
            found = await self._model.complete_batch(requests, purpose=gathered[0][1], pace=self._pace)
        except ModelError as error:
            found = {request.custom_id: error for request, _, _ in gathered}
        finally:
            for request, _, answer in gathered:
                said = found.get(request.custom_id)
                if answer.done():
                    continue
                if isinstance(said, Reply):
                    answer.set_result(said)
                elif said is not None:
                    answer.set_exception(said)
                else:
                    answer.cancel()
