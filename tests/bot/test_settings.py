"""What a chat chooses: the keyboard, each choice, and mistakes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import available_timezones

import pytest

from bot import zones
from bot.app import App
from bot.digest import TOPICS
from bot.request import Reply, Request
from bot.respond import respond
from store import chats
from store.chats import Chat
from tests.bot.conftest import shown
from tests.makers.subscribers import subscribers

AppOf = Callable[..., App]

PRIVATE = Request("", "en", "telegram", chat="5", user="5")


def reply(app: App, text: str, request: Request = PRIVATE) -> Reply:
    return asyncio.run(respond(app, request.saying(text)))


def said(app: App, text: str, request: Request = PRIVATE) -> str:
    return shown(reply(app, text, request).doc)


def chosen(app: App) -> Chat:
    return chats.get(app.folder.db, "telegram", "5")


def test_settings_show_every_value_and_a_button_each(app_of: AppOf) -> None:
    given = reply(app_of(), "/settings")
    assert shown(given.doc).splitlines() == [
        "Settings of this chat",
        "• Language  as you write",
        "• Hour  when the list is whole",
        "• Time zone  UTC (default)",
        "• Topics  all",
        "• Style  headlines",
        "• Sound  with sound",
        "",
        "Not subscribed to the digest.",
    ]
    assert [button.action for row in given.buttons for button in row] == [
        *(f"/settings {name}" for name in ("lang", "hour", "zone", "topics", "style", "silent")),
        "/subscribe",
    ]


def test_who_may_not_change_them_sees_them_without_buttons(app_of: AppOf) -> None:
    given = reply(app_of(), "/settings", replace(PRIVATE, private=False))
    assert (given.buttons, "• Topics  all" in shown(given.doc)) == ((), True)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        pytest.param("/settings lang zh", {"lang": "zh"}, id="a language"),
        pytest.param("/language 中文", {"lang": "zh"}, id="a language by its name"),
        pytest.param("/settings hour 07:30", {"hour": time(7, 30)}, id="an hour and minutes"),
        pytest.param("/settings hour 8", {"hour": time(8)}, id="an hour alone"),
        pytest.param("/settings hour 8：05", {"hour": time(8, 5)}, id="a full-width colon"),
        pytest.param("/settings zone Asia/Shanghai", {"zone": "Asia/Shanghai"}, id="a time zone"),
        pytest.param("/settings zone new york", {"zone": "America/New_York"}, id="a city"),
        pytest.param("/settings topics agents", {"topics": ("agents",)}, id="a topic"),
        pytest.param("/settings topics 智能体", {"topics": ("agents",)}, id="a topic in Chinese"),
        pytest.param("/settings style full", {"style": "full"}, id="a style"),
        pytest.param("/settings silent on", {"silent": True}, id="silence"),
    ],
)
def test_a_choice_is_kept(app_of: AppOf, text: str, change: dict[str, Any]) -> None:
    app = app_of()
    said(app, text)
    assert chosen(app) == replace(Chat("telegram", "5", user="5", created=chosen(app).created), **change)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param("lang zh", "lang auto", id="the language"),
        pytest.param("hour 7", "hour ready", id="the hour"),
        pytest.param("topics agents", "topics agents", id="a topic, switched off again"),
        pytest.param("topics agents", "topics all", id="all topics"),
        pytest.param("silent on", "silent off", id="silence"),
    ],
)
def test_a_choice_can_be_taken_back(app_of: AppOf, first: str, then: str) -> None:
    app = app_of()
    said(app, f"/settings {first}")
    said(app, f"/settings {then}")
    assert chosen(app) == Chat("telegram", "5", user="5", created=chosen(app).created)


def test_every_topic_is_all_topics(app_of: AppOf) -> None:
    app = app_of()
    for topic in TOPICS:
        said(app, f"/settings topics {topic}")
    assert chosen(app).topics == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("/language fr", "“fr” is no language of mine.", id="a language"),
        pytest.param("/settings hour 25", "“25” is no time I can read.", id="an hour"),
        pytest.param("/settings hour 7:99", "“7:99” is no time", id="minutes"),
        pytest.param("/settings hour soon", "“soon” is no time", id="a word"),
        pytest.param("/settings zone Atlantis", "I know no time zone “Atlantis”.", id="a zone"),
        pytest.param("/settings topics cooking", "“cooking” is none of the topics.", id="a topic"),
        pytest.param("/settings style loud", "“loud” is no style.", id="a style"),
        pytest.param("/settings silent maybe", "“maybe” is neither on nor off.", id="silence"),
    ],
)
def test_a_choice_that_there_is_not_changes_nothing(app_of: AppOf, text: str, told: str) -> None:
    app = app_of()
    assert said(app, text).startswith(told)
    assert chats.everything(app.folder.db) == []


def test_the_chosen_one_is_marked_among_the_choices(app_of: AppOf) -> None:
    app = app_of()
    said(app, "/settings style full")
    labels = [button.label for row in reply(app, "/settings style").buttons for button in row]
    assert labels == ["headlines", "✓ in full", "‹ back"]


def test_the_answer_to_a_language_is_in_it(app_of: AppOf) -> None:
    assert said(app_of(), "/language zh").startswith("这个聊天的设置")


def test_every_choice_has_a_button_that_makes_it(app_of: AppOf) -> None:
    app = app_of()
    for name in ("lang", "hour", "zone", "topics", "style", "silent"):
        for row in reply(app, f"/settings {name}").buttons:
            for button in row:
                assert "“" not in said(app, button.action)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("europe/berlin", "Europe/Berlin", id="without capitals"),
        pytest.param("Berlin", "Europe/Berlin", id="a city"),
        pytest.param("UTC", "UTC", id="UTC"),
        pytest.param("UTC+8", "Etc/GMT-8", id="east of Greenwich"),
        pytest.param("gmt +2", "Etc/GMT-2", id="GMT, which IANA counts the other way"),
        pytest.param("UTC-05:00", "Etc/GMT+5", id="west of Greenwich"),
        pytest.param("＋8", "Etc/GMT-8", id="the offset alone, full width"),
        pytest.param("UTC+5:30", "Asia/Kolkata", id="half an hour"),
        pytest.param("UTC+99", None, id="no offset"),
        pytest.param("Etc/GMT+2", "Etc/GMT+2", id="IANA's own name"),
        pytest.param("北京", "Asia/Shanghai", id="北京"),
        pytest.param("东京时间", "Asia/Tokyo", id="东京时间"),
        pytest.param("San Francisco", "America/Los_Angeles", id="a city without a zone of its name"),
        pytest.param("../etc/passwd", None, id="a path"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_time_zone_is_read_as_people_write_it(text: str, name: str | None) -> None:
    assert zones.named(text) == name


def test_subscribing_says_when_the_digest_comes(app_of: AppOf) -> None:
    app = app_of()
    said(app, "/settings hour 7:30")
    said(app, "/settings zone Asia/Shanghai")
    app.now = lambda: datetime(2031, 5, 7, 12, tzinfo=UTC)
    assert said(app, "/subscribe") == (
        "Subscribed. The digest comes at 07:30 (Asia/Shanghai). The first one comes on Thu 8 May 2031 at 07:30, "
        "or with the first new list after that. /today shows what is out."
    )
    assert said(app, "/subscribe").startswith("This chat is subscribed.")


def test_unsubscribing_keeps_what_was_chosen(app_of: AppOf) -> None:
    app = app_of()
    said(app, "/settings style full")
    said(app, "/subscribe")
    assert said(app, "/unsubscribe").startswith("Unsubscribed.")
    assert (subscribers(app.folder.db), chosen(app).style) == ([], "full")
    assert said(app, "/unsubscribe").startswith("This chat isn't subscribed.")


def test_the_way_back_to_the_hosts_time_zone(app_of: AppOf) -> None:
    app = app_of()
    said(app, "/settings zone Asia/Shanghai")
    buttons = {button.label: button.action for row in reply(app, "/settings zone").buttons for button in row}
    assert buttons["UTC (default)"] == "/settings zone host"
    said(app, "/settings zone host")
    assert chosen(app).zone == ""
    assert "✓ UTC (default)" in [button.label for row in reply(app, "/settings zone").buttons for button in row]


def test_an_offset_is_shown_as_it_was_chosen(app_of: AppOf) -> None:
    app = app_of()
    assert "• Time zone  UTC+8" in said(app, "/settings zone UTC+8")
    assert "✓" not in "".join(button.label for row in reply(app, "/settings zone").buttons for button in row)
    assert "(UTC+8)" in said(app, "/settings hour 7:30") + said(app, "/subscribe")


def test_every_place_has_a_zone() -> None:
    assert [name for name in zones.PLACES.values() if name not in available_timezones()] == []
