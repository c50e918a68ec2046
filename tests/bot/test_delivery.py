"""Which digests are due, for whom, and what is in them: from a real store, with the time as a test says."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot import delivery
from bot.app import App
from bot.delivery import First
from bot.outgoing import Part, decode, encode
from bot.request import Button, Request
from bot.respond import respond
from store import chats, deliveries, overviews, papers, polls, served
from store.chats import Chat
from store.failures import add as fail
from store.outbox import Outbox
from store.overviews import Overview
from store.polls import Poll
from store.subscriptions import Subscription
from store.talks import Talk
from tests.bot.conftest import shown
from tests.fakes.platform import Platform
from tests.makers.papers import DAY, entry
from tests.makers.subscribers import HALF, at, full_day, library, settle, subscribe

AppOf = Callable[..., App]
NEXT = DAY + timedelta(days=1)
MORNING, NOON = at("08:30"), at("12:00")
ME = Request("", "en", "telegram", chat="5", user="5")


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app_of: AppOf, clock: Clock) -> App:
    """A bot whose list of `DAY` has been whole since the morning."""
    made = app_of(now=clock)
    library(made.folder.db, MORNING)
    return made


def made(app: App) -> list[str]:
    """The chats for which a digest is made now."""
    before = {one.id for one in deliveries.listed(app.folder.db)}
    delivery.make(app, Platform())
    return [one.chat.chat for one in deliveries.listed(app.folder.db) if one.id not in before]


def sent(app: App) -> None:
    """All that waits is sent."""
    outbox = Outbox(app.folder.db)
    while waiting := outbox.waiting("telegram", app.now(), 1000):
        for one in waiting:
            outbox.claim(one.id, app.now())
            outbox.sent(one.id, str(one.id), app.now())


def content(app: App, chat: int) -> Part:
    found = Outbox(app.folder.db).waiting("telegram", datetime(2099, 1, 1, tzinfo=UTC), 1000)
    return decode(next(one.content for one in found if one.chat.chat == str(chat)))


# --- which day, and when --------------------------------------------------------------------------


def test_a_digest_is_made_once(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    assert [made(app), made(app)] == [["7"], []]
    clock.at += timedelta(days=1)
    assert made(app) == []


def test_before_the_list_is_whole_nothing_is_due(app_of: AppOf, clock: Clock) -> None:
    app = app_of([entry("3105.00001", "en", day=DAY)], now=clock)
    subscribe(app.folder.db, 7)
    polls.add(app.folder.db, DAY, Poll(MORNING - HALF, frozenset({"3105.00777"})))
    assert made(app) == []
    settle(app.folder.db, DAY, NOON + HALF)
    assert made(app) == [], "not before that moment"
    clock.at = NOON + HALF
    assert made(app) == ["7"]


def test_a_day_without_papers_of_its_own_sends_nothing(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    assert made(app) == ["7"]
    ids = frozenset(one.paper.arxiv_id for one in papers.of_day(app.folder.db, DAY))
    for moment in (at("08:00", NEXT), at("08:30", NEXT)):  # the list of the day before, as on Sundays
        polls.add(app.folder.db, NEXT, Poll(moment, ids))
    polls.add(app.folder.db, NEXT + timedelta(days=1), Poll(at("09:00", NEXT + timedelta(days=3)), frozenset()))
    clock.at = at("09:00", NEXT + timedelta(days=3))
    assert made(app) == []


def test_papers_from_a_file_post_nothing(app_of: AppOf) -> None:
    app = app_of([entry(day=DAY)], now=lambda: NOON)
    subscribe(app.folder.db, 7)
    assert made(app) == []


def test_a_back_fill_posts_nothing(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    assert made(app) == ["7"]
    for age in (1, 3, 30):
        full_day(app.folder.db, DAY - timedelta(days=age), NOON)
    assert made(app) == []
    clock.at += timedelta(days=20)
    assert made(app) == []


def test_where_only_old_days_are_read_in_nothing_is_posted(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    clock.at += timedelta(days=30)
    assert made(app) == []


def test_after_a_pause_there_is_one_digest_which_names_the_days_passed_over(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    subscribe(app.folder.db, 8)
    assert made(app) == ["7", "8"]
    sent(app)
    days = [DAY + timedelta(days=n) for n in (1, 2, 3)]
    for day in days:
        full_day(app.folder.db, day, at("08:30", day))
    clock.at = at("09:00", days[-1])
    assert made(app) == ["7", "8"]
    part = content(app, 7)
    assert part.text.startswith("Daily Papers · Fri 9 May 2031")
    assert "Also new since your last digest: Wed 7 May 2031, Thu 8 May 2031." in part.text
    assert part.buttons[-1] == (Button("7 May", "/day 2031-05-07"), Button("8 May", "/day 2031-05-08"))


def test_a_digest_that_could_not_be_sent_is_named_by_the_one_that_takes_its_place(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    made(app)
    full_day(app.folder.db, NEXT, at("08:30", NEXT))
    clock.at = at("09:00", NEXT)
    assert made(app) == ["7"]
    assert "Also new since your last digest: Tue 6 May 2031." in content(app, 7).text


def test_one_whose_first_part_was_sent_is_not_named(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, style="full")
    delivery.make(app, Platform(limit=300))
    outbox = Outbox(app.folder.db)
    (first,) = outbox.waiting("telegram", clock.at, 10)
    outbox.claim(first.id, clock.at)
    outbox.sent(first.id, "1", clock.at)
    full_day(app.folder.db, NEXT, at("08:30", NEXT))
    clock.at = at("09:00", NEXT)
    assert made(app) == ["7"]
    assert "Also new" not in content(app, 7).text


def test_two_days_that_are_whole_before_one_hour_are_one_digest_which_names_the_other(app: App, clock: Clock) -> None:
    clock.at = at("07:00")
    subscribe(app.folder.db, 1, hour=time(7), zone="UTC")
    begin(app, time(9), weekdays=(2,))  # Wednesdays
    full_day(app.folder.db, NEXT, at("08:30", NEXT))
    clock.at = at("09:00", NEXT)
    assert made(app) == ["1", "5"]
    assert content(app, 5).text.startswith("Daily Papers · Wed 7 May 2031")
    assert "Also new since your last digest: Tue 6 May 2031." in content(app, 5).text


def test_a_newest_day_without_a_paper_for_it_hides_no_other(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, hour=time(7), zone="UTC", topics=("video_audio",))
    full_day(app.folder.db, NEXT, at("06:30", NEXT))
    clock.at = at("07:00", NEXT)
    assert made(app) == ["7"]
    assert content(app, 7).text.startswith("Daily Papers · Tue 6 May 2031")
    clock.at = at("07:00", NEXT + timedelta(days=1))
    assert made(app) == [], "each day but once"


def test_a_day_without_a_paper_for_it_takes_no_hour_of_another(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7, hour=time(8, 30), zone="UTC", topics=("video_audio",))
    full_day(app.folder.db, DAY - timedelta(days=1), at("20:00", DAY - timedelta(days=1)))
    clock.at = at("08:29")
    assert made(app) == []
    clock.at = at("08:30")
    assert made(app) == ["7"]


def test_while_nobody_knows_whether_the_last_one_arrived_none_is_made_and_then_it_takes_its_place(
    app: App, clock: Clock
) -> None:
    subscribe(app.folder.db, 7)
    assert made(app) == ["7"]
    outbox = Outbox(app.folder.db)
    (one,) = outbox.waiting("telegram", NOON, 1)
    outbox.claim(one.id, NOON)  # and the process is killed
    full_day(app.folder.db, NEXT, at("08:30", NEXT))
    clock.at = at("09:00", NEXT)
    outbox.recover("telegram", clock.at)
    assert made(app) == []
    outbox.again(one.id, clock.at, "it is not there", clock.at)
    assert made(app) == ["7"]
    assert "Also new since your last digest: Tue 6 May 2031." in content(app, 7).text
    assert [(one.state, one.code) for one in deliveries.listed(app.folder.db)] == [("failed", "late"), ("pending", "")]


def test_late_papers_do_not_make_a_day_due_again(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 7)
    assert made(app) == ["7"]
    papers.save(app.folder.db, [entry("3105.00099", "en", day=DAY)])
    settle(app.folder.db, DAY, at("08:30", NEXT))
    subscribe(app.folder.db, 8)
    clock.at = at("09:00", NEXT)
    assert made(app) == ["8"], "for 7 it was due when it was first whole"


def test_summaries_that_are_being_made_are_waited_for_but_not_for_ever(app: App, clock: Clock) -> None:
    papers.save(app.folder.db, [entry("3105.00099", day=DAY)])
    subscribe(app.folder.db, 7)
    clock.at = MORNING + delivery.PATIENCE - timedelta(minutes=1)
    assert made(app) == []
    clock.at = MORNING + delivery.PATIENCE
    assert made(app) == ["7"]


def test_a_summary_that_failed_is_not_waited_for(app: App, clock: Clock) -> None:
    papers.save(app.folder.db, [entry("3105.00099", day=DAY)])
    fail(app.folder.db, "3105.00099", "summarise", "no model", NOON)
    subscribe(app.folder.db, 7)
    clock.at = MORNING
    assert made(app) == ["7"]


def test_the_paragraph_about_the_day_is_waited_for_a_moment_where_no_hour_was_named(app: App, clock: Clock) -> None:
    app.settings = app.settings.model_copy(update={"llm": app.settings.llm.model_copy(update={"model": "m"})})
    subscribe(app.folder.db, 7)
    subscribe(app.folder.db, 8, hour=time(8, 30), zone="UTC")
    clock.at = MORNING
    assert made(app) == ["8"]
    clock.at = MORNING + delivery.OVERVIEW_PATIENCE - timedelta(seconds=1)
    assert made(app) == []
    clock.at = MORNING + delivery.OVERVIEW_PATIENCE
    assert made(app) == ["7"]


def test_a_paragraph_that_is_there_or_could_not_be_had_is_not_waited_for(app: App, clock: Clock) -> None:
    app.settings = app.settings.model_copy(update={"llm": app.settings.llm.model_copy(update={"model": "m"})})
    clock.at = MORNING
    for chat, lang, text in ((7, "zh", "多为折纸。"), (8, "en", "")):
        subscribe(app.folder.db, chat)
        overviews.save(app.folder.db, Overview(DAY, lang, text, "m", "1", clock.at, final=False))
        assert made(app) == ([] if chat == 7 else ["7", "8"])


def test_each_chat_gets_it_at_its_own_hour(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 1)
    subscribe(app.folder.db, 2, hour=time(9), zone="UTC")
    subscribe(app.folder.db, 3, hour=time(18, 30), zone="Asia/Shanghai")  # 10:30 UTC
    subscribe(app.folder.db, 4, hour=time(7), zone="UTC")  # over: the next morning
    found = {}
    clock.at = MORNING
    while clock.at < at("08:30", NEXT):
        found |= dict.fromkeys(made(app), clock.at)
        clock.at += timedelta(minutes=10)
    assert found == {"1": MORNING, "2": at("09:00"), "3": at("10:30"), "4": at("07:00", NEXT)}


def test_an_hour_counts_in_the_hosts_zone_where_the_chat_chose_none(app: App, clock: Clock) -> None:
    ingest = app.settings.ingest.model_copy(update={"timezone": "Europe/Berlin"})
    app.settings = app.settings.model_copy(update={"ingest": ingest})
    subscribe(app.folder.db, 7, hour=time(11))  # 9:00 UTC in summer
    clock.at = at("08:59")
    assert made(app) == []
    clock.at = at("09:00")
    assert made(app) == ["7"]


def test_another_front_makes_its_own(app: App) -> None:
    subscribe(app.folder.db, 7, front="discord")
    assert made(app) == []


@pytest.mark.parametrize("state", ["unsubscribed", "paused"])
def test_who_does_not_want_it_or_cannot_get_it_gets_none(app: App, state: str) -> None:
    subscribe(app.folder.db, 7, subscribed=state != "unsubscribed")
    if state == "paused":
        chats.pause(app.folder.db, "telegram", "7", "kicked")
    assert made(app) == []


def test_who_comes_back_from_a_pause_gets_the_newest(app: App) -> None:
    subscribe(app.folder.db, 7)
    chats.pause(app.folder.db, "telegram", "7", "kicked")
    made(app)
    chats.resume(app.folder.db, "telegram", "7")
    assert made(app) == ["7"]


# --- what is in it --------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["headlines", "full"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_what_the_day_command_shows(app: App, lang: str, style: str) -> None:
    subscribe(app.folder.db, 5, lang=lang, style=style)
    made(app)
    request = Request(f"/day {DAY}", "en", "telegram", chat="5", user="5", paged=True)
    reply = asyncio.run(respond(app, request))
    part = content(app, 5)
    assert part.text == shown(reply.doc)
    assert part.buttons == reply.buttons
    assert part.talk == reply.talk


def test_it_is_about_the_chats_topics_and_its_buttons_stay_with_them(app: App) -> None:
    papers.save(
        app.folder.db, [entry(f"3105.{n:05}", "en", day=DAY, title=f"Robot{n}: robot arms") for n in range(50, 64)]
    )
    subscribe(app.folder.db, 5, topics=("robotics",))
    made(app)
    part = content(app, 5)
    assert part.text.splitlines()[1] == "14 of 18 papers: robotics 14"
    actions = {button.label: button.action for row in part.buttons for button in row}
    assert (actions["next 4 ▸"], actions["all 18 papers"]) == ("/day 2031-05-06 my p2", "/day 2031-05-06")
    second = asyncio.run(respond(app, Request(actions["next 4 ▸"], "en", "telegram", chat="5", user="5", paged=True)))
    assert "14 of 18 papers" in shown(second.doc)
    assert "\n11  Robot" in shown(second.doc)
    whole = asyncio.run(
        respond(app, Request(actions["all 18 papers"], "en", "telegram", chat="5", user="5", paged=True))
    )
    assert "18 papers: " in shown(whole.doc)


def test_a_day_without_a_paper_on_the_topics_sends_nothing_and_is_over(app: App) -> None:
    subscribe(app.folder.db, 7, topics=("retrieval",))
    assert made(app) == []
    assert served.lacking(app.folder.db, "telegram", DAY) == []


def test_alike_digests_are_one(app: App) -> None:
    for chat in range(1, 101):
        subscribe(app.folder.db, chat, lang=("en", "zh")[chat % 2], hour=time(9) if chat % 3 else None, zone="UTC")
    assert len(made(app)) == 100
    assert app.folder.db.value("SELECT count(*) FROM contents") == 2


def test_without_a_chosen_language_it_is_the_one_in_which_the_chat_subscribed(app: App, clock: Clock) -> None:
    clock.at = at("07:00")
    for lang, chat in (("en", "5"), ("zh", "6")):
        asyncio.run(respond(app, Request("/subscribe", lang, "telegram", chat=chat, user=chat)))
    subscribe(app.folder.db, 7, lang=None)
    clock.at = NOON
    made(app)
    assert [content(app, chat).text[:5] for chat in (5, 6, 7)] == ["Daily", "每日论文 ", "每日论文 "]


def test_a_long_digest_is_in_parts_with_the_buttons_under_the_last(app: App) -> None:
    subscribe(app.folder.db, 7, style="full")
    delivery.make(app, Platform(limit=300))
    rows = app.folder.db.read(
        "SELECT contents.content FROM contents JOIN outbox ON outbox.content = contents.id ORDER BY part"
    )
    parts = [decode(row["content"]) for row in rows]
    assert len(parts) > 2
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert len({part.talk for part in parts}) == 1
    assert all(0 < len(part.text) <= 300 for part in parts)


def test_a_part_comes_back_as_it_was_stored() -> None:
    part = Part(
        "<b>é</b>", ((Button("1", "/paper 1"), Button("x", url="https://a.org")),), Talk(("1", "2"), listed="/day")
    )
    for one in (part, replace(part, picture=b"\x89PNG\0")):
        assert decode(encode(one)) == one
        assert encode(decode(encode(one))) == encode(one)


def test_a_part_that_was_stored_before_there_were_pictures_comes_back() -> None:
    assert decode('{"buttons": [], "talk": "", "text": "hello"}') == Part("hello")


def test_for_an_operator_it_is_made_for_all_who_were_not_sent_it(app: App) -> None:
    subscribe(app.folder.db, 1, hour=time(23), zone="UTC")
    subscribe(app.folder.db, 2)
    assert made(app) == ["2"]
    asyncio.run(respond(app, Request("/subscribe", "en", "telegram", chat="5", user="5")))
    assert delivery.make_now(app, Platform(), DAY) == 2
    assert delivery.make_now(app, Platform(), DAY) == 0


# --- subscribing ----------------------------------------------------------------------------------


def begin(app: App, hour: time | None = None, zone: str = "UTC", **choices: Any) -> First:
    chat = Chat("telegram", "5", user="5")
    chats.save(app.folder.db, chat, app.now())
    return delivery.begin(app, Subscription(chat, hour=hour, zone=zone, **choices), "en")[1]


@pytest.mark.parametrize(
    ("hour", "now", "first"),
    [
        pytest.param(None, "07:00", First("ready"), id="no hour, before the list is whole"),
        pytest.param(None, "12:00", First("ready"), id="no hour, after it"),
        pytest.param(time(9), "07:00", First("from", at("09:00")), id="before its hour, and the list"),
        pytest.param(time(9), "08:45", First("at", at("09:00")), id="before its hour, the list being whole"),
        pytest.param(time(9), "09:10", First("from", at("09:00", NEXT)), id="just after its hour"),
        pytest.param(time(8), "08:10", First("open", at("08:00", NEXT), at("09:00")), id="the list is a little late"),
        pytest.param(time(7), "12:00", First("at", at("07:00", NEXT)), id="its hour was before the list"),
    ],
)
def test_who_subscribes_is_told_when_the_first_one_comes_and_it_does(
    app: App, clock: Clock, hour: time | None, now: str, first: First
) -> None:
    clock.at = at(now)
    assert begin(app, hour) == first
    full_day(app.folder.db, NEXT, at("08:30", NEXT))
    came = None
    while came is None:
        came = clock.at if made(app) else None
        clock.at += timedelta(minutes=5)
    wanted = {
        "at": [first.at],
        "from": [first.at],
        "open": [MORNING],
        "ready": [MORNING if now == "07:00" else at("08:30", NEXT)],
    }[first.how]
    assert [came] == wanted


def test_subscribing_again_brings_nothing_twice(app: App, clock: Clock) -> None:
    subscribe(app.folder.db, 5)
    assert made(app) == ["5"]
    for text in ("/unsubscribe", "/subscribe"):
        asyncio.run(respond(app, Request(text, "en", "telegram", chat="5", user="5")))
    assert made(app) == []


def test_who_forgot_everything_and_subscribes_gets_no_older_day(app: App) -> None:
    subscribe(app.folder.db, 5, user="5")
    assert made(app) == ["5"]
    for text in ("/forget", "/subscribe"):
        asyncio.run(respond(app, Request(text, "en", "telegram", chat="5", user="5")))
    assert made(app) == []


def test_on_a_weekend_the_first_one_is_mondays(app: App, clock: Clock) -> None:
    clock.at = at("12:00", DAY + timedelta(days=3))
    begin(app, time(9))
    clock.at += timedelta(days=2)
    assert made(app) == []


def test_who_unsubscribes_is_not_sent_what_waits(app: App) -> None:
    subscribe(app.folder.db, 5)
    made(app)
    asyncio.run(respond(app, Request("/unsubscribe", "en", "telegram", chat="5", user="5")))
    assert deliveries.counts(app.folder.db, DAY)["pending"] == 0
    assert [one.code for one in deliveries.listed(app.folder.db)] == ["unwanted"]
