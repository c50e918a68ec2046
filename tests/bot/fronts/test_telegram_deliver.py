"""Digests to Telegram, against the strict server: each part once, whatever the server does, and what chats chose."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot import delivery, post, sender
from bot.app import App
from bot.config import Telegram as Settings
from bot.fronts.pace import Pace
from bot.fronts.telegram import Telegram
from bot.outgoing import CAPTION, NotSent, Outcome, Part, Refused, Sent
from bot.request import Button
from bot.sender import Sender
from store import chats, deliveries
from store.chats import Chat
from store.errors import FrontRefused
from store.outbox import Outbox
from tests.bot.fronts.conftest import UNPACED, Talking
from tests.fakes.telegram_server import Limits, Message, TelegramServer
from tests.makers.papers import DAY
from tests.makers.pictures import PNG
from tests.makers.subscribers import at, full_day, library, subscribe

AppOf = Callable[..., App]
NOON = at("12:00")
HELLO = Part("<b>hello</b>")
ME, GROUP, FORUM, CHANNEL = 77, -500, -100600, -100700


@pytest.fixture
def app(app_of: AppOf, tg: TelegramServer) -> App:
    made = app_of(now=lambda: NOON)
    given = Settings(token=tg.token, api_base=tg.url, operators=(42,))
    made.settings = made.settings.model_copy(update={"telegram": given})
    library(made.folder.db, at("08:30"))
    return made


@pytest.fixture
def front() -> Telegram:
    return Telegram(Pace(UNPACED))


async def delivered(app: App, front: Telegram) -> post.Round:
    """What is due is made and sent."""
    return await post.once(app, [front], None, due=True)


async def outcome(app: App, front: Telegram, chat: int, thread: str = "", part: Part = HELLO) -> Outcome:
    """What comes of one part to a chat."""
    async with front.sending(app) as deliver:
        return await deliver(Chat("telegram", str(chat), thread), part, lambda: True)


def states(app: App) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in deliveries.listed(app.folder.db):
        found.setdefault(one.chat.chat, []).append(one.state)
    return found


def known(tg: TelegramServer, app: App, *numbers: int, **choices: object) -> None:
    """Chats on the server that are subscribed."""
    for number in numbers:
        tg.add_chat(number)
        subscribe(app.folder.db, number, **choices)


async def test_a_part_with_a_picture_is_one_message(tg: TelegramServer, app: App, front: Telegram) -> None:
    tg.add_chat(ME)
    buttons = ((Button("1", "/paper 1"),),)
    part = Part("<b>Week</b>", buttons, picture=PNG)
    assert isinstance(await outcome(app, front, ME, part=part), Sent)
    (message,) = tg.messages(ME)
    assert (message.kind, message.text, message.entities[0]["type"]) == ("photo", "Week", "bold")
    assert message.upload is not None
    assert message.upload.content == PNG
    assert message.markup is not None


async def test_a_caption_that_is_too_long_is_refused(tg: TelegramServer, app: App, front: Telegram) -> None:
    tg.add_chat(ME)
    assert isinstance(await outcome(app, front, ME, part=Part("a" * CAPTION, picture=PNG)), Sent)
    assert isinstance(await outcome(app, front, ME, part=Part("a" * (CAPTION + 1), picture=PNG)), Refused)


# --- what chats chose -----------------------------------------------------------------------------


async def test_a_chat_gets_the_digest_with_its_buttons(tg: TelegramServer, app: App, front: Telegram) -> None:
    known(tg, app, ME)
    assert await delivered(app, front) == post.Round(DAY, sent=1)
    (message,) = tg.messages(ME)
    assert message.text.startswith("Daily Papers · Tue 6 May 2031\n4 papers: ")
    assert message.markup is not None
    assert message.options["disable_notification"] == "false"
    assert await delivered(app, front) == post.Round(DAY, already=1)
    assert len(tg.messages(ME)) == 1


async def test_language_topics_style_and_silence_are_the_chats(tg: TelegramServer, app: App, front: Telegram) -> None:
    known(tg, app, 1, lang="zh", silent=True)
    known(tg, app, 2, topics=("agents",))
    known(tg, app, 3, style="full")
    known(tg, app, 4, topics=("retrieval",))
    await delivered(app, front)
    (silent,), (agents,), full = tg.messages(1), tg.messages(2), tg.messages(3)
    assert silent.text.startswith("每日论文")
    assert silent.options["disable_notification"] == "true"
    assert "1 of 4 papers: agents 1" in agents.text
    assert any(entity["type"] == "expandable_blockquote" for message in full for entity in message.entities)
    assert tg.messages(4) == []


async def test_a_topics_digest_goes_to_its_topic(tg: TelegramServer, app: App, front: Telegram) -> None:
    tg.add_chat(FORUM, "forum")
    thread = tg.add_topic(FORUM)
    subscribe(app.folder.db, FORUM, thread=str(thread))
    await delivered(app, front)
    assert [message.thread_id for message in tg.messages(FORUM)] == [thread]


async def test_it_can_be_answered_and_its_buttons_work(tg: TelegramServer, app: App, talking: Talking) -> None:
    known(tg, app, ME)
    async with talking(app), front_delivers(app):
        (digest,) = await tg.wait(ME)
        tg.say(ME, "the second one", reply_to=digest.id)
        await tg.wait(ME, 2)
        tg.click(ME, digest.id, label="1")
        await tg.until(lambda: tg.messages(ME)[0].edit_date)
    first, second = tg.messages(ME)
    assert first.text.startswith("SkyLark-2")
    assert second.text.startswith("ReelForge")


@asynccontextmanager
async def front_delivers(app: App) -> AsyncIterator[None]:
    task = asyncio.create_task(post.serve(app, Telegram(Pace(UNPACED))))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


# --- trouble --------------------------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What got no answer is settled without a wait."""
    monkeypatch.setattr(sender, "SETTLE_AFTER_S", 0.0)


async def began(app: App, front: Telegram, tg: TelegramServer) -> None:
    """The bot has written to somebody before, and knows the number of that."""
    tg.add_chat(5)
    assert isinstance(await outcome(app, front, 5), Sent)


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("kind", ["500", "502", "reset", "garbage"])
async def test_what_got_no_answer_is_there_once(
    tg: TelegramServer, app: App, front: Telegram, at_once: None, kind: str, acts: bool
) -> None:
    await began(app, front, tg)
    known(tg, app, ME, 78, style="full")
    tg.fault(kind, "sendMessage", ME, acts=acts)
    done = await delivered(app, front)
    assert (done.pending, done.parked) == (0, 0)
    assert doubled(tg.messages()) == []
    mine, other = tg.messages(ME), tg.messages(78)
    assert [message.text for message in mine] == [message.text for message in other]
    assert [message.edit_date for message in mine] == [None] * len(mine)


async def test_what_cannot_be_settled_is_parked_and_told(
    tg: TelegramServer, app: App, front: Telegram, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(tg, app, ME)
    tg.add_chat(42)
    tg.fault("lost_reply", "sendMessage", ME)
    tg.fault("reset", "forwardMessage", times=None)
    monkeypatch.setattr(sender, "SETTLE_FOR_S", 0.0)
    async with serving(app, front):
        (told,) = await tg.wait(42)
    assert states(app) == {"77": ["parked"]}
    assert len([call for call in tg.calls("sendMessage") if call.params["chat_id"] == str(ME)]) == 1
    assert told.text.startswith("telegram 77 的 2031-05-06 摘要第 1 部分已搁置")


@asynccontextmanager
async def serving(app: App, front: Telegram) -> AsyncIterator[None]:
    """The front delivers, and finishes what it has begun."""
    task = asyncio.create_task(post.serve(app, front))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_flood_wait_is_that_chats_alone(tg: TelegramServer, app: App, front: Telegram) -> None:
    known(tg, app, *range(1, 41))
    tg.set_state(1, retry_after=3600)
    async with asyncio.timeout(10):
        done = await delivered(app, front)
    assert done == post.Round(DAY, sent=39, pending=1)
    assert len([call for call in tg.calls("sendMessage") if call.params["chat_id"] == "1"]) == 1


async def test_a_short_flood_wait_is_waited_for(tg: TelegramServer, app: App, front: Telegram) -> None:
    known(tg, app, ME)
    tg.set_state(ME, retry_after=1, times=1)
    began = time.monotonic()
    app.now = lambda: NOON + timedelta(seconds=time.monotonic() - began)
    assert await delivered(app, front) == post.Round(DAY, sent=1)
    assert [call.status for call in tg.calls("sendMessage")] == [429, 200]


@pytest.mark.parametrize("state", ["blocked", "not_started"])
async def test_a_chat_that_cannot_be_written_to_is_paused_and_told(
    tg: TelegramServer, app: App, front: Telegram, state: str
) -> None:
    known(tg, app, ME, 78, style="full")
    tg.add_chat(42)
    tg.set_state(ME, state)
    async with serving(app, front):
        await tg.wait(78)
        (told,) = await tg.wait(42)
    assert chats.get(app.folder.db, "telegram", str(ME)).paused.startswith("Forbidden")
    assert states(app)["77"] == ["failed"]
    assert told.text.startswith("telegram 77 已暂停")


async def test_an_operator_who_never_started_the_bot_is_left_alone(
    tg: TelegramServer, app: App, front: Telegram
) -> None:
    known(tg, app, ME)
    tg.add_chat(42, state="not_started")
    tg.set_state(ME, "blocked")
    async with serving(app, front):
        await tg.until(lambda: any(call.params["chat_id"] == "42" for call in tg.calls("sendMessage")))
    assert len(tg.calls("sendMessage")) == 2


@pytest.mark.parametrize(
    ("chat", "state"),
    [(GROUP, "kicked"), (GROUP, "no_rights"), (GROUP, "not_found"), (CHANNEL, "not_member")],
)
async def test_a_group_or_channel_that_is_shut_is_refused(
    tg: TelegramServer, app: App, front: Telegram, chat: int, state: str
) -> None:
    tg.add_chat(chat, "channel" if chat == CHANNEL else "")
    tg.set_state(chat, state)
    found = await outcome(app, front, chat)
    assert isinstance(found, Refused)
    assert found.shut


async def test_a_chat_that_moved_gets_it_where_it_is(tg: TelegramServer, app: App, front: Telegram) -> None:
    new = -100501
    known(tg, app, GROUP)
    place = tg.add_chat(new)
    tg.chats[GROUP].migrated_to = place.id
    await delivered(app, front)
    assert (len(tg.messages(new)), tg.messages(GROUP)) == (1, [])
    assert states(app) == {str(new): ["sent"]}


@pytest.mark.parametrize("state", ["closed", "deleted"])
async def test_a_topic_that_is_gone_falls_back_to_the_chat(
    tg: TelegramServer, app: App, front: Telegram, state: str
) -> None:
    tg.add_chat(FORUM, "forum")
    thread = tg.add_topic(FORUM)
    tg.set_topic(FORUM, thread, state)
    subscribe(app.folder.db, FORUM, thread=str(thread))
    assert (await delivered(app, front)).sent == 1
    assert [message.thread_id for message in tg.messages(FORUM)] == [None]


async def test_without_a_connection_it_waits(tg: TelegramServer, app: App, front: Telegram) -> None:
    known(tg, app, ME)
    async with front.sending(app) as deliver:
        await tg.__aexit__()
        found = await deliver(Chat("telegram", str(ME)), Part("hello"), lambda: True)
        async with tg:
            sent = await deliver(Chat("telegram", str(ME)), Part("hello"), lambda: True)
    assert isinstance(found, NotSent)
    assert found.retry_after_s is None
    assert isinstance(sent, Sent)
    assert len(tg.messages(ME)) == 1


async def test_it_may_begin_without_a_connection(tg: TelegramServer, app: App, front: Telegram) -> None:
    known(tg, app, ME)
    await tg.__aexit__()
    async with front.sending(app) as deliver, tg:
        assert isinstance(await deliver(Chat("telegram", str(ME)), Part("hello"), lambda: True), Sent)


async def test_text_that_the_server_cannot_read_goes_out_plain(tg: TelegramServer, app: App, front: Telegram) -> None:
    tg.add_chat(ME)
    async with front.sending(app) as deliver:
        await deliver(Chat("telegram", str(ME)), Part("<b>a &lt; b"), lambda: True)
    assert [message.text for message in tg.messages(ME)] == ["a < b"]


async def test_a_wrong_token_is_told_at_once(tg: TelegramServer, app: App, front: Telegram) -> None:
    wrong = Settings(token="1:" + "W" * 35, api_base=tg.url)
    app.settings = app.settings.model_copy(update={"telegram": wrong})
    known(tg, app, ME)
    with pytest.raises(FrontRefused):
        await delivered(app, front)
    assert deliveries.listed(app.folder.db) == []


async def test_a_token_that_is_refused_later_costs_no_digest(tg: TelegramServer, app: App, front: Telegram) -> None:
    tg.add_chat(ME)
    async with front.sending(app) as deliver:
        tg.token = "2:" + "X" * 35
        found = await deliver(Chat("telegram", str(ME)), Part("hello"), lambda: True)
    assert isinstance(found, NotSent)


# --- many ------------------------------------------------------------------------------------------


def doubled(messages: list[Message]) -> list[tuple[int, str]]:
    seen = [(message.chat_id, message.sent_text) for message in messages]
    return [one for one in set(seen) if seen.count(one) > 1]


async def test_under_the_real_limits_nothing_is_refused(tg: TelegramServer, app: App) -> None:
    full_day(app.folder.db, DAY, at("08:30"), count=12)
    known(tg, app, *range(1, 41), *range(-20, 0), style="full")
    tg.set_limits(**vars(Limits()))
    async with Telegram(Pace()).sending(app) as deliver:
        sending = Sender(app, "telegram", deliver, Outbox(app.folder.db))
        delivery.make(app, Telegram())
        await sending.drain(0.0)
    assert set(deliveries.counts(app.folder.db).values()) == {0, len(tg.messages())}
    assert tg.stats()["too_many_requests"] == 0
    assert doubled(tg.messages()) == []
    per_chat = [[message.sent_text for message in tg.messages(chat)] for chat in (*range(1, 41), *range(-20, 0))]
    assert per_chat == [per_chat[0]] * 60


async def test_when_every_tenth_reply_is_lost_everybody_gets_each_part_once(
    tg: TelegramServer, app: App, front: Telegram, at_once: None
) -> None:
    known(tg, app, *range(1, 101))
    for chat in range(20, 101, 10):
        tg.fault("lost_reply", "sendMessage", chat)
    done = await delivered(app, front)
    assert done == post.Round(DAY, sent=100)
    assert await delivered(app, front) == post.Round(DAY, already=100)
    assert [len(tg.messages(chat)) for chat in range(1, 101)] == [1] * 100
    assert not any(message.edit_date for message in tg.messages())
