"""A folder of generated papers for measuring speed: real words, made-up vectors.

The words are drawn from the shipped glossary, common ones far more often than rare ones, as in a language; the vectors
are random around a common mean, as e5's are. Speed depends on both; meaning is not measured with it.
"""

import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from store import lexicon, papers, vectors
from store.folder import Folder
from store.types import Entry, Paper, Sections, Summary

DIM = 384


def fill(path: Path, count: int, signature: str) -> Folder:
    """An owned folder of `count` papers, each with a Chinese summary, embedded and indexed; close it after use."""
    chance = random.Random(count)
    lines = list(lexicon.load()._lines)
    chance.shuffle(lines)
    weights = [1 / (rank + 3) for rank in range(len(lines))]
    folder = Folder(path, own=True)
    folder.connect(signature)
    for start in range(0, count, 1000):
        numbers = range(start, min(start + 1000, count))
        papers.save(folder.db, [_entry(number, chance, lines, weights) for number in numbers])
    _embed(folder, count)
    folder.sync()
    return folder


def _entry(
    number: int, chance: random.Random, lines: list[tuple[tuple[str, ...], tuple[str, ...]]], weights: list[float]
) -> Entry:
    def words(count: int, side: int) -> str:
        return ("，" if side else " ").join(line[side][0] for line in chance.choices(lines, weights, k=count))

    arxiv_id = f"26{1 + number // 80_000:02}.{number % 80_000:05}"
    paper = Paper(arxiv_id, f"Model{number}: {words(6, 0)}", date(2026, 1, 1) + timedelta(days=number // 50))
    sections = Sections(
        words(6, 1), words(12, 1), words(40, 1), words(40, 1), words(30, 1) + f"，提升 {number % 97}.{number % 10}%"
    )
    return Entry(paper, (Summary(arxiv_id, "zh", sections, "HTML", "generated"),))


def _embed(folder: Folder, count: int) -> None:
    noise = np.random.default_rng(count)
    mean = noise.normal(size=DIM).astype(np.float32)
    mean /= np.linalg.norm(mean)
    while ids := [row["id"] for row in folder.db.read("SELECT id FROM passages WHERE vector IS NULL LIMIT 2000")]:
        made = 0.9 * mean + 0.45 * noise.normal(size=(len(ids), DIM)).astype(np.float32) / DIM**0.5
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        vectors.put(folder.db, dict(zip(ids, made, strict=True)))
