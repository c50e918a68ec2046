"""Round-ups of weeks and months: what is in them, when they are due, that each platform takes them."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from bot import lang as languages
from bot import periods, roundup
from bot.app import App
from bot.dialect import Dialect
from bot.digest import TOPICS
from bot.fronts.discord import Discord
from bot.fronts.discord_dialect import MARKDOWN
from bot.fronts.telegram import Telegram
from bot.fronts.telegram_dialect import HTML
from bot.outgoing import CAPTION, PICTURE, decode, encode
from bot.periods import Period
from bot.request import Reply, Request
from bot.respond import respond
from bot.roundup import Roundup
from store import papers, votes
from store.types import LANGS, Lang
from tests.bot.conftest import shown
from tests.fakes.platform import Platform
from tests.makers.papers import DAY, about

AppOf = Callable[..., App]

WEEK = periods.containing("weekly", DAY)  # Mon 5 to Sun 11 May 2031
VIDEO, AGENT, ROBOT = "A video generation model.", "A GUI agent.", "A robot arm."


def day(number: int) -> date:
    return date(2031, 5, number)


@pytest.fixture
def app(app_of: AppOf) -> App:
    """A week of eleven papers, and one before of three; two papers' votes rose."""
    made = app_of(
        [
            *(about(n, f"Reel{n}", day=day(5), en=VIDEO, upvotes=100 - n) for n in range(1, 6)),
            *(
                about(n, f"Clicker{n}", day=day(7), en=AGENT, zh="一个 GUI 智能体。", upvotes=50 - n)
                for n in range(6, 11)
            ),
            about(11, "Gripper", day=day(10), en=ROBOT, upvotes=2),
            *(about(n, f"Arm{n}", day=day(1), en=ROBOT, upvotes=n) for n in range(21, 24)),
        ]
    )
    for number, counts in ((1, (10, 99)), (8, (2, 42)), (22, (5, 22))):
        one = papers.need(made.folder.db, f"3105.{number:05}").paper
        for n, when in zip(counts, (5, 11), strict=True):
            votes.note(made.folder.db, [replace(one, upvotes=n)], day(when))
    return made


def found(app: App, period: Period = WEEK) -> Roundup:
    made = roundup.of(app.folder.db, period)
    assert made is not None
    return made


def told(app: App, lang: Lang = "en", period: Period = WEEK) -> str:
    one, words = found(app, period), languages.load(lang)
    return shown(roundup.head(one, words)) + "\n\n" + shown(roundup.reply(one, words, (lang, "en", "zh")).doc)


# What is in it


def test_it_begins_with_the_days_and_the_themes_and_what_changed(app: App) -> None:
    assert told(app).splitlines()[:6] == [
        "The week · 5–11 May 2031",
        "11 papers: agents 5 · video & audio 5 · robotics 1",
        "",
        "More than the week before: agents +5 · video & audio +5",
        "",
        "Fewer than the week before: robotics −2",
    ]


def test_the_most_voted_come_first_then_others_that_rose(app: App) -> None:
    assert [entry.paper.title for entry in found(app).voted] == [
        *(f"Reel{n}" for n in range(1, 6)), "Clicker6", "Clicker7"
    ]  # fmt: skip
    assert [(entry.paper.title, more) for entry, more in found(app).rose] == [("Clicker8", 40), ("Arm22", 17)]
    assert "\n\nAlso rising\n8  Clicker8 (https://huggingface.co/papers/3105.00008)  ▲ 42 · +40\n" in told(app)


def test_without_a_time_before_nothing_is_said_of_changes(app: App) -> None:
    before = told(app, period=WEEK.before)
    assert before.splitlines()[:3] == ["The week · 28 Apr – 4 May 2031", "3 papers: robotics 3", ""]
    assert "before" not in before


def test_where_no_votes_are_known_the_newest_are_named(app_of: AppOf) -> None:
    entries = [about(n, f"Reel{n}", day=day(4 + n), en=VIDEO) for n in (1, 2, 3)]
    app = app_of([replace(one, paper=replace(one.paper, upvotes=None)) for one in entries])
    assert "The newest (no votes are stored)\n1  Reel3" in told(app)


def test_a_week_without_papers_has_none(app: App) -> None:
    assert roundup.of(app.folder.db, WEEK.before.before) is None


def test_papers_that_no_day_listed_are_not_in_it(app: App) -> None:
    one = about(30, "Fetched", day=day(6), en=VIDEO, upvotes=500)
    papers.save(app.folder.db, [replace(one, paper=replace(one.paper, listed=False))])
    assert len(found(app).entries) == 11


def test_the_chart_counts_each_theme_on_each_day(app: App) -> None:
    made = roundup.charted(found(app), languages.load("en"))
    assert made.columns == ("Mon\n5", "Tue\n6", "Wed\n7", "Thu\n8", "Fri\n9", "Sat\n10")
    assert {row.name: (row.values, row.change) for row in made.rows} == {
        "agents": ((0, 0, 5, 0, 0, 0), 5),
        "video & audio": ((5, 0, 0, 0, 0, 0), 5),
        "robotics": ((0, 0, 0, 0, 0, 1), -2),
    }


def test_a_months_chart_counts_each_theme_in_each_week(app: App) -> None:
    made = roundup.charted(found(app, periods.containing("monthly", DAY)), languages.load("zh"))
    assert made.columns == ("1–4", "5–11", "12–18", "19–25", "26–31")
    assert {row.name: row.values for row in made.rows}["机器人"] == (3, 1, 0, 0, 0)
    assert made.subtitle == "2031 年 5 月 · 14 篇"


def test_its_buttons_lead_to_the_papers_and_to_what_it_is_made_of(app: App) -> None:
    words = languages.load("en")
    week = roundup.reply(found(app), words, ("en",))
    month = roundup.reply(found(app, periods.containing("monthly", DAY)), words, ("en",))
    actions = [[button.action for button in row] for row in week.buttons]
    assert sum(map(len, actions[:-1])) == 9
    assert actions[-1] == ["/day 2031-05-05", "/day 2031-05-07", "/day 2031-05-10"]
    assert [button.action for button in month.buttons[-1]] == ["/week 2031-W18", "/week 2031-W19"]


# As it is sent


@pytest.mark.parametrize(("front", "dialect"), [(Telegram(), HTML), (Discord(), MARKDOWN)], ids=["Telegram", "Discord"])
@pytest.mark.parametrize("lang", LANGS)
def test_the_chart_is_in_the_first_message_with_a_text_that_fits_below_it(
    app_of: AppOf, front: Telegram | Discord, dialect: Dialect, lang: Lang
) -> None:
    app = app_of()
    counts = dict.fromkeys(TOPICS, 8888)
    entry = about(1, "Reel", day=day(5), en=VIDEO, upvotes=5)
    themes = {one: Counter(counts if one == day(5) else {}) for one in WEEK.days}
    before = Counter({name: 99999 if n % 2 else 1 for n, name in enumerate(TOPICS)})
    whole = Roundup(WEEK, (entry,) * 9, themes, before, ((entry, 99),))
    first, *rest = roundup.parts(app, front, whole, lang)
    assert 0 < len(first.picture) <= PICTURE
    assert dialect.measure(first.text) <= CAPTION
    assert rest
    assert not any(part.picture for part in rest)
    assert rest[-1].buttons
    assert not first.buttons


def test_the_same_round_up_is_the_same_content(app: App) -> None:
    made = [[encode(part) for part in roundup.parts(app, Platform(), found(app), "en")] for _ in range(2)]
    assert made[0] == made[1]
    assert decode(made[0][0]).picture.startswith(b"\x89PNG")


# In a chat


def asked(app: App, text: str, **more: object) -> Reply:
    return asyncio.run(respond(app, Request(text, "en", "telegram", chat="5", user="5", **more)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("/week 2031-W19", "The week · 5–11 May 2031"),
        ("/month", "The month · May 2031"),
        ("/month 2031-05", "The month · May 2031"),
        ("/week", "Week · 5–10 May 2031"),
        ("/month 2031-13", "“2031-13” is no month I can read. Write it as 2026-02."),
        ("/month 1999-01", "Nothing is stored of Jan 1999."),
        ("本月", "月度回顾 · 2031 年 5 月"),
    ],
)
def test_a_chat_may_ask_for_one(app: App, text: str, title: str) -> None:
    assert shown(asked(app, text).doc).splitlines()[0] == title


def test_its_chart_comes_beside_it_but_not_where_it_takes_a_messages_place(app: App) -> None:
    (file,) = asked(app, "/week 2031-W19").files
    assert (file.name, file.content[:4]) == ("chart.png", b"\x89PNG")
    assert asked(app, "/week 2031-W19", pressed=True, message="3").files == ()


def test_the_numbers_mean_its_papers_and_back_leads_to_it(app: App) -> None:
    asked(app, "/week 2031-W19")
    assert "Clicker8" in shown(asked(app, "8").doc)
    assert shown(asked(app, "/back").doc).startswith("The week · 5–11 May 2031")
