"""What askers and chats used in a day."""

from datetime import date, timedelta

from store import usage
from store.db import Db
from store.usage import KEEP_DAYS, Cost, Used

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


def test_what_a_chat_cost_is_kept_and_who_asked_is_not(db: Db) -> None:
    usage.add(db, DAY, "telegram", "u", "c", cost_usd=0.25)
    usage.add(db, DAY, "telegram", "u", "free")
    usage.expire(db, NEXT)
    assert usage.of(db, DAY, "telegram", "u", "c") == (Used(), Used(1, 0.25))
    assert usage.costly(db, DAY, NEXT) == [Cost("telegram", "c", 1, 0.25)]


def test_what_a_chat_cost_is_forgotten_after_a_while(db: Db) -> None:
    usage.add(db, DAY, "telegram", "u", "c", cost_usd=0.25)
    usage.expire(db, DAY + timedelta(days=KEEP_DAYS + 1))
    assert usage.costly(db, DAY, NEXT) == []


def test_the_dearest_chat_comes_first_over_all_days_asked_for(db: Db) -> None:
    for day, chat, usd in ((DAY, "c", 0.1), (DAY, "d", 0.3), (NEXT, "c", 0.4), (NEXT + timedelta(1), "d", 9.0)):
        usage.add(db, day, "telegram", "u", chat, cost_usd=usd)
    assert [(one.chat, one.asked, round(one.cost_usd, 2)) for one in usage.costly(db, DAY, NEXT)] == [
        ("c", 2, 0.5),
        ("d", 1, 0.3),
    ]
