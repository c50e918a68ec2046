"""What was seen of a day's list, on a real database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from store import polls
from store.db import Db
from store.polls import KEPT, Outage, Poll

DAY, OTHER = date(2031, 5, 6), date(2031, 5, 7)
NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
IDS = frozenset({"3105.00001", "3105.00002"})


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_a_day_that_was_never_asked_for_has_nothing(db):
    assert (polls.of_day(db, DAY), polls.latest(db, DAY), polls.outage(db, DAY)) == ([], None, None)


def test_looks_come_back_as_they_were_oldest_first(db):
    seen = [Poll(after(30), IDS), Poll(after(0), frozenset()), Poll(after(0.5), IDS)]
    for poll in seen:
        polls.add(db, DAY, poll)
    assert polls.of_day(db, DAY) == [seen[1], seen[2], seen[0]]


def test_a_look_belongs_to_its_day_alone(db):
    polls.add(db, OTHER, Poll(NOON, IDS))
    assert (polls.of_day(db, DAY), polls.latest(db, DAY)) == ([], None)


def test_a_failed_look_is_no_poll_but_counts_as_asked(db):
    polls.add(db, DAY, Poll(after(0), IDS))
    polls.add(db, DAY, Outage(after(30), "down"))
    assert [poll.at for poll in polls.of_day(db, DAY)] == [after(0)]
    assert polls.latest(db, DAY) == after(30)


@pytest.mark.parametrize(
    ("looks", "since"),
    [
        pytest.param([Poll(after(0), IDS)], None, id="found"),
        pytest.param([Outage(after(0), "a")], (after(0), "a"), id="never found"),
        pytest.param([Outage(after(0), "a"), Outage(after(9), "b")], (after(0), "a"), id="twice: since the first"),
        pytest.param(
            [Outage(after(0), "a"), Poll(after(5), IDS), Outage(after(9), "b")], (after(9), "b"), id="down again"
        ),
        pytest.param([Outage(after(0), "a"), Poll(after(5), frozenset())], None, id="over: an empty list is a list"),
    ],
)
def test_an_outage_lasts_from_the_first_failure_to_the_next_list(db, looks, since):
    for look in looks:
        polls.add(db, DAY, look)
    assert polls.outage(db, DAY) == (since and Outage(*since))


def test_only_the_latest_looks_are_kept(db):
    for minute in range(KEPT + 5):
        polls.add(db, DAY, Poll(after(minute), IDS))
    assert [poll.at for poll in polls.of_day(db, DAY)] == [after(minute) for minute in range(5, KEPT + 5)]


def test_one_days_many_looks_push_out_none_of_anothers(db):
    polls.add(db, OTHER, Poll(NOON, IDS))
    for minute in range(KEPT + 5):
        polls.add(db, DAY, Poll(after(minute), IDS))
    assert len(polls.of_day(db, OTHER)) == 1


def test_a_refresh_is_remembered_by_its_age_once(db):
    for age in (1, 3, 1):
        polls.mark_refreshed(db, DAY, age)
    polls.mark_refreshed(db, OTHER, 7)
    assert polls.refreshed(db, DAY) == {1, 3}


def test_looks_outlive_the_process(db):
    polls.add(db, DAY, Poll(NOON, IDS))
    polls.mark_refreshed(db, DAY, 1)
    path = db.path
    db.close()
    again = Db(path)
    assert (polls.of_day(again, DAY), polls.refreshed(again, DAY)) == ([Poll(NOON, IDS)], {1})
    again.close()
