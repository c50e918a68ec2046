from collections.abc import Callable, Sequence

import numpy as np
import pytest

from ingest.passages import centres, embed_anew, embed_lacking
from store import papers, vectors
from store.errors import EmbedderError, IndexMismatch
from store.folder import Folder
from store.index import BATCH
from store.lexicon import Lexicon
from store.types import Vectors
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import about, entry

LEXICON = Lexicon([(("video",), ("视频",)), (("paper", "sheet"), ("纸",))])


class TiredEmbedder(HashEmbedder):
    """Fails from the second batch on, until it has rested."""

    rested = False

    def passages(self, texts: Sequence[str]) -> Vectors:
        if self.asked and not self.rested:
            raise EmbedderError("the server is tired", retry=True)
        return super().passages(texts)


@pytest.fixture
def folder(tmp_path):
    with Folder(tmp_path, own=True) as opened:
        yield opened


def save(folder: Folder, n: int) -> None:
    papers.save(folder.db, [about(number, f"Paper {number}", en=f"Fold {number}.") for number in range(n)])


def test_what_lacks_a_vector_gets_one_and_is_found(folder):
    papers.save(folder.db, [about(1, "Video", en="Clips."), about(2, "Folding", zh="折纸。")])
    embedder = HashEmbedder()
    assert embed_lacking(folder, embedder) == 2
    assert folder.nearest(embedder.queries(["Folding\n折纸。"])[0], 1) == [2]


def test_embedding_twice_asks_the_embedder_once(folder):
    save(folder, 3)
    embedder = HashEmbedder()
    embed_lacking(folder, embedder)
    asked = [*embedder.asked]
    assert (embed_lacking(folder, embedder), embedder.asked) == (0, asked)


def test_a_changed_summary_alone_is_embedded_again(folder):
    save(folder, 3)
    embedder = HashEmbedder()
    embed_lacking(folder, embedder)
    papers.save(folder.db, [about(1, "Paper 1", en="Unfold.")])
    assert embed_lacking(folder, embedder) == 1
    assert embedder.asked[-1].startswith("Paper 1\nUnfold.")


def test_progress_is_told_from_nothing_to_all(folder):
    save(folder, 2 * BATCH + 1)
    told: list[tuple[int, int]] = []
    embed_lacking(folder, HashEmbedder(), lambda done, of: told.append((done, of)))
    n = 2 * BATCH + 1
    assert told == [(0, n), (BATCH, n), (2 * BATCH, n), (n, n)]


def test_an_empty_store_is_done_at_once(folder):
    told: list[tuple[int, int]] = []
    assert embed_lacking(folder, HashEmbedder(), lambda done, of: told.append((done, of))) == 0
    assert told == [(0, 0)]


def test_a_failure_keeps_what_was_done_and_the_next_run_does_the_rest(folder):
    save(folder, BATCH + 5)
    embedder = TiredEmbedder()
    with pytest.raises(EmbedderError, match="tired"):
        embed_lacking(folder, embedder)
    assert vectors.count_lacking(folder.db) == 5
    embedder.rested = True
    assert embed_lacking(folder, embedder) == 5


def test_another_model_is_refused_before_it_is_asked(folder):
    save(folder, 1)
    embed_lacking(folder, HashEmbedder())
    other = HashEmbedder("hash-2")
    with pytest.raises(IndexMismatch, match="paperboy reindex"):
        embed_lacking(folder, other)
    assert other.asked == []


def test_everything_is_embedded_anew_with_the_other_model(folder):
    save(folder, 3)
    embed_lacking(folder, HashEmbedder())
    other = HashEmbedder("hash-2")
    assert embed_anew(folder, other) == 3
    assert (vectors.signature(folder.db), len(other.asked)) == ("hash-2", 3)


def test_a_failure_while_embedding_anew_keeps_the_vectors_in_use_and_the_next_run_does_the_rest(folder):
    save(folder, BATCH + 5)
    embed_lacking(folder, HashEmbedder())
    tired = TiredEmbedder("hash-2")
    with pytest.raises(EmbedderError, match="tired"):
        embed_anew(folder, tired)
    assert (vectors.signature(folder.db), vectors.count_lacking(folder.db)) == ("hash-1", 0)
    tired.rested = True
    asked = len(tired.asked)
    embed_anew(folder, tired)
    assert (vectors.signature(folder.db), len(tired.asked) - asked) == ("hash-2", 5)


def test_a_text_that_changes_after_it_was_embedded_anew_is_embedded_once_more(folder):
    save(folder, 2)
    vectors.begin_staging(folder.db, "hash-1")
    vectors.stage(folder.db, vectors.lacking(folder.db, 9, staged=True), HashEmbedder().passages(["a", "b"]))
    papers.save(folder.db, [about(1, "Paper 1", en="Unfold.")])
    embedder = HashEmbedder()
    embed_anew(folder, embedder)
    assert [text.splitlines()[1] for text in embedder.asked] == ["Unfold."]


def test_without_ownership_vectors_are_stored_all_the_same(tmp_path):
    with Folder(tmp_path, own=True), Folder(tmp_path) as beside:
        papers.save(beside.db, [entry("3105.00001", "en", "zh")])
        assert embed_lacking(beside, HashEmbedder()) == 2


def test_a_centre_is_the_mean_of_the_glossarys_terms(folder):
    embedder = HashEmbedder()
    found = centres(folder.db, LEXICON, embedder)
    np.testing.assert_allclose(found["en"], embedder.queries(["video", "paper"]).mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found["zh"], embedder.queries(["视频", "纸"]).mean(axis=0), rtol=1e-6)


def test_centres_are_made_once(folder):
    made = centres(folder.db, LEXICON, HashEmbedder())
    second = HashEmbedder()
    kept = centres(folder.db, LEXICON, second)
    assert second.asked == []
    assert all(np.array_equal(made[lang], kept[lang]) for lang in made)


@pytest.mark.parametrize(
    ("lexicon", "signature"),
    [
        pytest.param(Lexicon([(("cloth",), ("布",))]), "hash-1", id="another glossary"),
        pytest.param(LEXICON, "hash-2", id="another model"),
    ],
)
def test_centres_are_made_anew_for(folder, lexicon, signature):
    centres(folder.db, LEXICON, HashEmbedder())
    embedder = HashEmbedder(signature)
    centres(folder.db, lexicon, embedder)
    assert embedder.asked


class Meddling(HashEmbedder):
    """Embeds, while somebody else saves another text for the same paper."""

    def __init__(self, meddle: Callable[[], None]) -> None:
        super().__init__()
        self._meddle = meddle

    def passages(self, texts: Sequence[str]) -> Vectors:
        self._meddle()
        self._meddle = lambda: None
        return super().passages(texts)


def test_a_text_that_changes_while_it_is_embedded_gets_the_new_ones_vector(folder):
    papers.save(folder.db, [about(1, "Paper", en="Fold.")])
    embedder = Meddling(lambda: papers.save(folder.db, [about(1, "Paper", en="Unfold.")]))
    embed_lacking(folder, embedder)
    assert [text for text in embedder.asked if "Unfold" in text]
    assert vectors.count_lacking(folder.db) == 0


def test_a_title_alone_gives_way_to_a_summary_in_another_language(folder):
    papers.save(folder.db, [about(1, "Paper")])
    papers.save(folder.db, [about(1, "Paper", zh="折纸。")])
    assert embed_lacking(folder, HashEmbedder()) == 1
