"""A `Chat` behind any OpenAI-compatible server: asks until there is an answer of the right shape, or a reason why not.

One answer may take several calls: other forms of the request until the server accepts one (ladder), again after a
passing failure (patience), once more where an answer is empty, cut off or of another shape, and all of that with the
fallback model where calls of the first one keep failing.

Owns: the order of these, concurrency, the time bound, booking.
Does not own: each of them, batches, prompts, the budget's limits (budget).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial

from ingest.models import verdict
from ingest.models.batch import BatchRequest, Pace
from ingest.models.batches import Batches
from ingest.models.budget import Bill, Budget, Till
from ingest.models.chat import Message, Reply, T, estimate
from ingest.models.failed import Failed
from ingest.models.ladder import Dialect, Ladder, Rung, options, told
from ingest.models.llm import ChatServer
from ingest.models.patience import Patience, R
from ingest.models.said import Piece, Said, Streamed, estimated
from ingest.models.verdict import Flaw, shaped
from store.db import Db
from store.errors import BudgetSpent, ModelError

_LONGER = 2
"""So many times the tokens when an answer was cut off: models that think first need them."""


class ChatModel:
    """A `Chat` that also streams. Belongs to one event loop; `aclose` it.

    `base_url` ends in "/v1" as a rule, and empty means OpenAI's own; an empty `api_key` is for servers without keys.
    `timeout_s` bounds one call, `total_s` all that one answer takes from its turn on: `concurrency` answers are made at
    a time, the others queue. Prices are US dollars per million tokens, for both models alike; 0 for what costs nothing.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        model: str,
        fallback_model: str = "",
        *,
        budget: Budget,
        timeout_s: float = 120.0,
        total_s: float = 600.0,
        concurrency: int = 4,
        price_in: float = 0.0,
        price_out: float = 0.0,
        patience: Patience | None = None,
    ) -> None:
        self._server = ChatServer(base_url, api_key, timeout_s)
        self._model, self._fallback = model, fallback_model
        self._till = Till(budget, price_in, price_out)
        self._total_s = total_s
        self._slots = asyncio.Semaphore(concurrency)
        self._patience = patience or Patience()
        self._learnt = Ladder()
        self._batches = Batches(self._server, self._patience, model, self._learnt, self._till)

    @property
    def name(self) -> str:
        """The model that is asked first."""
        return self._model

    def rung(self, model: str) -> Rung:
        """How `model` is asked for a shape, as far as was learnt: from its first answer on, the one that works."""
        return self._learnt.get(self._server.base_url, model).rung

    async def aclose(self) -> None:
        """Close the connections."""
        await self._server.aclose()

    async def complete(
        self, messages: Sequence[Message], shape: type[T], *, purpose: str, max_tokens: int, bill: Bill | None = None
    ) -> Reply[T]:
        """As `Chat.complete` says. An answer that was cut off is asked for again with twice `max_tokens`.

        On `bill` is put what it cost, also when it fails; the reply tells of this answer alone.
        """
        own = Bill(purpose)
        try:
            return await self._complete(messages, shape, own, max_tokens)
        finally:
            if bill is not None:
                bill.add(own)

    async def _complete(self, messages: Sequence[Message], shape: type[T], bill: Bill, max_tokens: int) -> Reply[T]:
        async with self._slots:
            began = time.monotonic()
            model, value = await self._bounded(self._either(partial(self._answer, messages, shape, bill, max_tokens)))
            seconds = time.monotonic() - began
        return Reply(value, model, bill.tokens_in, bill.tokens_out, bill.cost_usd, seconds)

    async def stream(
        self, messages: Sequence[Message], *, purpose: str, max_tokens: int, bill: Bill | None = None
    ) -> AsyncGenerator[str, None]:
        """Yield the answer's text as it is written; on `bill` is put what it cost.

        Failures before its beginning are handled as for `complete`; what was yielded can't be taken back. Close the
        generator (`aclosing`) when leaving it early: it holds a turn.

        Raises:
            BudgetSpent: as for `complete`.
            ModelError: as for `complete`, and where the answer breaks off or is cut off, after what there was of it.
        """
        expected, whole = estimated(messages), Streamed()
        async with self._slots:
            ends = time.monotonic() + self._total_s
            with self._till.hold(expected, max_tokens):
                model, pieces = await self._bounded(self._either(partial(self._begin, messages, max_tokens)))
                try:
                    async with aclosing(pieces):
                        async for piece in pieces:
                            if text := whole.add(piece):
                                yield text
                            if time.monotonic() > ends:
                                raise self._late()
                finally:
                    tokens_in, tokens_out = whole.tokens or (expected, estimate(whole.text))
                    own = Bill(purpose)
                    self._till.book(model, own, tokens_in, tokens_out)
                    if bill is not None:
                        bill.add(own)
        if not whole.finish:
            raise ModelError(f"{self._server.host} broke {model}'s answer off", retry=True)
        try:
            verdict.whole(model, whole.text, whole.finish, whole.refusal)
        except Flaw as flaw:
            raise flaw.final(model, max_tokens) from None

    async def complete_batch(
        self, requests: Sequence[BatchRequest[T]], *, purpose: str, db: Db, pace: Pace | None = None
    ) -> dict[str, Reply[T] | ModelError]:
        """Return an answer, or why there is none, to each request by its `custom_id`; takes up to a day.

        A `custom_id` says all of its request: one that is in a batch already, sent by an earlier process too (`db`
        knows), is answered from there and not asked or booked again. Of the others the first one is asked as usual:
        what it teaches of the server holds for the rest, which go as one batch at half the price. Those that the day's
        budget has no room for are `BudgetSpent`; no answer is asked for twice.

        Raises:
            BudgetSpent, ModelError: the first one failed, or the batch as a whole did (no batches offered).
        """
        pace = pace or Pace()
        done = await self._batches.sent_before(requests, purpose, db, pace)
        left = [one for one in requests if one.custom_id not in done]
        if left:
            first = left[0]
            reply = await self.complete(first.messages, first.shape, purpose=purpose, max_tokens=first.max_tokens)
            done[first.custom_id] = reply
            done |= await self._batches.sent_now(left[1:], purpose, db, pace)
        return {one.custom_id: done[one.custom_id] for one in requests}

    # --- one answer -----------------------------------------------------------------------------

    async def _bounded(self, waiting: Awaitable[R]) -> R:
        try:
            async with asyncio.timeout(self._total_s):
                return await waiting
        except TimeoutError:
            raise self._late() from None

    def _late(self) -> ModelError:
        return ModelError(f"{self._server.host} had no answer within {self._total_s:g} s, all tries taken", retry=True)

    async def _either(self, ask: Callable[[str], Awaitable[R]]) -> tuple[str, R]:
        """What the model says, or the fallback one where calls of the first fail; with its name."""
        try:
            return self._model, await ask(self._model)
        except BudgetSpent:
            raise
        except ModelError as error:
            if not error.retry or not self._fallback:
                raise
        return self._fallback, await ask(self._fallback)

    async def _answer(self, messages: Sequence[Message], shape: type[T], bill: Bill, max_tokens: int, model: str) -> T:
        """An answer of the right shape; each kind of flaw is forgiven once."""
        talk, seen = list(messages), set[str]()
        while True:
            said = await self._climb(model, True, partial(self._call, talk, shape, bill, max_tokens, model))
            try:
                return shaped(verdict.whole(model, said.text, said.finish, said.refusal), shape)
            except Flaw as flaw:
                if flaw.kind in seen:
                    raise flaw.final(model, max_tokens) from None
                seen.add(flaw.kind)
                max_tokens *= _LONGER if flaw.kind == "length" else 1
                talk += flaw.complaint(said.text)

    # --- one call -------------------------------------------------------------------------------

    async def _climb(self, model: str, shaped: bool, ask: Callable[[Dialect], Awaitable[R]]) -> R:
        """Ask in the richest form that the server understands; what it turns out to be is remembered."""
        known = dialect = self._learnt.get(self._server.base_url, model)
        while True:
            try:
                answer = await self._patience.of(model, partial(ask, dialect))
            except Failed as error:
                plainer = dialect.without(error.said, shaped) if error.refused_form else None
                if plainer is None:
                    raise
                dialect = plainer
            else:
                if dialect != known:
                    self._learnt.learn(self._server.base_url, model, dialect)
                return answer

    async def _call(
        self, messages: Sequence[Message], shape: type[T], bill: Bill, max_tokens: int, model: str, dialect: Dialect
    ) -> Said:
        sent = told(messages, dialect.rung, shape)
        expected = estimated(sent)
        with self._till.hold(expected, max_tokens):
            try:
                wanted = {dialect.limit: max_tokens, **options(dialect.rung, shape)}
                said = await self._server.say(model, sent, wanted)
            except Failed as error:
                if error.lost:
                    self._till.book(model, bill, expected, 0)
                raise
            self._till.book(model, bill, said.tokens_in, said.tokens_out)
        return said

    async def _begin(self, messages: Sequence[Message], max_tokens: int, model: str) -> AsyncGenerator[Piece, None]:
        """The events of a stream that has begun."""

        async def ask(dialect: Dialect) -> AsyncGenerator[Piece, None]:
            counted = {"stream_options": {"include_usage": True}} if dialect.counts else {}
            pieces = self._server.stream(model, messages, {dialect.limit: max_tokens, **counted})
            return _after(await anext(pieces, Piece()), pieces)

        return await self._climb(model, False, ask)


async def _after(first: Piece, rest: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece
