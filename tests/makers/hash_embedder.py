"""An `Embedder` that a reader can predict: a text is the bag of its characters' pairs and triples.

Texts that share letters are near, whatever they mean; the same text always has the same vector, on every machine.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from store.types import Vectors


class HashEmbedder:
    """64 numbers a text; loads nothing. `signature` is another model's name where a test needs two."""

    dim = 64

    def __init__(self, signature: str = "hash-1") -> None:
        self.signature = signature
        self.asked: list[str] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            plain = f" {text.lower()} "
            for size in (2, 3):
                for at in range(len(plain) - size + 1):
                    row[crc32(plain[at : at + size].encode("utf-8", "surrogatepass")) % self.dim] += 1
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
