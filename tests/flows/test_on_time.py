"""Digests after the bot was off, killed or filled back, through the real `run`, `deliver` and `backfill`."""

import signal
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from store.folder import Folder
from tests.fakes.papers_server import PapersServer
from tests.fakes.telegram_server import Limits, TelegramServer
from tests.flows.test_deliver import YESTERDAY, command, killed_at, refused, rows, stored
from tests.flows.test_run_telegram import TOKEN, configured, ended, running
from tests.makers.subscribers import full_day

DEADLINE_S = 60.0


def whole(home: Path, day: date) -> None:
    """One more day, whose list has been whole since its morning."""
    with Folder(home / "data", own=True) as folder:
        full_day(folder.db, day, datetime.combine(day, time(8, 30), UTC), 12)


async def test_after_days_off_there_is_one_digest_which_names_the_days_before(tmp_path: Path) -> None:
    before = [YESTERDAY - timedelta(days=age) for age in (3, 2, 1)]
    stored(tmp_path, {7: {}, 8: {"style": "full"}}, day=before[0])
    async with TelegramServer(token=TOKEN) as tg:
        configured(tmp_path, tg.url)
        for chat in (7, 8):
            tg.add_chat(chat)
        first = (await command(tmp_path, "deliver", "--json")).json
        for day in (*before[1:], YESTERDAY):
            whole(tmp_path, day)
        async with running(tmp_path, tg) as process:
            await tg.wait(count=4, timeout=DEADLINE_S)
            process.send_signal(signal.SIGTERM)
            await ended(process)
        again = (await command(tmp_path, "deliver", "--json")).json
        sent = {chat: [message.text for message in tg.messages(chat)] for chat in (7, 8)}
    assert (first["sent"], again["sent"]) == (2, 0)
    for old, new in sent.values():
        assert f"{before[0].day} {before[0]:%b}" in old
        assert f"{YESTERDAY.day} {YESTERDAY:%b}" in new.splitlines()[0]
        assert "Also new since your last digest" in new


async def test_killed_in_the_evening_and_back_the_next_day_each_chat_gets_one_more(tmp_path: Path) -> None:
    evening, chats = YESTERDAY - timedelta(days=1), range(1, 41)
    stored(tmp_path, {chat: {} for chat in chats}, day=evening)
    async with TelegramServer(token=TOKEN) as tg:
        for chat in chats:
            tg.add_chat(chat)
        async with running(tmp_path, tg) as process:
            await killed_at(process, tg, 15)
        before = {chat: len(tg.messages(chat)) for chat in chats}
        whole(tmp_path, YESTERDAY)
        done = (await command(tmp_path, "deliver", "--json")).json
        again = (await command(tmp_path, "deliver", "--json")).json
        after = {chat: tg.messages(chat) for chat in chats}
        stats = tg.stats()
    assert 0 < sum(before.values()) < len(chats)
    assert (done["sent"], again["sent"], again["pending"]) == (len(chats), 0, 0)
    assert stats["duplicates"] == []
    for chat in chats:
        assert len(after[chat]) == before[chat] + 1, "one for both days"
        assert f"{YESTERDAY.day} {YESTERDAY:%b}" in after[chat][-1].text.splitlines()[0]
    assert {row[4] for row in rows(tmp_path) if row[3] == "failed"} <= {"late"}


async def test_a_back_fill_posts_nothing(tmp_path: Path) -> None:
    stored(tmp_path, {7: {}})
    days = [YESTERDAY - timedelta(days=age) for age in (4, 3, 2)]
    async with PapersServer(tmp_path, pace_s=0.04) as site, TelegramServer(token=TOKEN) as tg:
        tg.add_chat(7)
        for day in days:
            site.add_day(day.isoformat(), count=2)
        configured(tmp_path, tg.url, site.url)
        first = (await command(tmp_path, "deliver", "--json")).json
        filled = await command(tmp_path, "backfill", str(days[0]), str(days[-1]), "--json")
        again = (await command(tmp_path, "deliver", "--json")).json
        messages = len(tg.messages(7))
    assert [one["listed"] for one in filled.json["days"] if one["day"]] == [2, 2, 2]
    assert (first["sent"], again["sent"], messages) == (1, 0, 1)


async def test_a_folder_is_one_process_s_own(tmp_path: Path) -> None:
    stored(tmp_path, {})
    async with TelegramServer(token=TOKEN, limits=Limits(enabled=False)) as tg, running(tmp_path, tg) as process:
        tg.say(7, "/help")
        await tg.wait(7, timeout=DEADLINE_S)
        second, deliver = await command(tmp_path, "run"), await command(tmp_path, "deliver")
        process.send_signal(signal.SIGTERM)
        await ended(process)
    assert all("Another Paperboy" in refused(one) for one in (second, deliver))
