"""Answers as they are written, through the real client, from a server that misbehaves as told."""

from contextlib import aclosing

import pytest
from aiohttp import web

from store import ledger
from store.errors import ModelError
from tests.makers.talks import ASKED, DAY, ask, read


async def test_a_stream_brings_the_answer_in_pieces_and_is_booked(chats, llm, db):
    pieces: list[str] = []
    assert "41.5%" in await read(chats(), pieces)
    assert len(pieces) > 3
    assert all(pieces)
    (line,) = ledger.by_day(db, DAY, DAY)
    (call,) = llm.calls
    assert (line.purpose, line.tokens_in, line.tokens_out) == ("answer", call.prompt_tokens, call.completion_tokens)


async def test_a_stream_that_breaks_off_is_an_error_after_what_came(chats, llm, db):
    llm.behave(fault="drop")
    came: list[str] = []
    with pytest.raises(ModelError, match="broke off") as caught:
        await read(chats(), came=came)
    assert caught.value.retry
    assert came
    assert ledger.spent(db, DAY).tokens > 0


async def test_a_stream_that_just_ends_is_an_error(chats, llm):
    async def ends(request, body, call, choice):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b'data: {"choices": [{"index": 0, "delta": {"content": "Sea"}}]}\n\n')
        return response

    llm._stream = ends
    with pytest.raises(ModelError, match="broke fake-small's answer off") as caught:
        await read(chats())
    assert caught.value.retry


@pytest.mark.parametrize(("fault", "words"), [
    pytest.param("truncate", "cut off at 500 tokens", id="cut off"),
    pytest.param("refusal", "declines", id="refused"),
    pytest.param("empty", "no text", id="empty"),
])  # fmt: skip
async def test_a_stream_that_ends_badly_is_an_error(chats, llm, fault, words):
    llm.behave(fault=fault)
    with pytest.raises(ModelError, match=words) as caught:
        await read(chats())
    assert not caught.value.retry


async def test_a_stream_that_fails_before_it_begins_is_tried_again_then_the_fallback_model(chats, llm):
    llm.behave(fail_calls=[1, 2, 3, 4])
    assert "41.5%" in await read(chats(fallback="fake-large"))
    assert llm.models_asked == ["fake-small"] * 4 + ["fake-large"]


async def test_a_server_that_counts_no_streams_is_not_asked_to(chats, llm):
    llm.refuse = lambda body: "Unknown field stream_options." if "stream_options" in body else None
    chat = chats()
    await read(chat)
    await read(chat)
    assert ["stream_options" in body for body in llm.bodies] == [True, False, False]


async def test_a_stream_that_stalls_is_given_up(chats, llm):
    llm.behave(tokens_per_s=0.1)
    with pytest.raises(ModelError, match=r"did not answer within 0\.1 s"):
        await read(chats(timeout_s=0.1))


async def test_leaving_a_stream_early_gives_the_turn_back(chats, llm):
    chat = chats(concurrency=1)
    async with aclosing(chat.stream(ASKED, purpose="answer", max_tokens=500)) as stream:
        await anext(stream)
    assert (await ask(chat)).value
