"""Cut text into the model's tokens: SentencePiece's Unigram, small and linear in time.

Libraries hold the 250,002 pieces as objects (sentencepiece 64 MB, tokenizers 205 MB, a dict 43 MB). Here a piece is
a 64-bit hash in a sorted array, its score and its id: 4 MB, and 4 MB more for a filter of beginnings. The substrings
of a text are hashed and looked up together, one length after the other, as long as some piece begins like them.
No piece is longer than 16 characters: time and memory grow with the length of a text, spaces or not.

Owns: normalising, hashing, the best segmentation.
Does not own: where the pieces come from (weights), prefixes and windows (local).

Source: https://arxiv.org/abs/1808.06226, https://github.com/google/sentencepiece
"""

import re
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ingest.e5.weights import Floats, Vocabulary

MAX_CHARS = 60_000
"""What stands beyond these characters is not read: 60,000 are a long paper, and some 10 s of embedding."""

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd; the file's pieces don't collide under it (a test counts)
FILTER_BITS = 22  # 4 MB, of which 7 % is set
UNKNOWN_PENALTY = 10.0  # SentencePiece's kUnkPenalty, below the rarest piece

Points: TypeAlias = NDArray[np.uint32]
"""Unicode code points."""
Hashes: TypeAlias = NDArray[np.uint64]
Ints: TypeAlias = NDArray[np.int64]


class Tokenizer:
    """Text → token ids, those of the model's own tokenizer. Immutable once made: threads may share it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._normal = vocabulary.normal
        self._unknown = vocabulary.unknown
        self._unknown_score = float(vocabulary.scores.min()) - UNKNOWN_PENALTY
        hashes, self._begins = _hash_pieces(vocabulary.text, vocabulary.ends)
        order = np.argsort(hashes)
        self._hashes, self._ids, self._scores = hashes[order], order.astype(np.int32), vocabulary.scores[order]

    def tokens(self, text: str) -> list[int]:
        """Return the ids of `text` (its first MAX_CHARS characters), without <s> and </s>.

        A run of unknown characters becomes one <unk>. An empty text has no tokens.
        """
        plain = re.sub(" {2,}", " ", text[:MAX_CHARS].translate(self._normal))[:MAX_CHARS]
        if not plain:
            return []
        marked = plain.replace(" ", "▁")
        if not marked.startswith("▁"):
            marked = "▁" + marked
        starts, ends, ids, scores = self._found(np.frombuffer(marked.encode("utf-32-le"), np.uint32))
        path: list[int] = ids[_best_path(starts.tolist(), ends.tolist(), scores.tolist(), len(marked))].tolist()
        return path[:1] + [b for a, b in pairwise(path) if (a, b) != (self._unknown, self._unknown)]

    def _found(self, points: Points) -> tuple[Ints, Ints, Ints, Floats]:
        """Return every piece that occurs in `points` as (starts, ends, ids, scores), by start.

        A character that is no piece counts as an unknown one, so there always is a way through.
        """
        at = np.arange(len(points))
        hashes = np.ones(len(points), np.uint64)
        found: list[tuple[Ints, Ints, Ints, Floats]] = []
        length = 0
        while len(at):
            hashes = hashes * MULTIPLIER + points[at + length]
            length += 1
            row = np.searchsorted(self._hashes, hashes).clip(max=len(self._hashes) - 1)
            hit = self._hashes[row] == hashes
            ids = np.where(hit, self._ids[row], self._unknown)
            scores = np.where(hit, self._scores[row], self._unknown_score)
            keep = hit if length > 1 else np.ones_like(hit)
            found.append((at[keep], at[keep] + length, ids[keep], scores[keep]))
            grows = self._begins[_slot(hashes)] & (at + length < len(points))
            at, hashes = at[grows], hashes[grows]
        starts, ends, ids, scores = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.argsort(starts, kind="stable")
        return starts[order], ends[order], ids[order], scores[order]


def _hash_pieces(text: bytes, ends: NDArray[np.uint32]) -> tuple[Hashes, NDArray[np.bool_]]:
    """Return the pieces' hashes in their order, and a Bloom filter of those beginnings that a piece goes on from."""
    data = np.frombuffer(text, np.uint8)
    characters = np.concatenate([[0], np.cumsum((data & 0xC0) != 0x80)])  # bytes → characters before them
    bounds = characters[ends]
    points = np.frombuffer(text.decode().encode("utf-32-le"), np.uint32)
    starts, lengths = bounds[:-1], np.diff(bounds)
    hashes = np.ones(len(starts), np.uint64)
    begins = np.zeros(1 << FILTER_BITS, np.bool_)
    for done in range(int(lengths.max())):
        rows = np.flatnonzero(lengths > done)
        if done:
            begins[_slot(hashes[rows])] = True
        hashes[rows] = hashes[rows] * MULTIPLIER + points[starts[rows] + done]
    return hashes, begins


def _slot(hashes: Hashes) -> Hashes:
    """The filter's place for each hash: the top bits, once the last character has been mixed into them."""
    return (hashes * MULTIPLIER) >> np.uint64(64 - FILTER_BITS)


def _best_path(starts: list[int], ends: list[int], scores: list[float], length: int) -> list[int]:
    """Return which pieces (sorted by start) make up the likeliest way from 0 to `length` (Viterbi)."""
    best = [0.0] + [float("-inf")] * length
    via = [0] * (length + 1)
    for piece, (start, end, score) in enumerate(zip(starts, ends, scores, strict=True)):
        total = best[start] + score
        if total > best[end]:
            best[end], via[end] = total, piece
    path = []
    while length:
        path.append(via[length])
        length = starts[via[length]]
    return path[::-1]
