"""The index on a real Chroma server: the same answers, and none lost while the server is away."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest import passages
from store import papers, vectors
from store.errors import StoreError
from store.folder import Folder
from store.index import NAME, Index, Server
from tests.fakes.chroma_server import ChromaServer
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import LIBRARY, entry

# Chroma leaves the connections of a client that failed to start to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:.*unclosed <socket:pytest.PytestUnraisableExceptionWarning")

EMBEDDER = HashEmbedder()
PASSAGES = sum(len(papers.passages(one)) for one in LIBRARY)


@pytest.fixture(scope="module")
def _chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("chroma")) as made:
        yield made


@pytest.fixture
def chroma(_chroma: ChromaServer) -> ChromaServer:
    """A server that runs, whatever the test before did to it."""
    _chroma.kill()
    _chroma.start()
    return _chroma


@pytest.fixture
def server(chroma: ChromaServer, request: pytest.FixtureRequest) -> Server:
    """A collection of the test's own."""
    return Server(chroma.url, collection=f"{NAME}-{abs(hash(request.node.name))}")


def filled(path: Path, server: Server | None, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An owned folder with the papers of `LIBRARY`, whose index is on the server; one that is lost is tried at once."""
    monkeypatch.setattr("store.folder.AWAY_S", 0.0)
    folder = Folder(path, own=True, server=server)
    papers.save(folder.db, LIBRARY)
    passages.embed_lacking(folder, EMBEDDER)
    return folder


def nearest(folder: Folder, k: int = 3) -> list[list[int]]:
    """For each paper, those nearest to its own passage."""
    entries = papers.by_rowid(folder.db, range(1, len(LIBRARY) + 1)).values()
    texts = [next(iter(papers.passages(one).values())) for one in entries]
    return [folder.nearest(vector, k) for vector in EMBEDDER.passages(texts)]


def test_it_finds_what_a_folder_finds(tmp_path, server, monkeypatch):
    with filled(tmp_path / "a", server, monkeypatch) as away, filled(tmp_path / "b", None, monkeypatch) as here:
        assert away.indexed() == here.indexed() == vectors.count(here.db)
        assert [one[0] for one in nearest(away)] == [one[0] for one in nearest(here)]
        assert not (tmp_path / "a" / "index").exists()


def test_a_server_that_is_killed_costs_no_answer_and_is_used_again_when_it_is_back(
    tmp_path, chroma, server, monkeypatch
):
    with filled(tmp_path, server, monkeypatch) as folder:
        before = nearest(folder)
        chroma.kill()
        assert nearest(folder) == before
        assert folder.indexed() is None
        papers.save(folder.db, [entry("3105.09999")])
        passages.embed_lacking(folder, EMBEDDER)
        chroma.start()
        folder.sync()
        assert folder.indexed() == vectors.count(folder.db) == PASSAGES + 1


def test_a_server_killed_and_restarted_under_load_answers_everybody(tmp_path, chroma, server, monkeypatch):
    with filled(tmp_path, server, monkeypatch) as folder:
        right = [one[0] for one in nearest(folder)]
        asked, wrong, over = [0], [], threading.Event()

        def ask() -> None:
            while not over.is_set():
                found = [one[0] for one in nearest(folder)]
                asked[0] += 1
                wrong.extend([found] if found != right else [])

        askers = [threading.Thread(target=ask) for _ in range(3)]
        for asker in askers:
            asker.start()
        try:
            for _ in range(2):
                chroma.kill()
                folder.sync()
                chroma.start()
                folder.sync()
        finally:
            over.set()
            for asker in askers:
                asker.join(timeout=60)
        assert (wrong, asked[0] > 0) == ([], True)
        assert folder.indexed() == vectors.count(folder.db)


def test_a_server_that_is_away_at_the_start_holds_nothing_up(tmp_path, chroma, server, monkeypatch):
    chroma.kill()
    with filled(tmp_path, server, monkeypatch) as folder:
        assert [one[0] for one in nearest(folder)] == list(range(1, len(LIBRARY) + 1))
        chroma.start()
        assert folder.sync() == PASSAGES


def test_a_change_of_place_leaves_no_stale_vector_behind(tmp_path, server, monkeypatch):
    filled(tmp_path, server, monkeypatch).close()
    vector = np.arange(64, dtype=np.float32)
    with Folder(tmp_path, own=True) as here:  # back into the folder, where a passage changes
        here.connect(EMBEDDER.signature)
        vectors.put(here.db, {1: vector / np.linalg.norm(vector)})
        here.sync()
    with Folder(tmp_path, own=True, server=server) as away:
        away.connect(EMBEDDER.signature)
        assert away.nearest(vector, 1) == [1]


def test_a_collection_of_another_paperboy_is_left_alone(tmp_path, server, monkeypatch):
    with filled(tmp_path / "mine", server, monkeypatch) as mine:
        with filled(tmp_path / "other", server, monkeypatch) as other:
            assert other.indexed() is None
            assert [one[0] for one in nearest(other)] == list(range(1, len(LIBRARY) + 1))
        assert mine.indexed() == PASSAGES


def test_another_models_left_over_is_replaced(tmp_path, server, monkeypatch):
    filled(tmp_path, server, monkeypatch).close()
    with Folder(tmp_path, own=True, server=server) as folder:
        vectors.restart(folder.db, "hash-2")
        passages_ = vectors.lacking(folder.db, 99)
        made = EMBEDDER.passages([one.text for one in passages_])
        vectors.put(folder.db, {one.id: vector for one, vector in zip(passages_, made, strict=True)})
        folder.connect("hash-2")
        assert folder.indexed() == PASSAGES


def test_a_server_that_hangs_is_given_up(tmp_path, chroma, server, monkeypatch):
    monkeypatch.setattr("store.index_server.TIMEOUT_S", 0.3)
    with filled(tmp_path, server, monkeypatch) as folder:
        right = nearest(folder)
        with chroma.hanging():
            assert nearest(folder, 3) == right
            assert folder.indexed() is None
            assert folder.sync() == 0
        assert folder.sync() == 0
        assert folder.indexed() == PASSAGES


def test_an_address_where_nothing_is_names_the_setting(tmp_path):
    with pytest.raises(StoreError, match=r"store\.vectors\.url"):
        Index(Server("http://127.0.0.1:9", library="x"), "hash-1")


def test_a_token_is_no_part_of_what_a_server_is_called():
    assert "secret" not in f"{Server('http://127.0.0.1:9', 'secret')!r} {Server('http://127.0.0.1:9', 'secret')}"
