"""The outbox: each part once, in order, and nothing forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest

from store import chats, deliveries, served
from store.db import Db
from store.errors import StoreError
from store.outbox import Made, Outbox
from store.parts import Delivery
from tests.makers.subscribers import subscribe

DAY, NEXT = date(2031, 5, 6), date(2031, 5, 7)
NOW = datetime(2031, 5, 6, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def outbox(db: Db) -> Outbox:
    return Outbox(db)


def waiting(outbox: Outbox, now: datetime = NOW, most: int = 100) -> list[Delivery]:
    return outbox.waiting("telegram", now, most)


def told(found: list[Delivery]) -> list[tuple[str, int, str]]:
    return [(one.chat.chat, one.part, one.content) for one in found]


def made(db: Db, *contents: str, chat: int = 7, day: date = DAY) -> list[int]:
    """The ids of the parts made for a chat that is subscribed."""
    Outbox(db).put(day, [Made(contents, [subscribe(db, chat).id])], NOW)
    return [one.id for one in deliveries.listed(db, day) if one.chat.chat == str(chat)]


def state(db: Db, delivery: int) -> tuple[str, str]:
    found = next(one for one in deliveries.listed(db) if one.id == delivery)
    return found.state, found.code


# --- making ---------------------------------------------------------------------------------------


def test_a_digest_is_made_once_for_each_subscription(db: Db, outbox: Outbox) -> None:
    ids = [subscribe(db, chat).id for chat in (7, 8)]
    assert [outbox.put(DAY, [Made(["a"], ids)], NOW) for _ in range(2)] == [2, 0]
    assert told(waiting(outbox)) == [("7", 1, "a"), ("8", 1, "a")]


def test_another_content_for_the_same_day_is_not_added(db: Db, outbox: Outbox) -> None:
    chat = subscribe(db, 7).id
    outbox.put(DAY, [Made(["a"], [chat])], NOW)
    outbox.put(DAY, [Made(["b", "c"], [chat])], NOW)
    assert [one.part for one in deliveries.listed(db)] == [1]


def test_one_content_is_stored_once_for_all(db: Db, outbox: Outbox) -> None:
    ids = [subscribe(db, chat).id for chat in range(1, 101)]
    outbox.put(DAY, [Made(["a", "b"], ids)], NOW)
    outbox.put(NEXT, [Made(["a"], ids)], NOW)
    assert db.value("SELECT count(*) FROM contents") == 2
    assert sum(deliveries.counts(db).values()) == 300


def test_a_digest_without_contents_is_remembered_and_sends_nothing(db: Db, outbox: Outbox) -> None:
    chat = subscribe(db, 7)
    assert outbox.put(DAY, [Made([], [chat.id])], NOW) == 0
    assert (deliveries.listed(db), served.lacking(db, "telegram", DAY)) == ([], [])


@pytest.mark.parametrize("gone", ["unsubscribed", "paused", "forgotten"])
def test_who_left_meanwhile_gets_none(db: Db, outbox: Outbox, gone: str) -> None:
    left, stays = subscribe(db, 7).id, subscribe(db, 8).id
    if gone == "unsubscribed":
        subscribe(db, 7, subscribed=False)
    elif gone == "paused":
        chats.pause(db, "telegram", "7", "kicked")
    else:
        with db.write() as connection:
            connection.execute("DELETE FROM chats WHERE id = ?", [left])
    assert outbox.put(DAY, [Made(["a"], [left, stays])], NOW) == 1
    assert told(waiting(outbox)) == [("8", 1, "a")]


def test_a_newer_digest_takes_the_place_of_one_that_waits(db: Db, outbox: Outbox) -> None:
    old = made(db, "a", "b")
    outbox.claim(old[0], NOW)
    outbox.sent(old[0], "1", NOW)
    made(db, "c", day=NEXT)
    assert [state(db, one) for one in old] == [("sent", ""), ("failed", "late")]
    assert told(waiting(outbox)) == [("7", 1, "c")]


def test_what_was_found_absent_waits_until_all_that_is_due_is_made(db: Db, outbox: Outbox) -> None:
    (old,) = made(db, "a")
    outbox.claim(old, NOW)
    outbox.absent(old, NOW, "killed", NOW)
    assert (waiting(outbox), outbox.next_at("telegram")) == ([], None)
    assert outbox.release("telegram") == 1
    assert told(waiting(outbox)) == [("7", 1, "a")]


def test_what_was_found_absent_gives_way_to_a_newer_digest(db: Db, outbox: Outbox) -> None:
    (old,) = made(db, "a")
    outbox.claim(old, NOW)
    outbox.absent(old, NOW, "killed", NOW)
    made(db, "b", day=NEXT)
    assert outbox.release("telegram") == 0
    assert told(waiting(outbox)) == [("7", 1, "b")]
    assert state(db, old) == ("failed", "late")


def test_an_older_digest_leaves_a_newer_one_alone(db: Db, outbox: Outbox) -> None:
    made(db, "c", day=NEXT)
    made(db, "a")
    assert told(waiting(outbox)) == [("7", 1, "c"), ("7", 1, "a")]
    assert served.lacking(db, "telegram", NEXT) == []


def test_all_of_it_is_made_or_nothing(db: Db, outbox: Outbox) -> None:
    chat = subscribe(db, 7)
    with db.write() as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON outbox WHEN NEW.part = 2 BEGIN "
                           "SELECT RAISE(ABORT, 'the disk is full'); END")  # fmt: skip
    with pytest.raises(StoreError):
        outbox.put(DAY, [Made(["a", "b"], [chat.id])], NOW)
    assert deliveries.listed(db) == []
    assert [one.subscription.chat.chat for one in served.lacking(db, "telegram", DAY)] == ["7"]


# --- order ----------------------------------------------------------------------------------------


def test_a_part_waits_for_the_one_before_it(db: Db, outbox: Outbox) -> None:
    first, _ = made(db, "a", "b")
    assert told(waiting(outbox)) == [("7", 1, "a")]
    outbox.claim(first, NOW)
    assert waiting(outbox) == []
    outbox.sent(first, "1", NOW)
    assert told(waiting(outbox)) == [("7", 2, "b")]


@pytest.mark.parametrize("end", ["failed", "parked"])
def test_a_part_that_was_decided_on_holds_up_none(db: Db, outbox: Outbox, end: str) -> None:
    first, _ = made(db, "a", "b")
    outbox.claim(first, NOW)
    getattr(outbox, end)(first, "unknown", "no answer", NOW)
    assert told(waiting(outbox)) == [("7", 2, "b")]


def test_a_part_that_is_to_be_tried_again_holds_up_its_own_chat_alone(db: Db, outbox: Outbox) -> None:
    first, _ = made(db, "a", "b")
    made(db, "a", "b", chat=8)
    outbox.claim(first, NOW)
    outbox.again(first, LATER, "429", NOW)
    assert told(waiting(outbox)) == [("8", 1, "a")]
    assert outbox.next_at("telegram") == NOW
    assert told(waiting(outbox, LATER)) == [("7", 1, "a"), ("8", 1, "a")]


def test_chats_that_are_busy_are_left_out(db: Db, outbox: Outbox) -> None:
    made(db, "a")
    made(db, "a", chat=8)
    assert told(outbox.waiting("telegram", NOW, 1, {"7"})) == [("8", 1, "a")]


def test_another_fronts_chats_are_not_its_own(db: Db, outbox: Outbox) -> None:
    outbox.put(DAY, [Made(["a"], [subscribe(db, 7, front="discord").id])], NOW)
    assert (waiting(outbox), outbox.next_at("telegram"), outbox.recover("telegram", NOW)) == ([], None, 0)
    assert told(outbox.waiting("discord", NOW, 9)) == [("7", 1, "a")]


# --- one part -------------------------------------------------------------------------------------


def test_a_part_is_claimed_once(db: Db, outbox: Outbox) -> None:
    (one,) = made(db, "a")
    assert [outbox.claim(one, NOW) for _ in range(2)] == [True, False]
    assert state(db, one) == ("sending", "")


def test_what_nobody_wants_any_more_is_not_claimed(db: Db, outbox: Outbox) -> None:
    (one,) = made(db, "a")
    subscribe(db, 7, subscribed=False)
    assert (outbox.claim(one, NOW), waiting(outbox), outbox.next_at("telegram")) == (False, [], None)


def test_tries_are_counted(db: Db, outbox: Outbox) -> None:
    (one,) = made(db, "a")
    for _ in range(3):
        outbox.claim(one, NOW)
        outbox.again(one, NOW, "429", NOW)
    assert [each.attempts for each in waiting(outbox)] == [3]


# --- nobody knows ---------------------------------------------------------------------------------


def unsettled(outbox: Outbox, now: datetime = NOW) -> list[tuple[str, int, str, str]]:
    return [(one.chat.chat, one.part, one.content, one.code) for one in outbox.unsettled("telegram", now, 9)]


def test_what_the_last_process_was_sending_is_to_be_settled(db: Db, outbox: Outbox) -> None:
    sending, _ = made(db, "a", "b")
    (pending,) = made(db, "a", chat=8)
    outbox.claim(sending, NOW)
    assert unsettled(outbox) == []
    assert [outbox.recover("telegram", LATER) for _ in range(2)] == [1, 1], "as often as it is killed"
    assert (state(db, sending), state(db, pending)) == (("sending", "killed"), ("pending", ""))
    assert unsettled(outbox, LATER) == [("7", 1, "a", "killed")]
    assert [one.changed_at for one in outbox.unsettled("telegram", LATER, 9)] == [NOW]


def test_what_got_no_answer_is_to_be_settled_in_its_time(db: Db, outbox: Outbox) -> None:
    first, _ = made(db, "a", "b")
    outbox.claim(first, NOW)
    outbox.lost(first, LATER, "timed out")
    assert (unsettled(outbox), outbox.next_at("telegram")) == ([], LATER)
    assert unsettled(outbox, LATER) == [("7", 1, "a", "unknown")]
    outbox.unsettled_until(first, LATER + timedelta(minutes=1))
    assert unsettled(outbox, LATER) == []
    assert outbox.unsettled("telegram", LATER + timedelta(hours=1), 9, {first}) == []


def test_until_it_is_settled_nothing_else_goes_to_that_chat(db: Db, outbox: Outbox) -> None:
    first, _ = made(db, "a", "b")
    outbox.put(DAY, [Made(["c"], [subscribe(db, 7, thread="5").id])], NOW)
    made(db, "a", chat=8)
    outbox.claim(first, NOW)
    outbox.lost(first, LATER, "timed out")
    assert told(waiting(outbox, LATER)) == [("8", 1, "a")]
    outbox.parked(first, "unknown", "can't be told", LATER)
    assert told(waiting(outbox, LATER)) == [("7", 2, "b"), ("7", 1, "c"), ("8", 1, "a")]


def test_what_had_not_arrived_is_sent_again(db: Db, outbox: Outbox) -> None:
    (one,) = made(db, "a")
    outbox.claim(one, NOW)
    outbox.lost(one, NOW, "timed out")
    outbox.again(one, LATER, "timed out", NOW)
    assert (state(db, one), outbox.next_at("telegram")) == (("pending", "retry"), LATER)
    assert outbox.claim(one, LATER)
    assert state(db, one) == ("sending", "")
    assert unsettled(outbox, LATER) == []


def test_what_waits_for_a_chat_can_be_withdrawn(db: Db, outbox: Outbox) -> None:
    first, second = made(db, "a", "b")
    (other,) = made(db, "a", chat=8)
    outbox.claim(first, NOW)
    assert outbox.withdraw("telegram", "7", None, "paused", NOW) == 1
    assert [state(db, one) for one in (first, second, other)] == [
        ("sending", ""),
        ("failed", "paused"),
        ("pending", ""),
    ]


def test_a_chat_that_moved_is_sent_to_where_it_is(db: Db, outbox: Outbox) -> None:
    made(db, "a", chat=-5)
    chats.migrate(db, "telegram", "-5", "-1005")
    assert told(waiting(outbox)) == [("-1005", 1, "a")]


def test_a_chat_that_is_forgotten_takes_its_deliveries_along(db: Db, outbox: Outbox) -> None:
    made(db, "a")
    with db.write() as connection:
        connection.execute("DELETE FROM chats")
    assert (deliveries.listed(db), db.value("SELECT count(*) FROM served")) == ([], 0)


# --- operators ------------------------------------------------------------------------------------


def test_what_is_parked_can_be_sent_again(db: Db, outbox: Outbox) -> None:
    (one,) = made(db, "a")
    outbox.claim(one, NOW)
    assert not deliveries.resend(db, one, LATER), "it is being sent"
    outbox.parked(one, "unknown", "no answer", NOW)
    assert deliveries.resend(db, one, LATER)
    assert [(each.id, each.attempts) for each in waiting(outbox, LATER)] == [(one, 0)]


def test_what_is_parked_or_waits_can_be_dropped(db: Db, outbox: Outbox) -> None:
    first, second = made(db, "a", "b")
    outbox.claim(first, NOW)
    outbox.parked(first, "unknown", "no answer", NOW)
    assert [deliveries.drop(db, one, LATER) for one in (first, second, first)] == [True, True, False]
    assert deliveries.counts(db, DAY) == {"pending": 0, "sending": 0, "sent": 0, "failed": 2, "parked": 0}


def test_deliveries_are_listed_by_day_and_state(db: Db, outbox: Outbox) -> None:
    (one,) = made(db, "a")
    made(db, "b", day=NEXT, chat=8)
    outbox.parked(one, "unknown", "no answer", NOW)
    assert [each.id for each in deliveries.listed(db, DAY)] == [one]
    assert [each.id for each in deliveries.listed(db, state="parked")] == [one]
    assert (deliveries.listed(db, NEXT, "parked"), deliveries.newest(db)) == ([], NEXT)


def test_old_deliveries_are_thrown_away_with_their_contents(db: Db, outbox: Outbox) -> None:
    old, _ = made(db, "a", "shared")
    outbox.put(NEXT, [Made(["shared"], [subscribe(db, 8).id])], LATER)
    deliveries.expire(db, LATER)
    assert (old, [one.chat.chat for one in deliveries.listed(db)]) == (1, ["8"])
    assert [row[0] for row in db.read("SELECT content FROM contents")] == ["shared"]
    assert served.lacking(db, "telegram", DAY) == [], "what was sent long ago is not sent again"
