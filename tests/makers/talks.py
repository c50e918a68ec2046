"""A question to a model, and asking it."""

from contextlib import aclosing
from datetime import date

import pytest
from pydantic import BaseModel

from ingest.models.chat import Message, Reply
from ingest.models.chat_model import ChatModel
from store.errors import ModelError

KEY = "sk-very-secret"
DAY = date(2026, 3, 2)
TEXT = "SeaCache reduces the time that sampling takes by 41.5% on average. It needs no training of the model at all."
ASKED = [Message("system", "You summarise papers in English."), Message("user", TEXT)]


class Note(BaseModel):
    """The shape that is asked for."""

    application: str
    results: str


async def ask(chat: ChatModel, max_tokens: int = 500) -> Reply[Note]:
    """An answer about `TEXT`."""
    return await chat.complete(ASKED, Note, purpose="summary", max_tokens=max_tokens)


async def refused(chat: ChatModel) -> ModelError:
    """The error that asking gives: one line without the key."""
    with pytest.raises(ModelError) as caught:
        await ask(chat)
    text = str(caught.value)
    assert KEY not in text
    assert "\n" not in text
    return caught.value


async def read(chat: ChatModel, came: list[str] | None = None) -> str:
    """The whole of a streamed answer; the pieces also go to `came`."""
    pieces = [] if came is None else came
    async with aclosing(chat.stream(ASKED, purpose="answer", max_tokens=500)) as stream:
        async for piece in stream:
            pieces.append(piece)
    return "".join(pieces)
