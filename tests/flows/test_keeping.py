"""Backing up, restoring and checking a data folder through the real command line."""

from pathlib import Path

import pytest

from store import exchange
from tests.flows.command import Done, paperboy, start
from tests.makers.papers import LIBRARY


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder whose ./data has the papers of `LIBRARY`."""
    (tmp_path / "papers.jsonl").write_text(exchange.to_jsonl(list(LIBRARY)), encoding="utf-8")
    assert paperboy("import", "papers.jsonl", cwd=tmp_path).code == 0
    return tmp_path


def count(place: Path) -> int:
    stored: int = paperboy("stats", "--json", cwd=place).json["papers"]
    return stored


def do(place: Path, *arguments: str) -> Done:
    done = paperboy(*arguments, cwd=place)
    assert "Traceback" not in done.err
    return done


def test_a_lost_data_folder_comes_back_and_answers(place):
    assert do(place, "backup", "kept.tar.gz").code == 0
    for file in sorted((place / "data").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    done = do(place, "restore", "kept.tar.gz")
    assert (done.code, done.out) == (0, f"{len(LIBRARY)} papers are back from kept.tar.gz.\n")
    asked = do(place, "ask", "which papers are about video generation?", "--json").json
    assert {"3105.00001", "3105.00002"} <= {one["arxiv_id"] for one in asked["papers"]}
    assert do(place, "check").code == 0


def test_a_damaged_database_is_found_and_restored(place):
    do(place, "backup", "kept.tar.gz")
    (place / "data/paperboy.db").write_bytes(b"something else" * 500)
    assert "is not a Paperboy database" in do(place, "check").complaint
    assert do(place, "restore", "kept.tar.gz").code == 0
    assert count(place) == len(LIBRARY)


def test_what_a_restored_backup_replaced_can_be_had_back(place):
    do(place, "backup", "empty.tar.gz")
    (place / "more.jsonl").write_text((place / "papers.jsonl").read_text("utf-8").replace("3105.0", "3106.0"))
    do(place, "import", "more.jsonl")
    do(place, "restore", "empty.tar.gz")
    assert count(place) == len(LIBRARY)
    (before,) = (place / "data/backups").glob("before-restore-*")
    do(place, "restore", str(before))
    assert count(place) == 2 * len(LIBRARY)


def test_restoring_is_refused_while_another_has_the_folder(place):
    do(place, "backup", "kept.tar.gz")
    owner = start("run", cwd=place)
    try:
        assert owner.stderr is not None
        while "running" not in owner.stderr.readline():
            assert owner.poll() is None
        assert "Another Paperboy" in do(place, "restore", "kept.tar.gz").complaint
        assert do(place, "backup", "beside.tar.gz").code == 0
    finally:
        owner.terminate()
        owner.communicate(timeout=30)
    assert count(place) == len(LIBRARY)


def test_a_file_that_is_no_backup_is_one_line(place):
    done = do(place, "restore", "papers.jsonl")
    assert done.code == 2
    assert done.err == "paperboy: papers.jsonl is no backup of Paperboy, or is damaged.\n"


def test_vacuum_gives_back_room_and_keeps_everything(place):
    assert do(place, "vacuum").code == 0
    assert count(place) == len(LIBRARY)
    assert do(place, "check").code == 0
