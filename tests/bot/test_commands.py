"""The command table, in both languages: what each row answers, and what it says to a mistake."""

from collections.abc import Callable
from datetime import date

import pytest

from bot.app import App
from bot.commands import ROWS
from store.types import Lang
from tests.makers.papers import LIBRARY, NEXT_DAY, about, entry

AppOf = Callable[..., App]
Said = Callable[..., str]

FOLDS = entry("3105.00001", "zh", "en")
"""A paper that is summarised in both languages."""


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        pytest.param("/today", "Daily Papers · Tue 6 May 2031", "每日论文 · 2031 年 5 月 6 日 周二", id="today"),
        pytest.param("/day 2031-05-06", "Daily Papers · Tue 6 May 2031", "每日论文 · 2031 年 5 月 6 日 周二", id="day"),
        pytest.param(
            "/day", "Daily Papers · Tue 6 May 2031", "每日论文 · 2031 年 5 月 6 日 周二", id="day without a date"
        ),
        pytest.param("/paper 3105.00001", "Folds twice as fast.", "折得快一倍。", id="paper"),
        pytest.param("/guide 3105.00001", "Give it a sheet.", "给它一张纸。", id="guide"),
        pytest.param("/innovations 3105.00001", "Both hands.", "双手并用。", id="innovations"),
        pytest.param("/results 3105.00001", "9.5% fewer creases.", "折痕少了9.5%。", id="results"),
        pytest.param("/search folding", "Folds twice as fast.", "折得快一倍。", id="search"),
        pytest.param("/help", "What I do", "我能做的事", id="help"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_command_is_answered_in_the_chats_language(
    app_of: AppOf, said: Said, text: str, en: str, zh: str, lang: Lang
) -> None:
    assert (en if lang == "en" else zh) in said(app_of([FOLDS]), text, lang)


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        pytest.param("/paper", "Which one do you mean?", "指的是哪一篇？", id="no paper"),
        pytest.param("/search", "Search for what?", "要查什么？", id="search"),
        pytest.param(
            "/day soon", "“soon” is no date I can read.", "“soon”不是能识别的日期。", id="a date that is none"
        ),
        pytest.param("/day 2031-02-30", "“2031-02-30” is no date", "“2031-02-30”不是", id="a day that isn't there"),
        pytest.param("/paper 2999.12345", "I don't have 2999.12345.", "没有收录 2999.12345。", id="an unknown id"),
        pytest.param("/guide Nonesuch", "I don't have Nonesuch.", "没有收录 Nonesuch。", id="an unknown title"),
        pytest.param(
            "/frobnicate", "I don't know /frobnicate.", "没有 /frobnicate 这个命令。", id="an unknown command"
        ),
        pytest.param(
            "/search qubits", "No paper has “qubits” in it.", "没有论文提到“qubits”。", id="words of no paper"
        ),
        pytest.param(
            "/day 2031-05-01", "Nothing stored for Thu 1 May 2031.", "没有收录 2031 年 5 月 1 日", id="no papers"
        ),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_mistake_is_told_in_the_chats_language(
    app_of: AppOf, said: Said, text: str, en: str, zh: str, lang: Lang
) -> None:
    assert (en if lang == "en" else zh) in said(app_of([FOLDS]), text, lang)


@pytest.mark.parametrize("text", ["/today", "/day", "/search video"])
def test_an_empty_store_says_how_to_fill_it(app_of: AppOf, said: Said, text: str) -> None:
    assert "`paperboy import FILE`" in said(app_of(), text, "en")


@pytest.mark.parametrize("name", [row.name for row in ROWS if row.shown and row.on("console")])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_names_every_command(app_of: AppOf, said: Said, name: str, lang: Lang) -> None:
    assert f"• /{name}" in said(app_of(), "/help", lang)


@pytest.mark.parametrize(
    ("text", "said_so"),
    [
        pytest.param("/HELP", True, id="capitals"),
        pytest.param("  /help  ", True, id="space around it"),
        pytest.param("/help@PaperboyBot", True, id="the bot's name behind it"),
        pytest.param("/help me please", True, id="words that it doesn't need"),
        pytest.param("/help\nme", True, id="a line behind it"),
        pytest.param("help", True, id="its name alone, where no paper is asked for"),
        pytest.param("please /help", False, id="not at the beginning"),
        pytest.param("/", False, id="a slash alone"),
    ],
)
def test_a_command_is_a_slash_and_its_name(app_of: AppOf, said: Said, text: str, said_so: bool) -> None:
    assert said(app_of(LIBRARY), text, "en").startswith("What I do") == said_so


def test_what_is_no_command_is_a_question(app_of: AppOf, said: Said) -> None:
    assert said(app_of(LIBRARY), "which papers are about video generation?").startswith("2 papers about video")


# Today


def test_todays_papers_are_shown_without_a_word_before_them(app_of: AppOf, said: Said) -> None:
    assert said(app_of(LIBRARY, today=NEXT_DAY), "/today", "en").startswith("Daily Papers · Wed 7 May 2031")


def test_that_the_newest_day_is_not_today_is_said(app_of: AppOf, said: Said) -> None:
    told = said(app_of(LIBRARY, today=date(2031, 5, 9)), "/today", "en")
    assert told.startswith("Nothing for Fri 9 May 2031 yet. The newest day I hold is Wed 7 May 2031:")


def test_the_newest_day_alone_is_shown(app_of: AppOf, said: Said) -> None:
    told = said(app_of(LIBRARY, today=NEXT_DAY), "/today", "en")
    assert [one.paper.day for one in LIBRARY if one.paper.url in told] == [NEXT_DAY] * 4


# Which paper


def test_part_of_a_title_is_enough(app_of: AppOf, said: Said) -> None:
    assert said(app_of(LIBRARY), "/paper longer clips", "en").startswith("SkyLark-2: Longer Clips")


def test_several_papers_that_fit_are_offered_with_their_ids(app_of: AppOf, said: Said) -> None:
    app = app_of([about(1, "Folding Cranes"), about(2, "Folding Maps"), about(3, "Weaving")])
    assert said(app, "/guide folding", "en").splitlines() == [
        "Which one? 2 papers fit “folding”:",
        "1  Folding Cranes · 3105.00001",
        "   6 May 2031",
        "2  Folding Maps · 3105.00002",
        "   6 May 2031",
        "",
        "Send its id, as in /guide 3105.00001.",
    ]


def test_an_argument_that_is_too_long_is_not_repeated_whole(app_of: AppOf, said: Said) -> None:
    assert len(said(app_of(LIBRARY), "/paper " + "x" * 10_000, "en")) < 400


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        pytest.param("/guide 3105.00001", ("zh", "en"), "给它一张纸。", id="an id, a Chinese host"),
        pytest.param("/guide 3105.00001", ("en", "zh"), "Give it a sheet.", id="an id, an English host"),
        pytest.param("/day 2031-05-06", ("zh", "en"), "每日论文", id="a date, a Chinese host"),
        pytest.param("/day 2031年5月6日", ("en", "zh"), "每日论文", id="a Chinese date"),
        pytest.param(
            "/guide FoldNet: Folding Paper at Scale", ("zh", "en"), "给它一张纸。", id="a title, a Chinese host"
        ),
        pytest.param("/search paper folding", ("zh", "en"), "折得快一倍。", id="English words, a Chinese host"),
        pytest.param("/report yesterday", ("zh", "en"), "的报告，共 1 篇", id="an English date, a Chinese host"),
        pytest.param("/settings topics agents", ("zh", "en"), "主题", id="a choice, a Chinese host"),
        pytest.param("/ask how do I use FoldNet?", ("zh", "en"), "Give it a sheet.", id="an English question"),
        pytest.param("/search 折纸", ("en", "zh"), "折得快一倍。", id="Chinese words"),
        pytest.param("/help", ("zh", "en"), "我能做的事", id="nothing, a Chinese host"),
        pytest.param("/help", ("en", "zh"), "What I do", id="nothing, an English host"),
    ],
)
def test_a_chat_without_a_language_is_answered_in_the_texts_own_or_else_the_hosts(
    app_of: AppOf, said: Said, text: str, languages: tuple[Lang, ...], expected: str
) -> None:
    assert expected in said(app_of([FOLDS], languages=languages), text)


# Search


def test_search_shows_the_best_first_with_a_line_and_a_day(app_of: AppOf, said: Said) -> None:
    assert said(app_of(LIBRARY), "/search robot manipulation", "en").splitlines()[:3] == [
        "1 paper for “robot manipulation”:",
        "1  Graspable (https://huggingface.co/papers/3105.00005)",
        "   Robot manipulation of soft fruit from touch alone. · 7 May 2031",
    ]


def test_search_shows_ten_at_most(app_of: AppOf, said: Said) -> None:
    app = app_of([about(n, f"Reel{n}", en=f"A video generation model, number {n}.") for n in range(1, 16)])
    told = said(app, "/search video generation", "en")
    assert told.startswith("15 papers for “video generation”, the 10 best of them:")
    assert told.count("https://") == 10


def test_search_shows_no_paper_of_another_topic(app_of: AppOf, said: Said) -> None:
    told = said(app_of(LIBRARY), "/search video generation", "en")
    assert told.startswith("2 papers for “video generation”:")
    assert told.count("https://") == 2
