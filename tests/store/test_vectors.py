from datetime import date

import numpy as np
import pytest

from store import papers, vectors
from store.errors import IndexMismatch, StoreError
from tests.makers.papers import DAY, NEXT_DAY, about, entry

ALWAYS = (date.min, date.max)
EAST, NORTH, WEST = (np.array(v, np.float32) for v in ([1, 0], [0, 1], [-1, 0]))


def test_the_first_model_signs_an_empty_store(db):
    assert vectors.signature(db) is None
    vectors.require(db, "hash-1")
    assert vectors.signature(db) == "hash-1"


def test_another_models_vectors_are_refused_with_what_to_do(db):
    vectors.require(db, "hash-1")
    with pytest.raises(
        IndexMismatch, match=r"embedded with hash-1, the configured model is e5: run `paperboy reindex`"
    ):
        vectors.require(db, "e5")


def test_a_refused_model_costs_no_vector(db):
    papers.save(db, [entry()])
    vectors.require(db, "hash-1")
    vectors.put(db, {1: EAST})
    with pytest.raises(IndexMismatch):
        vectors.require(db, "e5")
    assert (vectors.signature(db), vectors.count_lacking(db)) == ("hash-1", 0)


def test_starting_anew_makes_every_passage_wait(db):
    papers.save(db, [entry("3105.00001", "en", "zh")])
    vectors.put(db, {1: EAST, 2: EAST})
    vectors.restart(db, "e5")
    assert (vectors.signature(db), vectors.count_lacking(db)) == ("e5", 2)


def test_what_lacks_a_vector_comes_oldest_first_with_its_text(db):
    papers.save(db, [about(1, "T", zh="折"), about(2, "U", en="fold")])
    assert [(one.lang, one.text.split("\n")[:2]) for one in vectors.lacking(db, 9)] == [
        ("zh", ["T", "折"]),
        ("en", ["U", "fold"]),
    ]


def test_no_more_than_asked_for_is_lacking(db):
    papers.save(db, [entry(f"3105.{n:05}", "en", "zh") for n in range(3)])
    assert [one.id for one in vectors.lacking(db, 4)] == [1, 2, 3, 4]


def test_what_was_given_a_vector_lacks_none(db):
    papers.save(db, [entry("3105.00001", "en", "zh")])
    vectors.put(db, {1: EAST})
    assert [one.id for one in vectors.lacking(db, 9)] == [2]


def test_vectors_come_back_bit_by_bit(db):
    papers.save(db, [entry("3105.00001", "en", "zh")])
    given = np.random.default_rng(1).normal(size=(2, 384)).astype(np.float32)
    vectors.put(db, {1: given[0], 2: given[1]})
    owners, matrix = vectors.of_papers(db, [1])
    assert owners == [(1, "en"), (1, "zh")]
    np.testing.assert_array_equal(matrix, given)


def test_any_number_of_papers_vectors_can_be_had(db):
    papers.save(db, [entry(f"3105.{n:05}") for n in range(1201)])
    vectors.put(db, dict.fromkeys(range(1, 1202), EAST))
    owners, matrix = vectors.of_papers(db, range(1, 1202))
    assert (len(owners), matrix.shape) == (1201, (1201, 2))


def test_a_new_vector_waits_for_the_index(db):
    papers.save(db, [entry()])
    vectors.put(db, {1: EAST})
    with db.write() as connection:
        connection.execute("UPDATE passages SET indexed = 1")
    vectors.put(db, {1: NORTH})
    assert db.value("SELECT indexed FROM passages") == 0


def test_the_mean_is_of_one_language(db):
    papers.save(db, [entry("3105.00001", "en", "zh"), entry("3105.00002", "en")])
    vectors.put(db, {1: EAST, 2: WEST, 3: NORTH})
    np.testing.assert_allclose(vectors.mean(db, "en"), [0.5, 0.5])


def test_a_language_without_passages_has_no_mean(db):
    assert vectors.mean(db, "zh") is None


def test_adding_or_embedding_a_passage_changes_the_state(db):
    states = [vectors.state(db)]
    papers.save(db, [entry()])
    states.append(vectors.state(db))
    vectors.put(db, {1: EAST})
    states.append(vectors.state(db))
    assert len(set(states)) == 3


@pytest.fixture
def three(db):
    """Papers 1 (east), 2 (north, of the next day) and 3 (west in English, east-north-east in Chinese)."""
    papers.save(db, [entry("3105.00001"), entry("3105.00002", day=NEXT_DAY), entry("3105.00003", "en", "zh")])
    vectors.put(db, {1: EAST, 2: NORTH, 3: WEST, 4: np.array([0.9, 0.1], np.float32)})
    return db


@pytest.mark.parametrize(
    ("k", "days", "expected"),
    [
        pytest.param(9, ALWAYS, [1, 3, 2], id="closest first, a paper once"),
        pytest.param(2, ALWAYS, [1, 3], id="k passages"),
        pytest.param(9, (NEXT_DAY, NEXT_DAY), [2], id="of one day"),
        pytest.param(9, (date.min, DAY), [1, 3], id="until a day"),
        pytest.param(9, (date.max, date.max), [], id="of a day without papers"),
    ],
)
def test_the_exact_scan_finds_the_nearest(three, k, days, expected):
    assert vectors.nearest(three, EAST, k, *days) == expected


def test_vectors_of_two_lengths_ask_for_a_reindex(three):
    vectors.put(three, {1: np.ones(3, np.float32)})
    with pytest.raises(StoreError, match="run `paperboy reindex`"):
        vectors.nearest(three, EAST, 1, *ALWAYS)


def test_a_fact_is_kept_until_it_is_replaced(db):
    vectors.put_fact(db, "mean", EAST.tobytes())
    vectors.put_fact(db, "mean", NORTH.tobytes())
    np.testing.assert_array_equal(vectors.fact(db, "mean"), NORTH)


def test_an_unknown_fact_is_none(db):
    assert vectors.fact(db, "mean") is None
