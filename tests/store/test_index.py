from datetime import date

import numpy as np
import pytest

from store import papers, vectors
from store.errors import IndexMismatch, StoreError
from store.index import Index, sync
from tests.makers.papers import DAY, NEXT_DAY, entry

ALWAYS = (date.min, date.max)
RANDOM = np.random.default_rng(7).normal(size=(120, 16)).astype(np.float32)
RANDOM /= np.linalg.norm(RANDOM, axis=1, keepdims=True)


@pytest.fixture
def index(tmp_path):
    opened = Index(tmp_path / "index", "hash-1")
    yield opened
    opened.close()


@pytest.fixture
def filled(db):
    """A database of 120 passages, half of them of the next day, with vectors."""
    papers.save(db, [entry(f"3105.{n:05}", day=NEXT_DAY if n % 2 else DAY) for n in range(120)])
    vectors.put(db, {n + 1: row for n, row in enumerate(RANDOM)})
    return db


def marked(db) -> int:
    return db.value("SELECT sum(indexed) FROM passages")


def test_an_empty_index_finds_nothing(index):
    assert index.nearest(RANDOM[0], 5, *ALWAYS) == []


def test_more_passages_than_there_are_is_all_of_them(index):
    index.add([(1, 10, DAY), (2, 20, DAY)], RANDOM[:2])
    assert index.nearest(RANDOM[0], 50, *ALWAYS) == [10, 20]


def test_a_paper_of_two_passages_is_found_once(index):
    index.add([(1, 10, DAY), (2, 10, DAY), (3, 20, DAY)], RANDOM[:3])
    assert sorted(index.nearest(RANDOM[0], 3, *ALWAYS)) == [10, 20]


def test_adding_the_same_passage_again_replaces_it(index):
    index.add([(1, 10, DAY), (2, 20, DAY)], RANDOM[:2])
    index.add([(1, 10, DAY)], RANDOM[2:3])
    assert index.count() == 2
    assert index.nearest(RANDOM[2], 1, *ALWAYS) == [10]


def test_the_length_of_a_question_does_not_matter(index):
    index.add([(1, 10, DAY), (2, 20, DAY)], RANDOM[:2])
    assert index.nearest(7 * RANDOM[1], 1, *ALWAYS) == index.nearest(RANDOM[1], 1, *ALWAYS) == [20]


@pytest.mark.parametrize(
    "days",
    [
        pytest.param(ALWAYS, id="all days"),
        pytest.param((NEXT_DAY, NEXT_DAY), id="one day"),
        pytest.param((date.min, DAY), id="until a day"),
        pytest.param((date(2040, 1, 1), date.max), id="no day"),
    ],
)
def test_the_index_agrees_with_the_exact_scan(filled, index, days):
    sync(filled, index)
    for question in RANDOM[:30]:
        assert index.nearest(question, 10, *days) == vectors.nearest(filled, question, 10, *days)


def test_what_is_kept_is_there_after_opening_again(tmp_path, filled):
    first = Index(tmp_path / "index", "hash-1")
    sync(filled, first)
    first.close()
    again = Index(tmp_path / "index", "hash-1")
    assert (again.count(), again.nearest(RANDOM[5], 1, *ALWAYS)) == (120, [6])
    again.close()


def test_another_models_index_is_refused_with_what_to_do(tmp_path, index):
    with pytest.raises(IndexMismatch, match=r"made with hash-1, the configured model is e5: run `paperboy reindex`"):
        Index(tmp_path / "index", "e5")


def test_a_rebuilt_index_is_empty_and_works(index):
    index.add([(1, 10, DAY)], RANDOM[:1])
    index.rebuild()
    assert index.count() == 0
    index.add([(2, 20, DAY)], RANDOM[1:2])
    assert index.nearest(RANDOM[0], 5, *ALWAYS) == [20]


def test_vectors_of_another_length_are_an_error_in_one_line(index):
    index.add([(1, 10, DAY)], RANDOM[:1])
    with pytest.raises(StoreError, match="paperboy reindex") as error:
        index.add([(2, 20, DAY)], np.ones((1, 3), np.float32))
    assert "\n" not in str(error.value)


def test_an_index_that_was_never_closed_can_be_closed_twice(tmp_path):
    index = Index(tmp_path / "index", "hash-1")
    index.close()
    index.close()


def test_syncing_gives_the_index_what_it_lacks(filled, index):
    assert (sync(filled, index), index.count(), marked(filled)) == (120, 120, 120)


def test_syncing_twice_does_nothing(filled, index):
    sync(filled, index)
    assert sync(filled, index) == 0


def test_syncing_takes_what_is_new_only(filled, index):
    sync(filled, index)
    papers.save(filled, [entry("3106.00001")])
    vectors.put(filled, {121: RANDOM[0]})
    assert sync(filled, index) == 1


def test_a_crash_between_the_indexs_write_and_the_mark_is_harmless(filled, index):
    sync(filled, index)
    with filled.write() as connection:
        connection.execute("UPDATE passages SET indexed = 0 WHERE id > 60")
    assert (sync(filled, index), index.count(), marked(filled)) == (60, 120, 120)


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda index: index.rebuild(), id="lost everything"),
        pytest.param(
            lambda index: index._collection.delete(ids=[index._collection.get(limit=1)["ids"][0]]), id="lost one"
        ),
        pytest.param(lambda index: index.add([(500, 5, DAY)], RANDOM[:1]), id="has one too many"),
    ],
)
def test_an_index_that_cannot_be_right_is_made_anew(filled, index, harm):
    sync(filled, index)
    harm(index)
    assert (sync(filled, index), index.count(), marked(filled)) == (120, 120, 120)
