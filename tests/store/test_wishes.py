from dataclasses import fields

import pytest

from store import wishes
from store.wishes import Wish

FULL = Wish(("agents",), ("视频生成",), ("LoRA",), ("survey", "综述"), ("何恺明",), 5, 10)


@pytest.mark.parametrize(
    "wish", [pytest.param(Wish(), id="all papers"), pytest.param(FULL, id="every part"), Wish(least_votes=3)]
)
def test_a_wish_comes_back_from_its_text(wish: Wish) -> None:
    assert wishes.from_json(wishes.to_json(wish)) == wish


def test_the_empty_wish_is_kept_as_nothing_and_is_false() -> None:
    assert wishes.to_json(Wish()) == "{}"
    assert not Wish()


@pytest.mark.parametrize("name", [field.name for field in fields(Wish)])
def test_any_part_makes_a_wish(name: str) -> None:
    assert Wish(**{name: getattr(FULL, name)})


def test_a_part_of_a_newer_version_is_left_out() -> None:
    assert wishes.from_json('{"topics": ["agents"], "newer": 1}') == Wish(topics=("agents",))
