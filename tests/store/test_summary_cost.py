"""What a summary cost is kept: in the store, and in a file of lines."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from store import exchange, papers
from store.db import Db
from store.types import Entry, Paper, Sections, Summary

PAPER = Paper("2602.00001", "LanternNet: A Title", date(2026, 2, 26))
ENTRY = Entry(
    PAPER, (Summary(PAPER.arxiv_id, "en", Sections("a", "b", "c", "d", "e"), "HTML", tokens=1200, cost_usd=0.003),)
)


def test_the_store_gives_back_tokens_and_cost(tmp_path: Path):
    db = Db(tmp_path / "paperboy.sqlite")
    papers.save(db, [ENTRY])
    assert papers.get(db, PAPER.arxiv_id) == ENTRY


def test_a_file_of_lines_gives_them_back(tmp_path: Path):
    path = tmp_path / "papers.jsonl"
    path.write_text(exchange.to_jsonl([ENTRY]), encoding="utf-8")
    assert exchange.read(path) == [ENTRY]


def test_a_line_without_them_is_read_as_not_known(tmp_path: Path):
    path = tmp_path / "papers.jsonl"
    line = exchange.to_jsonl([ENTRY]).replace('"tokens": 1200, ', "").replace(', "cost_usd": 0.003', "")
    path.write_text(line.replace('"cost_usd": 0.003', '"_": 0'), encoding="utf-8")
    (summary,) = exchange.read(path)[0].summaries
    assert summary == replace(ENTRY.summaries[0], tokens=0, cost_usd=0.0)
