"""The courier alone, with short time-outs: what is known after a silence, and the keyboard's limits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.app import App
from bot.doc import Doc, Para
from bot.fronts.pace import Pace, Rates
from bot.fronts.telegram_buttons import A_ROW, MOST, markup
from bot.fronts.telegram_send import TRIES, Courier
from bot.fronts.telegram_updates import Place
from bot.request import Button, File, Reply
from tests.fakes.telegram_server import TelegramServer

AppOf = Callable[..., App]

ME = 77
HELLO = Reply(Doc(Para("hello")))


@pytest.fixture
async def courier(tg: TelegramServer, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Courier]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as the front does
    tg.add_chat(ME)
    wire = HTTPXRequest(read_timeout=0.2, connect_timeout=0.2, connection_pool_size=4)
    bot = Bot(tg.token, base_url=tg.base_url, request=wire)
    async with bot:
        yield Courier(bot, app_of().folder.db, Pace(Rates(per_chat=1000, burst=1000)), lambda _: asyncio.sleep(0))


@pytest.mark.parametrize(("kind", "there"), [("slow", 1), ("hang", 0)])
async def test_after_a_silence_nothing_is_sent_again(
    tg: TelegramServer, courier: Courier, kind: str, there: int
) -> None:
    tg.fault(kind, "sendMessage", seconds=0.5)
    with capture_logs() as logged:
        assert await courier.deliver(Place(ME), HELLO) == []
    assert [line["parked"] for line in logged if line["event"] == "undelivered"] == [True]
    assert len(tg.calls("sendMessage")) == 1
    assert len(tg.messages(ME)) == there


async def test_what_never_gets_through_is_given_up(tg: TelegramServer, courier: Courier) -> None:
    await tg.__aexit__()
    with capture_logs() as logged:
        assert await courier.deliver(Place(ME), HELLO) == []
    assert [line["event"] for line in logged] == ["undelivered"]
    async with tg:
        assert await courier.deliver(Place(ME), HELLO) == ["1"]


async def test_a_chat_that_floods_for_ever_is_given_up(tg: TelegramServer, courier: Courier) -> None:
    courier._pace.hold = lambda chat, wait_s: None  # type: ignore[method-assign] - an hour, in no time
    tg.set_state(ME, retry_after=3600)
    assert await courier.deliver(Place(ME), HELLO) == []
    assert len(tg.calls("sendMessage")) == TRIES


async def test_a_long_reply_comes_in_parts_with_its_buttons_under_the_last(
    tg: TelegramServer, courier: Courier
) -> None:
    reply = Reply(Doc(Para("word " * 2000)), buttons=((Button("More", "/more"),),))
    ids = await courier.deliver(Place(ME), reply)
    messages = tg.messages(ME)
    assert ids == [str(message.id) for message in messages]
    assert [bool(message.markup) for message in messages] == [False, False, True]


async def test_an_edit_that_grew_goes_on_below(tg: TelegramServer, courier: Courier) -> None:
    (first,) = await courier.deliver(Place(ME), HELLO)
    ids = await courier.deliver(Place(ME), Reply(Doc(Para("word " * 1500))), instead_of=int(first))
    assert (ids[0], len(ids)) == (first, 2)


async def test_a_reply_with_nothing_to_say_is_no_message(tg: TelegramServer, courier: Courier) -> None:
    assert await courier.deliver(Place(ME), Reply(Doc(), files=(File("empty.md", b""),))) == []
    assert tg.calls("sendMessage") == tg.calls("sendDocument") == []


async def test_a_message_to_answer_that_is_gone_is_no_obstacle(tg: TelegramServer, courier: Courier) -> None:
    (sent,) = await courier.deliver(Place(ME, answers=999), HELLO)
    assert tg.messages(ME)[0].id == int(sent)


def keyboard(*rows: tuple[Button, ...]) -> list[list[Any]]:
    made = markup(rows)
    return [list(row) for row in made.inline_keyboard] if made else []


def test_a_row_that_is_too_long_is_broken() -> None:
    row = tuple(Button(str(n), f"/p {n}") for n in range(20))
    assert [len(row) for row in keyboard(row)] == [A_ROW, A_ROW, 20 - 2 * A_ROW]


def test_a_keyboard_has_no_more_buttons_than_telegram_takes() -> None:
    rows = [tuple(Button(f"{n}.{m}", "/p") for m in range(5)) for n in range(40)]
    assert sum(map(len, keyboard(*rows))) == MOST


@pytest.mark.parametrize("url", ["http://localhost/x", "ftp://a.org", "javascript:1", "https://a b.org"])
def test_a_button_that_telegram_refuses_is_left_out(url: str) -> None:
    assert keyboard((Button("x", url=url), Button(" ", "/p"))) == []


def test_a_button_may_lead_to_a_page() -> None:
    ((button,),) = keyboard((Button("arXiv", url="https://arxiv.org/abs/2602.15030"),))
    assert button.url == "https://arxiv.org/abs/2602.15030"
