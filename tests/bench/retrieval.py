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
from ingest import learn, passages
from ingest.calibrate import calibrate
from store import exchange, papers
from tests.bench.figures import SHARED, Figure, main

DAY_BOUNDS = {
    ("topic", "ndcg@10"): 0.99,
    ("topic", "listing_f1"): 0.90,
    ("fact", "r@1"): 1.0,
    ("usage", "ndcg@10"): 0.95,
}
MANY_BOUNDS = {
    ("known_en_sentence", "mrr"): 0.80,
    ("known_en_sentence", "recall@10"): 0.90,
    ("topic_silver", "ndcg@10"): 0.90,
    ("topic_silver", "listing_f1"): 0.80,
}
HIDDEN = {"day": 0.10, "1,500": 0.40}
"""Share of questions about one paper that may be answered although it isn't stored."""
SHOWN = ("ndcg@10", "recall@5", "recall@10", "mrr", "r@1", "listing_f1", "facts")


def scored(corpus: str, questions: str) -> dict[str, Any]:
    """The report of `paperboy eval` over a corpus in a new folder."""
    with tempfile.TemporaryDirectory() as folder, App(Settings(data=Path(folder)), own=True) as app:
        papers.save(app.folder.db, exchange.read(SHARED / corpus))
        passages.embed_lacking(app.folder, app.vectors)
        learn.from_papers(app.folder.db, app.lexicon, app.vectors)  # this and the next as `paperboy reindex` does
        calibrate(app.folder, app.search, app.vectors, app.lexicon)
        cases = evaluate.read(SHARED / questions)
        return asyncio.run(evaluate.evaluate(app, cases, lambda done, of: None))


def figures(label: str, report: dict[str, Any], bounds: dict[tuple[str, str], float]) -> list[Figure]:
    """A report as figures; with the shares of wrong answers and refusals."""
    found = [
        Figure(f"{label} · {kind} · {name}", values[name], bounds.get((kind, name)), least=True)
        for kind, values in report["kinds"].items()
        for name in SHOWN
        if name in values
    ]
    most = {"false_answers": 0.02 if label == "day" else 0.03, "false_refusals": 0.02}
    found += [Figure(f"{label} · {name}", report[name], most[name]) for name in most]
    hidden = report["leave_one_out"]
    found += [
        Figure(f"{label} · answered without its paper", hidden["answered"], HIDDEN[label]),
        Figure(f"{label} · told the closest without its paper", hidden["closest"]),
    ]
    return [*found, Figure(f"{label} · ask p95, ms", report["latency_ms"]["p95"])]


def measure() -> list[Figure]:
    """Both corpora."""
    if not SHARED.exists():
        raise SystemExit(f"The real data isn't at {SHARED}: nothing to score.")
    day = scored("report-2026-02-26.md", "questions-dev.jsonl")
    many = scored("corpus-1500.jsonl.gz", "questions-1500-dev.jsonl")
    return [*figures("day", day, DAY_BOUNDS), *figures("1,500", many, MANY_BOUNDS)]


if __name__ == "__main__":
    main(measure)
