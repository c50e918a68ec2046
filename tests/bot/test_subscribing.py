"""Subscribing with words, several times, changing, ending: what is said and kept, and what is shown is what comes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot import delivery, periods, roundup
from bot.app import App
from bot.outgoing import decode
from bot.request import Reply, Request
from bot.respond import respond
from store import deliveries, papers, subscriptions
from store.chats import Chat
from store.outbox import Outbox
from store.subscriptions import MOST, Subscription
from store.types import Lang
from store.wishes import Wish
from tests.bot.conftest import shown
from tests.fakes.platform import Platform
from tests.makers.papers import DAY, entry
from tests.makers.subscribers import at, full_day, library

AppOf = Callable[..., App]
ME = Request("", "en", "telegram", chat="5", user="5", paged=True)
NEXT = DAY + timedelta(days=1)


class Clock:
    def __init__(self) -> None:
        self.at = at("12:00")

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app_of: AppOf, clock: Clock) -> App:
    """A bot whose list of `DAY` has been whole since the morning: about videos, robots and much else."""
    made = app_of(now=clock)
    library(made.folder.db, at("08:30"))
    return made


def reply(app: App, text: str, request: Request = ME) -> Reply:
    return asyncio.run(respond(app, request.saying(text)))


def said(app: App, text: str, request: Request = ME) -> str:
    return shown(reply(app, text, request).doc)


def actions(given: Reply) -> list[str]:
    return [button.action for row in given.buttons for button in row]


def had(app: App) -> list[Subscription]:
    return subscriptions.of_chat(app.folder.db, Chat("telegram", "5"))


def about(app: App) -> list[tuple[int, Wish, time | None]]:
    return [(one.number, one.wish, one.hour) for one in had(app)]


def came(app: App) -> dict[int, str]:
    """The texts of what is due now, by number of the subscription."""
    delivery.make(app, Platform())
    waiting = Outbox(app.folder.db).waiting("telegram", datetime(2099, 1, 1, tzinfo=UTC), 100)
    return {one.number: decode(one.content).text for one in waiting}


# --- the preview ----------------------------------------------------------------------------------


def test_what_is_shown_on_subscribing_is_what_comes_at_its_hour(app: App, clock: Clock) -> None:
    clock.at = at("08:45")
    told = said(app, "/subscribe 09:00 utc video & audio full")
    comes = "The digest comes at 09:00 (UTC). The first one comes on Tue 6 May 2031 at 09:00."
    assert told.startswith(f"Subscribed. {comes}")
    assert came(app) == {}
    clock.at = at("09:00")
    (text,) = came(app).values()
    assert text in told
    assert "of 4 papers: video & audio" in text


def test_a_preview_leads_to_the_papers_of_its_subscription(app: App) -> None:
    said(app, "/subscribe")
    given = reply(app, "/subscribe video & audio")
    assert given.talk is not None
    assert given.talk.listed == f"/day {DAY} my2"
    assert "of 4 papers: video & audio" in said(app, given.talk.listed).splitlines()[1]


def test_where_no_paper_is_about_it_that_is_said(app: App) -> None:
    assert "No paper since Tue 6 May 2031 is about that. A day without one brings no digest." in said(
        app, "/subscribe by:Nobody"
    )
    assert [one.wish.authors for one in had(app)] == [("Nobody",)]


def test_a_preview_is_in_the_language_of_its_subscription(app: App) -> None:
    assert "每日论文 · 2031" in said(app, "/subscribe zh")


# --- which one is meant ---------------------------------------------------------------------------


def test_the_first_words_are_kept(app: App) -> None:
    said(app, "/subscribe 07:30 shanghai mon-fri agents, folding paper -survey min:2 silent")
    (one,) = had(app)
    assert (one.hour, one.zone, one.weekdays, one.silent, one.spoken) == (
        time(7, 30), "Asia/Shanghai", (0, 1, 2, 3, 4), True, "en",
    )  # fmt: skip
    assert one.wish == Wish(("agents",), ("folding paper",), exclude=("survey",), least_votes=2)


def test_another_topic_is_another_subscription(app: App) -> None:
    said(app, "/subscribe 09:00 agents")
    told = said(app, "/subscribe 18:00 robotics")
    assert told.startswith("Subscription 2 begins, beside what there was.")
    assert about(app) == [(1, Wish(groups=("agents",)), time(9)), (2, Wish(groups=("robotics",)), time(18))]


def test_the_same_topic_changes_the_one_that_there_is(app: App) -> None:
    said(app, "/subscribe 09:00 agents")
    said(app, "/subscribe robotics")
    assert said(app, "/subscribe 10:00 agents max:3").startswith("Changed subscription 1.")
    assert about(app)[0] == (1, Wish(groups=("agents",), most=3), time(10))


def test_without_a_topic_the_only_one_is_changed(app: App) -> None:
    said(app, "/subscribe 09:00 agents")
    assert said(app, "/subscribe 18:00 min:5").startswith("Changed subscription 1.")
    assert about(app) == [(1, Wish(groups=("agents",), least_votes=5), time(18))]


def test_where_it_could_be_any_of_them_it_is_asked(app: App) -> None:
    said(app, "/subscribe agents")
    said(app, "/subscribe robotics")
    before = about(app)
    given = reply(app, "/subscribe 18:00")
    assert actions(given)[:3] == ["/subscribe #1 18:00", "/subscribe #2 18:00", "/subscribe new 18:00"]
    assert about(app) == before
    said(app, "/subscribe #2 18:00")
    assert [hour for _, _, hour in about(app)] == [None, time(18)]


def test_one_more_can_be_asked_for_by_word(app: App) -> None:
    said(app, "/subscribe")
    said(app, "/subscribe new zh")
    assert [(one.number, one.lang, one.wish) for one in had(app)] == [(1, None, Wish()), (2, "zh", Wish())]


def test_subscribing_again_with_nothing_new_changes_nothing(app: App) -> None:
    said(app, "/subscribe 09:00 agents")
    assert said(app, "/subscribe 09:00 agents").startswith("This chat is subscribed.")
    assert said(app, "/subscribe").startswith("This chat is subscribed.")
    assert len(had(app)) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("25:00", "“25:00” is no time I can read. Write it as 07:30. Nothing has changed.", id="an hour"),
        pytest.param("Europe/Atlantis", "I know no time zone “Europe/Atlantis”.", id="a zone"),
        pytest.param("min:x", "“min:x” needs a number", id="a number"),
        pytest.param("by:", "“by:” needs a word right after it", id="an author"),
        pytest.param("#7 18:00", "There is no subscription 7 here.", id="a subscription"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(app: App, text: str, told: str) -> None:
    said(app, "/subscribe 09:00 agents")
    before = had(app)
    assert said(app, f"/subscribe {text} robotics").startswith(told)
    assert had(app) == before


def test_an_end_is_no_topic_and_the_way_to_it_is_told(app: App) -> None:
    said(app, "/subscribe 09:00 agents")
    before = had(app)
    given = reply(app, "/subscribe off")
    assert shown(given.doc).startswith("/unsubscribe ends the digest here")
    assert actions(given) == ["/unsubscribe", "/subscriptions"]
    assert said(app, "订阅 取消", replace(ME, lang="zh")).startswith("/unsubscribe 取消这里的摘要")
    assert had(app) == before


def test_there_is_a_bound_and_it_is_said(app: App) -> None:
    for n in range(MOST):
        said(app, f"/subscribe topic number {n}")
    assert said(app, "/subscribe one more").startswith(f"This chat has {MOST} subscriptions, as many as there may be.")
    assert len(had(app)) == MOST


def test_in_chinese_it_needs_no_slash(app: App) -> None:
    told = said(app, "订阅 8点 北京 工作日 机器人 最多5篇", replace(ME, lang="zh"))
    assert told.startswith("已订阅，工作日，08:00（Asia/Shanghai）发送摘要。")
    assert [(one.hour, one.wish) for one in had(app)] == [(time(8), Wish(groups=("robotics",), most=5))]


# --- ending and the list --------------------------------------------------------------------------


def test_one_of_several_is_ended_and_the_others_go_on(app: App) -> None:
    said(app, "/subscribe agents")
    said(app, "/subscribe robotics")
    assert said(app, "/unsubscribe 1") == "Ended subscription 1. 1 is left."
    assert [one.number for one in had(app)] == [2]
    assert said(app, "/unsubscribe 7").startswith("There is no subscription 7 here.")
    assert said(app, "/unsubscribe").startswith("Unsubscribed.")


def test_ending_all_of_several_says_how_many_they_were(app: App) -> None:
    said(app, "/subscribe agents")
    said(app, "/subscribe robotics")
    ended = reply(app, "/unsubscribe")
    assert shown(ended.doc).startswith("All 2 subscriptions of this chat are ended.")
    assert actions(ended) == ["/subscribe"]
    assert had(app) == []


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        pytest.param("en", "The digest comes at 09:00 (UTC), weekly. /week and /month show", id="English"),
        pytest.param("zh", "每周，09:00（UTC）发送摘要。可用 /week、/month", id="Chinese"),
    ],
)
def test_who_wants_the_week_alone_is_promised_no_day(app: App, lang: Lang, told: str) -> None:
    assert told in said(app, "/subscribe 09:00 utc weekly", replace(ME, lang=lang))


@pytest.mark.parametrize("rhythm", ["weekly", "monthly"])
def test_who_wants_round_ups_alone_is_shown_one_with_its_chart(app: App, rhythm: str) -> None:
    period = periods.containing(rhythm, DAY)
    found = roundup.of(app.folder.db, period)
    assert found is not None
    given = reply(app, f"/subscribe 09:00 utc {rhythm}")
    parts = roundup.parts(app, Platform(), found, "en")
    text = shown(given.doc)
    assert [line for part in parts for line in part.text.splitlines() if line.strip() and line not in text] == []
    assert [file.content for file in given.files] == [parts[0].picture]


def test_what_waits_for_the_one_that_ended_is_not_sent(app: App, clock: Clock) -> None:
    said(app, "/subscribe video")
    said(app, "/subscribe robotics")
    full_day(app.folder.db, NEXT, at("08:30", NEXT))
    papers.save(app.folder.db, [entry("3105.09001", "en", day=NEXT, title="Robot arms: robot hands for robots")])
    clock.at = at("12:00", NEXT)
    assert 2 in came(app)
    said(app, "/unsubscribe 2")
    assert 2 not in came(app)
    assert deliveries.counts(app.folder.db)["failed"] == 1


def test_subscriptions_are_listed_each_with_a_button(app: App) -> None:
    said(app, "/subscribe 09:00 utc agents, folding paper weekly daily full")
    said(app, "/subscribe robotics zh silent")
    given = reply(app, "/subscriptions")
    assert shown(given.doc).splitlines()[:3] == [
        "2 subscriptions of this chat",
        "1  at 09:00 (UTC), daily, weekly · agents, “folding paper” · in full",
        "2  as soon as the day's list is whole · robotics · 中文 · without sound",
    ]
    assert actions(given) == ["/subscriptions 1", "/subscriptions 2"]


def test_every_button_of_every_page_works_and_shows_its_choice(app: App, clock: Clock) -> None:
    said(app, "/subscribe 09:00 agents")
    said(app, "/subscribe robotics")
    for action in actions(reply(app, "/subscriptions 2")):
        if action.startswith("/subscriptions 2 "):
            for choice in actions(reply(app, action)):
                clock.at += timedelta(minutes=1)
                assert "“" not in said(app, choice).splitlines()[0]
    assert about(app)[0] == (1, Wish(groups=("agents",)), time(9)), "only the second one was changed"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        pytest.param("hour 07:30", "hour", time(7, 30), id="an hour"),
        pytest.param("zone tokyo", "zone", "Asia/Tokyo", id="a zone"),
        pytest.param("days weekdays", "weekdays", (0, 1, 2, 3, 4), id="a set of days"),
        pytest.param("days 6", "weekdays", (5,), id="a day switched on"),
        pytest.param("days 周一到周三", "weekdays", (0, 1, 2), id="days as they are written"),
        pytest.param("rhythm weekly", "rhythm", ("daily", "weekly"), id="a further rhythm"),
        pytest.param("rhythm daily", "rhythm", ("daily",), id="the only rhythm stays"),
        pytest.param("topics agents", "wish", Wish(groups=("robotics", "agents")), id="a group switched on"),
        pytest.param(
            "topics world models, -survey", "wish", Wish((), ("world models",), exclude=("survey",)), id="words"
        ),
        pytest.param("style full", "style", "full", id="a style"),
        pytest.param("lang zh", "lang", "zh", id="a language"),
        pytest.param("silent on", "silent", True, id="silence"),
        pytest.param("late follow", "late", "follow", id="late papers"),
    ],
)
def test_a_choice_is_made_for_that_one_alone(app: App, text: str, name: str, value: object) -> None:
    said(app, "/subscribe")
    said(app, "/subscribe robotics")
    first = had(app)[0]
    said(app, f"/subscriptions 2 {text}")
    one, other = had(app)
    assert (getattr(other, name), one) == (value, first)


def test_a_choice_that_there_is_not_changes_nothing(app: App) -> None:
    said(app, "/subscribe")
    before = had(app)
    for wrong in ("hour 25", "zone Atlantis", "days soon", "rhythm hourly", "style loud", "late never"):
        assert "“" in said(app, f"/subscriptions 1 {wrong}")
    assert had(app) == before


def test_who_may_not_change_them_sees_them_without_buttons(app: App) -> None:
    said(app, "/subscribe agents", replace(ME, chat="-1", private=False, is_admin=True))
    member = replace(ME, chat="-1", private=False)
    given = reply(app, "/subscriptions", member)
    assert (given.buttons, "agents" in shown(given.doc)) == ((), True)
    assert "agents" in said(app, "/subscriptions 1 topics robotics", member)
    assert reply(app, "/subscriptions 1 topics robotics", replace(member, message="8", pressed=True)).aside


# --- beside settings ------------------------------------------------------------------------------


def test_settings_are_those_of_the_only_subscription(app: App) -> None:
    said(app, "/subscribe 09:00 agents")
    said(app, "/settings topics robotics")
    said(app, "/settings hour 18")
    assert about(app) == [(1, Wish(groups=("robotics", "agents")), time(18))]


def test_with_several_settings_are_the_chats_own(app: App) -> None:
    said(app, "/subscribe 09:00 agents")
    said(app, "/subscribe robotics")
    given = reply(app, "/settings")
    assert actions(given) == ["/settings lang", "/settings zone", "/settings style", "/subscriptions"]
    assert "2 subscriptions, each with settings of its own" in shown(given.doc)
    before = had(app)
    said(app, "/settings hour 18")
    assert [one.hour for one in had(app)] == [one.hour for one in before]


def test_the_chats_language_is_that_of_whatever_chose_none(app: App) -> None:
    said(app, "/subscribe agents")
    said(app, "/subscribe zh robotics")
    said(app, "/settings lang en")
    assert [one.lang for one in had(app)] == [None, "zh"]
