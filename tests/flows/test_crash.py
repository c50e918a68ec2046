"""`kill -9` at any moment of an import loses nothing: the next run completes it."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from store import exchange
from tests.flows.command import paperboy, start
from tests.makers.papers import about

N = 120
ENTRIES = [
    about(number, f"Reel{number}", abstract=f"Clip{number}x: a video generation model, the {number}th of its kind.")
    for number in range(1, N + 1)
]
DEADLINE_S = 60.0


def progress(data: Path) -> tuple[int, int]:
    """(papers stored, passages embedded); (-1, -1) before there are tables."""
    if not (data / "paperboy.db").exists():
        return -1, -1
    try:
        with closing(sqlite3.connect(f"file:{data / 'paperboy.db'}?mode=ro", uri=True)) as db:
            papers = db.execute("SELECT count(*) FROM papers").fetchone()[0]
            vectors = db.execute("SELECT count(*) FROM passages WHERE vector IS NOT NULL").fetchone()[0]
            return papers, vectors
    except sqlite3.OperationalError:  # being made just now
        return -1, -1


def lacking(data: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(data / "paperboy.db")) as db:
        sql = "SELECT count(*), coalesce(sum(vector IS NULL OR indexed = 0), 0) FROM passages"
        passages, waiting = db.execute(sql).fetchone()
        return passages, waiting


def killed_at(papers: int, vectors: int, home: Path) -> int:
    """Begin the import and kill it once so much is stored; how many passages had a vector then."""
    began = monotonic()
    with start("import", "papers.jsonl", cwd=home) as process:
        while process.poll() is None and monotonic() - began < DEADLINE_S:
            if progress(home / "data") >= (papers, vectors):
                process.kill()
                break
            try:
                process.wait(0.005)
            except subprocess.TimeoutExpired:
                continue
        process.kill()
    assert process.returncode == -9, "it was over before it could be killed"
    return progress(home / "data")[1]


@pytest.mark.parametrize(
    ("papers", "vectors", "left"),
    [
        pytest.param(0, 0, range(N), id="as the tables are made"),
        pytest.param(N, 0, range(N), id="when papers are stored and none is embedded"),
        pytest.param(N, 1, range(1, N), id="when some are embedded"),
    ],
)
def test_the_next_run_completes_what_was_killed(tmp_path: Path, papers: int, vectors: int, left: range) -> None:
    (tmp_path / "papers.jsonl").write_text(exchange.to_jsonl(ENTRIES), encoding="utf-8")
    assert killed_at(papers, vectors, tmp_path) in (-1, *left)
    assert paperboy("import", "papers.jsonl", "--json", cwd=tmp_path).json == {"files": 1, "papers": N, "summaries": 0}
    assert lacking(tmp_path / "data") == (N, 0)
    hits = paperboy("search", "Clip119x", "--json", cwd=tmp_path).json["hits"]
    assert hits[0]["arxiv_id"] == "3105.00119"


def test_any_command_may_come_between(tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(exchange.to_jsonl(ENTRIES), encoding="utf-8")
    embedded = killed_at(N, 1, tmp_path)
    given = paperboy("stats", "--json", cwd=tmp_path).json
    assert (given["papers"], given["waiting_for_embedding"]) == (N, N - embedded)
    asked = paperboy("ask", "which papers are about video generation?", "--json", cwd=tmp_path).json
    assert asked["kind"] == "listing"
