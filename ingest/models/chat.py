"""The port to chat models: what is said to one, and what comes back.

Owns: the words `Message`, `Reply`, `Chat`.
Does not own: calling a server (llm), shapes, retries and cost (chat_model), prompts (prompts).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)
Role: TypeAlias = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """An answer in the shape asked for.

    `model` is the one that gave it (the fallback one, perhaps). Tokens and cost are those of every call that it took,
    as the server counted them, or estimated where it doesn't count. `seconds` run from the start of the first call.
    """

    value: T
    model: str
    tokens_in: int
    tokens_out: int
    cost_usd: float
    seconds: float


class Chat(Protocol):
    """A model that answers in a given shape."""

    async def complete(self, messages: Sequence[Message], shape: type[T], *, purpose: str, max_tokens: int) -> Reply[T]:
        """Return an answer that `shape` accepts. The messages needn't ask for JSON; the model is told.

        `purpose` names the ledger's line ("summary", "answer" …); `max_tokens` is the most the answer may have.

        Raises:
            BudgetSpent: the day's budget is spent; nothing was asked.
            ModelError: unreachable, too busy or failing (retry=True); a wrong setting, a refusal, an answer of
                another shape or cut off (retry=False).
        """
        ...


def estimate(text: str) -> int:
    """About how many tokens `text` has: four Latin characters, or one and a half Chinese ones, to a token."""
    wide = sum(character > "\u2e7f" for character in text)
    return math.ceil((len(text) - wide) / 4 + wide / 1.5)
