"""The one door to model servers: whatever speaks OpenAI's protocol, at any address.

Owns: the clients, time-outs, what their errors mean, the outer form of requests and answers.
Does not own: which server to ask (settings), what vectors are for (embed_api), shapes, retries and cost of chat
(chat_model), the words of an error (failed).
"""

import asyncio
import math
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.models.chat import Message
from ingest.models.failed import Failed, answered
from ingest.models.patience import wait_s
from ingest.models.said import Piece, Said, piece, said, trouble

if TYPE_CHECKING:
    import openai

OPENAI_URL = "https://api.openai.com/v1"
BATCH = 64
"""Texts in one request for embeddings; small servers refuse more."""

NO_KEY = "none"  # what a server without keys is sent: the client insists on one


class _Server:
    """An address, a key, and what failures there mean. `table` is where its settings stand."""

    def __init__(self, base_url: str, api_key: str, timeout_s: float, table: str) -> None:
        self.base_url = base_url or OPENAI_URL
        self._key = api_key or NO_KEY
        self._timeout_s = timeout_s
        self._table = table
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.host})"

    @property
    def host(self) -> str:
        """The server's name, for messages: no user, no password, no path."""
        try:
            return urlsplit(self.base_url).hostname or "the model server"
        except ValueError:  # such as "http://[": the call itself will fail, and say so
            return "the model server"

    def _failure(self, error: Exception) -> Failed:
        """What a failed call means: one line without the key, and whether to try again."""
        import openai

        if isinstance(error, openai.APITimeoutError | TimeoutError):
            return Failed(f"{self.host} did not answer within {self._timeout_s:g} s", retry=True, lost=True)
        if isinstance(error, openai.APIConnectionError):
            if type(error.__cause__).__name__ in ("ReadError", "RemoteProtocolError", "WriteError"):
                return Failed(f"{self.host} broke off the connection", retry=True, lost=True)
            return Failed(f"{self.host} can't be reached: is its address right?", retry=True)
        if isinstance(error, UnicodeEncodeError):
            text = f"{self.host} can't be asked: its key must be plain ASCII, and texts free of lone surrogates"
            return Failed(text, retry=False)
        if isinstance(error, openai.APIStatusError):
            headers = {name.lower(): value for name, value in error.response.headers.items()}
            code, said = str(error.code or ""), self._line(error.body, str(error))
            return answered(self.host, self._table, error.status_code, code, said, wait_s(headers))
        if isinstance(error, openai.OpenAIError):
            body = getattr(error, "body", None)
            return Failed(f"{self.host} gave no usable answer: {self._line(body, str(error))}", retry=False)
        return Failed(f"{self.host} answered something that is no JSON: is its address right?", retry=False)

    def _line(self, body: object, otherwise: str) -> str:
        """The server's own words: the key struck out, one line, at most 200 characters."""
        message = body.get("message") if isinstance(body, dict) else None
        text = str(message or otherwise).replace(self._key, "***")
        return " ".join(text.split())[:200]


class ModelServer(_Server):
    """A server of embeddings and how to call it. Threads may share one; its connections stay open for the next call.

    `base_url` ends in "/v1" as a rule, and empty means OpenAI's own; an empty `api_key` is for servers without keys.
    A call waits `timeout_s` seconds at most for an answer, and is repeated `retries` times, the client waiting
    longer each time or as long as the server asks, after a time-out, a lost connection, a 408, 409, 429 or 5xx.
    """

    def __init__(self, base_url: str, api_key: str, timeout_s: float = 60.0, retries: int = 2) -> None:
        super().__init__(base_url, api_key, timeout_s, "embedding")
        self._retries = retries
        self._made: openai.OpenAI | None = None

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
        except (openai.OpenAIError, ValueError) as error:  # a ValueError: no JSON, whatever its Content-Type says
            raise self._failure(error) from None  # its own text may repeat the key
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

    def _unusable(self, model: str, what: str) -> Failed:
        return Failed(f"{self.host} answered {model} with {what}: is it an embedding model?", retry=False)


class ChatServer(_Server):
    """A server of chat and how to call it, once a call: no retries here. Belongs to one event loop.

    `base_url` and `api_key` as for `ModelServer`. `timeout_s` bounds a whole answer, and each wait within a stream.
    """

    def __init__(self, base_url: str, api_key: str, timeout_s: float = 120.0) -> None:
        super().__init__(base_url, api_key, timeout_s, "llm")
        self._made: openai.AsyncOpenAI | None = None

    async def say(self, model: str, messages: Sequence[Message], options: Mapping[str, Any]) -> Said:
        """Return the model's answer; `options` go into the request as they are (max_tokens, response_format …).

        Raises:
            Failed: there is none.
        """
        answer = await self._ask(model, messages, options)
        if found := trouble(answer):
            raise answered(self.host, self._table, found[0], "", self._line(None, found[1]))
        whole = said(answer, messages)
        if whole is None:
            raise Failed(f"{self.host} answered {model} with no message: is its address right?", retry=False)
        return whole

    async def stream(
        self, model: str, messages: Sequence[Message], options: Mapping[str, Any]
    ) -> AsyncGenerator[Piece, None]:
        """Yield the events of the model's answer until the stream ends; whether it ended well is for the caller to see.

        Raises:
            Failed: it didn't begin, or broke off.
        """
        events = await self._ask(model, messages, {**options, "stream": True})
        if not hasattr(events, "__anext__"):
            raise Failed(f"{self.host} answered {model} with no stream: is its address right?", retry=False)
        async with events:
            while (event := await self._within(anext(events, None))) is not None:
                yield piece(event)

    async def call(self, ask: "Callable[[openai.AsyncOpenAI], Awaitable[Any]]") -> Any:
        """Return what the client answers to `ask`, within the time-out.

        Raises:
            Failed: nothing.
        """
        if (client := self._made) is None:
            client = await asyncio.to_thread(self._client)  # the import takes a second
        return await self._within(ask(client))

    async def aclose(self) -> None:
        """Close the connections; the next call opens others."""
        made, self._made = self._made, None
        if made is not None:
            await made.close()

    async def _ask(self, model: str, messages: Sequence[Message], options: Mapping[str, Any]) -> Any:
        sent = {"model": model, "messages": wire(messages), **options}
        return await self.call(lambda client: client.chat.completions.create(**sent))

    async def _within(self, waiting: Awaitable[Any]) -> Any:
        import openai

        try:
            async with asyncio.timeout(self._timeout_s):
                return await waiting
        except (openai.OpenAIError, TimeoutError, ValueError) as error:
            raise self._failure(error) from None  # its own text may repeat the key

    def _client(self) -> "openai.AsyncOpenAI":
        with self._lock:
            if self._made is None:
                import openai

                self._made = openai.AsyncOpenAI(
                    base_url=self.base_url, api_key=self._key, timeout=self._timeout_s, max_retries=0
                )
            return self._made


def wire(messages: Sequence[Message]) -> list[Any]:
    """The messages as the protocol has them, without what has no UTF-8, or chokes a server (NUL)."""
    return [
        {"role": one.role, "content": one.content.encode("utf-8", "replace").decode().replace("\0", "")}
        for one in messages
    ]


def _floats(values: object) -> list[float]:
    """`values` as floats, or an empty list when they aren't finite numbers."""
    if not isinstance(values, list) or not all(isinstance(value, int | float) for value in values):
        return []
    floats = [float(value) for value in values]
    return floats if all(map(math.isfinite, floats)) else []
