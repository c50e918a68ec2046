"""Answers by batches that outlive the process: those that the server has already, and a new one.

Owns: noting batches in the store, booking them at their price, answers of the right shape.
Does not own: the wire (batch), which questions there are (chat_model, gathered).
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.models import batch, verdict
from ingest.models.batch import PRICE, BatchRequest, CalledOff, Pace
from ingest.models.budget import Bill, Till
from ingest.models.chat import Reply, T
from ingest.models.ladder import Ladder
from ingest.models.llm import ChatServer
from ingest.models.patience import Patience
from ingest.models.said import Said, estimated
from ingest.models.verdict import Flaw, shaped
from store import batches
from store.db import Db
from store.errors import BudgetSpent, ModelError


@dataclass(frozen=True, slots=True)
class Batches:
    """A model's batches on one server."""

    _server: ChatServer
    _patience: Patience
    _model: str
    _learnt: Ladder
    _till: Till

    async def sent_before(
        self, requests: Sequence[BatchRequest[T]], purpose: str, db: Db, pace: Pace
    ) -> dict[str, Reply[T] | ModelError]:
        """The answers of batches that the server has already; one that it lost or won't answer is forgotten."""
        done: dict[str, Reply[T] | ModelError] = {}
        for sent in batches.of(db, self._server.base_url):
            wanted = [one for one in requests if one.custom_id in sent.asked]
            if not wanted:
                continue
            began = time.monotonic()
            try:
                found = await batch.answers(self._server, self._patience, sent.batch_id, wanted, pace)
            except ModelError as error:
                if error.retry and not isinstance(error, CalledOff):
                    raise
                batches.forget(db, self._server.base_url, sent.batch_id)
                continue
            for one in wanted:
                if isinstance(said := found[one.custom_id], Said):
                    done[one.custom_id] = self._settled(said, one, Bill(purpose), began, booked=sent.booked)
            batches.booked(db, self._server.base_url, sent.batch_id)
        return done

    async def sent_now(
        self, requests: Sequence[BatchRequest[T]], purpose: str, db: Db, pace: Pace
    ) -> dict[str, Reply[T] | ModelError]:
        """One batch of what the budget has room for, sent, noted, waited for."""
        done: dict[str, Reply[T] | ModelError] = {}
        sent: dict[str, BatchRequest[T]] = {}
        began = time.monotonic()
        with ExitStack() as held:
            for one in requests:
                try:
                    held.enter_context(self._till.hold(estimated(one.messages), one.max_tokens, PRICE))
                    sent[one.custom_id] = one
                except BudgetSpent as error:
                    done[one.custom_id] = error
            if not sent:
                return done
            dialect = self._learnt.get(self._server.base_url, self._model)
            asked = list(sent.values())
            batch_id = await batch.send(self._server, self._patience, self._model, dialect, asked)
            batches.add(db, self._server.base_url, batch_id, sent, datetime.now(UTC))
            try:
                found = await batch.answers(self._server, self._patience, batch_id, asked, pace)
            except ModelError as error:
                if not error.retry or isinstance(error, CalledOff):
                    batches.forget(db, self._server.base_url, batch_id)
                raise
            for name, said in found.items():
                done[name] = self._settled(said, sent[name], Bill(purpose), began)
            batches.booked(db, self._server.base_url, batch_id)
        return done

    def _settled(
        self, said: Said | ModelError, request: BatchRequest[T], bill: Bill, began: float, booked: bool = False
    ) -> Reply[T] | ModelError:
        """What a line of a batch comes to; booked at a batch's price, unless it was."""
        if isinstance(said, ModelError):
            return said
        seconds = time.monotonic() - began
        self._till.book(self._model, bill, said.tokens_in, said.tokens_out, PRICE, again=booked)
        try:
            value = shaped(verdict.whole(self._model, said.text, said.finish, said.refusal), request.shape)
        except Flaw as flaw:
            return flaw.final(self._model, request.max_tokens)
        except ModelError as error:
            return error
        return Reply(value, self._model, bill.tokens_in, bill.tokens_out, bill.cost_usd, seconds)
