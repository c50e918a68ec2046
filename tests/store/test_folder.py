import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from store import papers, vectors
from store.errors import IndexMismatch, StoreBusy, StoreError
from store.folder import Folder
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.library import Library
from tests.makers.papers import DAY, LIBRARY, NEXT_DAY, entry

ROOT = Path(__file__).parents[2]
SHUTDOWN = "import sys; from pathlib import Path; from store.folder import Folder; path = Path(sys.argv[1]);"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed data folder with the papers of `LIBRARY`."""
    Library(tmp_path / "data", LIBRARY).close()
    return tmp_path / "data"


def nearest_to_own_words(folder: Folder) -> list[int]:
    """For each paper of the folder, the nearest one to its own passage."""
    embedder = HashEmbedder()
    entries = papers.by_rowid(folder.db, range(1, len(LIBRARY) + 1)).values()
    texts = [next(iter(papers.passages(one).values())) for one in entries]
    return [folder.nearest(vector, 1)[0] for vector in embedder.passages(texts)]


def python(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Another process that runs `code` on the folder `path`."""
    return subprocess.run([sys.executable, "-c", SHUTDOWN + code, str(path)], capture_output=True, text=True, cwd=ROOT)


@pytest.fixture
def owner(path: Path):
    """Another process that owns the folder until it is killed."""
    code = "folder = Folder(path, own=True); folder.connect('hash-1'); print('owns', flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", SHUTDOWN + code, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "owns\n"
        yield process
        process.kill()


def test_a_folder_is_made_where_there_is_none(tmp_path):
    with Folder(tmp_path / "a" / "b", own=True) as folder:
        assert papers.everything(folder.db) == []


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match=r"data can't be used \(.*\): choose another with --data"):
        Folder(tmp_path / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="can't be used"):
            Folder(tmp_path / "data")
    finally:
        tmp_path.chmod(0o700)


def test_a_damaged_database_leaves_the_lock_free(tmp_path):
    (tmp_path / "paperboy.db").write_text("Dear diary, " * 1000)
    with pytest.raises(StoreError, match="not a Paperboy database"):
        Folder(tmp_path, own=True)
    (tmp_path / "paperboy.db").unlink()
    Folder(tmp_path, own=True).close()


def test_closing_twice_is_harmless(path):
    folder = Folder(path, own=True)
    folder.connect("hash-1")
    folder.close()
    folder.close()


def test_everything_is_found_after_opening_again(path):
    with Folder(path, own=True) as folder:
        folder.connect("hash-1")
        assert nearest_to_own_words(folder) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_without_ownership_everything_is_found_as_well(path):
    with Folder(path, own=True), Folder(path) as reader:
        reader.connect("hash-1")
        assert not reader.owned
        assert nearest_to_own_words(reader) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("own", [True, False], ids=["by the index", "by the exact scan"])
def test_only_papers_of_the_days_are_near(path, own):
    with Folder(path, own=True) as first, Folder(path) as second:
        folder = first if own else second
        folder.connect("hash-1")
        vector = HashEmbedder().queries(["anything"])[0]
        assert sorted(folder.nearest(vector, 50, NEXT_DAY, NEXT_DAY)) == [5, 6, 7, 8]
        assert sorted(folder.nearest(vector, 50, DAY, DAY)) == [1, 2, 3, 4]


def test_another_models_vectors_are_refused(path):
    with Folder(path, own=True) as folder, pytest.raises(IndexMismatch, match="paperboy reindex"):
        folder.connect("e5")


def test_an_index_left_by_another_model_gives_way_to_the_stored_vectors(path):
    with Folder(path, own=True) as folder:
        vectors.restart(folder.db, "hash-2")  # as a reindex that was killed before it threw the index away
        passages = vectors.lacking(folder.db, 99)
        made = HashEmbedder().passages([one.text for one in passages])
        vectors.put(folder.db, {one.id: vector for one, vector in zip(passages, made, strict=True)})
        folder.connect("hash-2")
        assert nearest_to_own_words(folder) == [1, 2, 3, 4, 5, 6, 7, 8]


def staged(folder: Folder, made: np.ndarray, signature: str) -> None:
    vectors.begin_staging(folder.db, signature)
    passages = vectors.lacking(folder.db, 99, staged=True)
    vectors.stage(folder.db, passages, np.resize(made, (len(passages), made.shape[-1])))


@pytest.mark.parametrize("signature", [pytest.param("hash-2", id="another model's"), pytest.param("hash-1", id="ours")])
def test_staged_vectors_take_the_place_of_all_others_at_once(path, signature):
    ones = np.ones((1, 64), np.float32) / 8
    with Folder(path, own=True) as folder:
        folder.connect("hash-1")
        staged(folder, ones, signature)
        assert nearest_to_own_words(folder) == [1, 2, 3, 4, 5, 6, 7, 8]
        folder.renew(signature)
        assert (vectors.signature(folder.db), vectors.count_lacking(folder.db)) == (signature, 0)
        np.testing.assert_allclose(vectors.of_papers(folder.db, [1])[1], np.resize(ones, (1, 64)), rtol=1e-6)


def test_staged_vectors_may_be_of_another_length(path):
    with Folder(path, own=True) as folder:
        staged(folder, np.array([[1, 0]], np.float32), "tiny")
        folder.renew("tiny")
        assert len(folder.nearest(np.array([1, 0], np.float32), 99)) == 8


def test_what_another_model_staged_is_not_taken_over(path):
    with Folder(path, own=True) as folder:
        staged(folder, np.ones((1, 64), np.float32), "hash-2")
        assert vectors.begin_staging(folder.db, "hash-2") == db_passages(folder)
        assert vectors.begin_staging(folder.db, "hash-3") == 0


def test_a_reader_whose_model_is_no_longer_in_use_has_no_cosines(path):
    rows = np.arange(1, 9, dtype=np.int64)
    query = np.ones(64, np.float32) / 8
    with Folder(path, own=True) as folder, Folder(path) as beside:
        folder.connect("hash-1")
        beside.connect("hash-1")
        assert np.any(beside.cosines(rows, query))
        staged(folder, np.ones((1, 64), np.float32), "hash-2")
        folder.renew("hash-2")
        assert not np.any(beside.cosines(rows, query))


def db_passages(folder: Folder) -> int:
    return int(folder.db.value("SELECT count(*) FROM passages"))


def test_sizes_are_those_on_disk(path):
    with Folder(path, own=True) as folder:
        sizes = folder.sizes()
    assert sizes["database"] > 4096
    assert sizes["index"] == sum(file.stat().st_size for file in (path / "index").rglob("*") if file.is_file()) > 4096


def test_an_index_that_is_not_there_has_no_size(tmp_path):
    with Folder(tmp_path) as folder:
        assert folder.sizes()["index"] == 0


def test_a_second_owner_is_told_who_the_first_is(path, owner):
    with pytest.raises(StoreBusy, match=rf"process {owner.pid}\).*wait until it has finished or stop it"):
        Folder(path, own=True)


def test_beside_an_owner_one_may_read(path, owner):
    with Folder(path) as folder:
        folder.connect("hash-1")
        assert (folder.owned, folder.sync()) == (False, 0)
        assert nearest_to_own_words(folder) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_killed_owner_holds_nothing(path, owner):
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    with Folder(path, own=True) as folder:
        folder.connect("hash-1")
        assert nearest_to_own_words(folder) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_an_owner_killed_in_the_middle_of_its_writes_loses_no_paper(tmp_path):
    code = """
import os, signal
import numpy as np
from store import papers, vectors
from tests.makers.papers import entry
folder = Folder(path, own=True)
folder.connect("hash-1")
papers.save(folder.db, [entry(f"3105.{n:05}") for n in range(120)])
vectors.put(folder.db, {n: np.eye(64, dtype=np.float32)[n % 64] for n in range(1, 61)})
folder.sync()
with folder.db.write() as connection:
    connection.execute("UPDATE passages SET indexed = 0, vector = NULL WHERE id > 30")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert python(code, tmp_path).returncode == -signal.SIGKILL
    with Folder(tmp_path, own=True) as folder:
        folder.connect("hash-1")
        assert (len(papers.everything(folder.db)), vectors.count_lacking(folder.db)) == (120, 60)
        assert len(folder.nearest(np.ones(64, np.float32), 200)) == 60


def test_a_passage_that_was_added_is_near_at_once(path):
    with Folder(path, own=True) as folder:
        folder.connect("hash-1")
        papers.save(folder.db, [entry("3106.00001")])
        (waiting,) = vectors.lacking(folder.db, 9)
        vector = HashEmbedder().passages([waiting.text])[0]
        vectors.put(folder.db, {waiting.id: vector})
        folder.sync()
        assert folder.nearest(vector, 1) == [9]
