"""How a day's list stands, in a sentence: four different things, never told as one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import daystate
from bot import lang as languages
from bot.app import App
from bot.doc import plain
from store import polls
from store.polls import Outage, Poll
from store.types import Lang
from tests.makers.papers import entry

AppOf = Callable[..., App]
Said = Callable[..., str]

TUESDAY = date(2031, 5, 6)
NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
HALF = timedelta(minutes=30)
TWO = frozenset({"3105.00001", "3105.00002"})
ONE = frozenset({"3105.00001"})

HOST = ZoneInfo("UTC")
STATES = {
    "empty": (
        [Poll(NOON + timedelta(days=1), frozenset())],
        "No papers on Tue 6 May 2031: Daily Papers was empty that day.",
        "当天 Daily Papers 为空。",
    ),
    "not-yet": ([Poll(NOON, frozenset())], "Nothing for Tue 6 May 2031 yet. I keep looking.", "的论文还没有出来"),
    "growing": (
        [Poll(NOON - HALF, ONE), Poll(NOON, TWO)],
        "The list of Tue 6 May 2031 is still filling (2 papers so far).",
        "的列表还在增加（目前 2 篇）",
    ),
    "down": (
        [Poll(NOON - HALF, TWO), Outage(NOON, "500"), Outage(NOON + HALF, "500")],
        "Hugging Face can't be reached since 12:00. I keep trying.",
        "从 12:00 起连不上 Hugging Face",
    ),
}
each = pytest.mark.parametrize("state", STATES)


def seen(app: App, *looks: Poll | Outage) -> App:
    """The app after these looks at `TUESDAY`, at the time of the last."""
    for look in looks:
        polls.add(app.folder.db, TUESDAY, look)
    app.now = lambda: looks[-1].at
    return app


@each
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_state_has_its_sentence(app_of: AppOf, state: str, lang: Lang) -> None:
    looks, en, zh = STATES[state]
    told = daystate.told(seen(app_of(), *looks), TUESDAY, languages.load(lang), HOST)
    assert told is not None
    assert (en if lang == "en" else zh) in "".join(span.text for span in told)


def test_one_paper_is_counted_in_the_singular(app_of: AppOf) -> None:
    told = daystate.told(seen(app_of(), Poll(NOON, ONE)), TUESDAY, languages.load("en"), HOST)
    assert told == plain("The list of Tue 6 May 2031 is still filling (1 paper so far).")


def test_since_when_the_source_is_down_is_a_moment(app_of: AppOf) -> None:
    app = seen(app_of(), Outage(NOON, "500"), Outage(NOON + HALF, "500"))
    told = daystate.told(app, TUESDAY, languages.load("en"), HOST)
    assert told is not None
    assert [span.moment.at for span in told if span.moment] == [NOON]


def test_nothing_is_said_of_a_list_that_has_settled(app_of: AppOf) -> None:
    app = seen(app_of(), Poll(NOON - HALF, TWO), Poll(NOON, TWO))
    assert (daystate.told(app, TUESDAY, languages.load("en"), HOST), daystate.name(app, TUESDAY)) == (None, "settled")


def test_nothing_is_said_of_a_day_that_was_never_asked_for(app_of: AppOf) -> None:
    assert daystate.told(app_of(), TUESDAY, languages.load("en"), HOST) is None


@each
def test_each_state_has_its_word_for_programs(app_of: AppOf, state: str) -> None:
    assert daystate.name(seen(app_of(), *STATES[state][0]), TUESDAY) == state


def test_an_outage_that_is_over_is_not_told(app_of: AppOf) -> None:
    app = seen(app_of(), Outage(NOON - HALF, "500"), Poll(NOON, TWO))
    assert daystate.name(app, TUESDAY) == "growing"


@each
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_day_without_papers_says_why(app_of: AppOf, said: Said, state: str, lang: Lang) -> None:
    looks, en, zh = STATES[state]
    app = seen(app_of([entry("3105.00009", "en", day=date(2031, 5, 5))]), *looks)
    assert (en if lang == "en" else zh) in said(app, "/day 2031-05-06", lang)


@pytest.mark.parametrize("state", ["growing", "down"])
def test_a_day_with_papers_shows_them_and_how_its_list_stands(app_of: AppOf, said: Said, state: str) -> None:
    looks, en, _ = STATES[state]
    text = said(seen(app_of([entry("3105.00001", "en")]), *looks), "/day 2031-05-06", "en")
    assert "FoldNet" in text
    assert en in text


@pytest.mark.parametrize("state", ["not-yet", "growing", "down"])  # that a day was empty is known on the next
def test_today_says_how_todays_list_stands_before_an_earlier_day(app_of: AppOf, said: Said, state: str) -> None:
    looks, en, _ = STATES[state]
    app = seen(app_of([entry("3105.00009", "en", day=date(2031, 5, 5))], today=TUESDAY), *looks)
    text = said(app, "/today", "en")
    assert text.index(en) < text.index("Daily Papers · Mon 5 May 2031")


def test_since_when_the_source_is_down_is_told_in_the_chats_own_time(app_of: AppOf, said: Said) -> None:
    looks, _, _ = STATES["down"]
    app = seen(app_of([entry("3105.00009", "en", day=date(2031, 5, 5))]), *looks)
    said(app, "/settings zone Asia/Shanghai", "en")
    assert "can't be reached since 20:00." in said(app, "/day 2031-05-06", "en")


def test_a_whole_day_is_shown_without_a_word_on_its_list(app_of: AppOf, said: Said) -> None:
    app = seen(app_of([entry("3105.00001", "en")], today=TUESDAY), Poll(NOON - HALF, ONE), Poll(NOON, ONE))
    text = said(app, "/today", "en")
    assert "still filling" not in text
    assert "yet" not in text
