"""Finding out on Telegram what became of a part, against the strict server: whatever it is, nothing else is touched."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.app import App
from bot.buttons import row
from bot.config import Telegram as Settings
from bot.fronts.pace import Pace
from bot.fronts.telegram import Telegram
from bot.fronts.telegram_settle import MOST, WINDOW
from bot.outgoing import Absent, Arrived, CantTell, Carrier, NotSent, Part, Sent, Unknown, Verdict
from store.chats import Chat
from tests.bot.fronts.conftest import UNPACED, Talking
from tests.fakes.telegram_server import Message, TelegramServer
from tests.makers.pictures import PNG
from tests.makers.subscribers import at

AppOf = Callable[..., App]
NOON = at("12:00")
ME, YOU, GROUP, SUPERGROUP, CHANNEL, OPERATOR = 77, 78, -500, -1_000_000_000_600, -1_000_000_000_700, 42
PART = Part("<b>Daily &amp; more</b>\nline", row(("useful", "/useful"), ("why", "/why")))
OTHER = Part("something else")


@pytest.fixture
def app(app_of: AppOf, tg: TelegramServer) -> App:
    made = app_of(now=lambda: NOON)
    given = Settings(token=tg.token, api_base=tg.url)
    made.settings = made.settings.model_copy(update={"telegram": given})
    for chat in (ME, YOU, GROUP, SUPERGROUP, CHANNEL, OPERATOR):
        tg.add_chat(chat, "channel" if chat == CHANNEL else "")
    return made


def operated(app: App) -> None:
    """There is an operator to forward to."""
    given = app.settings.telegram.model_copy(update={"operators": (OPERATOR,)})
    app.settings = app.settings.model_copy(update={"telegram": given})


@asynccontextmanager
async def carrying(app: App) -> AsyncIterator[Carrier]:
    async with Telegram(Pace(UNPACED)).sending(app) as carrier:
        yield carrier


async def send(carrier: Carrier, chat: int, part: Part = OTHER) -> Sent:
    outcome = await carrier(Chat("telegram", str(chat)), part, lambda: True)
    assert isinstance(outcome, Sent), outcome
    return outcome


async def lose(carrier: Carrier, tg: TelegramServer, chat: int, part: Part = PART, *, arrives: bool = True) -> None:
    """A part is sent, and no answer comes."""
    tg.fault("lost_reply", "sendMessage", chat, acts=arrives)
    assert isinstance(await carrier(Chat("telegram", str(chat)), part, lambda: True), Unknown)


async def settle(carrier: Carrier, chat: int, part: Part = PART) -> Verdict:
    return await carrier.settle(Chat("telegram", str(chat)), part, NOON)


def as_sent(tg: TelegramServer) -> list[Message]:
    """The messages that were changed by anything."""
    return [message for message in tg.messages(by_bot=False) if message.edit_date]


@pytest.mark.parametrize("chat", [ME, GROUP, SUPERGROUP, CHANNEL])
@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("then", [True, False], ids=["others are sent after it", "nothing is sent after it"])
async def test_it_is_found_out_and_nothing_is_changed(
    tg: TelegramServer, app: App, chat: int, arrives: bool, then: bool
) -> None:
    tg.set_edits_all(CHANNEL, False)
    async with carrying(app) as carrier:
        for _ in range(2):
            await send(carrier, chat)
            await send(carrier, YOU)
        await lose(carrier, tg, chat, arrives=arrives)
        if then:
            await settle(carrier, ME, OTHER)  # by then it is over
            await send(carrier, YOU)
        tg.say(chat, "hello")
        verdict = await settle(carrier, chat)
        again = await settle(carrier, chat)
    there = [str(message.id) for message in tg.messages(chat) if message.text.startswith("Daily")]
    assert verdict == again == (Arrived(there[0]) if arrives else Absent())
    assert as_sent(tg) == []
    assert len(tg.calls("editMessageText")) <= 2 * (WINDOW + 1)


async def test_a_restart_in_between_makes_no_difference(tg: TelegramServer, app: App) -> None:
    async with carrying(app) as carrier:
        await send(carrier, YOU)
        await lose(carrier, tg, ME)
    async with carrying(app) as carrier:
        await send(carrier, YOU)
        assert isinstance(await settle(carrier, ME), Arrived)


async def test_a_picture_is_found_by_its_caption(tg: TelegramServer, app: App) -> None:
    part = Part("themes", picture=PNG)
    async with carrying(app) as carrier:
        await send(carrier, ME)
        tg.fault("lost_reply", "sendPhoto", ME)
        await carrier(Chat("telegram", str(ME)), part, lambda: True)
        assert await settle(carrier, ME, part) == Arrived("2")
    assert as_sent(tg) == []


async def test_a_part_whose_buttons_were_pressed_meanwhile_is_found(tg: TelegramServer, app: App) -> None:
    async with carrying(app) as carrier:
        await send(carrier, ME)
        await lose(carrier, tg, ME)
        tg.messages(ME)[-1].text = "a paper"
        assert await settle(carrier, ME) == Arrived("2")
    assert tg.messages(ME)[-1].text == "Daily & more\nline"


async def test_what_was_never_sent_left_no_trace(tg: TelegramServer, app: App) -> None:
    async with carrying(app) as carrier:
        assert isinstance(await settle(carrier, ME), CantTell)
    assert tg.calls("editMessageText") == []


# --- where an edit could change something else -----------------------------------------------------


async def nothing_is_edited(tg: TelegramServer, app: App, chat: int, prepare: Callable[[Carrier], object]) -> Verdict:
    """The verdict where no edit may be asked for; nothing was."""
    async with carrying(app) as carrier:
        made = prepare(carrier)
        if asyncio.iscoroutine(made):
            await made
        verdict = await settle(carrier, chat)
    assert tg.calls("editMessageText") == []
    assert tg.messages(OPERATOR) == [], "what was forwarded is deleted"
    return verdict


@pytest.mark.parametrize("operator", [True, False])
async def test_in_a_channel_where_it_may_edit_everybodys_posts_it_compares_forwards(
    tg: TelegramServer, app: App, operator: bool
) -> None:
    async def prepare(carrier: Carrier) -> None:
        await send(carrier, CHANNEL)
        tg.say(CHANNEL, "somebody else's post")
        await lose(carrier, tg, CHANNEL)

    if operator:
        operated(app)
    verdict = await nothing_is_edited(tg, app, CHANNEL, prepare)
    assert isinstance(verdict, Arrived if operator else CantTell)
    silent = [call.params["disable_notification"] for call in tg.calls("forwardMessage")]
    assert silent == ["true"] * (2 if operator else 0)


async def test_what_a_channel_never_got_is_known_by_forwards_too(tg: TelegramServer, app: App) -> None:
    async def prepare(carrier: Carrier) -> None:
        await send(carrier, CHANNEL)
        tg.say(CHANNEL, "somebody else's post")
        await lose(carrier, tg, CHANNEL, arrives=False)

    operated(app)
    assert await nothing_is_edited(tg, app, CHANNEL, prepare) == Absent()


async def test_where_its_rights_cannot_be_learnt_nothing_is_edited(tg: TelegramServer, app: App) -> None:
    tg.set_edits_all(CHANNEL, False)

    async def prepare(carrier: Carrier) -> None:
        await send(carrier, CHANNEL)
        await lose(carrier, tg, CHANNEL)
        tg.fault("500", "getChatMember", times=None)

    assert isinstance(await nothing_is_edited(tg, app, CHANNEL, prepare), NotSent)


async def test_the_first_message_of_all_is_looked_for_without_an_edit(tg: TelegramServer, app: App) -> None:
    operated(app)
    verdict = await nothing_is_edited(tg, app, ME, lambda carrier: lose(carrier, tg, ME))
    assert verdict == Arrived("1")


async def test_beside_an_answer_that_got_lost_nothing_is_edited(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with carrying(app) as carrier:
        await send(carrier, ME)
    async with talking(app):
        tg.fault("lost_reply", "sendMessage", ME)
        tg.say(ME, "/help")
        await tg.wait(ME, 2)
        await asyncio.sleep(0)
    answer = tg.messages(ME)[-1].text
    verdict = await nothing_is_edited(tg, app, ME, lambda carrier: lose(carrier, tg, ME))
    assert isinstance(verdict, CantTell)
    assert tg.messages(ME)[1].text == answer


async def test_answers_that_were_sent_since_are_passed_over(tg: TelegramServer, app: App, talking: Talking) -> None:
    front = Telegram(Pace(UNPACED))
    async with front.sending(app) as carrier:
        await send(carrier, ME)
        await lose(carrier, tg, ME, arrives=False)
    async with talking(app):
        for n in range(2, 5):
            tg.say(ME, "/help")
            await tg.wait(ME, n)
    async with carrying(app) as carrier:
        assert await settle(carrier, ME) == Absent()
    assert as_sent(tg) == []
    assert {message.text[:9] for message in tg.messages(ME)} == {"something", "What I do"} or len(tg.messages(ME)) == 4


async def test_too_much_between_is_not_asked_for_ever(tg: TelegramServer, app: App) -> None:
    async with carrying(app) as carrier:
        await send(carrier, SUPERGROUP)
        for _ in range(MOST + 5):
            tg.say(SUPERGROUP, "people talk")
        await lose(carrier, tg, SUPERGROUP)
        assert isinstance(await settle(carrier, SUPERGROUP), CantTell)
    assert len(tg.calls("editMessageText")) == MOST
    assert as_sent(tg) == []


# --- when Telegram can't be asked -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["500", "reset", "429"])
async def test_a_server_that_does_not_answer_is_asked_another_time(tg: TelegramServer, app: App, kind: str) -> None:
    async with carrying(app) as carrier:
        await send(carrier, ME)
        await lose(carrier, tg, ME)
        tg.fault(kind, "editMessageText", seconds=7.0)
        first = await settle(carrier, ME)
        assert isinstance(first, NotSent)
        assert first.retry_after_s == (7.0 if kind == "429" else None)
        async with carrying(app) as later:
            assert isinstance(await settle(later, ME), Arrived)


async def test_a_chat_that_is_shut_meanwhile_cannot_be_told(tg: TelegramServer, app: App) -> None:
    async with carrying(app) as carrier:
        await send(carrier, ME)
        await lose(carrier, tg, ME)
        tg.set_state(ME, "blocked")
        assert isinstance(await settle(carrier, ME), CantTell)


# --- edits ------------------------------------------------------------------------------------------


async def test_a_message_that_was_sent_can_be_changed(tg: TelegramServer, app: App) -> None:
    async with carrying(app) as carrier:
        here, sent = Chat("telegram", str(ME)), await send(carrier, ME)
        said = tg.say(ME, "mine")
        changes = [await carrier.edit(here, message, PART) for message in (sent.message, sent.message, "99", str(said))]
        tg.fault("lost_reply", "editMessageText")
        assert isinstance(await carrier.edit(here, sent.message, OTHER), NotSent)
        tg.set_state(ME, "blocked")
        changes.append(await carrier.edit(here, sent.message, PART))
    assert changes == ["edited", "same", "gone", "gone", "refused"]
    assert tg.messages(ME)[0].text == "something else"
