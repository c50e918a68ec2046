"""From what is sent to what is sent back: follow-ups, languages, permissions, limits, order, incidents."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from bot.app import App
from bot.config_talk import Limits
from bot.request import Access, Reply, Request, Right
from bot.respond import language_of, remember, respond
from store import chats
from store.chats import Chat
from store.errors import EmbedderError
from store.types import Entry, Lang, Vectors
from tests.bot.conftest import shown
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import LIBRARY, about, entry
from tests.makers.subscribers import subscribe, subscribers

AppOf = Callable[..., App]

NOW = datetime(2031, 5, 7, 21, tzinfo=UTC)
PRIVATE = Request("", "en", "telegram", chat="5", user="5", paged=True)
GROUP = replace(PRIVATE, chat="-100", private=False)
FOLDS = entry("3105.00001", "zh", "en")
PAIR = (
    about(1, "CraneNet", en="Folding cranes. It reaches 91% on the crane benchmark.", zh="折纸鹤。准确率为91%。"),
    about(2, "BoatNet", en="Folding boats. It reaches 84% on the boat benchmark.", zh="折纸船。准确率为84%。"),
)


def reply(app: App, text: str, request: Request = PRIVATE) -> Reply:
    return asyncio.run(respond(app, request.saying(text)))


def said(app: App, text: str, request: Request = PRIVATE) -> str:
    return shown(reply(app, text, request).doc)


def actions(given: Reply) -> list[str]:
    return [button.action for row in given.buttons for button in row]


# Follow-ups


def test_a_number_after_a_list_opens_that_paper(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    listed = reply(app, "which papers are about video generation?")
    assert listed.talk is not None
    assert said(app, "2").splitlines()[1].startswith(listed.talk.shown[1])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("what about its results?", "9.5% fewer creases.", id="in English"),
        pytest.param("它的实验结果呢", "折痕少了9.5%。", id="in Chinese"),
    ],
)
def test_its_results_are_those_of_the_paper_that_was_shown(app_of: AppOf, text: str, told: str) -> None:
    app = app_of([FOLDS])
    said(app, "/paper 3105.00001")
    assert told in said(app, text)


def test_and_the_second_one_asks_the_same_of_it(app_of: AppOf) -> None:
    app = app_of(PAIR)
    said(app, "/day 2031-05-06")
    said(app, "/innovations 1")
    assert actions(reply(app, "and the second one?"))[:3] == [
        "/paper 3105.00002",
        "/guide 3105.00002",
        "/results 3105.00002",
    ]


def test_a_question_by_command_may_be_a_follow_up_too(app_of: AppOf) -> None:
    app = app_of([FOLDS], languages=("en", "zh"))
    said(app, "/ask FoldNet")
    assert "9.5% fewer creases" in said(app, "/ask what are its results?")


def test_a_question_about_it_is_answered_from_that_paper_alone(app_of: AppOf) -> None:
    app = app_of(PAIR)
    said(app, "/paper 3105.00002")
    told = said(app, "what does it reach on the benchmark?")
    assert ("84%" in told, "91%" in told) == (True, False)


def test_what_the_paper_does_not_say_is_not_made_up(app_of: AppOf) -> None:
    app = app_of([*PAIR, *LIBRARY[3:]])
    said(app, "/paper 3105.00002")
    assert said(app, "does it need satellite images?").startswith("What I hold of BoatNet doesn't say that.")


def test_it_among_several_is_asked_back_and_a_number_answers(app_of: AppOf) -> None:
    app = app_of(PAIR)
    said(app, "/day 2031-05-06")
    asked = reply(app, "how do I use it?")
    assert shown(asked.doc).startswith("Which one do you mean?\n1  CraneNet\n2  BoatNet")
    assert actions(asked) == ["/guide 3105.00001", "/guide 3105.00002"]
    assert "BoatNet" in said(app, "2")


def test_a_number_beyond_the_list_says_how_long_it_is(app_of: AppOf) -> None:
    app = app_of(PAIR)
    said(app, "/day 2031-05-06")
    assert said(app, "7") == "There is no number 7: the list has 2 papers."


def test_after_a_while_nothing_is_in_mind_any_more(app_of: AppOf) -> None:
    app = app_of(PAIR)
    app.now = lambda: NOW
    said(app, "/day 2031-05-06")
    app.now = lambda: NOW + timedelta(minutes=31)
    assert said(app, "2") == "2 of which list? Send /today or a question first."


def test_another_asker_in_the_group_may_go_on_from_the_chats_last_list(app_of: AppOf) -> None:
    app = app_of(PAIR)
    said(app, "which papers are about folding?", GROUP)
    other = replace(GROUP, user="6")
    assert said(app, "and the second one?", other).startswith("BoatNet")
    assert said(app, "2", replace(other, thread="9")).startswith("2 of which list?")


def test_who_has_a_conversation_of_their_own_goes_on_from_that(app_of: AppOf) -> None:
    app = app_of(PAIR)
    other = replace(GROUP, user="6")
    said(app, "/paper 3105.00001", other)
    said(app, "/paper 3105.00002", GROUP)
    assert "CraneNet" in said(app, "what about its results?", other).splitlines()[0]
    said(app, "/new", other)
    assert said(app, "2", other).startswith("2 of which list?")


def test_what_another_ones_answer_was_made_of_is_not_told(app_of: AppOf) -> None:
    app = app_of(PAIR)
    said(app, "what does the crane benchmark say?", GROUP)
    assert "benchmark" in said(app, "/sources", GROUP)
    assert "benchmark" not in said(app, "/sources", replace(GROUP, user="6"))


@pytest.mark.parametrize("text", ["thanks!", "👍", "ok", "谢谢", "再见", "stop", "lol", ""])
def test_small_talk_gets_a_line_and_a_way_on_and_changes_nothing(app_of: AppOf, text: str) -> None:
    app = app_of(PAIR)
    said(app, "/day 2031-05-06")
    given = reply(app, text)
    assert (len(given.doc.blocks), actions(given)) == (1, ["/today", "/help"])
    assert said(app, "2").startswith("BoatNet")


def test_stop_offers_a_subscriber_the_end_of_the_digest(app_of: AppOf) -> None:
    app = app_of(PAIR)
    said(app, "/subscribe")
    assert actions(reply(app, "stop"))[-1] == "/unsubscribe"


def test_next_turns_the_page_until_the_list_is_whole(app_of: AppOf) -> None:
    app = app_of(many(23))
    for text in ("/day 2031-05-06", "papers about video generation"):
        said(app, "/new")
        assert said(app, "next").startswith("That list is no longer in mind.")
        said(app, text)
        assert "11  Reel" in said(app, "next")
        assert "23  Reel" in said(app, "any more?")
        assert said(app, "next") == "That is all: the list has 23 papers."


@pytest.mark.parametrize("user", [pytest.param("5", id="by the asker"), pytest.param("6", id="by somebody else")])
def test_a_reply_to_a_message_means_the_papers_that_it_shows_however_old(app_of: AppOf, user: str) -> None:
    app = app_of(PAIR)
    app.now = lambda: NOW
    listed = reply(app, "/day 2031-05-06", GROUP)
    remember(app, GROUP, listed, ["77"])
    app.now = lambda: NOW + timedelta(days=3)
    assert said(app, "2", replace(GROUP, user=user, reply_to="77")).startswith("BoatNet")


def test_any_question_that_answers_a_papers_message_is_about_that_paper(app_of: AppOf) -> None:
    app = app_of(PAIR)
    remember(app, PRIVATE, reply(app, "/paper 3105.00002"), ["8"])
    said(app, "/new")
    assert "84%" in said(app, "how much on the benchmark?", replace(PRIVATE, reply_to="8"))


def test_new_begins_anew_and_forget_leaves_nothing(app_of: AppOf) -> None:
    app = app_of(PAIR)
    remember(app, PRIVATE, reply(app, "/day 2031-05-06"), ["8"])
    assert (said(app, "/new"), said(app, "2")[:16]) == ("Started over.", "2 of which list?")
    said(app, "/settings style full")
    said(app, "/forget")
    rows = [app.folder.db.value(f"SELECT count(*) FROM {table}") for table in ("talks", "messages", "chats")]
    assert rows == [0, 0, 0]


@pytest.mark.parametrize(
    "text",
    ["/ask and the second one?", "/ask 2", "提问 第二篇呢", "/ask@bot the second", "說說第二篇", "那第二篇論文呢"],
)
def test_ask_follows_up_as_a_text_alone_does(app_of: AppOf, text: str) -> None:
    app = app_of(PAIR)
    said(app, "/day 2031-05-06")
    assert "BoatNet" in said(app, text).splitlines()[0]


def test_what_ask_asks_about_it_is_about_it(app_of: AppOf) -> None:
    app = app_of(PAIR)
    said(app, "/paper 3105.00002")
    told = said(app, "/ask what does it reach on the benchmark?")
    assert ("84%" in told, "91%" in told) == (True, False)
    assert "/ask" not in said(app, "/sources")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("what about CraneNet?", "CraneNet", id="another paper's name"),
        pytest.param("那 CraneNet 呢", "CraneNet", id="another paper's name in Chinese"),
        pytest.param("thanks", "Ask", id="a thank-you"),
        pytest.param("今天有什么论文", "每日论文", id="today's papers"),
    ],
)
def test_what_stands_by_itself_is_so_in_reply_to_a_paper_too(app_of: AppOf, text: str, told: str) -> None:
    app = app_of(PAIR)
    remember(app, PRIVATE, reply(app, "/paper 3105.00002"), ["8"])
    given = said(app, text, replace(PRIVATE, reply_to="8"))
    assert (told in given, "BoatNet" in given.splitlines()[0]) == (True, False)


@pytest.mark.parametrize(
    "above", ["https://arxiv.org/abs/3105.00002v3", "look at this: huggingface.co/papers/3105.00002 - nice!"]
)
def test_a_reply_to_somebodys_link_is_about_that_paper(app_of: AppOf, above: str) -> None:
    app = app_of(PAIR)
    said(app, "/paper 3105.00001", GROUP)
    told = said(app, "how much on the benchmark?", replace(GROUP, above=above))
    assert ("84%" in told, "91%" in told) == (True, False)


def test_a_reply_to_several_links_means_a_line_of_them(app_of: AppOf) -> None:
    above = "arxiv.org/abs/3105.00002 and arxiv.org/abs/3105.00001"
    assert said(app_of(PAIR), "the second one", replace(GROUP, above=above)).startswith("CraneNet")


def test_a_number_means_no_paper_that_was_opened_alone(app_of: AppOf) -> None:
    app = app_of(PAIR)
    for text in ("/paper 3105.00001", "/paper 3105.00002"):
        said(app, text)
    assert said(app, "1").startswith("BoatNet")


def words_kept(app: App, words: str) -> list[str]:
    """Whose rows hold `words`, or the asker 5 by name."""
    rows = [row for table in ("talks", "messages") for row in app.folder.db.read(f"SELECT user, talk FROM {table}")]
    return [row["user"] for row in rows if words in row["talk"] or row["user"] == "5"]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        pytest.param("/paper 3105.00002", {"message": "8", "pressed": True}, id="presses a button of the answer"),
        pytest.param("/page 1", {"message": "8", "pressed": True}, id="turns the page"),
        pytest.param("2", {"reply_to": "8"}, id="answers it with a number"),
        pytest.param("what about the second one's results?", {"reply_to": "8"}, id="asks on"),
    ],
)
def test_forgetting_takes_ones_words_from_where_somebody_else_took_part(
    app_of: AppOf, text: str, how: dict[str, Any]
) -> None:
    app = app_of(PAIR)
    remember(app, GROUP, reply(app, "which papers are about folding?", GROUP), ["8"])
    other = replace(GROUP, user="6", **how)
    given = reply(app, text, other)
    remember(app, other, given, ["8" if other.pressed else "9"])
    assert "5" in words_kept(app, "about folding")
    said(app, "/forget")
    assert words_kept(app, "about folding") == []
    assert "BoatNet" in said(app, "2", replace(GROUP, user="6"))


# Lists in pages, and the way back


def many(n: int) -> list[Entry]:
    text = "A video generation model, number {}."
    return [about(at, f"Reel{at}", en=text.format(at), upvotes=99 - at) for at in range(1, n + 1)]


@pytest.mark.parametrize(
    "text", [pytest.param("/day 2031-05-06", id="a day"), pytest.param("papers about video generation", id="an answer")]
)
def test_a_long_list_comes_in_pages_of_ten(app_of: AppOf, text: str) -> None:
    app = app_of(many(23))
    first = reply(app, text)
    remember(app, PRIVATE, first, ["8"])
    assert shown(first.doc).count("huggingface.co/papers/3105") == 10
    pressed = replace(PRIVATE, message="8", pressed=True)
    (further,) = (one for one in actions(first) if one.endswith((" p2", "/page 2")))
    second = reply(app, further, pressed)
    assert "11  Reel" in shown(second.doc)
    assert ["◂ previous", "next 3 ▸"] in [[button.label for button in row] for row in second.buttons]


def test_a_front_without_pages_gets_the_whole_list(app_of: AppOf) -> None:
    app = app_of(many(23))
    assert said(app, "/day 2031-05-06", replace(PRIVATE, paged=False)).count("huggingface.co/papers/3105") == 23


def test_back_returns_to_the_page_that_the_paper_was_opened_from(app_of: AppOf) -> None:
    app = app_of(many(23))
    pressed = replace(PRIVATE, message="8", pressed=True)
    for action in ("/day 2031-05-06 p2", "/paper 3105.00012", "/results 3105.00012"):
        remember(app, PRIVATE, reply(app, action, pressed), ["8"])
    assert "11  Reel11" in said(app, "/back", pressed)


def test_back_returns_to_the_page_of_an_answer_too(app_of: AppOf) -> None:
    app = app_of(many(23))
    remember(app, PRIVATE, reply(app, "papers about video generation"), ["8"])
    pressed = replace(PRIVATE, message="8", pressed=True)
    second = reply(app, "/page 2", pressed)
    remember(app, PRIVATE, second, ["8"])
    for action in (actions(second)[0], actions(second)[0].replace("/paper", "/results")):
        remember(app, PRIVATE, reply(app, action, pressed), ["8"])
    assert shown(reply(app, "/back", pressed).doc) == shown(second.doc)


def test_a_list_of_more_than_a_hundred_is_remembered_whole(app_of: AppOf) -> None:
    app = app_of(many(120))
    listed = reply(app, "papers about video generation")
    assert listed.talk is not None
    assert said(app, "105").splitlines()[1].startswith(listed.talk.shown[104])


def test_back_to_a_list_that_is_forgotten_says_so(app_of: AppOf) -> None:
    assert said(app_of(PAIR), "/back").startswith("That list is no longer in mind.")


# Languages


@pytest.mark.parametrize(
    ("text", "lang", "chosen", "chinese"),
    [
        pytest.param("papers about folding boats", "zh", None, False, id="an English question of a Chinese asker"),
        pytest.param("哪些论文与折纸有关", "en", None, True, id="a Chinese question of an English asker"),
        pytest.param("BoatNet", "zh", None, True, id="a name, of a Chinese asker"),
        pytest.param("/today", "zh", None, True, id="a command, of a Chinese asker"),
        pytest.param("今日", "en", None, True, id="a Chinese alias"),
        pytest.param("哪些论文与折纸有关", "zh", "en", False, id="a chat that chose English"),
        pytest.param("/today", "en", "zh", True, id="a chat that chose Chinese"),
        pytest.param("/report yesterday", "zh", None, True, id="an English day, of a Chinese asker"),
        pytest.param("/search folding paper boats", "zh", None, True, id="words to search, of a Chinese asker"),
        pytest.param("/search 折纸", "en", None, True, id="Chinese words to search"),
        pytest.param("/ask papers about folding boats", "zh", None, False, id="/ask in English"),
    ],
)
def test_the_answer_is_in_the_language_of_chat_text_or_asker(
    app_of: AppOf, text: str, lang: Lang, chosen: Lang | None, chinese: bool
) -> None:
    app = app_of(PAIR, languages=("en", "zh"))
    if chosen:
        chats.save(app.folder.db, Chat("telegram", "5", lang=chosen), NOW)
    told = said(app, text, replace(PRIVATE, lang=lang))
    assert ("年" in told) == chinese  # every answer here has a date in it


def test_a_button_speaks_the_language_of_its_message(app_of: AppOf) -> None:
    app = app_of([FOLDS], languages=("en", "zh"))
    remember(app, PRIVATE, reply(app, "哪些论文与折纸有关"), ["8"])
    assert "给它一张纸。" in said(app, "/guide 3105.00001", replace(PRIVATE, message="8", pressed=True))


def test_a_refusal_is_in_the_texts_own_language(app_of: AppOf) -> None:
    app = limited(app_of(PAIR), per_user_day=1)
    said(app, "哪些论文与折纸有关")
    assert said(app, "哪些论文与船有关").startswith("今天的 1 条消息已用完")


def test_what_goes_wrong_is_told_in_the_language_that_the_chat_chose(app_of: AppOf) -> None:
    app = app_of(PAIR, embedder=(embedder := Broken()))
    chats.save(app.folder.db, Chat("telegram", "5", lang="zh"), NOW)
    said(app, "folding boats")
    embedder.error = EmbedderError("The server can't be reached.", retry=True)
    assert said(app, "folding cranes").startswith("这里出了点问题")


def test_the_language_is_known_without_the_store(app_of: AppOf) -> None:
    app = app_of(PAIR)
    app.folder.db.here.execute("DROP TABLE chats")
    assert (language_of(app, replace(PRIVATE, lang="zh")), language_of(app, replace(PRIVATE, text="哪些论文"))) == (
        "zh",
        "zh",
    )


# Permissions


@pytest.mark.parametrize("text", ["/subscribe", "/unsubscribe", "/settings lang zh", "/language zh", "订阅"])
def test_a_member_of_a_group_changes_nothing(app_of: AppOf, text: str) -> None:
    app = app_of()
    assert said(app, text, GROUP) in (
        "Only administrators of this chat can change that.",
        "只有这个聊天的管理员可以更改。",
    )
    assert chats.everything(app.folder.db) == []


@pytest.mark.parametrize("action", ["/settings lang", "/settings lang zh", "/unsubscribe"])
def test_whoever_presses_another_ones_keyboard_does_not_replace_it(app_of: AppOf, action: str) -> None:
    pressed = replace(GROUP, message="8", pressed=True)
    assert (reply(app_of(), action, pressed).aside, reply(app_of(), action, replace(pressed, is_admin=True)).aside) == (
        True,
        False,
    )


def test_an_administrator_does(app_of: AppOf) -> None:
    app = app_of()
    said(app, "/subscribe", replace(GROUP, is_admin=True))
    assert [(one.chat, one.user) for one in subscribers(app.folder.db)] == [("-100", "")]


def test_only_who_runs_it_sees_admin(app_of: AppOf) -> None:
    app = app_of(PAIR)
    assert said(app, "/admin").startswith("I don't know /admin.")
    assert said(app, "/admin", replace(PRIVATE, is_operator=True)).startswith("Operator")


FULL = Access("#general", (Right("send_messages", True, True), Right("embed_links", True, True)))
MUTE = Access(
    "#general", (Right("send_messages", False, True), Right("attach_files", False), Right("embed_links", True))
)
THERE = replace(GROUP, front="discord", is_admin=True)


def test_where_nothing_can_be_sent_nobody_subscribes(app_of: AppOf) -> None:
    app = app_of()
    told = said(app, "/subscribe", replace(THERE, access=MUTE))
    assert told.startswith("I can't write in #general: I lack the right Send Messages there.")
    assert "Attach Files" not in told
    assert chats.everything(app.folder.db) == []
    said(app, "/subscribe", replace(THERE, access=FULL))
    assert [one.chat for one in subscribers(app.folder.db, "discord")] == ["-100"]


def test_where_the_bot_may_not_write_status_says_why_no_digest_comes_and_where_it_may_it_goes_on(
    app_of: AppOf,
) -> None:
    app = app_of()
    subscribe(app.folder.db, THERE.chat, THERE.front, paused="no send_messages")
    assert "Digests to this chat are paused: no send_messages" in said(app, "/status", replace(THERE, access=MUTE))
    assert "paused" not in said(app, "/status", replace(THERE, access=FULL))
    assert chats.get(app.folder.db, THERE.front, THERE.chat).paused == ""


def test_the_doctor_tells_each_right_and_how_to_give_what_is_missing(app_of: AppOf) -> None:
    told = said(app_of(), "/doctor", replace(THERE, access=MUTE))
    assert "✗ Send Messages" in told
    assert "✓ Embed Links" in told
    assert "my role → Send Messages, Attach Files ✓" in told
    assert "Nothing is missing" in said(app_of(), "/doctor", replace(THERE, access=FULL))
    assert "no rights" in said(app_of(), "/doctor", replace(PRIVATE, front="discord"))


def test_a_front_without_rights_has_no_doctor(app_of: AppOf) -> None:
    assert said(app_of(), "/doctor").startswith("I don't know /doctor.")
    assert "/doctor" not in said(app_of(), "/help")
    assert "/doctor" in said(app_of(), "/help", THERE)


# Limits


def limited(app: App, **limits: int) -> App:
    app.settings = app.settings.model_copy(update={"limits": Limits(**limits)})
    app.now = lambda: NOW
    return app


def test_a_limit_is_told_once_with_when_it_ends_and_then_kept_in_silence(app_of: AppOf) -> None:
    app = limited(app_of(PAIR), per_user_day=1)
    said(app, "/help")
    assert said(app, "/help") == "You've used today's 1 message. More at 00:00 (in 3 hours)."
    assert reply(app, "/help").silent


def test_a_press_beyond_the_limit_is_told_each_time(app_of: AppOf) -> None:
    app = limited(app_of(PAIR), per_user_day=1)
    press = Request("/today", "en", "telegram", chat="5", user="5", pressed=True)
    asyncio.run(respond(app, press))
    told = [asyncio.run(respond(app, press)) for _ in range(2)]
    assert [(one.aside, shown(one.doc)[:11]) for one in told] == [(True, "You've used")] * 2


def test_when_a_limit_ends_is_told_in_the_chats_own_time(app_of: AppOf) -> None:
    app = limited(app_of(PAIR), per_user_minute=2)
    chats.save(app.folder.db, Chat("telegram", "5", zone="Asia/Shanghai", lang="zh"), NOW)
    told = [said(app, "/help") for _ in range(3)]
    assert told[-1] == "一分钟内已有 2 条消息，60 秒后继续。"
    app = limited(app, per_user_day=2)
    del app.limiter
    assert said(app, "/help") == "今天的 2 条消息已用完，08:00 恢复（3 小时后）。"


# Chats, order, incidents


def test_who_writes_again_is_no_longer_paused(app_of: AppOf) -> None:
    app = app_of()
    subscribe(app.folder.db, 5, paused="blocked")
    said(app, "/help")
    assert [one.chat for one in subscribers(app.folder.db)] == ["5"]


async def held(app: App, *requests: Request) -> list[str]:
    """Answer `requests` while a stranger's message holds the turn of chat 5; who was done before it was let go?"""
    done: list[str] = []

    async def one(request: Request) -> None:
        await respond(app, request)
        done.append(f"{request.chat} {request.message}")

    async with app.turns.of("telegram", "5", ""):
        tasks = [asyncio.create_task(one(request)) for request in requests]
        await asyncio.sleep(0.2)
        before = list(done)
    await asyncio.gather(*tasks)
    return [*before, "|", *done[len(before) :]]


def test_a_chats_messages_are_answered_in_order_and_chats_do_not_wait_for_each_other(app_of: AppOf) -> None:
    app = app_of(PAIR)
    mine = [replace(PRIVATE, text="/help", message=str(n)) for n in range(4)]
    other = replace(PRIVATE, text="/help", chat="6", message="x")
    assert asyncio.run(held(app, *mine, other)) == ["6 x", "|", "5 0", "5 1", "5 2", "5 3"]
    assert len(app.turns) == 0


class Broken(HashEmbedder):
    """An embedder that fails in a way of the test's choice."""

    error: Exception | None = None

    def queries(self, texts: Sequence[str]) -> Vectors:
        if self.error is not None:
            raise self.error
        return super().queries(texts)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(EmbedderError("The server at /srv/x can't be reached.", retry=True), id="one that we raise"),
        pytest.param(ZeroDivisionError("a bug"), id="a bug"),
    ],
)
def test_what_goes_wrong_is_told_with_an_id_under_which_it_is_logged(app_of: AppOf, error: Exception) -> None:
    embedder = Broken()
    app = app_of(PAIR, embedder=embedder)
    said(app, "folding boats")
    embedder.error = error
    with structlog.testing.capture_logs() as logged:
        told = said(app, "folding cranes")
    assert told == f"Something went wrong here, and it is noted as {logged[0]['id']}. Please try again in a while."
    assert said(app, "/help").startswith("What I do")


def test_who_runs_it_is_told_what_went_wrong(app_of: AppOf) -> None:
    embedder = Broken()
    app = app_of(PAIR, embedder=embedder)
    said(app, "folding boats")
    embedder.error = EmbedderError("The server can't be reached.", retry=True)
    assert said(app, "folding cranes", replace(PRIVATE, is_operator=True)) == "paperboy: The server can't be reached."


def test_a_memory_that_cannot_be_kept_costs_nobody_an_answer(app_of: AppOf) -> None:
    app = app_of(PAIR)
    app.folder.db.here.execute("DROP TABLE talks")
    app.folder.db.here.execute("DROP TABLE messages")
    app.folder.db.here.execute("CREATE VIEW talks AS SELECT '' front, '' chat, '' thread, '' user, '' talk, '' at")
    given = reply(app, "/day 2031-05-06")
    remember(app, PRIVATE, given, ["8"])
    assert shown(given.doc).startswith("Daily Papers")


@pytest.mark.parametrize("text", ["/help", "folding boats"])
def test_a_store_that_cannot_be_written_still_answers(app_of: AppOf, text: str) -> None:
    app = limited(app_of(PAIR), per_user_minute=1)
    app.folder.db.here.execute("PRAGMA query_only = 1")
    assert "Something went wrong" not in said(app, text)
    assert said(app, text).startswith("That is 1 message in a minute.")


def test_another_program_that_writes_for_long_holds_up_nobodys_answer(app_of: AppOf) -> None:
    app = app_of(PAIR)
    with closing(sqlite3.connect(app.folder.db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.perf_counter()
        told = said(app, "/day 2031-05-06")
    assert told.startswith("Daily Papers")
    assert time.perf_counter() - begun < 5  # two writes that give up, a hundredth of the patience of others
