"""Batches, through the real client, from a server on this machine."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest.models.batch import BatchRequest, Pace
from ingest.models.budget import Budget
from ingest.models.chat import Message
from ingest.models.chat_model import ChatModel
from store import batches, ledger
from store.errors import BudgetSpent, ModelError
from tests.fakes.batch_server import BatchServer
from tests.fakes.chat_server import ChatServer
from tests.makers.talks import DAY, KEY, TEXT, Note


@pytest.fixture
async def llm():
    async with BatchServer() as running:
        running.behave(api_key=KEY)
        yield running


@pytest.fixture
def pace(clock) -> Pace:
    return Pace(poll_s=60, total_s=600, now=clock.now, sleep=clock.sleep)


def requests(count: int) -> list[BatchRequest[Note]]:
    return [BatchRequest(f"p{n}", [Message("user", f"In English, paper {n}. {TEXT}")], Note, 200) for n in range(count)]


@pytest.fixture
def run(db, pace):
    async def batch(chat: ChatModel, count: int = 4, **other):
        return await chat.complete_batch(requests(count), purpose="summary", db=db, pace=replace(pace, **other))

    return batch


async def test_every_request_has_its_answer_at_half_the_price(chats, llm, run, clock, db):
    found = await run(chats(price_in=10.0))
    assert list(found) == ["p0", "p1", "p2", "p3"]
    assert all("41.5%" in reply.value.results for reply in found.values())
    assert found["p1"].cost_usd == pytest.approx(100 * 10 / 1e6 / 2)
    assert ledger.by_day(db, DAY, DAY)[0].calls == 4
    assert clock.slept == [60.0] * 2


async def test_the_first_request_teaches_the_form_of_the_others(chats, llm, run):
    llm.behave(refuse_schema=True)
    found = await run(chats())
    assert llm.formats == ["json_schema", "json_object"]
    lines = [json.loads(line) for line in llm.files["file-1"].splitlines()]
    assert [line["body"]["response_format"]["type"] for line in lines] == ["json_object"] * 3
    assert found["p3"].value.results


async def test_nothing_asked_is_nothing_sent(chats, llm, run):
    assert await run(chats(), 0) == {}
    assert await run(chats(), 1)
    assert (len(llm.calls), llm.batches) == (1, {})


async def test_a_request_that_fails_leaves_the_others_alone(chats, llm, run):
    llm.broken, llm.left_out = {"p1"}, {"p2"}
    found = await run(chats())
    assert "500: it failed (The server had an error.)" in str(found["p1"])
    assert "left this one of the batch out (completed)" in str(found["p2"])
    assert found["p1"].retry
    assert found["p2"].retry
    assert found["p3"].value.results


@pytest.mark.parametrize(("fault", "words"), [
    ("truncate", "cut off at 200 tokens"), ("refusal", "declines"), ("empty", "no text"),
])  # fmt: skip
async def test_an_answer_that_cannot_be_used_is_an_error_of_its_own_and_is_paid(chats, llm, run, db, fault, words):
    llm.behave(fault=fault, fault_match="paper 2")
    found = await run(chats())
    assert words in str(found["p2"])
    assert not found["p2"].retry
    assert found["p3"].value.results
    assert ledger.by_day(db, DAY, DAY)[0].calls == 4


async def test_an_answer_of_another_shape_is_an_error_of_its_own(chats, llm, run):
    llm.reply('{"application": "a"}', match="paper 2")
    assert "results: Field required" in str((await run(chats()))["p2"])


async def test_what_the_budget_has_no_room_for_waits(chats, llm, run, db):
    found = await run(chats(budget=Budget(db, lambda: DAY, tokens=400)))
    assert [isinstance(one, BudgetSpent) for one in found.values()] == [False, False, False, True]
    assert len(llm.files["file-1"].splitlines()) == 2


async def test_an_expired_batch_brings_what_was_done(chats, llm, run):
    llm.ends, llm.left_out = "expired", {"p3"}
    found = await run(chats())
    assert found["p1"].value.results
    assert "(expired)" in str(found["p3"])


async def test_a_batch_that_is_refused_says_why(chats, llm, run):
    llm.ends = "failed"
    with pytest.raises(ModelError, match=r"refused the batch \(Line 1 is no JSON\.\)") as caught:
        await run(chats())
    assert not caught.value.retry


async def test_a_batch_that_takes_too_long_is_called_off(chats, llm, run):
    llm.looks = 1000
    with pytest.raises(ModelError, match="called off") as caught:
        await run(chats())
    assert caught.value.retry
    assert llm.batches["batch_1"]["status"] == "cancelling"


async def test_a_server_without_batches_is_named(chats, run):
    async with ChatServer() as plain:
        plain.behave(api_key=KEY)
        with pytest.raises(ModelError, match="offers no batches: leave --batch out") as caught:
            await run(chats(url=plain.base_url))
    assert not caught.value.retry


async def test_a_batch_outlives_its_process_and_is_paid_once(chats, llm, run, db):
    async def killed(_: float) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await run(chats(), sleep=killed)
    found = await run(chats())
    again = await run(chats())
    assert all(reply.value.results for reply in (found | again).values())
    assert len(llm.batches) == 1
    assert ledger.by_day(db, DAY, DAY)[0].calls == 6


async def test_a_batch_that_the_server_lost_is_asked_anew(chats, llm, run, db):
    batches.add(db, llm.base_url, "batch_of_another_age", {"p1", "p2"}, datetime.now(UTC))
    assert all(reply.value.results for reply in (await run(chats())).values())
    assert [one.batch_id for one in batches.of(db, llm.base_url)] == ["batch_1"]


async def test_what_a_batch_left_out_is_asked_anew(chats, llm, run):
    llm.left_out = {"p2"}
    assert not hasattr((await run(chats()))["p2"], "value")
    llm.left_out = set()
    assert (await run(chats()))["p2"].value.results
