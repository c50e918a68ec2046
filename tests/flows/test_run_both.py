"""`paperboy run` with both tokens: one process that serves Discord and Telegram side by side, the strict servers."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.commands import ROWS
from store import papers
from store.folder import Folder
from store.types import Lang
from tests.bot.fronts.conftest import pressable, shown
from tests.bot.fronts.test_discord_commands import LOCALES, filled, is_in
from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.flows.test_run_discord import DEADLINE_S, TELEGRAM_TOKEN, TOKEN, configured, ended, running, until
from tests.makers.papers import about
from tests.makers.subscribers import full_day

GROUP = -100_500
NO_LIMITS = "[limits]\nper_user_minute = 0\nper_user_day = 0\nper_chat_day = 0\n"


def refused(dc: DiscordServer, tg: TelegramServer) -> list[str]:
    """What either server would not take, or has seen that the real one takes badly."""
    stats = dc.stats()
    found = [f"Discord {code}" for code in stats["counts"] if code[:1] in "45" and code.isdecimal()]
    found += [f"Discord: {what}" for what in ("unmodelled", "duplicates", "unanswered_interactions") if stats[what]]
    found += ["Discord: allowed_mentions left out"] * stats["without_allowed_mentions"]
    return found + [f"{call.method}: {call.outcome}" for call in tg.calls() if call.outcome not in ("ok", "pending")]


async def test_who_subscribes_gets_the_digest_in_every_kind_of_chat(tmp_path: Path) -> None:
    async with DiscordServer(token=TOKEN) as dc, TelegramServer(token=TELEGRAM_TOKEN) as tg:
        owner, direct = dc.world.guilds[dc.guild_id].owner_id, await dc.open_dm()
        tg.add_user(78, language="zh-hans")
        tg.add_chat(GROUP, "supergroup")
        tg.set_role(GROUP, 79, "administrator")
        configured(tmp_path, dc.api_url, tg.url)
        async with running(tmp_path) as process:
            await until(dc.commands)
            asked = await dc.say(dc.channel_id, f"<@{dc.world.bot_id}> /about")
            await until(lambda: asked["id"] in dc.world.channels and dc.messages(asked["id"]))
            for channel in (dc.channel_id, dc.news_id, asked["id"]):
                it = await dc.slash("subscribe", channel=channel, user=owner, wait="answered", timeout_s=DEADLINE_S)
                assert "Subscribed" in shown(it.message)
            forum = {"channel": dc.forum_id}
            it = await dc.slash("subscribe", forum, user=owner, locale="zh-CN", wait="answered", timeout_s=DEADLINE_S)
            assert "已订阅" in shown(it.message)
            await dc.slash("subscribe", channel=direct, wait="answered", timeout_s=DEADLINE_S)
            tg.say(77, "/subscribe")
            tg.say(78, "/订阅")
            tg.say(GROUP, "/subscribe", user=79)
            for chat in (77, 78, GROUP):
                await tg.wait(chat, timeout=DEADLINE_S)
            process.send_signal(signal.SIGTERM)
            assert "Traceback" not in await ended(process)
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        with Folder(tmp_path / "data", own=True) as folder:
            full_day(folder.db, yesterday, datetime.now(UTC), 12)
        had = {channel: len(dc.messages(channel)) for channel in (dc.channel_id, dc.news_id, asked["id"], direct)}
        async with running(tmp_path) as process:
            await until(lambda: all(len(dc.messages(channel)) > n for channel, n in had.items()))
            await until(lambda: any(one.parent_id == dc.forum_id for one in dc.world.channels.values()))
            for chat in (77, 78, GROUP):
                await tg.wait(chat, 2, timeout=DEADLINE_S)
            await until(lambda: dc.messages(dc.news_id)[-1]["flags"] & 1)
            process.send_signal(signal.SIGTERM)
            assert "Traceback" not in await ended(process)
    (thread,) = [one for one in dc.world.channels.values() if one.parent_id == dc.forum_id]
    digests = [dc.messages(channel)[-1] for channel in had]
    assert [shown(one).startswith("Daily Papers") for one in digests] == [True] * len(had)
    assert all(pressable(one)["1"][1].startswith("/paper ") for one in digests)
    assert [len(dc.messages(channel)) - n for channel, n in had.items()] == [1] * len(had)
    assert thread.name.startswith("每日论文")
    assert thread.applied_tags == dc.info()["forum_tag_ids"]
    assert [tg.messages(chat)[-1].text[:5] for chat in (77, 78, GROUP)] == ["Daily", "每日论文 ", "Daily"]
    assert refused(dc, tg) == []


async def test_every_command_works_from_the_slash_menu_beside_telegram(tmp_path: Path) -> None:
    with Folder(tmp_path / "data", own=True) as folder:
        papers.save(folder.db, [about(n, f"Paper {n}", zh="视频模型。", en="A video model.") for n in range(1, 5)])
    async with DiscordServer(token=TOKEN) as dc, TelegramServer(token=TELEGRAM_TOKEN) as tg:
        owner = dc.world.guilds[dc.guild_id].owner_id
        configured(tmp_path, dc.api_url, tg.url, f"operators = [{owner}]", NO_LIMITS)
        said: dict[tuple[str, Lang], str] = {}
        async with running(tmp_path) as process:
            await until(dc.commands)
            for n, (lang, locale) in enumerate(LOCALES.items(), 1):
                channel, direct = await dc.add_channel(f"papers-{lang}"), await dc.open_dm(owner)
                for row in (row for row in ROWS if row.shown):
                    it = await dc.slash(
                        row.name,
                        filled(row, lang),
                        channel=direct if row.who == "operator" else channel,
                        user=owner,
                        locale=locale,
                        wait="answered",
                        timeout_s=DEADLINE_S,
                    )
                    assert it.errors == []
                    said[row.name, lang] = shown(it.message)
                tg.say(77, "/help")
                await tg.wait(77, n, timeout=DEADLINE_S)
            process.send_signal(signal.SIGTERM)
            log = await ended(process)
    spoken = {key: text.replace("中文", "") for key, text in said.items() if not key[0].startswith(("admin", "report"))}
    assert [key for key, text in spoken.items() if not is_in(text, key[1])] == []
    assert all(said.values())
    assert refused(dc, tg) == []
    assert "Traceback" not in log
    assert process.returncode == 0
