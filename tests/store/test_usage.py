"""What askers and chats used in a day."""

from datetime import date

from store import usage
from store.db import Db
from store.usage import Used

DAY, NEXT = date(2031, 5, 7), date(2031, 5, 8)


def test_a_message_counts_for_its_asker_and_for_its_chat(db: Db) -> None:
    usage.add(db, DAY, "telegram", "u", "c")
    usage.add(db, DAY, "telegram", "v", "c", cost_usd=0.5)
    assert usage.of(db, DAY, "telegram", "u", "c") == (Used(1), Used(2, 0.5))


def test_another_day_and_another_front_begin_with_nothing(db: Db) -> None:
    usage.add(db, DAY, "telegram", "u", "c")
    assert usage.of(db, NEXT, "telegram", "u", "c") == usage.of(db, DAY, "discord", "u", "c") == (Used(), Used())


def test_all_chats_together_count_each_message_once(db: Db) -> None:
    for user, chat in (("u", "c"), ("u", "d"), ("v", "d")):
        usage.add(db, DAY, "telegram", user, chat, cost_usd=0.25)
    assert usage.total(db, DAY) == Used(3, 0.75)


def test_the_days_before_are_thrown_away(db: Db) -> None:
    usage.add(db, DAY, "telegram", "u", "c")
    usage.expire(db, NEXT)
    assert usage.total(db, DAY) == Used()
