"""Measure the command line and answering: `python -m tests.bench.speed [--json]`.

--help              a new process; imports are lazy
ask, warm           in one process, over 1,000 generated papers; embedding the question included
ask, cold           a new process over the same folder
growth              the cost of a question at 20,000 papers over that at 1,000 (twenty times the papers), searching
                    alone, with an exact numpy scan of the same vectors measured in the same run
against its parts   a search's p95 at each size over the p95 of the exact scan and FTS5's own time for the same words
memory              resident, of a process that answers over 1,000 papers
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from bot import answer
from bot.app import App
from bot.config import Settings
from store import question
from store.folder import Folder
from store.lexicon import load
from store.search import Search
from store.words import phrase
from tests.bench import generated
from tests.bench.embedder import memory_mb
from tests.bench.figures import Figure, main

QUESTIONS = (
    "which papers are about video generation?",
    "哪些论文与具身智能有关？",
    "papers on speculative decoding and KV cache compression",
    "Which dataset has 856 tools?",
    "联邦学习那篇论文的实验效果如何？",
    "How do I use Model17 for image editing?",
    "推荐系统方向的论文",
    "Which method improves accuracy by 42.2% on a robot manipulation benchmark?",
)
SIZES = (1_000, 20_000)


def times(acts: list[Callable[[], object]], rounds: int = 5) -> list[float]:
    """Milliseconds of each act in each round, after a round that isn't counted."""
    found = []
    for counted in [False, *[True] * rounds]:
        for act in acts:
            began = time.perf_counter()
            act()
            if counted:
                found.append(1000 * (time.perf_counter() - began))
    return found


def process(*arguments: str) -> float:
    """Seconds of a new process with this command line; the median of three."""
    spent = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", *arguments], check=True, capture_output=True)
        spent.append(time.perf_counter() - began)
    return median(spent)


def warm(app: App) -> list[Figure]:
    """Asking in one process, and the memory that it takes."""

    async def ask_all() -> list[float]:
        spent = []
        for round_ in range(6):
            for text in QUESTIONS:
                began = time.perf_counter()
                await answer.ask(app, text)
                if round_:
                    spent.append(1000 * (time.perf_counter() - began))
        return spent

    spent = asyncio.run(ask_all())
    return [
        Figure("ask, warm, 1,000 papers, p50, ms", median(spent)),
        Figure("ask, warm, 1,000 papers, p95, ms", quantiles(spent, n=100, method="inclusive")[94], 25),
        Figure("resident memory while answering, MB", memory_mb().get("rss", 0), 650),
    ]


def p95(spent: list[float]) -> float:
    """What nineteen of twenty stay below."""
    return quantiles(spent, n=100, method="inclusive")[94]


def searching(folder: Folder) -> tuple[float, float, float, float]:
    """Milliseconds of a search (median, p95), and of an exact scan over the same vectors in memory (median); and how
    many times the p95 of that scan and of FTS5's own time for the same words a search takes."""
    noise = np.random.default_rng(7)
    centres = {"zh": np.zeros(generated.DIM, np.float32), "en": np.zeros(generated.DIM, np.float32)}
    lexicon = load()
    search = Search(folder, lexicon, centres)
    vectors = [noise.normal(size=generated.DIM).astype(np.float32) for _ in QUESTIONS]
    pairs = list(zip(map(question.read, QUESTIONS), vectors, strict=True))
    ours = times([lambda asked=asked, vector=vector: search.rank(asked, vector, limit=10) for asked, vector in pairs])
    rows = folder.db.read("SELECT vector FROM passages")
    matrix = np.frombuffer(b"".join(row["vector"] for row in rows), "<f4").reshape(len(rows), -1)
    exact = times([lambda vector=vector: np.argsort(-(matrix @ vector))[:200] for vector in vectors])
    matches = [
        [" OR ".join(f'"{phrase(one)}"' for one in unit) for unit in lexicon.units(asked.topic)] for asked, _ in pairs
    ]
    sql = "SELECT group_concat(rowid) FROM words WHERE words MATCH ?"
    words = times([lambda some=some: [folder.db.value(sql, [one]) for one in some] for some in matches])
    parts = p95([scan + found for scan, found in zip(exact, words, strict=True)])
    return median(ours), p95(ours), median(exact), p95(ours) / parts


def measure() -> list[Figure]:
    """Everything, in a temporary folder."""
    figures = [Figure("paperboy --help, s", process("--help"), 0.4)]
    with tempfile.TemporaryDirectory() as temporary:
        costs = {}
        for size in SIZES:
            path = Path(temporary) / str(size)
            app = App(Settings(data=path), own=True)
            with generated.fill(path, size, app.vectors.signature) as folder:
                costs[size] = searching(folder)
            if size == SIZES[0]:
                with app:
                    figures += warm(app)
                cold = process("--data", str(path), "ask", QUESTIONS[0], "--json")
                figures.append(Figure("ask, cold, 1,000 papers, s", cold, 4))
    (small, small_p95, small_exact, small_times), (large, large_p95, large_exact, large_times) = costs.values()
    return [
        *figures,
        Figure("search, 1,000 papers, ms", small),
        Figure("search, 20,000 papers, ms", large),
        Figure("search, 1,000 papers, p95, ms", small_p95, 15),
        Figure("search, 20,000 papers, p95, long lists too, ms", large_p95, 30),
        Figure("search p95 over scan and FTS5, 1,000 papers", small_times, 3),
        Figure("search p95 over scan and FTS5, 20,000 papers", large_times, 3),
        Figure("growth of a search, for 20 × the papers", large / small, 20),
        Figure("exact numpy scan, 1,000 vectors, ms", small_exact),
        Figure("exact numpy scan, 20,000 vectors, ms", large_exact),
        Figure("growth of the exact scan", large_exact / small_exact),
    ]


if __name__ == "__main__":
    main(measure)
