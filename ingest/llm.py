"""The one door to model servers: whatever speaks OpenAI's protocol, at any address.

Owns: the client, time-outs and retries, what a server's failure means, checking the shape of its answers.
Does not own: prompts (prompts), what vectors are for (embed_api), which server to ask (settings).
"""

import math
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from store.errors import ModelError

if TYPE_CHECKING:
    import openai

OPENAI_URL = "https://api.openai.com/v1"
BATCH = 64
"""Texts in one request for embeddings; small servers refuse more."""

NO_KEY = "none"  # what a server without keys is sent: the client insists on one
ADVICE = {
    401: "it refused the key",
    402: "the account has no credit",
    403: "it refused the key for this",
    404: "it knows no such model or address",
    413: "the text is too long for it",
    429: "too many requests",
}


class ModelServer:
    """A server and how to call it. Threads may share one; its connections stay open for the next call.

    `base_url` ends in "/v1" as a rule, and empty means OpenAI's own; an empty `api_key` is for servers without keys.
    A call waits `timeout_s` seconds at most for an answer, and is repeated `retries` times, the client waiting
    longer each time or as long as the server asks, after a time-out, a lost connection, a 408, 409, 429 or 5xx.
    """

    def __init__(self, base_url: str, api_key: str, timeout_s: float = 60.0, retries: int = 2) -> None:
        self.base_url = base_url or OPENAI_URL
        self._key = api_key or NO_KEY
        self._timeout_s = timeout_s
        self._retries = retries
        self._made: openai.OpenAI | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"ModelServer({self.host})"

    @property
    def host(self) -> str:
        """The server's name, for messages: no user, no password, no path."""
        try:
            return urlsplit(self.base_url).hostname or "the model server"
        except ValueError:  # such as "http://[": the call itself will fail, and say so
            return "the model server"

    def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector a text, in their order, all of the same length; asks for BATCH at a time.

        No text may be empty. The vectors are finite, but of any length in space.

        Raises:
            ModelError: unreachable, too busy or failing (retry=True); a refusal, or an answer of another shape
                (retry=False).
        """
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            vectors += self._embed(model, list(texts[start : start + BATCH]))
        if len({len(vector) for vector in vectors}) > 1:
            raise self._unusable(model, "vectors of several lengths")
        return vectors

    def close(self) -> None:
        """Close the connections; the next call opens others."""
        with self._lock:
            made, self._made = self._made, None
        if made is not None:
            made.close()

    def _embed(self, model: str, texts: list[str]) -> list[list[float]]:
        import openai

        try:
            # Asked for floats: base64, the client's default, is unknown to many other servers.
            answer = self._client().embeddings.create(model=model, input=texts, encoding_format="float")
        except openai.OpenAIError as error:
            raise self._failure(error) from None  # its own text may repeat the key
        except UnicodeEncodeError:
            text = f"{self.host} can't be asked: its key must be plain ASCII, and texts free of lone surrogates"
            raise ModelError(text, retry=False) from None
        except ValueError:  # not JSON, whatever its Content-Type says
            raise self._unusable(model, "something that is no JSON") from None
        rows: object = getattr(answer, "data", None)  # the client checks no types, and returns a page of HTML as it is
        if not isinstance(rows, list) or len(rows) != len(texts):
            raise self._unusable(model, f"no list of {len(texts)} vectors")
        by_index = {getattr(row, "index", None): getattr(row, "embedding", None) for row in rows}
        if set(by_index) != set(range(len(texts))):
            raise self._unusable(model, "vectors whose numbering has gaps")
        vectors = [_floats(by_index[index]) for index in range(len(texts))]
        if not all(vectors):
            raise self._unusable(model, "vectors that aren't finite numbers")
        return vectors

    def _client(self) -> "openai.OpenAI":
        with self._lock:
            if self._made is None:
                import openai

                self._made = openai.OpenAI(
                    base_url=self.base_url, api_key=self._key, timeout=self._timeout_s, max_retries=self._retries
                )
            return self._made

    def _failure(self, error: "openai.OpenAIError") -> ModelError:
        """What a failed call means: one line without the key, and whether to try again."""
        import openai

        if isinstance(error, openai.APITimeoutError):
            return ModelError(f"{self.host} did not answer within {self._timeout_s:g} s", retry=True)
        if isinstance(error, openai.APIConnectionError):
            return ModelError(f"{self.host} can't be reached: is its address right?", retry=True)
        said = self._line(error)
        if not isinstance(error, openai.APIStatusError):
            return ModelError(f"{self.host} gave no usable answer: {said}", retry=False)
        status = error.status_code
        retry = status >= 500 or status in (408, 409, 429)
        if error.code == "insufficient_quota":
            status, retry = 402, False
        advice = ADVICE.get(status, "it failed" if retry else "it refused the request")
        return ModelError(f"{self.host} answered {error.status_code}: {advice} ({said})", retry=retry)

    def _unusable(self, model: str, what: str) -> ModelError:
        return ModelError(f"{self.host} answered {model} with {what}: is it an embedding model?", retry=False)

    def _line(self, error: "openai.OpenAIError") -> str:
        """The server's own words: the key struck out, one line, at most 200 characters."""
        body = getattr(error, "body", None)
        message = body.get("message") if isinstance(body, dict) else None
        text = str(message or error).replace(self._key, "***")
        return " ".join(text.split())[:200]


def _floats(values: object) -> list[float]:
    """`values` as floats, or an empty list when they aren't finite numbers."""
    if not isinstance(values, list) or not all(isinstance(value, int | float) for value in values):
        return []
    floats = [float(value) for value in values]
    return floats if all(map(math.isfinite, floats)) else []
