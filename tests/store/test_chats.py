"""Chats: what they chose comes back, a pause keeps it, and a chat that moves takes everything along."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from store import chats, talks, usage
from store.chats import Chat
from store.db import Db
from store.talks import Talk
from tests.makers.subscribers import subscribe, subscribers

NOW = datetime(2031, 5, 7, 8, tzinfo=UTC)
CHOSEN = Chat("telegram", "-100", "7", "", "zh", time(7, 30), "Asia/Shanghai", ("agents", "data"), "full", True)


def test_what_a_chat_chose_comes_back(db: Db) -> None:
    chats.save(db, CHOSEN, NOW)
    assert chats.get(db, "telegram", "-100", "7") == replace(CHOSEN, created=NOW)


def test_a_chat_that_chose_nothing_has_the_defaults(db: Db) -> None:
    assert chats.get(db, "telegram", "-100") == Chat("telegram", "-100")


def test_a_second_choice_replaces_the_first_and_keeps_when_it_was_made(db: Db) -> None:
    chats.save(db, CHOSEN, NOW)
    chats.save(db, replace(CHOSEN, lang="en"), datetime(2031, 6, 1, tzinfo=UTC))
    assert chats.everything(db) == [replace(CHOSEN, lang="en", created=NOW)]


def test_a_thread_without_choices_takes_its_chats(db: Db) -> None:
    chats.save(db, replace(CHOSEN, thread=""), NOW)
    assert chats.get(db, "telegram", "-100", "9") == replace(CHOSEN, thread="9")


def test_another_thread_and_another_front_are_others(db: Db) -> None:
    chats.save(db, CHOSEN, NOW)
    assert (chats.get(db, "telegram", "-100", "8").lang, chats.get(db, "discord", "-100", "7").lang) == (None, None)


def subscribed(db: Db, *threads: str) -> None:
    for thread in threads:
        subscribe(db, -100, thread=thread)


def test_a_paused_chat_is_no_subscriber_until_it_is_resumed(db: Db) -> None:
    subscribed(db, "7")
    chats.pause(db, "telegram", "-100", "Forbidden: bot was kicked")
    paused = chats.get(db, "telegram", "-100", "7")
    assert (subscribers(db), paused.paused) == ([], "Forbidden: bot was kicked")
    chats.resume(db, "telegram", "-100")
    assert subscribers(db) == [replace(paused, paused="")]


def test_a_thread_is_paused_alone_and_so_is_its_chat(db: Db) -> None:
    subscribed(db, "7", "")
    chats.pause(db, "telegram", "-100", "closed", "7")
    assert [one.thread for one in subscribers(db)] == [""]
    chats.resume(db, "telegram", "-100")
    chats.pause(db, "telegram", "-100", "no right", "")
    assert [one.thread for one in subscribers(db)] == ["7"]


def test_a_pause_without_a_reason_is_one_all_the_same(db: Db) -> None:
    subscribed(db, "7")
    chats.pause(db, "telegram", "-100", "")
    assert subscribers(db) == []


def test_a_pause_tells_whether_it_holds_up_a_subscription(db: Db) -> None:
    assert not chats.pause(db, "telegram", "-100", "kicked"), "there is none"
    subscribed(db, "7")
    assert chats.pause(db, "telegram", "-100", "kicked")
    assert not chats.pause(db, "telegram", "-100", "kicked"), "it was held up already"


@pytest.mark.parametrize("times", [pytest.param(1, id="once"), pytest.param(2, id="told twice")])
def test_a_chat_that_moves_takes_everything_along(db: Db, times: int) -> None:
    place = ("telegram", "-5", "", "u")
    chats.save(db, replace(CHOSEN, chat="-5", thread=""), NOW)
    talks.put(db, place, Talk(("a",)), NOW)
    talks.mark(db, place, ["1"], Talk(("b",)), NOW)
    usage.add(db, date(2031, 5, 7), "telegram", "u", "-5")
    for _ in range(times):
        chats.migrate(db, "telegram", "-5", "-1005")
    assert [one.chat for one in chats.everything(db)] == ["-1005"]
    assert talks.get(db, ("telegram", "-1005", "", "u"), NOW) == Talk(("a",))
    assert talks.of_message(db, "telegram", "-1005", "1") == Talk(("b",))
    assert usage.of(db, date(2031, 5, 7), "telegram", "u", "-1005")[1].asked == 1


def test_a_chat_that_moves_onto_a_known_one_wins(db: Db) -> None:
    chats.save(db, Chat("telegram", "-1005", lang="en"), NOW)
    subscribe(db, -5, lang="zh")
    chats.migrate(db, "telegram", "-5", "-1005")
    assert [(one.chat, one.lang) for one in subscribers(db)] == [("-1005", "zh")]
