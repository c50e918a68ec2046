"""An answer while it is written, through the strict server: one message, a pace, and nobody left with a draft."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from bot.app import App
from bot.buttons import row
from bot.doc import Doc, Para
from bot.fronts import telegram, telegram_answer
from bot.fronts.pace import Pace
from bot.request import Draft, Reply, Request
from store import facts
from tests.bot.fronts.conftest import UNPACED, Talking, Writing
from tests.fakes.clocks import HandClock
from tests.fakes.telegram_server import Message, TelegramServer
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

ME, OTHER, GROUP, FORUM = 77, 78, -100500, -100600
BROKEN_OFF = "I was stopped in the middle of this."


class Clock(HandClock):
    """Long waits begin when `patient` is set, and are then over at once like the others."""

    def __init__(self) -> None:
        super().__init__()
        self.patient = asyncio.Event()

    async def sleep(self, wait_s: float) -> None:
        if wait_s > 10:
            await self.patient.wait()
        await super().sleep(wait_s)


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


@pytest.fixture
def clock(tg: TelegramServer) -> Clock:
    """The bot's and the server's time: it moves when somebody waits."""
    made = Clock()
    tg.clock = made.now
    tg.set_limits()
    return made


@pytest.fixture
def run(app: App, talking: Talking, clock: Clock) -> Any:
    """Runs the front on that clock."""
    return partial(talking, app, pace=Pace(UNPACED, now=clock.now, sleep=clock.sleep))


async def asked(tg: TelegramServer, writing: Writing, chat: int = ME, **said: Any) -> int:
    """The id of a message whose answer has begun to be written."""
    before = len(writing.calls)
    message = tg.say(chat, "/help", **said)
    await tg.until(lambda: len(writing.calls) > before)
    return message


async def drafted(tg: TelegramServer, writing: Writing, text: str, chat: int = ME) -> Message:
    """The message that shows the draft `text`, once it does."""
    writing.show(text)
    return await shown(tg, text, chat)


async def shown(tg: TelegramServer, text: str, chat: int = ME) -> Message:
    """The message that begins with `text`, once there is one."""

    def fitting() -> list[Message]:
        return [message for message in tg.messages(chat) if message.text.startswith(text)]

    await tg.until(fitting)
    return fitting()[0]


def sent(tg: TelegramServer) -> list[str]:
    """The methods that put texts into chats, in order."""
    return [call.method for call in tg.calls() if call.method in ("sendMessage", "editMessageText", "deleteMessage")]


async def test_an_answer_is_one_message_from_its_first_draft_on(tg: TelegramServer, run: Any, writing: Writing) -> None:
    async with run():
        question = await asked(tg, writing)
        first = await drafted(tg, writing, "One")
        await drafted(tg, writing, "One two")
        writing.say("One two three.", buttons=row(("more", "/today")))
        last = await shown(tg, "One two three.")
    assert (first.id, first.reply_to) == (last.id, question)
    assert [message.text for message in tg.messages(ME)] == ["One two three."]
    assert sent(tg) == ["sendMessage", "editMessageText", "editMessageText"]
    assert last.markup is not None


async def test_drafts_come_at_most_once_a_second_and_only_the_newest(
    tg: TelegramServer, run: Any, writing: Writing
) -> None:
    async with run():
        await asked(tg, writing)
        for burst in range(5):
            for number in range(20):
                writing.show(f"{burst}.{number}")
            await shown(tg, f"{burst}.19")
        writing.say("Done.")
        await shown(tg, "Done.")
    calls = [call for call in tg.calls() if call.method in ("sendMessage", "editMessageText")]
    assert [call.params["text"] for call in calls] == ["0.19", "1.19", "2.19", "3.19", "4.19", "Done."]
    assert min(after.at - before.at for before, after in pairwise(calls[:-1])) >= 1.0


@pytest.mark.parametrize("chat", [pytest.param(ME, id="in private"), pytest.param(GROUP, id="in a group")])
async def test_drafts_never_meet_the_servers_limits(
    tg: TelegramServer, app: App, talking: Talking, writing: Writing, clock: Clock, chat: int
) -> None:
    tg.set_limits(enabled=True)
    clock.patient.set()
    async with talking(app, pace=Pace(now=clock.now, sleep=clock.sleep)):
        for n in range(3):
            await asked(tg, writing, chat)
            for number in range(15):
                await drafted(tg, writing, f"{n}.{number}", chat)
            writing.say(f"Done {n}.")
            await shown(tg, f"Done {n}.", chat)
    assert tg.stats()["too_many_requests"] == 0
    assert len(sent(tg)) == 3 * 16


async def test_a_deleted_draft_is_followed_by_a_new_message(tg: TelegramServer, run: Any, writing: Writing) -> None:
    async with run():
        await asked(tg, writing)
        first = await drafted(tg, writing, "One")
        first.deleted = True
        writing.show("One two")
        await tg.until(lambda: tg.calls("editMessageText") and tg.calls("editMessageText")[0].status)
        writing.show("One two three")
        writing.say("Done.")
        last = await shown(tg, "Done.")
    assert last.id != first.id
    assert [message.text for message in tg.messages(ME)] == ["Done."]


async def test_a_draft_that_is_told_to_wait_gives_way_to_the_newest(
    tg: TelegramServer, run: Any, writing: Writing, clock: Clock
) -> None:
    async with run():
        await asked(tg, writing)
        await drafted(tg, writing, "One")
        tg.fault("429", "editMessageText", seconds=30)
        writing.show("One two")
        await tg.until(lambda: tg.stats()["too_many_requests"])
        told = clock.at
        writing.show("One two three")
        clock.patient.set()
        await shown(tg, "One two three")
        writing.say("Done.")
        await shown(tg, "Done.")
    edits = [call for call in tg.calls("editMessageText") if call.status == 200]
    assert [call.params["text"] for call in edits] == ["One two three", "Done."]
    assert edits[0].at - told >= 29
    assert len(tg.messages(ME)) == 1


@pytest.mark.parametrize("kind", ["429", "500", "reset"])
async def test_a_first_draft_that_is_not_sent_costs_nothing_but_itself(
    tg: TelegramServer, run: Any, writing: Writing, kind: str
) -> None:
    async with run():
        await asked(tg, writing)
        tg.fault(kind, "sendMessage")
        writing.show("One")
        await tg.until(lambda: any(call.fault == kind for call in tg.calls("sendMessage")))
        writing.say("Done.")
        await shown(tg, "Done.")
    assert [message.text for message in tg.messages(ME)] == ["Done."]


@pytest.mark.parametrize("kind", ["500", "reset", "lost_reply", "garbage"])
async def test_an_edit_that_fails_is_followed_by_the_next(
    tg: TelegramServer, run: Any, writing: Writing, kind: str
) -> None:
    async with run():
        await asked(tg, writing)
        first = await drafted(tg, writing, "One")
        tg.fault(kind, "editMessageText")
        writing.show("One two")
        await tg.until(lambda: any(call.fault == kind for call in tg.calls("editMessageText")))
        await drafted(tg, writing, "One two three")
        writing.say("Done.")
        last = await shown(tg, "Done.")
    assert (last.id, len(tg.messages(ME))) == (first.id, 1)


async def test_an_error_takes_the_drafts_place(tg: TelegramServer, run: Any, writing: Writing) -> None:
    async with run():
        await asked(tg, writing)
        first = await drafted(tg, writing, "One")
        writing.fail()
        last = await shown(tg, "Something went wrong here")
    assert (last.id, len(tg.messages(ME))) == (first.id, 1)


async def test_a_bug_in_the_front_takes_the_drafts_place_too(
    tg: TelegramServer, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = asyncio.Event()

    async def broken(_app: App, _request: Request, draft: Draft) -> Reply:
        draft(Doc(Para("One")))
        await go.wait()
        raise RuntimeError("a bug beneath")

    monkeypatch.setattr(telegram_answer, "respond", broken)
    async with run():
        tg.say(ME, "/help")
        first = await shown(tg, "One")
        go.set()
        last = await shown(tg, "Something went wrong here")
    assert (last.id, len(tg.messages(ME))) == (first.id, 1)


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_draft_that_is_on_its_way_arrives_before_the_answer(
    tg: TelegramServer, run: Any, writing: Writing, method: str
) -> None:
    async with run():
        await asked(tg, writing)
        if method == "editMessageText":
            await drafted(tg, writing, "One")
        tg.fault("slow", method, seconds=0.2)
        writing.show("One two")
        await tg.until(lambda: tg.calls(method))
        writing.say("Done.")
        await shown(tg, "Done.")
    assert [message.text for message in tg.messages(ME)] == ["Done."]
    outcomes = [(call.params["text"], call.outcome) for call in tg.calls() if "text" in call.params]
    assert outcomes[-2:] == [("One two", "ok"), ("Done.", "ok")]


async def test_nothing_to_say_takes_the_draft_away(tg: TelegramServer, run: Any, writing: Writing) -> None:
    async with run():
        await asked(tg, writing)
        await drafted(tg, writing, "One")
        writing.say("")
        await tg.until(lambda: not tg.messages(ME))


@pytest.mark.parametrize("aside", [pytest.param(False, id="a reply"), pytest.param(True, id="one for the asker alone")])
async def test_the_draft_of_a_pressed_button_goes_where_the_reply_goes(
    tg: TelegramServer, run: Any, writing: Writing, aside: bool
) -> None:
    async with run():
        await asked(tg, writing)
        writing.say("Press.", buttons=row(("again", "/help")))
        pressed = await shown(tg, "Press.")
        tg.click(ME, label="again")
        await tg.until(lambda: len(writing.calls) == 2)
        draft = await drafted(tg, writing, "One")
        writing.say("Done.", aside=aside)
        last = await shown(tg, "Done.")
    assert {pressed.id, draft.id} == {last.id}


async def test_an_answer_of_several_messages_begins_in_the_drafts(
    tg: TelegramServer, run: Any, writing: Writing
) -> None:
    long = "word " * 1500
    async with run():
        await asked(tg, writing)
        writing.show(long)
        first = await shown(tg, "word word")
        writing.say(long + "end.")
        messages = await tg.wait(ME, 2)
    assert messages[0].id == first.id
    assert messages[1].text.endswith("end.")


async def test_in_a_topic_the_draft_stays_there(tg: TelegramServer, run: Any, writing: Writing) -> None:
    tg.add_chat(FORUM, "forum")
    topic = tg.add_topic(FORUM)
    async with run():
        await asked(tg, writing, FORUM, thread=topic)
        draft = await drafted(tg, writing, "One", FORUM)
        writing.say("Done.")
        await shown(tg, "Done.", FORUM)
    assert draft.thread_id == topic


# Late answers


async def test_an_answer_that_comes_later_holds_up_nobody_in_its_chat(
    tg: TelegramServer, run: Any, writing: Writing
) -> None:
    ready: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    async def later() -> Reply:
        return await ready

    async with run():
        await asked(tg, writing)
        writing.say("", later=later)
        draft = await drafted(tg, writing, "Looking")
        tg.say(ME, "/paper 3105.00003")
        await shown(tg, "TouchPilot")
        await drafted(tg, writing, "Reading")
        ready.set_result(Reply(Doc(Para("Done."))))
        last = await shown(tg, "Done.")
    assert [message.text[:10] for message in tg.messages(ME)] == ["Done.", "TouchPilot"]
    assert last.id == draft.id


async def test_a_late_answer_that_breaks_says_so_in_its_drafts_place(
    tg: TelegramServer, run: Any, writing: Writing
) -> None:
    broken = asyncio.Event()

    async def later() -> Reply:
        await broken.wait()
        raise RuntimeError("a bug beneath")

    async with run():
        await asked(tg, writing)
        writing.say("", later=later)
        draft = await drafted(tg, writing, "Looking")
        broken.set()
        last = await shown(tg, "Something went wrong here")
    assert (last.id, len(tg.messages(ME))) == (draft.id, 1)


# The end


@pytest.mark.parametrize("late", [pytest.param(False, id="in its turn"), pytest.param(True, id="late")])
async def test_who_sees_a_draft_when_the_bot_ends_is_told(
    tg: TelegramServer, run: Any, writing: Writing, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    monkeypatch.setattr(telegram, "GRACE_S", 0.05)
    async with run() as talk:
        await asked(tg, writing)
        if late:
            writing.say("", later=asyncio.get_running_loop().create_future)
        await drafted(tg, writing, "One")
        talk.task.cancel()
        await asyncio.gather(talk.task, return_exceptions=True)
    assert [message.text.split(" Please")[0] for message in tg.messages(ME)] == [BROKEN_OFF]


async def test_a_late_answer_that_is_nearly_there_is_waited_for(tg: TelegramServer, run: Any, writing: Writing) -> None:
    ready: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    async def later() -> Reply:
        return await ready

    async with run() as talk:
        await asked(tg, writing)
        writing.say("", later=later)
        await drafted(tg, writing, "One")
        talk.task.cancel()
        await asyncio.sleep(0)
        ready.set_result(Reply(Doc(Para("Done."))))
        await asyncio.gather(talk.task, return_exceptions=True)
    assert [message.text for message in tg.messages(ME)] == ["Done."]


async def test_after_a_kill_the_next_start_says_that_it_was_broken_off(
    tg: TelegramServer, app: App, run: Any, writing: Writing
) -> None:
    async with run():
        await asked(tg, writing)
        draft = await drafted(tg, writing, "One")
        await tg.until(lambda: facts.get(app.folder.db, "telegram.drafts") != "")
        left = facts.get(app.folder.db, "telegram.drafts")
        writing.say("Done.")
        await shown(tg, "Done.")
        await tg.until(lambda: facts.get(app.folder.db, "telegram.drafts") == "[]")
    assert json.loads(left) == [[ME, draft.id, "en"]]
    facts.put(app.folder.db, "telegram.drafts", left)  # as `kill -9` would have left it
    async with run():
        last = await shown(tg, BROKEN_OFF)
        await tg.until(lambda: facts.get(app.folder.db, "telegram.drafts") == "[]")
    assert (last.id, len(tg.messages(ME))) == (draft.id, 1)


async def test_a_draft_of_an_earlier_run_that_is_gone_is_no_message(tg: TelegramServer, app: App, run: Any) -> None:
    tg.add_chat(ME)
    facts.put(app.folder.db, "telegram.drafts", json.dumps([[ME, 5, "en"], [OTHER, 6, "zh"]]))
    async with run():
        await tg.until(lambda: facts.get(app.folder.db, "telegram.drafts") == "[]")
    assert tg.messages() == []
