"""What people and disks do to it: an answer or one line that says what is wrong, never a traceback, nothing lost."""

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from store import exchange
from store.folder import Folder
from store.types import Entry
from tests.flows.command import COMMAND, Done, environment, paperboy, start
from tests.makers.papers import LIBRARY, entry, paper

DAY = "2031-05-06"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose ./data holds LIBRARY; copied, never changed."""
    home = tmp_path_factory.mktemp("stored")
    (home / "papers.jsonl").write_text(exchange.to_jsonl(LIBRARY), encoding="utf-8")
    assert paperboy("import", "papers.jsonl", cwd=home).code == 0
    return home


@pytest.fixture
def home(stored: Path, tmp_path: Path) -> Path:
    """A folder with a copy of it, to be spoilt."""
    return Path(shutil.copytree(stored, tmp_path / "home"))


def found(given: Done) -> set[str]:
    return {hit["arxiv_id"] for hit in given.json["hits"][:2]}


# Questions


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="empty"),
        pytest.param("\x01\x1b[31m\x7f", id="control characters"),
        pytest.param('"NEAR(" OR title:* -- \'; DROP TABLE papers;', id="FTS operators and SQL"),
        pytest.param("<b>🙂</b> **שלום** \u202e", id="markup, emoji and right to left"),
        pytest.param("video " * 20_000, id="120,000 characters"),
    ],
)
def test_any_question_is_answered_or_refused(stored: Path, question: str) -> None:
    given = paperboy("ask", question, "--json", cwd=stored)
    assert (given.json["question"], bool(given.json["answer"]), given.err) == (question, True, "")


@pytest.mark.parametrize("query", [pytest.param("", id="empty"), pytest.param('NEAR("*" -^', id="FTS operators")])
def test_any_query_is_searched_for(stored: Path, query: str) -> None:
    assert paperboy("search", query, "--json", cwd=stored).json["query"] == query


def test_a_question_that_is_no_text_is_answered_or_refused(stored: Path) -> None:
    given = paperboy("ask", "\udcff\udcfe video", "--json", cwd=stored)
    assert (given.code, json.loads(given.out)["kind"]) == (0, "listing")


def test_a_conversation_survives_a_megabyte_and_bytes_that_are_no_text(stored: Path) -> None:
    typed = b"a" * 1_000_000 + b"\n\x00\x1b]0;x\x07\n\xff\xfe\n/paper " + b"9" * 10_000 + b"\n/help\n"
    given = paperboy("chat", "--lang", "en", cwd=stored, typed=typed)
    assert (given.code, given.err, "That is 1,000,000 characters" in given.out, given.out.count("What I do")) == (
        0, "", True, 1
    )  # fmt: skip


# Folders


def spoil_database(data: Path) -> None:
    content = bytearray((data / "paperboy.db").read_bytes())
    content[4096:] = b"\xaa" * (len(content) - 4096)
    (data / "paperboy.db").write_bytes(content)


def another_file(data: Path) -> None:
    (data / "paperboy.db").write_bytes(b"This is no database at all. " * 400)


def cut_database(data: Path) -> None:
    (data / "paperboy.db").write_bytes((data / "paperboy.db").read_bytes()[:6000])


def folder_for_database(data: Path) -> None:
    (data / "paperboy.db").unlink()
    (data / "paperboy.db").mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(spoil_database, "is damaged: `paperboy restore", id="damaged"),
        pytest.param(cut_database, "is damaged: `paperboy restore", id="cut short"),
        pytest.param(another_file, "is not a Paperboy database", id="another file"),
        pytest.param(folder_for_database, "can't be opened", id="a folder"),
    ],
)
@pytest.mark.parametrize(
    "arguments",
    [pytest.param(["ask", "video generation"], id="ask"), pytest.param(["import", "papers.jsonl"], id="import")],
)
def test_a_database_that_is_none_is_named_with_what_to_do(
    home: Path, spoil: Callable[[Path], None], said: str, arguments: list[str]
) -> None:
    spoil(home / "data")
    assert said in paperboy(*arguments, cwd=home).complaint


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("papers.jsonl", id="a file"),
        pytest.param("papers.jsonl/data", id="inside a file"),
        pytest.param("/proc/1", id="a folder that can't be written"),
        pytest.param("/dev/full", id="a device"),
    ],
)
def test_a_data_folder_that_cannot_be_used_is_named_with_what_to_do(stored: Path, data: str) -> None:
    if data.startswith("/") and not Path(data).exists():
        pytest.skip(f"this system has no {data}")
    said = paperboy("import", "papers.jsonl", "--data", data, cwd=stored).complaint
    assert (f"The data folder {data} can't be used" in said, "choose another with --data" in said) == (True, True)


# The index


def all_of_it(index: Path) -> None:
    shutil.rmtree(index)


def its_vectors(index: Path) -> None:
    for file in index.rglob("*.bin"):
        file.write_bytes(b"\xaa" * 100)


def its_database(index: Path) -> None:
    (index / "chroma.sqlite3").write_bytes(b"\xaa" * 5000)


def every_file(index: Path) -> None:
    for file in [file for file in index.rglob("*") if file.is_file()]:
        file.write_bytes(b"\xaa" * 100)


def its_content(index: Path) -> None:
    for file in [file for file in index.rglob("*") if file.is_file()]:
        file.unlink()


@pytest.mark.parametrize("spoil", [all_of_it, its_vectors, its_database, every_file, its_content])
def test_an_index_that_is_missing_or_damaged_is_made_anew(home: Path, spoil: Callable[[Path], None]) -> None:
    spoil(home / "data" / "index")
    assert found(paperboy("search", "video generation", "--json", cwd=home)) == {"3105.00001", "3105.00002"}


# The disk


def a_file_limit(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_is_said_in_one_line_and_nothing_is_lost(home: Path) -> None:
    many = [entry(f"3105.{n:05}", keywords=("x" * 20_000,)) for n in range(100, 120)]
    (home / "many.jsonl").write_text(exchange.to_jsonl(many), encoding="utf-8")
    given = paperboy("import", "many.jsonl", cwd=home, limits=a_file_limit(150_000))
    assert "disk" in given.complaint
    assert paperboy("export", DAY, "--format", "jsonl", cwd=home).out.count("\n") == 4


def test_a_full_disk_that_was_given_room_is_used(home: Path) -> None:
    (home / "many.jsonl").write_text(
        exchange.to_jsonl([entry("3105.00100", keywords=("x" * 400_000,))]), encoding="utf-8"
    )
    assert paperboy("import", "many.jsonl", cwd=home, limits=a_file_limit(150_000)).code == 1
    assert paperboy("import", "many.jsonl", "--json", cwd=home).json["papers"] == 1


def test_an_output_that_is_full_is_said_in_one_line(stored: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "stats"], cwd=stored, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert (ended.returncode, ended.stderr.count(b"\n"), b"No space left" in ended.stderr) == (1, 1, True)


# Two at once


def test_who_writes_while_another_has_the_folder_is_told_which_process_it_is(home: Path) -> None:
    with Folder(home / "data", own=True):
        said = paperboy("import", "papers.jsonl", cwd=home).complaint
        listed = paperboy("search", "video generation", "--json", cwd=home)
    assert (f"process {os.getpid()}" in said, "--data" in said, found(listed)) == (
        True, True, {"3105.00001", "3105.00002"}
    )  # fmt: skip


def test_a_conversation_keeps_nobody_from_writing(home: Path) -> None:
    with start("chat", "--lang", "en", cwd=home) as talk:
        assert talk.stdin is not None
        assert talk.stdout is not None
        talk.stdin.write("/paper 3105.00003\n")
        talk.stdin.flush()
        assert talk.stdout.readline() == "TouchPilot\n"
        assert paperboy("import", "papers.jsonl", cwd=home).code == 0
        talk.communicate("/quit\n", timeout=60)
    assert talk.returncode == 0


def test_a_folder_is_free_again_when_its_owner_was_killed(home: Path) -> None:
    with start("chat", cwd=home) as talk:
        assert talk.stdin is not None
        assert talk.stdout is not None
        talk.stdin.write("/paper 3105.00003\n")
        talk.stdin.flush()
        talk.stdout.readline()
        talk.kill()
    assert paperboy("import", "papers.jsonl", "--json", cwd=home).json["papers"] == len(LIBRARY)


def test_a_paper_that_was_imported_again_keeps_what_the_file_does_not_know(home: Path) -> None:
    bare = exchange.to_jsonl([Entry(paper("3105.00001", title="SkyLark-2: Longer Clips"))])
    (home / "bare.jsonl").write_text(bare, encoding="utf-8")
    before = paperboy("paper", "3105.00001", "--json", cwd=home).json
    assert paperboy("import", "bare.jsonl", cwd=home).code == 0
    assert paperboy("paper", "3105.00001", "--json", cwd=home).json == before
