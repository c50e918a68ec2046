"""Whether a model's answer can be used, and what to say about one that can't.

Owns: flaws that another try may mend, and their words.
Does not own: trying again (chat_model), reading shapes (unpack).
"""

from typing import Literal, TypeAlias

from ingest.models.chat import Message, T
from ingest.models.unpack import ShapeError, unpack
from store.errors import ModelError

Kind: TypeAlias = Literal["length", "empty", "shape"]


class Flaw(Exception):
    """An answer can't be used, but another one might be. `problem` says more where its shape is wrong."""

    def __init__(self, kind: Kind, problem: str = "") -> None:
        super().__init__(kind)
        self.kind, self.problem = kind, problem

    def final(self, model: str, max_tokens: int) -> ModelError:
        """The error that it is when it comes again."""
        words = {
            "length": f"{model}'s answer was cut off at {max_tokens} tokens: it needs more, or a shorter text",
            "empty": f"{model} answered with no text",
            "shape": f"{model}'s answer has another shape than was asked for: {self.problem}",
        }
        return ModelError(words[self.kind], retry=False)

    def complaint(self, text: str) -> list[Message]:
        """What to add to the talk after the answer `text`: nothing, where the same question may do better."""
        if self.kind != "shape":
            return []
        words = (
            f"That can't be used: {self.problem}. Write the whole answer again, as one JSON object and nothing else."
        )
        return [Message("assistant", text), Message("user", words)]


def whole(model: str, text: str, finish: str, refusal: str) -> str:
    """Return `text` when it is an answer, and all of it.

    Raises:
        Flaw: it is cut off or empty.
        ModelError: the model declines, or a filter hides its answer (retry=False).
    """
    if refusal or finish == "content_filter":
        words = f" ({' '.join(refusal.split())[:100]})" if refusal else ""
        raise ModelError(f"{model} declines to answer{words}", retry=False)
    if finish == "length":
        raise Flaw("length")
    if not text.strip():
        raise Flaw("empty")
    return text


def shaped(text: str, shape: type[T]) -> T:
    """Return what `text` holds in that shape.

    Raises:
        Flaw: it doesn't.
    """
    try:
        return unpack(text, shape)
    except ShapeError as error:
        raise Flaw("shape", str(error)) from None
