"""Pressed buttons, through the strict server: who sees what comes of it, and which message it changes."""

from collections.abc import Callable

import pytest

from bot.app import App
from store import feedback
from store.types import Entry
from tests.bot.fronts.conftest import Slow, Talking
from tests.fakes.telegram_server import TelegramServer, buttons_of
from tests.makers.papers import LIBRARY, paper, summary

AppOf = Callable[..., App]

ME, MEMBER, BOSS = 77, 13, 11
GROUP, CHANNEL = -100500, -100700


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


def wordy(arxiv_id: str, **sections: str) -> Entry:
    return Entry(paper(arxiv_id), (summary("en", arxiv_id, **sections),))


async def test_what_is_refused_is_told_to_who_pressed_alone(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(GROUP)
    tg.set_role(GROUP, BOSS, "administrator")
    async with talking(app):
        tg.say(GROUP, "/settings", user=BOSS)
        (page,) = await tg.wait(GROUP)
        before = page.text, page.markup
        for label in ("Language", "Topics"):
            tg.click(GROUP, label=label, user=MEMBER)
        await tg.until(lambda: len(tg.answers()) == 2)
        tg.say(GROUP, "/help", user=MEMBER)
        await tg.wait(GROUP, 2)
    assert [(one["alert"], "administrators" in one["text"]) for one in tg.answers()] == [(True, True)] * 2
    assert (page.text, page.markup) == before


async def test_an_administrators_press_changes_the_page(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(GROUP)
    tg.set_role(GROUP, BOSS, "administrator")
    async with talking(app):
        tg.say(GROUP, "/settings", user=BOSS)
        (page,) = await tg.wait(GROUP)
        before = page.text
        tg.click(GROUP, label="Language", user=BOSS)
        await tg.until(lambda: page.text != before)
    assert [one["text"] for one in tg.answers()] == [""]


async def test_each_member_of_a_group_has_a_vote_and_is_told_alone(
    tg: TelegramServer, app: App, talking: Talking
) -> None:
    tg.add_chat(GROUP)
    async with talking(app):
        tg.say(GROUP, "/paper 3105.00003", user=MEMBER)
        (page,) = await tg.wait(GROUP)
        before = page.text, page.markup
        for label, user in (("useful", MEMBER), ("useful", BOSS), ("not for me", ME)):
            tg.click(GROUP, label=label, user=user)
        await tg.until(lambda: len(tg.answers()) == 3)
    assert [(one["alert"], "TouchPilot" in one["text"]) for one in tg.answers()] == [(True, True)] * 3
    assert (page.text, page.markup) == before
    assert [round(one.value, 2) for one in feedback.opinions(app.folder.db, "telegram", str(GROUP))] == [0.33]


async def test_a_slow_press_is_answered_before_its_work_is_done(
    tg: TelegramServer, app: App, talking: Talking, slow: Slow
) -> None:
    async with talking(app):
        tg.say(ME, "/start")
        await tg.wait(ME)
        tg.say(ME, "/paper 3105.00003")
        await tg.wait(ME, 2)
        tg.say(ME, "/help")  # the press has to wait for it
        await slow.begun.wait()
        tg.click(ME)
        await tg.until(tg.answers)
        assert len(tg.messages(ME)) == 2
        slow.go.set()
        await tg.wait(ME, 3)


async def test_a_channels_reader_gets_the_paper_in_private(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(CHANNEL, "channel")
    async with talking(app):
        tg.say(CHANNEL, "/day 2031-05-06")
        (post,) = await tg.wait(CHANNEL)
        before = post.text
        tg.click(CHANNEL, label="1", user=MEMBER)
        await tg.until(tg.answers)
        (answer,) = tg.answers()
        tg.start(MEMBER, answer["url"].partition("start=")[2])
        (paper,) = await tg.wait(MEMBER)
    assert (post.text, len(tg.messages(CHANNEL))) == (before, 1)
    assert paper.text.split("\n")[0] in {entry.paper.title for entry in LIBRARY}


async def test_a_channels_settings_are_its_administrators(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(CHANNEL, "channel")
    async with talking(app):
        tg.say(CHANNEL, "/settings")
        (post,) = await tg.wait(CHANNEL)
        before = post.text
        tg.click(CHANNEL, data="/settings lang", user=MEMBER)
        await tg.until(tg.answers)
    assert "@fake_bot" in tg.answers()[0]["text"]
    assert (post.text, len(tg.messages(CHANNEL))) == (before, 1)


async def test_a_long_list_comes_in_pages_that_take_one_messages_place(
    tg: TelegramServer, app_of: AppOf, talking: Talking
) -> None:
    long = "What it does is said in so many words that a line is full of them. " * 3
    many = [
        Entry(paper(f"3105.{n:05}"), (summary("en", f"3105.{n:05}", contribution=long, usage=long * 3),))
        for n in range(1, 26)
    ]
    async with talking(app_of(many)):
        tg.say(ME, "/settings style full")
        await tg.wait(ME)
        for n, command in enumerate(("/top 25", "/week", "/day 2031-05-07"), 2):
            tg.say(ME, command)
            shown = (await tg.wait(ME, n))[-1]
            for _ in range(2):
                forward = [one for one in buttons_of(shown.markup) if " p" in one["callback_data"]][-1:]
                if forward:
                    before = shown.text
                    tg.click(ME, message=shown.id, data=forward[0]["callback_data"])
                    await tg.until(lambda before=before, shown=shown: shown.text != before)
            assert len(tg.messages(ME)) == n


async def test_several_messages_are_sent_anew_and_do_not_pile_up(
    tg: TelegramServer, app_of: AppOf, talking: Talking
) -> None:
    long = "What it does is said in so many words that a message is full of them. " * 90
    app = app_of(
        [Entry(paper("3105.00001"), (summary("en", "3105.00001", contribution="Short.", usage=long),)), *LIBRARY[1:]]
    )
    async with talking(app):
        tg.say(ME, "/results 3105.00001")
        (first,) = await tg.wait(ME)
        before = first.text
        tg.click(ME, data="/paper 3105.00001")
        messages = await tg.wait(ME, 3)
    assert messages[0].text == before
