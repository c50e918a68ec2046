"""The commands that look around: week, top, similar, report, sources, status, about, admin, start; aliases."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest

from bot.app import App
from bot.commands import ROWS, menu, read
from bot.doc import Item
from bot.request import Reply, Request
from bot.respond import respond
from store import failures, ledger, polls, report
from store.outbox import Made, Outbox
from store.polls import Poll
from store.types import Lang
from tests.bot.conftest import shown
from tests.makers.papers import LIBRARY, NEXT_DAY, about, entry
from tests.makers.subscribers import subscribe

AppOf = Callable[..., App]

NOW = datetime(2031, 5, 7, 21, tzinfo=UTC)
FOLDS = entry("3105.00001", "zh", "en")


def reply(app: App, text: str, lang: Lang = "en") -> Reply:
    return asyncio.run(respond(app, Request(text, lang, "telegram", chat="5", user="5", is_operator=True)))


def said(app: App, text: str, lang: Lang = "en") -> str:
    return shown(reply(app, text, lang).doc)


def labels(given: Reply) -> list[str]:
    return [button.label for row in given.buttons for button in row]


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        pytest.param("今日", "today", "", id="今日"),
        pytest.param("使用指南 2602.15030", "guide", "2602.15030", id="使用指南 and an id"),
        pytest.param("使用指南 3", "guide", "3", id="使用指南 and a line"),
        pytest.param("使用指南 第二篇", "guide", "第二篇", id="使用指南 and a Chinese line"),
        pytest.param("使用指南　HyTRec", "guide", "HyTRec", id="使用指南 and a name, a full-width space"),
        pytest.param("搜索 视频 生成", "search", "视频 生成", id="搜索 and words"),
        pytest.param("帮助", "help", "", id="帮助"),
        pytest.param("帮助 订阅", "help", "订阅", id="帮助 and a word"),
        pytest.param("订阅", "subscribe", "", id="订阅"),
        pytest.param("报告 2026年2月26日", "report", "2026年2月26日", id="报告 and a day"),
        pytest.param("/guide 第二篇", "guide", "第二篇", id="a command and a Chinese line"),
        pytest.param("报告 昨天", "report", "昨天", id="报告 and a day as people say it"),
        pytest.param("日期 今天", "day", "今天", id="日期 and a day as people say it"),
        pytest.param("热门 十", "top", "十", id="热门 and a Chinese number"),
        pytest.param("/今日", "today", "", id="a Chinese name after a slash"),
        pytest.param("/使用指南 2602.15030", "guide", "2602.15030", id="a Chinese name after a slash, and an id"),
        pytest.param("／today", "today", "", id="a full-width slash"),
        pytest.param("今天有什么论文", "today", "", id="as people ask for it"),
        pytest.param("設定", "settings", "", id="traditional characters and words"),
        pytest.param("實驗結果 2602.15030", "results", "2602.15030", id="traditional characters and an id"),
    ],
)
def test_a_command_has_its_chinese_name(text: str, name: str, argument: str) -> None:
    found = read(text)
    assert found is not None
    assert (found.name, found.argument) == (name, argument)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("关于 LoRA 的论文有哪些", id="关于 and more"),
        pytest.param("搜索引擎有哪些论文", id="a word that begins so"),
        pytest.param("结果 怎么样", id="结果 and no paper"),
        pytest.param("报告 怎么写", id="报告 and no day"),
        pytest.param("订阅 人数最多的是哪篇", id="订阅 and a question"),
        pytest.param("help me find papers about LoRA", id="help and a question"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_sentence_that_begins_like_a_command_is_none(text: str) -> None:
    assert read(text) is None


def test_no_name_means_two_commands() -> None:
    names = [name for row in ROWS for name in (row.name, *row.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_menu_is_one_that_telegram_takes(lang: Lang) -> None:
    assert all(1 <= len(what) <= 256 and name.isascii() and len(name) <= 32 for name, what in menu(lang))
    assert {"admin"} == {name for name, _ in menu(lang, operator=True)} - {name for name, _ in menu(lang)}


def test_a_paper_has_buttons_for_its_other_pages(app_of: AppOf) -> None:
    assert labels(reply(app_of([FOLDS]), "/guide 3105.00001")) == ["whole paper", "innovations", "results", "similar"]


def test_several_papers_that_fit_are_buttons(app_of: AppOf) -> None:
    app = app_of([about(1, "Folding Cranes"), about(2, "Folding Maps")])
    given = reply(app, "/guide folding")
    assert [button.action for button in given.buttons[0]] == ["/guide 3105.00001", "/guide 3105.00002"]
    assert "Folding Maps" in said(app, "2")


def test_a_week_names_the_most_voted_of_each_day(app_of: AppOf) -> None:
    told = said(app_of(LIBRARY), "/week").splitlines()
    assert told[0] == "Week · 6–7 May 2031"
    headings = [line for line in told if line.endswith("papers")]
    assert headings == ["Tue 6 May 2031 · 4 papers", "Wed 7 May 2031 · 4 papers"]
    assert sum(line[:1].isdigit() for line in told) == 6


def test_top_names_as_many_as_asked_for_most_voted_first(app_of: AppOf) -> None:
    told = said(app_of(LIBRARY), "/top 3").splitlines()
    assert told[0] == "The 3 most voted papers, 6–7 May 2031"
    assert [line.split()[1] for line in told if line[:1].isdigit()] == ["SkyLark-2", "ReelForge", "TouchPilot"]


@pytest.mark.parametrize("text", ["/top many", "/top -3", "/top 1.5", "/top 0", "/top zero"])
def test_top_of_no_number_says_so(app_of: AppOf, text: str) -> None:
    assert "is no number" in said(app_of(LIBRARY), text)


SHANGHAI_8TH = datetime(2031, 5, 7, 17, tzinfo=UTC)
"""01:00 on the 8th of May there."""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("/day yesterday", "Daily Papers · Wed 7 May 2031", id="day"),
        pytest.param("/report yesterday", "The report of Wed 7 May 2031", id="report"),
        pytest.param("/today", "Thu 8 May 2031", id="today"),
    ],
)
def test_a_day_is_the_chats_own(app_of: AppOf, text: str, told: str) -> None:
    app = app_of([entry("3105.00001", "en", day=NEXT_DAY)], now=lambda: SHANGHAI_8TH)
    said(app, "/settings zone Asia/Shanghai")
    assert told in said(app, text).splitlines()[0]


def test_top_of_any_number_is_answered(app_of: AppOf) -> None:
    assert said(app_of(LIBRARY), "/top 99999999999999999999").startswith("The 8 most voted")


@pytest.mark.parametrize("text", ["/top three", "/top 3 papers", "/top 三", "/top 3篇", "热门 三"])
def test_top_takes_a_number_as_people_write_it(app_of: AppOf, text: str) -> None:
    talk = reply(app_of(LIBRARY), text).talk
    assert talk is not None
    assert talk.listed == "/top 3"


def test_nothing_is_called_most_voted_without_votes(app_of: AppOf) -> None:
    old, new = entry("3105.00001", "en"), entry("3105.00002", "en", title="Newer", day=NEXT_DAY)
    told = said(app_of([old, new]), "/top 1")
    assert told.splitlines()[0] == "No votes are stored for 6–7 May 2031. Its 1 paper:"
    assert "Newer" in told


def test_a_paper_without_votes_is_not_among_the_most_voted(app_of: AppOf) -> None:
    app = app_of([entry("3105.00009", "en", title="Unvoted", day=NEXT_DAY), *LIBRARY])
    assert "Unvoted" not in said(app, "/top 50")


@pytest.mark.parametrize(
    ("day", "near"),
    [
        pytest.param("2031-05-10", "/day 2031-05-07", id="after all"),
        pytest.param("2031-05-01", "/day 2031-05-06", id="before all"),
    ],
)
def test_a_day_without_papers_leads_to_one_that_has_some(app_of: AppOf, day: str, near: str) -> None:
    given = reply(app_of(LIBRARY), f"/day {day}")
    assert [button.action for row in given.buttons for button in row] == [near]


def test_similar_papers_are_a_list_and_not_the_paper_itself(app_of: AppOf) -> None:
    boats = about(2, "Boats", en="Folding paper boats with two robot hands from one sheet.")
    cranes = about(1, "Cranes", en="Folding paper cranes with two robot hands from one sheet.")
    app = app_of([cranes, boats, *LIBRARY[4:]])
    given = reply(app, "/similar 3105.00001")
    assert shown(given.doc).startswith("Close to Cranes:\n1  Boats")
    assert given.talk is not None
    assert "3105.00001" not in given.talk.shown


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_is_the_file_that_can_be_read_again(app_of: AppOf, lang: Lang) -> None:
    given = reply(app_of([FOLDS]), "/report 2031-05-06", lang)
    (file,) = given.files
    assert file.name == f"2031-05-06-{lang}.md"
    assert report.parse(file.content.decode(), file.name).lang == lang


def test_a_day_without_summaries_has_no_report(app_of: AppOf) -> None:
    given = reply(app_of([about(1, "Cranes", abstract="Folding.")]), "/report")
    assert (given.files, shown(given.doc)[:39]) == ((), "No paper of Tue 6 May 2031 is summarise")


def test_sources_are_the_passages_of_the_last_answer(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    assert said(app, "/sources").startswith("There is no answer to explain yet.")
    said(app, "which papers are about robot manipulation?")
    said(app, "/help")
    told = said(app, "/sources")
    assert told.startswith("“which papers are about robot manipulation?” was answered from:")
    assert "> Robot manipulation of soft fruit from touch alone." in told
    assert "[1] Graspable" in told


def test_status_says_what_is_held_and_that_today_is_not_there_yet(app_of: AppOf) -> None:
    app = app_of(LIBRARY, today=date(2031, 5, 9))
    polls.add(app.folder.db, NEXT_DAY, Poll(NOW, frozenset()))
    told = said(app, "/status")
    assert told.startswith("I hold 8 papers, 6–7 May 2031.")
    assert "Last look at the list: 7 May, 21:00" in told


def test_about_says_that_no_model_is_configured(app_of: AppOf) -> None:
    assert "No model is configured" in said(app_of(), "/about")


def test_admin_shows_run_queue_cost_failures_and_chats(app_of: AppOf) -> None:
    app = app_of([FOLDS, about(2, "Maps", abstract="Folding maps.")])
    db = app.folder.db
    ledger.add(db, app.today(), "m", "answer", 1000, 200, 0.5)
    failures.add(db, "3105.00002", "summarise", "no JSON", NOW)
    subscribe(db, -1, paused="kicked")
    told = said(app, "/admin")
    parts = ("1 for a summary", "$0.50, 1,200 tokens", "1 failure", "3105.00002 summarise ×1", "telegram -1 · kicked")
    assert [part for part in parts if part not in told] == []


def test_admin_shows_what_is_to_be_delivered(app_of: AppOf) -> None:
    app = app_of([FOLDS])
    ids = [subscribe(app.folder.db, chat).id for chat in (1, 2, 3)]
    outbox = Outbox(app.folder.db)
    outbox.put(app.today(), [Made(["a"], ids)], NOW)
    outbox.parked(outbox.waiting("telegram", NOW, 1)[0].id, "unknown", "no answer", NOW)
    told = said(app, "/admin")
    assert "Digests: 2 messages waiting, 1 parked" in told
    assert "has waited since 7 May, 21:00" in told
    outbox.sent(outbox.waiting("telegram", NOW, 1)[0].id, "11", NOW)
    subscribe(app.folder.db, 4, hour=time(9, 30))
    told = said(app, "/admin")
    assert "Last digest: of 7 May, to 1 subscription, 7 May, 21:00" in told
    assert "Next digest: 8 May, 09:30" in told
    assert "Next look: 7 May, 08:00" in told


def test_a_deep_link_opens_its_paper(app_of: AppOf) -> None:
    app = app_of([FOLDS])
    assert said(app, "/start p3105_00001").startswith("FoldNet")
    assert said(app, "/start").startswith("I read Hugging Face Daily Papers every day")


def test_sources_name_the_question_as_it_was_asked(app_of: AppOf) -> None:
    app = app_of([about(1, "CraneNet", en="Folding cranes. It reaches 91% on the crane benchmark."), *LIBRARY[4:]])
    said(app, "/paper 3105.00001")
    said(app, "what does it reach on the benchmark?")
    assert said(app, "/sources").startswith("“what does it reach on the benchmark?” was answered from:")


def test_opening_a_paper_leaves_no_earlier_answer_to_explain(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    said(app, "which papers are about robot manipulation?")
    said(app, "/paper 3105.00006")
    given = reply(app, "/sources")
    assert shown(given.doc).startswith("The page of HelixFold-Mini is its stored summary")
    assert "whole paper" in labels(given)


def test_a_report_that_another_language_has_is_offered(app_of: AppOf) -> None:
    app = app_of([about(1, "Cranes", zh="折纸鹤。")])
    given = reply(app, "/report")
    assert [button.action for row in given.buttons for button in row] == ["/report 2031-05-06 zh"]
    (file,) = reply(app, given.buttons[0][0].action).files
    assert file.name == "2031-05-06-zh.md"


def test_the_commands_in_help_can_be_tapped(app_of: AppOf) -> None:
    items = [block for block in reply(app_of(), "/help").doc.blocks if isinstance(block, Item)]
    assert [item.text for item in items if not str(item.text).startswith("/")] == []


def test_a_question_in_traditional_characters_is_answered(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    asked, plainly = reply(app, "哪些論文與影片生成有關？").talk, reply(app, "哪些论文与视频生成有关？").talk
    assert asked is not None
    assert plainly is not None
    assert asked.shown == plainly.shown == ("3105.00001", "3105.00002")
