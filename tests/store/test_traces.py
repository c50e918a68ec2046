"""Traces: what follows from the order of sends about where a message must be."""

from store import traces
from store.db import Db

BOT, ME, YOU, GROUP = "4242", "7", "8", "-1005"


def sent(db: Db, chat: str, message: int, *, apart: bool = False, key: str = "") -> int:
    """A message that was sent and answered."""
    trace = traces.begin(db, BOT, chat, key)
    traces.sent(db, trace, message, apart=apart)
    return trace


def lost(db: Db, chat: str, key: str = "part", seen_chat: int = 0, seen_all: int = 0) -> traces.Trace:
    """A send of which nobody heard."""
    traces.begin(db, BOT, chat, key, seen_chat, seen_all)
    traces.lose(db, BOT, [])
    found = traces.last(db, BOT, chat, key)
    assert found is not None
    assert found.message is None
    return found


def test_a_message_comes_after_all_that_were_known_when_it_began(db: Db) -> None:
    sent(db, ME, 5)
    sent(db, YOU, 9)
    sent(db, GROUP, 70, apart=True)
    assert [lost(db, YOU).after(apart=False), lost(db, GROUP).after(apart=True)] == [9, 70]
    assert lost(db, ME, "seen", seen_all=12).after(apart=False) == 12
    assert lost(db, GROUP, "seen", seen_chat=80).after(apart=True) == 80


def test_where_nothing_is_known_nothing_is_said(db: Db) -> None:
    sent(db, GROUP, 70, apart=True)
    assert lost(db, ME).after(apart=False) == 0
    assert lost(db, "-1006").after(apart=True) == 0


def test_it_comes_before_what_was_sent_when_it_was_over(db: Db) -> None:
    sent(db, ME, 5)
    trace = lost(db, ME)
    beside = traces.begin(db, BOT, YOU)
    assert traces.before(db, trace, apart=False) is None
    sent(db, YOU, 9)
    sent(db, YOU, 8)
    traces.sent(db, beside, 7, apart=False)
    assert traces.before(db, trace, apart=False) == 7
    assert traces.before(db, trace, apart=True) is None


def test_what_is_under_way_is_not_over(db: Db) -> None:
    flying = traces.begin(db, BOT, ME, "part")
    traces.lose(db, BOT, [flying])
    sent(db, YOU, 9)
    found = traces.last(db, BOT, ME, "part")
    assert found is not None
    assert traces.before(db, found, apart=False) is None


def test_the_numbers_of_other_messages_are_known(db: Db) -> None:
    sent(db, GROUP, 7, apart=True)
    trace = lost(db, ME)
    sent(db, YOU, 6)
    sent(db, ME, 8)
    assert traces.taken(db, trace, 5, 9, apart=False) == {6, 8}
    assert traces.taken(db, lost(db, GROUP), 5, 9, apart=True) == {7}


def test_what_came_after_all_is_known_by_its_trace(db: Db) -> None:
    traces.sent(db, traces.begin(db, BOT, ME, "part"), 5, apart=False)
    found = traces.last(db, BOT, ME, "part")
    assert (found and found.message, traces.last(db, BOT, ME, "other")) == (5, None)


def test_what_was_surely_not_sent_leaves_none(db: Db) -> None:
    traces.drop(db, traces.begin(db, BOT, ME, "part"))
    assert traces.last(db, BOT, ME, "part") is None


def test_another_lost_message_of_the_chat_is_in_the_way_until_one_after_it_is_known(db: Db) -> None:
    sent(db, ME, 5)
    answer = lost(db, ME, "")
    assert traces.shadowed(db, lost(db, ME), apart=False), "it may lie after 5, as this one may"
    sent(db, YOU, 9)
    assert not traces.shadowed(db, lost(db, ME, "next"), apart=False), "it lies before 9, and this one after"
    assert answer.after(apart=False) == 5


def test_a_lost_message_of_another_chat_or_of_the_same_content_is_in_nobodys_way(db: Db) -> None:
    sent(db, ME, 5)
    lost(db, YOU, "")
    lost(db, ME)
    assert not traces.shadowed(db, lost(db, ME), apart=False)


def test_one_that_is_lost_afterwards_is_in_the_way(db: Db) -> None:
    sent(db, ME, 5)
    trace = lost(db, ME)
    lost(db, ME, "")
    assert traces.shadowed(db, trace, apart=False)


def test_one_that_began_when_the_end_of_the_search_was_known_is_not_in_the_way(db: Db) -> None:
    sent(db, ME, 5)
    trace = lost(db, ME)
    sent(db, YOU, 8)
    lost(db, ME, "")
    assert traces.before(db, trace, apart=False) == 8
    assert not traces.shadowed(db, trace, apart=False), "it lies after 8, and this one before"


def test_of_many_sends_those_that_matter_are_kept(db: Db, monkeypatch) -> None:
    monkeypatch.setattr(traces, "KEPT", 100)
    sent(db, GROUP, 70, apart=True)
    lost(db, YOU, "")
    for n in range(1, 2101):
        sent(db, ME, n)
    assert db.value("SELECT count(*) FROM traces") <= 1102
    assert lost(db, GROUP).after(apart=True) == 70
    assert lost(db, ME).after(apart=False) == 2100
    assert traces.last(db, BOT, YOU, "") is not None
