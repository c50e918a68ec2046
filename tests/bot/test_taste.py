"""What feedback does to a list: by how much, because of what, fading, and never to the list it was given in."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bot import taste
from bot.app import App
from bot.taste import Taste
from store import feedback, vectors
from store.types import Vector
from tests.bot.conftest import AppOf
from tests.makers.papers import NEXT_DAY, about, entry

NOW = datetime(2031, 5, 7, 12, tzinfo=UTC)
OLD, OTHER = "3105.00001", "3105.00002"
SAME, NEAR, FAR = "3105.00011", "3105.00012", "3105.00013"
TODAY = [about(n, f"Loom {n}", en="Weaves.", day=NEXT_DAY, upvotes=9) for n in (11, 12, 13)]


def turned(share: float, axis: int = 1) -> Vector:
    """A vector whose cosine with the first axis is `share`; the rest of it lies along another axis."""
    made = np.zeros(64, np.float32)
    made[0], made[axis] = share, (1 - share**2) ** 0.5
    return made


@pytest.fixture
def app(app_of: AppOf) -> App:
    """Five papers whose vectors are given, and the opposite of each: the mean is 0, so cosines are what they seem."""
    between = (taste.FAR + taste.NEAR) / 2
    made = {OLD: turned(1.0), SAME: turned(0.9), NEAR: turned(between, 2), FAR: turned(0.0, 3), OTHER: turned(0.0, 4)}
    made |= {f"3104.{n:05}": -vector for n, vector in enumerate(made.values(), 1)}
    listed = {one.paper.arxiv_id for one in TODAY}
    app = app_of([*TODAY, *(entry(one, "en") for one in made if one not in listed)], now=lambda: NOW)
    sql = "SELECT arxiv_id, passages.id FROM passages JOIN papers ON papers.id = paper"
    vectors.put(app.folder.db, {row["id"]: made[row["arxiv_id"]] for row in app.folder.db.read(sql)})
    return app


def say(app: App, vote: feedback.Vote, paper: str = OLD, user: str = "ann", at: datetime = NOW) -> None:
    feedback.put(app.folder.db, "telegram", "-5", user, paper, vote, at)


def shifts(app: App, chat: str = "-5") -> dict[str, float]:
    return {one: round(shift.value, 3) for one, shift in Taste(app, TODAY, "telegram").shifts(chat).items()}


def test_papers_like_a_useful_one_move_up_and_others_stay(app: App) -> None:
    say(app, 1)
    assert shifts(app) == {SAME: 1.0, NEAR: 0.5}


def test_papers_like_one_that_was_not_for_the_chat_move_down(app: App) -> None:
    say(app, -1)
    assert shifts(app) == {SAME: -1.0, NEAR: -0.5}


def test_what_people_disagree_on_moves_nothing(app: App) -> None:
    say(app, 1)
    say(app, -1, user="bob")
    assert shifts(app) == {}


def test_another_chat_keeps_its_order(app: App) -> None:
    say(app, 1)
    assert shifts(app, "-6") == {}


def test_an_opinion_fades(app: App) -> None:
    say(app, 1, at=NOW - taste.HALF_LIFE)
    assert shifts(app) == {SAME: 0.5, NEAR: 0.25}


def test_a_shift_has_its_bound_and_its_reasons(app: App) -> None:
    for n in range(3):
        say(app, 1, user=f"u{n}")
    say(app, 1, OTHER)
    found = Taste(app, TODAY, "telegram").shifts("-5")[SAME]
    assert (found.value, found.factor, [one.arxiv_id for one, _ in found.because]) == (1.0, taste.FACTOR, [OLD])


def test_what_is_said_of_a_paper_of_the_list_does_not_reorder_it(app: App) -> None:
    say(app, 1, SAME)
    assert shifts(app) == {}


def test_a_paper_without_a_vector_moves_nothing(app: App) -> None:
    vectors.restart(app.folder.db, "another model")
    say(app, 1)
    assert shifts(app) == {}


def test_an_opinion_given_after_the_lists_day_counts_in_full(app: App) -> None:
    say(app, 1, at=NOW + timedelta(days=90))
    assert shifts(app) == {SAME: 1.0, NEAR: 0.5}
