"""Give each section its sentences: a puzzle in numbers, without a word of text.

First every section gets one sentence, so that the five are best together; then those with more to say are filled.
No sentence is used twice, and none that repeats another.

Owns: who gets which sentence.
Does not own: what a sentence is worth for a section (cues, extract).
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from store.types import SectionName, Vectors

Scores = NDArray[np.float64]
"""Of shape (n,): what each of n sentences is worth."""

Chosen = dict[SectionName, list[int]]
"""The numbers of each section's sentences, best first."""

SAME = 0.75
"""Likeness from which two sentences say one thing."""

REPEATED = 1.2
"""What a sentence loses that is as like a chosen one as can be."""

_TRIED = 6  # sentences tried as a section's first


def likeness(vectors: Vectors) -> Scores:
    """Return how alike the rows are, shape (n, n), 0 being as two of them usually are, 1 the same.

    Models differ in how near any two texts lie; measured from the rows' own middle, they agree.
    """
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred = centred / np.maximum(lengths, 1e-6)
    return np.asarray(np.clip(centred @ centred.T, 0.0, 1.0), np.float64)


def spread(values: NDArray[np.floating]) -> Scores:
    """Return `values` stretched to run from 0 to 1."""
    return np.asarray((values - values.min()) / max(float(np.ptp(values)), 1e-6), np.float64)


def first(scores: Mapping[SectionName, Scores], least: Mapping[SectionName, float], alike: Scores) -> Chosen | None:
    """Return one sentence a section, the best together, none below its section's `least`; None if that can't be."""
    tries: list[list[int]] = []
    for name, row in scores.items():
        best = np.argsort(-row, kind="stable")[:_TRIED]
        tries.append([int(at) for at in best if row[at] >= least[name]])
    rows = list(scores.values())
    best_sum, best_set = -np.inf, None
    for tried in product(*tries):
        total = sum(row[at] for row, at in zip(rows, tried, strict=True))
        if total > best_sum and all(one != two and alike[one, two] < SAME for one, two in combinations(tried, 2)):
            best_sum, best_set = total, tried
    return None if best_set is None else {name: [at] for name, at in zip(scores, best_set, strict=True)}


def fill(
    chosen: Chosen,
    scores: Mapping[SectionName, Scores],
    most: Mapping[SectionName, int],
    alike: Scores,
    more: float,
    fits: Callable[[SectionName, int, Sequence[int]], float],
) -> None:
    """Add sentences to `chosen` while one scores `more` for a section that has fewer than its `most`.

    `fits` says what a sentence gains or loses for a section beside those that it already has.
    """
    while True:
        used = [at for ats in chosen.values() for at in ats]
        nearest = alike[:, used].max(axis=1)
        best: tuple[float, SectionName, int] | None = None
        for name, ats in chosen.items():
            if name not in scores or len(ats) >= most[name]:
                continue
            for at in np.flatnonzero((scores[name] >= more - 1) & (nearest < SAME)).tolist():
                if at not in used:
                    score = float(scores[name][at] - REPEATED * nearest[at] + fits(name, at, ats))
                    best = max(best, (score, name, at), key=lambda one: one[0]) if best else (score, name, at)
        if best is None or best[0] < more:
            return
        chosen[best[1]].append(best[2])
