"""Ranking by meaning, where no word is shared: the bundled model on made-up papers."""

import pytest

from ingest.e5.local import LocalE5
from tests.makers.library import Library, ids, listed
from tests.makers.papers import LIBRARY


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    opened = Library(tmp_path_factory.mktemp("shelf"), LIBRARY, LocalE5())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "best"),
    [
        pytest.param("operating a smartphone automatically", "3105.00003", id="English to Chinese"),
        pytest.param("picking berries with a mechanical arm", "3105.00005", id="English to English"),
        pytest.param("用机械臂采摘草莓", "3105.00005", id="Chinese to English"),
        pytest.param("氨基酸链如何折叠", "3105.00006", id="Chinese to Chinese"),
        pytest.param("will it rain next month", "3105.00008", id="to an abstract"),
        pytest.param("隐私保护的分布式训练", "3105.00007", id="an idea told in other words"),
    ],
)
def test_the_nearest_in_meaning_comes_first(shelf, question, best):
    assert ids(shelf.rank(question))[0] == best


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("which papers are about video generation?", {"3105.00001", "3105.00002"}),
        ("哪些论文与视频生成有关", {"3105.00001", "3105.00002"}),
        ("GUI agents", {"3105.00003"}),
        ("天气预报", {"3105.00008"}),
    ],
)
def test_a_list_is_the_same_whoever_makes_the_vectors(shelf, question, expected):
    assert listed(shelf.rank(question)) == expected


@pytest.mark.parametrize("question", ["quantum cryptography", "哪些论文与量子密码学有关", "medieval trade routes"])
def test_what_is_merely_near_is_not_known(shelf, question):
    assert not shelf.rank(question).known
