"""An embedder behind any OpenAI-compatible server.

Owns: prefixes, what a server can be sent, unit length.
Does not own: calling the server and checking its answer (llm).
"""

import re
import threading
from collections.abc import Sequence

import numpy as np

from ingest.models.llm import ModelServer
from store.errors import EmbedderError, ModelError
from store.types import Vectors

MAX_CHARS = 6_000
"""What stands beyond these characters is not sent: OpenAI's models refuse more than 8,192 tokens."""

PLACEHOLDER = "."  # an empty text is refused by servers, but must have a vector
# Models trained with prefixes: intfloat/e5-base-v2, multilingual-e5-large …, but not those that follow instructions.
E5 = re.compile(r"(?:^|[/_:-])e5(?!.*instruct)(?:$|[_:-])", re.IGNORECASE)
UNSENDABLE = re.compile("[\0\ud800-\udfff]")  # lone surrogates have no UTF-8; some servers choke on NUL


class ApiEmbedder:
    """An `Embedder` whose vectors a server makes.

    Texts are sent as they are, but for e5 models: their names say so, and they get the prefixes "query: " and
    "passage: " that they were trained with. The signature is the model's name without the server's: the same model
    may move. `dim` is learnt from the first answer, and every later one must agree.
    """

    def __init__(self, server: ModelServer, model: str) -> None:
        self.signature = f"openai:{model}"
        self._server = server
        self._model = model
        self._query, self._passage = ("query: ", "passage: ") if E5.search(model) else ("", "")
        self._dim = 0
        self._lock = threading.Lock()

    @property
    def dim(self) -> int:
        """Numbers in a vector; embeds one word to find out if nothing was embedded before.

        Raises:
            EmbedderError: as for `queries`.
        """
        if not self._dim:
            self._embed("", [PLACEHOLDER])
        return self._dim

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions."""
        return self._embed(self._query, texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found."""
        return self._embed(self._passage, texts)

    def _embed(self, prefix: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        plain = [UNSENDABLE.sub("", text[:MAX_CHARS]).strip() or PLACEHOLDER for text in texts]
        try:
            answer = self._server.embed(self._model, [prefix + text for text in plain])
        except ModelError as error:
            raise EmbedderError(str(error), retry=error.retry) from error
        rows = np.array(answer, np.float64)
        self._agree(rows.shape[1])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not (lengths > 0).all():
            raise EmbedderError(f"{self._server.host} answered {self._model} with a vector of zeros", retry=False)
        vectors: Vectors = (rows / lengths).astype(np.float32)
        return vectors

    def _agree(self, dim: int) -> None:
        """Learn the dimension from the first answer; hold later ones to it."""
        with self._lock:
            self._dim = self._dim or dim
        if dim != self._dim:
            text = f"{self._server.host} answered {self._model} with {dim} numbers a vector, {self._dim} before"
            raise EmbedderError(text, retry=False)
