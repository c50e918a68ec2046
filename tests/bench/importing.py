"""Measure an import against its bare embedding: `python -m tests.bench.importing [--json]`.

The real report of 18 papers where it lies beside the checkout, else the sample day. Both are timed in one process with
the model loaded: reading, storing, embedding and indexing against embedding the same passages alone. Wall time, as the
embedder uses both cores; the median of five pairs, which alternate.
"""

import tempfile
import time
from importlib.resources import files
from pathlib import Path
from statistics import median

from ingest import embed, passages
from ingest.embed import Embedder
from store import exchange, papers
from store.folder import Folder
from tests.bench.figures import SHARED, Figure, main

ROUNDS = 5


def imported(source: Path, embedder: Embedder) -> float:
    """Seconds of the whole import into a new folder."""
    with tempfile.TemporaryDirectory() as temporary:
        began = time.perf_counter()
        with Folder(Path(temporary), own=True) as folder:
            papers.save(folder.db, exchange.read(source))
            passages.embed_lacking(folder, embedder)
            return time.perf_counter() - began


def bare(source: Path, embedder: Embedder) -> float:
    """Seconds of embedding the same passages, and nothing else."""
    texts = [text for entry in exchange.read(source) for text in papers.passages(entry).values()]
    began = time.perf_counter()
    embedder.passages(texts)
    return time.perf_counter() - began


def measure() -> list[Figure]:
    """The ratio of the two."""
    report = SHARED / "report-2026-02-26.md"
    source = report if report.exists() else Path(str(files("bot").joinpath("sample.jsonl")))
    embedder = embed.make("local")
    first = imported(source, embedder)  # with Chroma's own import
    pairs = [(imported(source, embedder), bare(source, embedder)) for _ in range(ROUNDS)]
    return [
        Figure("import, first in a process, s", first),
        Figure("import, s", median(whole for whole, _ in pairs)),
        Figure("the bare embedder, s", median(alone for _, alone in pairs)),
        Figure("import / bare embedder", median(whole / alone for whole, alone in pairs), 1.3),
    ]


if __name__ == "__main__":
    main(measure)
