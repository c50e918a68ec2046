"""Failures, many calls at once, and money: chat through the real client, from a server that misbehaves as told."""

import asyncio

import pytest

from ingest.models.budget import Budget
from store import ledger
from store.errors import BudgetSpent
from tests.makers.talks import DAY, ask, read, refused


async def test_a_failure_that_passes_is_waited_for(chats, llm, clock):
    llm.behave(fail_calls=[1, 2])
    assert (await ask(chats())).model == "fake-small"
    assert llm.statuses == [500, 500, 200]
    assert clock.slept == [1.0, 2.0]


async def test_a_dropped_connection_is_tried_again_and_its_prompt_is_booked(chats, llm):
    llm.behave(fault="drop", fault_times=1)
    reply = await ask(chats())
    assert reply.tokens_in > 1.5 * llm.calls[1].prompt_tokens
    assert len(llm.calls) == 2


async def test_retry_after_is_obeyed(chats, llm, clock):
    llm.behave(max_concurrent=0, retry_after_s=7)
    error = await refused(chats())
    assert "429: too many requests" in str(error)
    assert error.retry
    assert len(llm.calls) == 4
    assert clock.slept == [7.25] * 3


async def test_too_long_a_wait_is_not_waited_for(chats, llm, clock):
    llm.behave(max_concurrent=0, retry_after_s=3600)
    error = await refused(chats())
    assert "left alone for another 3600 s" in str(error)
    assert error.retry
    assert (len(llm.calls), clock.slept) == (1, [])


async def test_the_fallback_model_answers_when_the_first_one_keeps_failing(chats, llm):
    llm.behave(fail_calls=[1, 2, 3, 4])
    assert (await ask(chats(fallback="fake-large"))).model == "fake-large"
    assert llm.models_asked == ["fake-small"] * 4 + ["fake-large"]


async def test_without_a_fallback_model_a_failing_server_is_an_error_that_may_pass(chats, llm):
    llm.behave(fail_every=1)
    error = await refused(chats())
    assert "127.0.0.1 answered 500: it failed" in str(error)
    assert (error.retry, len(llm.calls)) == (True, 4)


@pytest.mark.parametrize(("behaviour", "words"), [
    pytest.param({"api_key": "another"}, "401: it refused the key, check api_key in [llm]", id="a wrong key"),
    pytest.param({"models": ["x"]}, "404: it knows no such model or address, check model and", id="an unknown model"),
])  # fmt: skip
async def test_a_wrong_setting_is_named_at_once(chats, llm, behaviour, words):
    llm.behave(**behaviour)
    error = await refused(chats(fallback="fake-large"))
    assert words in str(error)
    assert (error.retry, len(llm.calls)) == (False, 1)


@pytest.mark.parametrize(("settings", "retry", "words"), [
    pytest.param({"url": "http://["}, True, "can't be reached", id="no address at all"),
    pytest.param({"url": "example"}, True, "can't be reached", id="no scheme"),
    pytest.param({"url": "http://127.0.0.1:1/v1"}, True, "can't be reached", id="nobody there"),
    pytest.param({"key": "密钥"}, False, "must be plain ASCII", id="a key that no header can carry"),
])  # fmt: skip
async def test_a_senseless_setting_is_an_error_and_no_crash(chats, settings, retry, words):
    error = await refused(chats(**settings))
    assert words in str(error)
    assert error.retry is retry


async def test_a_slow_server_is_given_up(chats, llm):
    llm.behave(latency_s=30)
    error = await refused(chats(timeout_s=0.05))
    assert "did not answer within 0.05 s" in str(error)
    assert (error.retry, len(llm.calls)) == (True, 4)


async def test_all_tries_together_are_bounded(chats, llm):
    llm.behave(latency_s=30)
    error = await refused(chats(timeout_s=10, total_s=0.1))
    assert "no answer within 0.1 s" in str(error)
    assert error.retry


async def test_no_more_answers_are_made_at_a_time_than_allowed(chats, llm):
    llm.behave(latency_s=0.02)
    chat = chats(concurrency=3)
    replies = await asyncio.gather(*(ask(chat) for _ in range(9)))
    assert len(replies) == 9
    assert llm.totals()["concurrency_peak"] == 3


async def test_waiting_for_a_turn_does_not_count_as_waiting_for_an_answer(chats, llm):
    llm.behave(latency_s=0.1)
    chat = chats(concurrency=1, total_s=0.3)
    assert len(await asyncio.gather(*(ask(chat) for _ in range(5)))) == 5


async def test_a_spent_budget_stops_before_the_call(chats, llm, db):
    chat = chats(fallback="fake-large", budget=Budget(db, lambda: DAY, tokens=50))
    await ask(chat)
    with pytest.raises(BudgetSpent, match="waits for 2026-03-03"):
        await ask(chat)
    with pytest.raises(BudgetSpent):
        await read(chat)
    assert len(llm.calls) == 1


async def test_calls_at_the_same_time_pass_the_budget_by_one_at_most(chats, llm, db):
    llm.behave(latency_s=0.05)
    chat = chats(concurrency=8, budget=Budget(db, lambda: DAY, usd=0.02), price_in=10, price_out=30)
    done = await asyncio.gather(*(ask(chat) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(one, BudgetSpent) for one in done) == 6
    assert ledger.spent(db, DAY).cost_usd < 0.04
