"""Whatever happens to the index's files, everything is found again: they are derived, SQLite is the truth.

Chroma keeps the first thousand vectors in its own SQLite file and the rest in an HNSW graph's files; both are harmed.
"""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from store import papers, vectors
from store.folder import Folder
from tests.makers.papers import entry

N = 1001
VECTORS = np.random.default_rng(3).normal(size=(N, 8)).astype(np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
SAMPLE = range(0, N, 25)


def delete(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def zero(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def garble(file: Path) -> None:
    file.write_bytes(random.Random(5).randbytes(max(64, file.stat().st_size)))


def garble_end(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] + random.Random(5).randbytes(len(content) // 2))


FILES = ("chroma.sqlite3", "data_level0.bin", "header.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")
HARMS = (delete, empty, cut, zero, garble, garble_end)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed folder whose index has all the files that there can be."""
    path = tmp_path_factory.mktemp("whole") / "data"
    with Folder(path, own=True) as folder:
        papers.save(folder.db, [entry(f"3105.{n:05}") for n in range(N)])
        vectors.require(folder.db, "hash-1")
        vectors.put(folder.db, {n + 1: row for n, row in enumerate(VECTORS)})
        folder.connect("hash-1")
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    return Path(shutil.copytree(whole, tmp_path / "data"))


def harmed(name: str, harm: Callable[[Path], None]) -> Any:
    return pytest.param(name, harm, id=f"{harm.__name__.replace('_', ' its ')} {name}")


def lost(folder: Folder) -> list[int]:
    """The papers of a sample that are not the nearest to their own vector."""
    return [n for n in SAMPLE if folder.nearest(VECTORS[n], 1) != [n + 1]]


def test_the_index_has_these_files(whole):
    assert {file.name for file in (whole / "index").rglob("*") if file.is_file()} == set(FILES)


@pytest.mark.parametrize(("name", "harm"), [harmed(name, harm) for name in FILES for harm in HARMS])
def test_a_harmed_file_costs_no_paper(path: Path, name: str, harm: Callable[[Path], None]):
    harm(next((path / "index").rglob(name)))
    with Folder(path, own=True) as folder:
        folder.connect("hash-1")
        assert lost(folder) == []


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda index: shutil.rmtree(index), id="deleted"),
        pytest.param(lambda index: (shutil.rmtree(index), index.mkdir()), id="emptied"),
        pytest.param(
            lambda index: [shutil.rmtree(one) for one in index.iterdir() if one.is_dir()],
            id="without its graph",
        ),
        pytest.param(lambda index: (index / "notes.txt").write_text("mine"), id="with a file too many"),
        pytest.param(lambda index: (shutil.rmtree(index), index.write_text("mine")), id="a file in its place"),
    ],
)
def test_a_harmed_folder_costs_no_paper(path, harm):
    harm(path / "index")
    with Folder(path, own=True) as folder:
        folder.connect("hash-1")
        assert lost(folder) == []


def test_a_folder_deleted_while_it_is_open_costs_no_paper(path):
    with Folder(path, own=True) as folder:
        folder.connect("hash-1")
        shutil.rmtree(path / "index")
        assert lost(folder) == []


def test_what_is_healed_stays_healed(path):
    (path / "index" / "chroma.sqlite3").write_bytes(b"")
    for expected in (N, 0):
        with Folder(path, own=True) as folder:
            before = folder.db.here.conn.total_changes
            folder.connect("hash-1")
            assert (folder.db.here.conn.total_changes - before >= N) == bool(expected)
