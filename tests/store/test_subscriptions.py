"""Subscriptions: several a chat, what each chose and was sent, and those that there were when a chat had but one."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from store import chats, deliveries, schema, served, subscriptions
from store.chats import Chat
from store.db import Db
from store.errors import InputError
from store.outbox import Made, Outbox
from store.subscriptions import MOST, Subscription
from store.wishes import Wish
from tests.makers.subscribers import another, subscribe

DAY, NEXT = date(2031, 5, 6), date(2031, 5, 7)
NOW = datetime(2031, 5, 6, 9, tzinfo=UTC)
CHAT = Chat("telegram", "7")
CHOSEN = Subscription(
    CHAT, lang="zh", hour=time(7, 30), zone="Asia/Shanghai", weekdays=(0, 4),
    wish=Wish(("agents",), ("world models",), least_votes=20), style="full", silent=True, rhythm=("daily", "weekly"),
    late="follow",
)  # fmt: skip


@pytest.fixture
def chat(db: Db) -> Chat:
    chats.save(db, CHAT, NOW)
    return chats.get(db, "telegram", "7")


def numbers(db: Db) -> list[int]:
    return [one.number for one in subscriptions.of_chat(db, CHAT)]


def test_what_was_chosen_comes_back(db: Db, chat: Chat) -> None:
    made = subscriptions.begin(db, CHOSEN, "en", NOW)
    assert made == replace(CHOSEN, chat=chat, spoken="en", began=NOW)
    assert subscriptions.find(db, made.id) == made


def test_a_chat_has_several_each_with_its_number(db: Db, chat: Chat) -> None:
    for _ in range(3):
        subscriptions.begin(db, Subscription(chat), "en", NOW)
    assert numbers(db) == [1, 2, 3]


def test_there_is_a_bound(db: Db, chat: Chat) -> None:
    for _ in range(MOST):
        subscriptions.begin(db, Subscription(chat), "en", NOW)
    with pytest.raises(InputError, match=f"{MOST} subscriptions"):
        subscriptions.begin(db, Subscription(chat), "en", NOW)
    assert len(numbers(db)) == MOST


def test_other_choices_leave_what_it_is_and_had(db: Db, chat: Chat) -> None:
    made = subscriptions.begin(db, CHOSEN, "en", NOW)
    subscriptions.save(db, replace(made, hour=None, wish=Wish()))
    assert subscriptions.find(db, made.id) == replace(made, hour=None, wish=Wish())


def test_a_number_that_is_free_again_is_given_to_the_next(db: Db, chat: Chat) -> None:
    first, second = (subscriptions.begin(db, Subscription(chat), "en", NOW) for _ in range(2))
    subscriptions.end(db, [first])
    assert numbers(db) == [2]
    again = subscriptions.begin(db, CHOSEN, "zh", NOW)
    assert (again.id, again.number, again.wish, again.spoken) == (first.id, 1, CHOSEN.wish, "zh")
    assert numbers(db) == [1, second.number]


def test_who_comes_back_has_not_forgotten_what_it_had(db: Db, chat: Chat) -> None:
    made = subscriptions.begin(db, Subscription(chat), "en", NOW)
    served.mark(db, [made.id], DAY, NOW)
    subscriptions.end(db, [made])
    subscriptions.begin(db, Subscription(chat), "en", NOW)
    assert served.lacking(db, "telegram", DAY) == []
    assert [one.day for one in served.lacking(db, "telegram", NEXT)] == [DAY]


def test_each_kind_of_digest_is_had_by_itself(db: Db, chat: Chat) -> None:
    made = subscriptions.begin(db, CHOSEN, "en", NOW)
    served.mark(db, [made.id], DAY, NOW)
    lacking = {kind: len(served.lacking(db, "telegram", DAY, kind)) for kind in subscriptions.RHYTHMS}
    assert lacking == {"daily": 0, "weekly": 1, "monthly": 0}, "monthly ones it doesn't want"


def test_a_day_without_a_paper_takes_no_hour(db: Db, chat: Chat) -> None:
    made = subscriptions.begin(db, CHOSEN, "en", NOW)
    served.mark(db, [made.id], DAY, NOW)
    served.mark(db, [made.id], NEXT, None)
    (found,) = served.lacking(db, "telegram")
    assert (found.day, found.at) == (NEXT, NOW)


def test_two_of_a_chat_are_sent_their_own(db: Db) -> None:
    first = subscribe(db, 7)
    second = another(db, first, silent=True)
    outbox = Outbox(db)
    assert outbox.put(DAY, [Made(["a"], [first.id]), Made(["b"], [second.id])], NOW) == 2
    waiting = outbox.waiting("telegram", NOW, 10)
    assert [(one.number, one.content, one.chat.silent) for one in waiting] == [(1, "a", False), (2, "b", True)]


def test_what_waits_for_one_that_ended_is_not_sent(db: Db) -> None:
    first = subscribe(db, 7)
    second = another(db, first)
    outbox = Outbox(db)
    outbox.put(DAY, [Made(["a"], [first.id, second.id])], NOW)
    subscriptions.end(db, [first])
    outbox.unwanted([first.id], NOW)
    assert [one.number for one in outbox.waiting("telegram", NOW, 10)] == [2]
    assert deliveries.counts(db)["failed"] == 1


def test_a_weekly_one_gives_way_to_no_daily_one(db: Db) -> None:
    one = subscribe(db, 7, rhythm=("daily", "weekly"))
    outbox = Outbox(db)
    outbox.put(DAY, [Made(["the week"], [one.id])], NOW, "weekly")
    outbox.put(DAY, [Made(["the day"], [one.id])], NOW)
    outbox.put(NEXT, [Made(["the next"], [one.id])], NOW)
    assert [each.content for each in outbox.waiting("telegram", NOW, 10)] == ["the week", "the next"]


def test_the_days_not_begun_yet_are_known(db: Db) -> None:
    one, outbox = subscribe(db, 7), Outbox(db)
    outbox.put(DAY, [Made(["a", "b"], [one.id])], NOW)
    assert outbox.unsent("telegram") == {one.id: [DAY]}
    (first,) = outbox.waiting("telegram", NOW, 1)
    outbox.claim(first.id, NOW)
    outbox.sent(first.id, "1", NOW)
    assert outbox.unsent("telegram") == {}


def test_forgetting_a_chat_forgets_its_subscriptions(db: Db) -> None:
    subscribe(db, 7)
    with db.write() as connection:
        connection.execute("DELETE FROM chats")
    assert db.value("SELECT count(*) FROM subscriptions") == 0


# --- from before ----------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the version before: a subscribed chat, one that left, one that never was, and a paused one."""
    path = tmp_path / "paperboy.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        db = sqlite_utils.Database(connection)
        schema.migrations.apply(db, stop_before="m020_subscriptions")
        for chat in (
            (3, "7", "zh", "07:30", "Asia/Shanghai", '["agents", "data"]', "full", 1, 1, ""),
            (4, "8", "", "", "", "[]", "headlines", 0, 0, ""),
            (5, "9", "en", "", "", "[]", "headlines", 0, 0, ""),
            (6, "10", "", "", "", "[]", "headlines", 0, 1, "kicked"),
        ):
            connection.execute(
                """INSERT INTO chats (front, thread, user, created, id, chat, lang, hour, zone, topics, style, silent,
                                      subscribed, paused)
                   VALUES ('telegram', '', '', '2031-05-01T00:00:00+00:00', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                chat,
            )
        connection.execute("INSERT INTO contents (id, hash, content) VALUES (1, 'h', 'the digest')")
        row = """INSERT INTO outbox (id, chat, day, part, content, state, next_at, message, changed_at)
                 VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)"""
        at = NOW.isoformat()
        connection.execute(row, [11, 3, DAY.isoformat(), 1, "sent", at, "42", at])
        connection.execute(row, [12, 3, DAY.isoformat(), 2, "pending", at, "", at])
        connection.execute(row, [13, 4, DAY.isoformat(), 1, "parked", at, "", at])
        connection.execute("INSERT INTO served (chat, day, at, lang) VALUES (3, ?, ?, 'en')", [DAY.isoformat(), at])
        connection.execute("INSERT INTO served (chat, day, at, lang) VALUES (6, '', '', 'zh')")
    return path


def test_a_chat_that_was_subscribed_has_it_as_its_first_with_all_that_it_chose(old: Path) -> None:
    with closing(Db(old)) as db:
        (one, paused) = subscriptions.everything(db)
        chat = chats.get(db, "telegram", "7")
    assert one == Subscription(
        chat, 1, hour=time(7, 30), wish=Wish(groups=("agents", "data")), style="full", silent=True, spoken="en",
        began=datetime(2031, 5, 1, tzinfo=UTC),
    )  # fmt: skip
    assert (chat.lang, chat.zone, chat.topics) == ("zh", "Asia/Shanghai", ("agents", "data"))
    assert (paused.chat.chat, paused.chat.paused, paused.spoken) == ("10", "kicked", "zh")


def test_what_it_was_sent_and_what_waits_is_what_it_was(old: Path) -> None:
    with closing(Db(old)) as db:
        found = [(one.id, one.chat.chat, one.kind, one.part, one.state, one.message) for one in deliveries.listed(db)]
        waiting = Outbox(db).waiting("telegram", NOW, 10)
        lacking = served.lacking(db, "telegram", NEXT)
        assert (served.lacking(db, "telegram", DAY), db.read("PRAGMA foreign_key_check")) == ([], [])
    assert found == [
        (11, "7", "daily", 1, "sent", "42"), (12, "7", "daily", 2, "pending", ""), (13, "8", "daily", 1, "parked", ""),
    ]  # fmt: skip
    assert [(one.id, one.content) for one in waiting] == [(12, "the digest")]
    assert [(one.subscription.id, one.day, one.at) for one in lacking] == [(3, DAY, NOW)]


def test_who_had_left_is_not_subscribed_and_comes_back_without_getting_it_twice(old: Path) -> None:
    with closing(Db(old)) as db:
        left, never = chats.get(db, "telegram", "8"), chats.get(db, "telegram", "9")
        assert (subscriptions.of_chat(db, left), subscriptions.of_chat(db, never)) == ([], [])
        back = subscriptions.begin(db, Subscription(left), "en", NOW)
        new = subscriptions.begin(db, Subscription(never), "en", NOW)
        assert Outbox(db).put(DAY, [Made(["a"], [back.id, new.id])], NOW + timedelta(hours=1)) == 1
    assert (back.id, new.number) == (4, 1)
