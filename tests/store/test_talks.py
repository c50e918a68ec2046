"""Conversations: what is in mind, for how long, and that forgetting leaves nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store import chats, talks
from store.chats import Chat
from store.db import Db
from store.talks import Cited, Talk

NOW = datetime(2031, 5, 7, 8, tzinfo=UTC)
PLACE = ("telegram", "-100", "7", "u")
CITED = (Cited(1, "3105.00001", "usage", "So."),)
TALK = Talk(("3105.00001", "3105.00002"), "3105.00002", "/today", "/results", "why?", CITED, "zh")


def test_what_is_in_mind_comes_back(db: Db) -> None:
    talks.put(db, PLACE, TALK, NOW)
    assert talks.get(db, PLACE, NOW) == TALK


def test_what_is_too_long_ago_is_no_longer_in_mind(db: Db) -> None:
    talks.put(db, PLACE, TALK, NOW)
    assert talks.get(db, PLACE, NOW + timedelta(seconds=1)) == Talk()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("discord", "-100", "7", "u"), id="another front"),
        pytest.param(("telegram", "-101", "7", "u"), id="another chat"),
        pytest.param(("telegram", "-100", "8", "u"), id="another thread"),
    ],
)
def test_elsewhere_nothing_is_in_mind(db: Db, other: talks.Place) -> None:
    talks.put(db, PLACE, TALK, NOW)
    assert talks.get(db, other, NOW) == Talk()


def test_another_asker_there_gets_its_papers_without_a_word_of_it(db: Db) -> None:
    said = Talk(("3105.00001", "3105.00002"), "", "papers on folds", "which folds?", "which folds?", lang="zh")
    talks.put(db, PLACE, said, NOW)
    assert talks.get(db, (*PLACE[:3], "v"), NOW) == Talk(said.shown)
    assert talks.get(db, PLACE, NOW) == said


def test_starting_over_ends_this_conversation_alone(db: Db) -> None:
    elsewhere = ("telegram", "5", "", "u")
    for place in (PLACE, elsewhere):
        talks.put(db, place, TALK, NOW)
    talks.restart(db, PLACE)
    assert (talks.get(db, PLACE, NOW), talks.get(db, elsewhere, NOW)) == (Talk(), TALK)


def test_a_message_keeps_what_it_shows(db: Db) -> None:
    talks.mark(db, PLACE, ["11", "12"], TALK, NOW)
    found = [talks.of_message(db, "telegram", "-100", message) for message in ("11", "12", "13", "")]
    assert found == [TALK, TALK, None, None]


def test_forgetting_an_asker_leaves_nothing_of_theirs_and_everything_of_others(db: Db) -> None:
    for user in ("u", "v"):
        talks.put(db, ("telegram", "-100", "7", user), TALK, NOW)
        talks.mark(db, ("telegram", "-100", "7", user), [f"of {user}"], TALK, NOW)
        chats.save(db, Chat("telegram", user, user=user), NOW)
    chats.save(db, Chat("telegram", "-100"), NOW)
    talks.forget(db, "telegram", "u")
    left = [row["user"] for table in ("talks", "messages") for row in db.read(f"SELECT user FROM {table}")]
    assert (left, [one.chat for one in chats.everything(db)]) == (["v", "v"], ["v", "-100"])


def test_an_asker_without_an_id_cannot_be_forgotten_for_that_is_everybody(db: Db) -> None:
    chats.save(db, Chat("telegram", "-100"), NOW)
    with pytest.raises(ValueError, match="without an id"):
        talks.forget(db, "telegram", "")


def test_the_oldest_conversations_go_when_there_are_too_many(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "KEPT_TALKS", 3)
    for number in range(5):
        talks.put(db, ("telegram", str(number), "", "u"), TALK, NOW)
    assert [row["chat"] for row in db.read("SELECT chat FROM talks ORDER BY chat")] == ["2", "3", "4"]


def test_the_oldest_messages_go_when_there_are_too_many(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "KEPT_MESSAGES", 2)
    talks.mark(db, PLACE, ["1", "2", "3"], TALK, NOW)
    assert talks.of_message(db, "telegram", "-100", "1") is None


def test_a_row_is_bounded_whatever_it_is_given(db: Db) -> None:
    cited = tuple(Cited(n, "3105.00001", "usage", "x" * 10_000) for n in range(1000))
    talks.put(db, PLACE, Talk(("3105.00001",) * 10_000, question="x" * 10_000, cited=cited), NOW)
    assert db.value("SELECT length(talk) FROM talks") < 17_000


def test_what_has_expired_is_thrown_away(db: Db) -> None:
    talks.put(db, PLACE, TALK, NOW)
    talks.mark(db, PLACE, ["1"], TALK, NOW)
    talks.expire(db, talks=NOW + timedelta(minutes=1), messages=NOW - timedelta(minutes=1))
    left = [db.value(f"SELECT count(*) FROM {table}") for table in ("talks", "messages")]
    assert left == [0, 1]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [pytest.param("/results", "/results", id="a command"), pytest.param("why so?", "", id="a question")],
)
def test_when_a_conversation_is_over_its_messages_keep_what_their_buttons_need(db: Db, asked: str, kept: str) -> None:
    talks.mark(db, PLACE, ["1"], replace(TALK, asked=asked), NOW)
    talks.mark(db, PLACE, ["2"], TALK, NOW + timedelta(minutes=2))
    talks.expire(db, talks=NOW + timedelta(minutes=1), messages=NOW)
    left = [talks.of_message(db, "telegram", "-100", message) for message in ("1", "2")]
    assert left == [replace(TALK, asked=kept, question="", cited=()), TALK]


def test_a_message_stays_theirs_whom_it_answered_first(db: Db) -> None:
    talks.mark(db, PLACE, ["1"], TALK, NOW)
    talks.mark(db, (*PLACE[:3], ""), ["2"], TALK, NOW)
    talks.mark(db, (*PLACE[:3], "v"), ["1", "2"], TALK, NOW)
    assert [talks.owner(db, "telegram", "-100", message) for message in ("1", "2", "3", "")] == ["u", "", "", ""]


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        pytest.param(TALK, replace(TALK, question="", cited=()), id="a question, not what buttons send"),
        pytest.param(Talk(("a", "b"), listed="why?", asked="why?"), Talk(("a", "b")), id="what made a list of it"),
        pytest.param(
            Talk(("a",), "a", question="mine", cited=CITED),
            Talk(("a",), "a", question="mine", cited=CITED),
            id="words of one's own",
        ),
    ],
)
def test_what_another_one_said_is_left_with_them(talk: Talk, expected: Talk) -> None:
    assert talk.apart(TALK) == expected


def test_a_search_is_in_somebodys_words_too() -> None:
    assert Talk(("a", "b"), listed="/search folds").apart(Talk(listed="/search folds")) == Talk(("a", "b"))


LIST = Talk(("a", "b"), listed="/today")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(Talk(("b",), "b", asked="/results"), Talk(("a", "b"), "b", "/today", "/results"), id="one paper"),
        pytest.param(Talk(("c", "d")), Talk(("c", "d")), id="another list"),
        pytest.param(Talk(("c",), "c", "a question"), Talk(("c",), "c", "a question"), id="a list of one"),
        pytest.param(
            Talk(("a", "b"), listed="why?", page=2), Talk(("a", "b"), listed="why?", page=2), id="another page"
        ),
    ],
)
def test_the_list_stays_in_mind_until_there_is_another(new: Talk, expected: Talk) -> None:
    assert LIST.then(new) == expected


def test_a_paper_that_was_opened_is_no_list() -> None:
    assert Talk(("a",), "a").then(Talk(("b",), "b")) == Talk(("b",), "b")


def test_the_page_of_the_list_stays_in_mind() -> None:
    assert Talk(("a", "b"), listed="why?", page=2).then(Talk(("b",), "b")).page == 2


def test_what_the_last_answer_came_from_stays_in_mind_until_a_paper_is_opened() -> None:
    answered = Talk(("a",), "a", question="why?", cited=TALK.cited)
    assert (answered.then(LIST).question, answered.then(LIST).cited) == ("why?", TALK.cited)
    assert answered.then(Talk(("b",), "b")) == Talk(("b",), "b")
