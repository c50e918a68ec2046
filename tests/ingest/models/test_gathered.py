"""Questions gathered into a batch, through the real client, from a server on this machine."""

import asyncio

import pytest

from ingest.models.batch import Pace
from ingest.models.chat import Message
from ingest.models.gathered import Gathered
from store.errors import ModelError
from tests.fakes.batch_server import BatchServer
from tests.fakes.chat_server import ChatServer
from tests.makers.talks import KEY, TEXT, Note


@pytest.fixture
async def llm():
    async with BatchServer() as running:
        running.behave(api_key=KEY)
        yield running


@pytest.fixture
def pace(clock) -> Pace:
    return Pace(poll_s=60, total_s=600, now=clock.now, sleep=clock.sleep)


def asked(n: int, *more: Message) -> list[Message]:
    return [Message("user", f"In English, paper {n}. {TEXT}"), *more]


async def ask(chat: Gathered, n: int, *more: Message):
    return await chat.complete(asked(n, *more), Note, purpose="summary", max_tokens=200)


async def test_questions_asked_at_one_time_are_one_batch(chats, llm, pace, db):
    async with Gathered(chats(), db, quiet_s=0.01, pace=pace) as chat:
        replies = await asyncio.gather(*(ask(chat, n) for n in range(4)))
    assert ["41.5%" in reply.value.results for reply in replies] == [True] * 4
    assert len(llm.batches) == 1


async def test_a_repair_is_asked_at_once(chats, llm, pace, db):
    async with Gathered(chats(), db, quiet_s=3600, pace=pace) as chat:
        await ask(chat, 1, Message("assistant", "{}"), Message("user", "Mend it."))
    assert llm.batches == {}


async def test_a_server_without_batches_is_said_to_each_who_asked(chats, pace, db):
    async with ChatServer() as plain:
        plain.behave(api_key=KEY)
        async with Gathered(chats(url=plain.base_url), db, quiet_s=0.01, pace=pace) as chat:
            found = await asyncio.gather(*(ask(chat, n) for n in range(3)), return_exceptions=True)
    assert [isinstance(one, ModelError) and "batches" in str(one) for one in found] == [True] * 3


async def test_leaving_breaks_waiting_questions_off(chats, llm, pace, db):
    async with Gathered(chats(), db, quiet_s=0.01, pace=Pace(poll_s=60, total_s=600)) as chat:
        llm.looks = 1000
        waiting = asyncio.create_task(ask(chat, 1))
        other = asyncio.create_task(ask(chat, 2))
        while not llm.batches:
            await asyncio.sleep(0.005)
    with pytest.raises(asyncio.CancelledError):
        await other
    assert waiting.done() or waiting.cancelled() or waiting.cancel()
