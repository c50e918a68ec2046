"""What an answer of `/chat/completions` holds, whole or streamed, whoever made it.

The openai client checks no types: any field of an answer may be missing or of another kind.

Owns: taking answers apart.
Does not own: getting them (llm), judging them (chat_model).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.models.chat import Message, estimate


@dataclass(frozen=True, slots=True)
class Said:
    """One answer. `finish` is the reason to stop ("stop", "length", "content_filter" …), "" when none was given.

    `refusal` is what a model says that won't answer. Tokens are estimated where the server doesn't count them.
    """

    text: str
    finish: str
    refusal: str
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One event of a stream: some text, perhaps the reason to stop, perhaps the tokens (in, out)."""

    text: str = ""
    finish: str = ""
    refusal: str = ""
    tokens: tuple[int, int] | None = None


class Streamed:
    """A stream's answer so far."""

    def __init__(self) -> None:
        self.text = self.finish = self.refusal = ""
        self.tokens: tuple[int, int] | None = None

    def add(self, piece: Piece) -> str:
        """Take in one event; return the text that it brought."""
        self.text += piece.text
        self.refusal += piece.refusal
        self.finish = piece.finish or self.finish
        self.tokens = piece.tokens or self.tokens
        return piece.text


def piece(event: object) -> Piece:
    """Take one event of a stream apart."""
    choice = _first(event)
    delta = getattr(choice, "delta", None)
    text, refusal, finish = _text(delta, "content"), _text(delta, "refusal"), _text(choice, "finish_reason")
    return Piece(text, finish, refusal, _tokens(event))


def said(answer: object, messages: Sequence[Message]) -> Said | None:
    """Take an answer to `messages` apart; None when it is none."""
    choice = _first(answer)
    message = getattr(choice, "message", None)
    if message is None:
        return None
    text, refusal = _text(message, "content"), _text(message, "refusal")
    tokens_in, tokens_out = _tokens(answer) or (estimated(messages), estimate(text or refusal))
    return Said(text, _text(choice, "finish_reason"), refusal, tokens_in, tokens_out)


def trouble(answer: object) -> tuple[int, str] | None:
    """The status and the words of an error that came as a 200, as brokers send it; None when there is none."""
    error: Any = getattr(answer, "error", None)
    if not error:
        return None
    code, message = (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, error)
    return code if isinstance(code, int) and 400 <= code < 600 else 502, str(message)


def estimated(messages: Sequence[Message]) -> int:
    """About how many tokens these messages have, with what surrounds each of them."""
    return sum(estimate(message.content) + 4 for message in messages)


def _first(answer: object) -> object:
    choices = getattr(answer, "choices", None)
    return choices[0] if isinstance(choices, list) and choices else None


def _text(owner: object, name: str) -> str:
    value = getattr(owner, name, None)
    return value if isinstance(value, str) else ""


def _tokens(answer: object) -> tuple[int, int] | None:
    """The tokens that the server counted, None when it didn't; a zero for the prompt is no count."""
    usage = getattr(answer, "usage", None)
    counts = getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None)
    return (counts[0], counts[1]) if isinstance(counts[0], int) and isinstance(counts[1], int) and counts[0] else None
