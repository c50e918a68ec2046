"""Digests through the real command: `deliver` and its kin, `run` beside the strict server, and `kill -9` in between."""

import asyncio
import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sender import AT_ONCE
from store.folder import Folder
from tests.fakes.telegram_server import Limits, TelegramServer
from tests.flows.command import Done, paperboy
from tests.flows.test_run_telegram import TOKEN, configured, ended, running
from tests.makers.subscribers import full_day, subscribe

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
SETTLED = datetime.combine(YESTERDAY, time(8, 30), UTC)
DEADLINE_S = 60.0


def stored(home: Path, chats: dict[int, dict[str, Any]], papers: int = 12, day: date = YESTERDAY) -> None:
    """A data folder with a day that has settled, and these chats subscribed."""
    with Folder(home / "data", own=True) as folder:
        full_day(folder.db, day, SETTLED, papers)
        for chat, choices in chats.items():
            subscribe(folder.db, chat, **choices)


async def command(home: Path, *arguments: str) -> Done:
    """A command beside the server, which has to answer meanwhile."""
    return await asyncio.to_thread(paperboy, *arguments, cwd=home)


def rows(home: Path) -> list[tuple[int, str, int, str, str]]:
    """(id, chat, part, state, code) of every delivery, in the order in which they were made."""
    with closing(sqlite3.connect(f"file:{home / 'data' / 'paperboy.db'}?mode=ro", uri=True)) as db:
        sql = """SELECT outbox.id, chats.chat, part, state, code FROM outbox
                 JOIN subscriptions ON subscriptions.id = outbox.subscription
                 JOIN chats ON chats.id = subscriptions.chat ORDER BY outbox.id"""
        return db.execute(sql).fetchall()


def refused(done: Done) -> str:
    """The line that says why it failed; the log may come before it."""
    assert (done.code, done.out) == (1, "")
    return done.err.splitlines()[-1]


async def until_decided(home: Path, count: int) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while len(found := rows(home)) < count or any(row[3] in ("pending", "sending") for row in found):
            await asyncio.sleep(0.05)


# --- deliver --------------------------------------------------------------------------------------


async def test_what_is_due_is_sent_once(tmp_path: Path) -> None:
    stored(tmp_path, {7: {}, 8: {"lang": "zh"}, 9: {"subscribed": False}})
    async with TelegramServer(token=TOKEN) as tg:
        configured(tmp_path, tg.url)
        for chat in (7, 8, 9):
            tg.add_chat(chat)
        first = await command(tmp_path, "deliver", "--json")
        second = await command(tmp_path, "deliver", "--json")
    assert first.json == {"sent": 2, "already": 0, "parked": 0, "failed": 0, "pending": 0}
    assert second.json == {"sent": 0, "already": 2, "parked": 0, "failed": 0, "pending": 0}
    assert [len(tg.messages(chat)) for chat in (7, 8, 9)] == [1, 1, 0]
    assert tg.messages(8)[0].text.startswith("每日论文")


async def test_what_digest_shows_is_what_is_sent(tmp_path: Path) -> None:
    stored(tmp_path, {7: {"lang": "en"}, 8: {"lang": "zh"}})
    async with TelegramServer(token=TOKEN) as tg:
        configured(tmp_path, tg.url)
        for chat in (7, 8):
            tg.add_chat(chat)
        await command(tmp_path, "deliver")
    for chat, lang in ((7, "en"), (8, "zh")):
        shown = paperboy("digest", str(YESTERDAY), "--as", "telegram", "--lang", lang, "--json", cwd=tmp_path).json
        (sent,) = (call for call in tg.calls("sendMessage") if str(call.params["chat_id"]) == str(chat))
        assert [part["text"] for part in shown["parts"]] == [sent.params["text"]]
        keyboard = sent.params["reply_markup"]["inline_keyboard"]
        assert [[one["action"] for one in row] for row in shown["parts"][0]["buttons"]] == [
            [one["callback_data"] for one in row] for row in keyboard
        ]


async def test_an_operator_may_send_a_day_now(tmp_path: Path) -> None:
    old = YESTERDAY - timedelta(days=40)
    stored(tmp_path, {7: {}}, day=old)
    async with TelegramServer(token=TOKEN) as tg:
        configured(tmp_path, tg.url)
        tg.add_chat(7)
        due = await command(tmp_path, "deliver", "--json")
        now = await command(tmp_path, "deliver", "--day", old.isoformat(), "--now", "--json")
        again = await command(tmp_path, "deliver", "--now", "--json")
        nothing = await command(tmp_path, "deliver", "--day", "2031-05-05", "--now")
    assert due.json["sent"] == 0
    assert (now.json["sent"], again.json["already"]) == (1, 1)
    assert len(tg.messages(7)) == 1
    assert "No papers are stored for 2031-05-05" in refused(nothing)


async def test_a_chat_that_subscribes_gets_it_and_can_answer_it(tmp_path: Path) -> None:
    stored(tmp_path, {})
    async with TelegramServer(token=TOKEN, limits=Limits(enabled=False)) as tg:
        async with running(tmp_path, tg) as process:
            tg.say(7, "/subscribe")
            (said,) = await tg.wait(7, timeout=DEADLINE_S)
            beside = await command(tmp_path, "deliver", "--now")
            process.send_signal(signal.SIGTERM)
            await ended(process)
        now = await command(tmp_path, "deliver", "--now", "--json")
        digest = tg.messages(7)[-1]
        async with running(tmp_path, tg) as process:
            tg.say(7, "and the second one?", reply_to=digest.id)
            await tg.wait(7, 3, timeout=DEADLINE_S)
            tg.click(7, digest.id, label="next 2 ▸")
            await tg.until(lambda: tg.messages(7)[1].edit_date, timeout=DEADLINE_S)
            process.send_signal(signal.SIGTERM)
            await ended(process)
    assert said.text.startswith(
        "Subscribed. The digest comes as soon as the day's list is whole. "
        "The first one comes with the next new list. /today shows what is out."
    )
    assert digest.sent_text in said.sent_text, "what was shown is what came"
    assert "Another Paperboy" in refused(beside)
    assert now.json["sent"] == 1
    assert digest.text.startswith("Daily Papers · ")
    assert tg.messages(7)[2].text.startswith("FoldNet")
    assert "\n11  FoldNet" in tg.messages(7)[1].text


async def test_what_is_parked_is_listed_and_resent_or_dropped(tmp_path: Path) -> None:
    stored(tmp_path, {7: {}, 8: {}, 9: {}})
    async with TelegramServer(token=TOKEN) as tg:
        configured(tmp_path, tg.url)
        for chat in (7, 8, 9):
            tg.add_chat(chat)
        for chat in (7, 8):
            tg.fault("500", "sendMessage", chat)
        done = await command(tmp_path, "deliver", "--json")
        parked = (await command(tmp_path, "deliveries", "--parked", "--json")).json["deliveries"]
        first, second = (str(one["id"]) for one in parked)
        dropped = await command(tmp_path, "deliveries", "drop", first, "--json")
        resent = await command(tmp_path, "deliveries", "resend", second)
        again = await command(tmp_path, "deliveries", "resend", "99")
        rest = await command(tmp_path, "deliver", "--json")
        everything = (await command(tmp_path, "deliveries", "--day", YESTERDAY.isoformat(), "--json")).json
    assert done.json == {"sent": 1, "already": 0, "parked": 2, "failed": 0, "pending": 0}
    assert [(one["chat"], one["part"], one["code"], one["message_id"]) for one in parked] == [
        ("7", 1, "unknown", None),
        ("8", 1, "unknown", None),
    ]
    assert dropped.json == {"id": int(first), "state": "failed"}
    assert resent.out == f"{second} will be sent again.\n"
    assert "No delivery 99 is parked or failed" in refused(again)
    assert rest.json == {"sent": 1, "already": 1, "parked": 0, "failed": 1, "pending": 0}
    assert [one["state"] for one in everything["deliveries"]] == ["failed", "sent", "sent"]
    assert [len(tg.messages(chat)) for chat in (7, 8, 9)] == [0, 1, 1]


async def test_chats_are_listed_with_what_they_chose(tmp_path: Path) -> None:
    stored(tmp_path, {7: {"hour": time(7, 30), "zone": "Asia/Shanghai", "topics": ("agents",)}})
    (found,) = (await command(tmp_path, "chats", "--json")).json["chats"]
    assert found.pop("created")
    assert found == {
        "front": "telegram", "chat": "7", "thread": "", "lang": "en", "timezone": "Asia/Shanghai", "paused": None,
        "subscriptions": [{
            "number": 1, "lang": None, "time": "07:30", "timezone": None, "weekdays": [], "style": "headlines",
            "silent": False, "rhythm": ["daily"], "late": "edit", "wants": {"groups": ["agents"]},
        }],
    }  # fmt: skip
    assert "Asia/Shanghai" in (await command(tmp_path, "chats")).out


async def test_an_operator_subscribes_a_channel_and_it_gets_what_was_asked_for(tmp_path: Path) -> None:
    stored(tmp_path, {})
    async with TelegramServer(token=TOKEN) as tg:
        configured(tmp_path, tg.url)
        tg.add_chat(-1007, "channel")
        asked = ("--time", "9:30", "--timezone", "berlin", "--lang", "zh", "--topics", "folding, -wool, mon-fri")
        first = (await command(tmp_path, "subscribe", "telegram", "-1007", *asked, "--style", "full", "--json")).json
        again = await command(tmp_path, "subscribe", "telegram", "-1007", "--time", "10:00")
        second = (
            await command(tmp_path, "subscribe", "telegram", "-1007", "--topics", "max:2", "--new", "--json")
        ).json
        unsure = await command(tmp_path, "subscribe", "telegram", "-1007", "--time", "11:00")
        now = (await command(tmp_path, "deliver", "--now", "--json")).json
        ended = (await command(tmp_path, "unsubscribe", "telegram", "-1007", "--number", "2", "--json")).json
        (chat,) = (await command(tmp_path, "chats", "--json")).json["chats"]
        texts = [message.text for message in tg.messages(-1007)]
    assert first.pop("first")["how"] in ("at", "open", "from")
    assert first == {
        "front": "telegram", "chat": "-1007", "thread": "", "number": 1, "lang": "zh", "time": "09:30",
        "timezone": "Europe/Berlin", "weekdays": [0, 1, 2, 3, 4], "style": "full", "silent": False,
        "rhythm": ["daily"], "late": "edit", "wants": {"topics": ["folding"], "exclude": ["wool"]},
    }  # fmt: skip
    assert again.out == "telegram -1007: subscription 1 is changed.\n"
    assert (second["number"], second["wants"], unsure.code) == (2, {"most": 2}, 2)
    assert "--number" in unsure.err
    assert now["sent"] == len(texts) >= 2
    assert texts[0].startswith("每日论文")
    assert "12 篇中的 2 篇" in texts[-1]
    assert ended["ended"] == [2]
    assert [(one["number"], one["time"]) for one in chat["subscriptions"]] == [(1, "10:00")]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["subscribe", "matrix", "7"], 2, "'matrix' is no platform", id="another platform"),
        pytest.param(["subscribe", "telegram", "@name"], 2, "give its number", id="a name"),
        pytest.param(["subscribe", "telegram", "7", "--time", "25:00"], 2, "write it as 07:30", id="no hour"),
        pytest.param(["subscribe", "telegram", "7", "--timezone", "Atlantis"], 2, "Europe/Paris", id="no zone"),
        pytest.param(["subscribe", "telegram", "7", "--topics", "min:x"], 2, "'min:x'", id="no number of votes"),
        pytest.param(["subscribe", "telegram", "7", "--style", "loud"], 2, "headlines, full", id="no style"),
        pytest.param(["unsubscribe", "telegram", "7"], 1, "no such subscription", id="nobody"),
        pytest.param(["deliver"], 2, "There is no chat platform", id="no platform"),
        pytest.param(["deliver", "--day", "soon"], 2, "'soon' is no date", id="no date"),
        pytest.param(["deliveries", "resend"], 2, "deliveries resend ID", id="no id"),
        pytest.param(["deliveries", "repeat", "3"], 2, "deliveries resend ID", id="no such action"),
        pytest.param(["deliveries", "drop", "3"], 1, "No delivery 3", id="no such delivery"),
    ],
)
def test_wrong_use_is_said_in_one_line(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    done = paperboy(*arguments, cwd=tmp_path)
    assert (done.code, done.out, said in done.err, done.err.count("\n")) == (code, "", True, 1)


def test_without_deliveries_that_is_said(tmp_path: Path) -> None:
    assert paperboy("deliveries", cwd=tmp_path).out == "No deliveries.\n"
    assert paperboy("deliveries", "--parked", "--json", cwd=tmp_path).json == {"deliveries": []}


# --- run ------------------------------------------------------------------------------------------


async def test_a_signal_ends_a_delivery_between_two_parts(tmp_path: Path) -> None:
    stored(tmp_path, {chat: {} for chat in range(1, 61)})
    async with TelegramServer(token=TOKEN) as tg:
        for chat in range(1, 61):
            tg.add_chat(chat)
        async with running(tmp_path, tg) as process:
            await tg.wait(count=10, timeout=DEADLINE_S)
            process.send_signal(signal.SIGTERM)
            said = await ended(process)
        found = rows(tmp_path)
        sent = len(tg.messages())
        rest = await command(tmp_path, "deliver", "--json")
    assert (process.returncode, "Traceback" in said) == (0, False), said
    assert {row[3] for row in found} == {"sent", "pending"}
    assert [row[3] for row in found].count("sent") == sent < 60
    assert rest.json == {"sent": 60 - sent, "already": sent, "parked": 0, "failed": 0, "pending": 0}
    assert tg.stats()["duplicates"] == []


async def killed_at(process: "subprocess.Popen[str]", tg: TelegramServer, messages: int) -> None:
    """`kill -9` as soon as so many messages have arrived."""
    async with asyncio.timeout(DEADLINE_S):
        while len(tg.messages()) < messages:
            assert process.poll() is None, process.communicate()[1]
            await asyncio.sleep(0)
    process.kill()
    await asyncio.to_thread(process.wait)


async def test_killed_at_any_moment_nobody_gets_a_part_twice(tmp_path: Path) -> None:
    long, short = range(1, 21), range(21, 61)
    stored(tmp_path, {chat: {"style": "full"} for chat in long} | {chat: {} for chat in short}, papers=24)
    async with TelegramServer(token=TOKEN) as tg:
        for chat in (*long, *short):
            tg.add_chat(chat)
        for moment in (1, 20, 45):
            async with running(tmp_path, tg) as process:
                await killed_at(process, tg, moment)
        async with running(tmp_path, tg) as process:
            await until_decided(tmp_path, 60)
            process.send_signal(signal.SIGTERM)
            await ended(process)
        found = rows(tmp_path)
        arrived = {str(chat): [message.sent_text for message in tg.messages(chat)] for chat in (*long, *short)}
    assert {row[3] for row in found} <= {"sent", "parked"}
    parked = [row for row in found if row[3] == "parked"]
    assert {row[4] for row in parked} <= {"killed"}
    assert len(parked) <= 3 * AT_ONCE, "what was on its way when it was killed, three times"
    assert tg.stats()["duplicates"] == []
    assert tg.stats()["too_many_requests"] == 0
    for chat, texts in arrived.items():
        mine = [row for row in found if row[1] == chat]
        unknown = sum(row[3] == "parked" for row in mine)
        assert len(mine) - unknown <= len(texts) <= len(mine)
    assert sum(map(len, arrived.values())) >= len(found) - len(parked)
