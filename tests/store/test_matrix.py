import numpy as np
import pytest

from store import papers, vectors
from store.matrix import Matrix
from tests.makers.papers import entry

N = 40
MADE = np.random.default_rng(3).normal(size=(N, 16)).astype(np.float32)
MADE /= np.linalg.norm(MADE, axis=1, keepdims=True)
ROWS = np.arange(1, N + 1, dtype=np.int64)


@pytest.fixture
def filled(db):
    papers.save(db, [entry(f"3105.{n:05}") for n in range(N)])
    vectors.put(db, dict(enumerate(MADE, 1)))
    return db


def expected(rows, query):
    centred = MADE - MADE.mean(axis=0)
    return (centred / np.linalg.norm(centred, axis=1, keepdims=True) @ query)[rows - 1]


def test_cosines_are_those_without_the_mean(filled):
    np.testing.assert_allclose(Matrix(filled).cosines(ROWS, MADE[3]), expected(ROWS, MADE[3]), atol=1e-5)


def test_only_the_papers_asked_for_have_one(filled):
    some = np.array([2, 7, 39], np.int64)
    np.testing.assert_allclose(Matrix(filled).cosines(some, MADE[3]), expected(some, MADE[3]), atol=1e-5)


def test_a_paper_without_a_vector_has_nothing(filled):
    papers.save(filled, [entry("3105.00099")])
    assert Matrix(filled).cosines(np.array([N + 1], np.int64), MADE[0]).tolist() == [0.0]


def test_what_is_written_later_is_seen(filled):
    kept = Matrix(filled)
    before = kept.cosines(ROWS, MADE[0])
    vectors.put(filled, {1: MADE[5]})
    assert kept.cosines(ROWS, MADE[0])[0] != before[0]


def test_of_too_many_there_is_no_copy(filled):
    assert Matrix(filled, most=N - 1).cosines(ROWS, MADE[0]) is None


def test_an_empty_store_has_nothing_near(db):
    assert Matrix(db).cosines(np.array([], np.int64), MADE[0]).tolist() == []
