"""Turn texts into vectors: the port, and the one place that chooses who makes them.

Owns: what an embedder promises, and which one a setting names.
Does not own: the bundled model (`e5`), model servers (`embed_api`, `llm`), or where vectors are kept (store's `index`).
"""

from collections.abc import Sequence
from typing import Protocol

from store.errors import ConfigError
from store.types import Vectors

PROVIDERS = ("local", "openai")
"""What `embedding.provider` may be: the bundled model, or any OpenAI-compatible server."""


class Embedder(Protocol):
    """Makes vectors whose dot product says how near two texts are in meaning, across languages if the model can.

    Threads may share one. The methods block (a passage costs some 50 ms of CPU, or a call to a server):
    call them through `asyncio.to_thread`. Any text will do, also an empty one.

    Both methods take n texts, none included, and return float32 of shape (n, dim), rows of length 1.
    They raise EmbedderError: its server failed or can't be reached; `retry` says whether waiting may help.
    """

    @property
    def signature(self) -> str:
        """The model and the version of its engine: vectors of two signatures must not be compared."""

    @property
    def dim(self) -> int:
        """Numbers in a vector; a server may have to be asked first, hence EmbedderError here too."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found."""


def make(provider: str, base_url: str = "", api_key: str = "", model: str = "") -> Embedder:
    """Return the embedder that `provider` names, one of `PROVIDERS`; the other arguments are for servers only.

    "local" reads its 72 MB file now (0.5 s); "openai" asks nobody until it is used.

    Raises:
        ConfigError: another provider, or a server without a model's name.
        EmbedderError: the bundled model's file is missing or another one (retry=False).
    """
    if provider == "local":
        from ingest.e5.local import LocalE5

        return LocalE5()
    if provider == "openai":
        if not model:
            raise ConfigError('embedding.model is missing: provider "openai" needs the name of an embedding model')
        from ingest.embed_api import ApiEmbedder
        from ingest.models.llm import ModelServer

        return ApiEmbedder(ModelServer(base_url, api_key), model)
    raise ConfigError(f"embedding.provider is {provider!r}: it must be one of {', '.join(PROVIDERS)}")
