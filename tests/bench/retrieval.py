"""Score search and answers on the real data: `python -m tests.bench.retrieval [--json]`.

The day of 2026-02-26 (18 papers, 50 questions) and 1,500 papers (192 questions); both lie beside the checkout, and
the script says so where they don't. Definitions are in bot/evaluate.py.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from bot import evaluate
from bot.app import App
from bot.config import Settings
from ingest import passages
from store import exchange, papers
from tests.bench.figures import SHARED, Figure, main

DAY_BOUNDS = {
    ("topic", "ndcg@10"): 0.97,
    ("topic", "listing_f1"): 0.84,
    ("fact", "r@1"): 1.0,
    ("usage", "ndcg@10"): 0.86,
}
SHOWN = ("ndcg@10", "recall@5", "recall@10", "mrr", "r@1", "listing_f1", "facts")


def scored(corpus: str, questions: str) -> dict[str, Any]:
    """The report of `paperboy eval` over a corpus in a new folder."""
    with tempfile.TemporaryDirectory() as folder, App(Settings(data=Path(folder)), own=True) as app:
        papers.save(app.folder.db, exchange.read(SHARED / corpus))
        passages.embed_lacking(app.folder, app.vectors)
        cases = evaluate.read(SHARED / questions)
        return asyncio.run(evaluate.evaluate(app, cases, lambda done, of: None))


def figures(label: str, report: dict[str, Any], bounds: dict[tuple[str, str], float]) -> list[Figure]:
    """A report as figures; the shares of wrong answers and refusals are bounded for the real day."""
    found = [
        Figure(f"{label} · {kind} · {name}", values[name], bounds.get((kind, name)), least=True)
        for kind, values in report["kinds"].items()
        for name in SHOWN
        if name in values
    ]
    most = 0.05 if bounds else None
    found += [Figure(f"{label} · {name}", report[name], most) for name in ("false_answers", "false_refusals")]
    return [*found, Figure(f"{label} · ask p95, ms", report["latency_ms"]["p95"])]


def measure() -> list[Figure]:
    """Both corpora."""
    if not SHARED.exists():
        raise SystemExit(f"The real data isn't at {SHARED}: nothing to score.")
    day = scored("report-2026-02-26.md", "questions-dev.jsonl")
    many = scored("corpus-1500.jsonl.gz", "questions-1500-dev.jsonl")
    return [*figures("day", day, DAY_BOUNDS), *figures("1,500", many, {})]


if __name__ == "__main__":
    main(measure)
