"""Digests after the bot was off, killed or filled back, through the real `run`, `deliver` and `backfill`."""

import signal
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from store import papers, polls
from store.folder import Folder
from store.polls import Outage, Poll
from tests.bot.fronts.conftest import shown
from tests.fakes.discord_server import DiscordServer
from tests.fakes.papers_server import PapersServer
from tests.fakes.telegram_server import Limits, TelegramServer
from tests.flows.test_deliver import YESTERDAY, command, killed_at, refused, rows, stored
from tests.flows.test_run_discord import TOKEN as DISCORD_TOKEN
from tests.flows.test_run_discord import configured as both
from tests.flows.test_run_telegram import TOKEN, configured, ended, running
from tests.makers.papers import entry
from tests.makers.subscribers import full_day, subscribe

DEADLINE_S = 60.0


def whole(home: Path, day: date) -> None:
    """One more day, whose list has been whole since its morning."""
    with Folder(home / "data", own=True) as folder:
        full_day(folder.db, day, datetime.combine(day, time(8, 30), UTC), 12)


def named_as(day: date) -> str:
    """The line that begins a day's digest."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def named(text: str) -> str:
    """The day that a digest is of, as its first line has it."""
    return text.splitlines()[0].removeprefix("Daily Papers · ")


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
        whole(tmp_path, YESTERDAY)
        done = (await command(tmp_path, "deliver", "--json")).json
        again = (await command(tmp_path, "deliver", "--json")).json
        arrived = {chat: [named(message.text) for message in tg.messages(chat)] for chat in chats}
        old = {one.chat_id: one.id for one in tg.messages() if named(one.text) == named_as(evening)}
        first_new = min(one.id for one in tg.messages() if named(one.text) == named_as(YESTERDAY))
        stats = tg.stats()
    assert (done["sent"], again["sent"], again["pending"]) == (len(chats), 0, 0)
    assert stats["duplicates"] == []
    had = [chat for chat, days in arrived.items() if days == [named_as(evening), named_as(YESTERDAY)]]
    rest = [chat for chat, days in arrived.items() if days == [named_as(YESTERDAY)]]
    assert (len(had) + len(rest), bool(had), bool(rest)) == (len(chats), True, True)
    late = {chat for chat, message in old.items() if message > first_new}
    assert late == set(), "nothing of the evening is sent the next day"
    assert {row[4] for row in rows(tmp_path) if row[3] == "failed"} == {"late"}


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


def comes_late(home: Path, day: date, *ids: str) -> None:
    """A look at a day's list just now found these too."""
    with Folder(home / "data", own=True) as folder:
        papers.save(folder.db, [entry(one, "en", "zh", day=day) for one in ids])
        seen = polls.of_day(folder.db, day)[-1].ids
        polls.add(folder.db, day, Poll(datetime.now(UTC), seen | {*ids}))


async def test_papers_that_come_late_change_the_digest_on_both_platforms_once(tmp_path: Path) -> None:
    stored(tmp_path, {7: {}, 8: {"late": "leave"}})
    async with DiscordServer(token=DISCORD_TOKEN) as dc, TelegramServer(token=TOKEN) as tg:
        both(tmp_path, dc.api_url, tg.url)
        with Folder(tmp_path / "data", own=True) as folder:
            subscribe(folder.db, dc.channel_id, front="discord")
        for chat in (7, 8):
            tg.add_chat(chat)
        sent = [(await command(tmp_path, "deliver", "--json")).json["sent"]]
        before = tg.messages(8)[0].text
        comes_late(tmp_path, YESTERDAY, f"{YESTERDAY:%y%m}.99998")
        for _ in range(2):
            sent.append((await command(tmp_path, "deliver", "--json")).json["sent"])
        counts = [len(tg.messages(7)), len(tg.messages(8)), len(dc.messages(dc.channel_id))]
        (changed, left), on_discord = (tg.messages(chat)[0].text for chat in (7, 8)), dc.messages(dc.channel_id)[0]
        edits = len(tg.calls("editMessageText"))
    assert (sent, counts, edits) == ([3, 0, 0], [1, 1, 1], 1)
    assert "13 papers" in changed
    assert "13 papers" in shown(on_discord)
    assert left == before


async def test_an_hour_without_a_digest_is_explained_once_whatever_is_killed(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with Folder(tmp_path / "data", own=True) as folder:
        subscribe(folder.db, 7, hour=(now - timedelta(minutes=70)).time().replace(second=0, microsecond=0))
        for age in (0, 1, 2):
            polls.add(folder.db, now.date() - timedelta(days=age), Outage(now - timedelta(minutes=2), "503"))
    async with TelegramServer(token=TOKEN) as tg:
        tg.add_chat(7)
        for _ in range(2):
            async with running(tmp_path, tg) as process:
                await tg.wait(7, timeout=DEADLINE_S)
                process.kill()
                await ended(process)
        (message,) = tg.messages(7)
    assert message.text.startswith("Hugging Face can't be reached since")


async def test_status_shows_the_last_digest_what_waits_and_who_is_paused(tmp_path: Path) -> None:
    stored(tmp_path, {7: {}, 8: {"hour": time(9)}})
    async with TelegramServer(token=TOKEN) as tg:
        configured(tmp_path, tg.url)
        tg.add_chat(7)
        tg.add_chat(8)
        tg.set_state(8, "blocked")
        await command(tmp_path, "deliver")
    found = (await command(tmp_path, "status", "--json")).json
    assert (found["last_digest"]["day"], found["last_digest"]["subscriptions"]) == (YESTERDAY.isoformat(), 1)
    assert [(one["chat"], one["reason"]) for one in found["paused"]] == [
        ("8", "Forbidden: bot was blocked by the user")
    ]
    assert (found["next_digest"], found["deliveries"]["failed"], found["subscribed"]) == (None, 1, 2)
    assert "blocked" in (await command(tmp_path, "status")).out
