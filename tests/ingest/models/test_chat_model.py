"""Answers in a shape, through the real client, from a server on this machine that misbehaves as told."""

import pytest

from ingest.models.chat import Message
from store import ledger
from tests.makers.talks import DAY, KEY, Note, ask, refused


async def test_an_answer_has_the_shape_and_what_it_took(chats, llm, db):
    reply = await ask(chats(price_in=2.0, price_out=10.0))
    (call,) = llm.calls
    assert "41.5%" in reply.value.results
    assert (reply.model, reply.tokens_in, reply.tokens_out) == (
        "fake-small",
        call.prompt_tokens,
        call.completion_tokens,
    )
    assert reply.cost_usd == pytest.approx((2 * call.prompt_tokens + 10 * call.completion_tokens) / 1e6)
    assert ledger.spent(db, DAY).cost_usd == pytest.approx(reply.cost_usd)
    assert 0 < reply.seconds < 30


@pytest.mark.parametrize("fault", ["fenced", "invalid_json", "latex"])
async def test_one_call_is_enough_for_json_as_models_write_it(chats, llm, fault):
    llm.behave(fault=fault)
    reply = await ask(chats())
    assert "41.5%" in reply.value.results
    assert len(llm.calls) == 1
    if fault == "latex":
        assert r"$\frac{1}{n}\sum_i \alpha_i$ with $\beta \leq 1$" in reply.value.results


@pytest.mark.parametrize(("fault", "words"), [
    pytest.param("empty", "with no text", id="empty"),
    pytest.param("truncate", "cut off at 1000 tokens", id="cut off, with twice the tokens the second time"),
])  # fmt: skip
async def test_a_flaw_is_forgiven_once(chats, llm, fault, words):
    llm.behave(fault=fault, fault_times=1)
    assert (await ask(chats())).value.results
    assert len(llm.calls) == 2
    llm.behave(fault=fault, fault_times=None)
    error = await refused(chats())
    assert words in str(error)
    assert not error.retry
    assert len(llm.calls) == 4


async def test_an_answer_that_was_cut_off_is_asked_for_with_twice_the_tokens(chats, llm):
    assert (await ask(chats(), max_tokens=40)).value.results
    assert [body["max_tokens"] for body in llm.bodies] == [40, 80]


async def test_an_answer_of_another_shape_is_complained_about_once(chats, llm):
    llm.reply('{"application": "a"}', times=1)
    reply = await ask(chats())
    assert reply.value.results
    said = llm.bodies[1]["messages"]
    assert [one["role"] for one in said] == ["system", "user", "assistant", "user"]
    assert "results: Field required" in said[3]["content"]
    assert reply.tokens_in == sum(call.prompt_tokens for call in llm.calls)


async def test_an_answer_of_another_shape_twice_is_an_error(chats, llm):
    llm.reply("I'd rather chat.")
    error = await refused(chats())
    assert "another shape than was asked for: there is no valid JSON object" in str(error)
    assert (error.retry, len(llm.calls)) == (False, 2)


async def test_a_refusal_is_final(chats, llm):
    llm.behave(fault="refusal")
    error = await refused(chats(fallback="fake-large"))
    assert "declines to answer (I'm sorry" in str(error)
    assert (error.retry, len(llm.calls)) == (False, 1)


async def test_an_answer_that_a_filter_hides_is_final(chats, llm):
    def filtered(body):
        body["choices"][0]["finish_reason"] = "content_filter"
        return body

    llm.spoil = filtered
    error = await refused(chats())
    assert (error.retry, len(llm.calls)) == (False, 1)


async def test_tokens_are_estimated_where_the_server_does_not_count(chats, llm):
    llm.spoil = lambda body: body | {"usage": None}
    reply = await ask(chats())
    assert reply.tokens_in == pytest.approx(llm.calls[0].prompt_tokens, rel=0.2)
    assert reply.tokens_out == pytest.approx(llm.calls[0].completion_tokens, rel=0.2)


@pytest.mark.parametrize("spoil", [
    pytest.param(lambda body: {"choices": []}, id="no choices"),
    pytest.param(lambda body: {"choices": None}, id="null for choices"),
    pytest.param(lambda body: [], id="a list"),
])  # fmt: skip
async def test_an_answer_that_is_none_is_an_error(chats, llm, spoil):
    llm.spoil = spoil
    assert not (await refused(chats())).retry


async def test_an_error_that_comes_as_a_200_is_one(chats, llm):
    llm.spoil = lambda body: {"error": {"code": 502, "message": f"Upstream failed for {KEY}."}}
    error = await refused(chats())
    assert "502: it failed (Upstream failed for ***.)" in str(error)
    assert error.retry


async def test_any_text_can_be_sent(chats, llm):
    await chats().complete([Message("user", "\ud800\0 x")], Note, purpose="summary", max_tokens=100)
    assert llm.bodies[0]["messages"][0]["content"] == "? x"


async def test_the_richest_form_is_a_strict_schema(chats, llm):
    await ask(chats())
    wanted = llm.bodies[0]["response_format"]["json_schema"]
    assert wanted["strict"] is True
    assert wanted["schema"]["required"] == ["application", "results"]
    assert wanted["schema"]["additionalProperties"] is False


async def test_a_server_without_schemas_is_asked_for_json_and_told_the_form(chats, llm):
    llm.behave(refuse_schema=True)
    reply = await ask(chats())
    assert reply.value.results
    assert llm.formats == ["json_schema", "json_object"]
    assert '{"application": "text", "results": "text"}' in llm.bodies[1]["messages"][-1]["content"]


async def test_a_server_without_any_form_is_asked_in_words(chats, llm):
    llm.refuse = lambda body: "response_format is unknown." if "response_format" in body else None
    llm.reply('Sure: {"application": "a", "results": "b"}')
    assert (await ask(chats())).value == Note(application="a", results="b")
    assert llm.formats == ["json_schema", "json_object", "plain"]


async def test_the_form_that_worked_is_remembered_for_that_model_only(chats, llm):
    llm.refuse = lambda body: (
        "No json_schema here." if body["model"] == "fake-small" and "json_schema" in str(body) else None
    )
    chat = chats(fallback="fake-large")
    await ask(chat)
    await ask(chat)
    assert llm.formats == ["json_schema", "json_object", "json_object"]
    llm.behave(fail_calls=range(4, 8))
    await ask(chat)
    assert llm.formats[-1] == "json_schema"


async def test_the_other_name_of_max_tokens_is_learnt(chats, llm):
    llm.refuse = lambda body: "Use 'max_completion_tokens' instead." if "max_tokens" in body else None
    chat = chats()
    await ask(chat)
    await ask(chat)
    assert llm.formats == ["json_schema"] * 3
    assert ["max_completion_tokens" in body for body in llm.bodies] == [False, True, True]


async def test_a_text_that_is_too_long_is_not_asked_again_in_other_forms(chats, llm):
    llm.behave(context_tokens=10)
    error = await refused(chats())
    assert "too long" in str(error)
    assert (error.retry, len(llm.calls)) == (False, 1)
