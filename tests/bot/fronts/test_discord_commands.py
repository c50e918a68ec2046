"""Slash commands, completions, buttons: everything from Discord's own menus, in English and Chinese."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot import lang as languages
from bot.app import App
from bot.commands import ROWS, Row
from bot.fronts import discord_commands, discord_rights
from store import chats, facts, feedback, papers, subscriptions
from store.types import Lang
from store.wishes import Wish
from tests.bot.fronts.conftest import Talking, press, pressable, shown, until
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import DAY, LIBRARY, about
from tests.makers.subscribers import subscribers

AppOf = Callable[..., App]

LOCALES: dict[Lang, str] = {"en": "en-US", "zh": "zh-CN"}
FILLED = {
    "paper": "3105.00001", "date": "2031-05-06", "number": 3, "words": "video", "setting": "hour", "value": "07:30",
    "question": "which papers are about video?", "first": "3105.00001", "second": "Paper 2",
    "week": "2031-W19", "month": "2031-05", "time": "07:30", "zone": "Europe/Berlin", "days": "mon-fri",
    "topics": "video & audio, folding paper", "style": "full",
}  # fmt: skip
SHOWN = [pytest.param(row, id=row.name) for row in ROWS if row.shown]


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY, languages=("en", "zh"))


def filled(row: Row, lang: Lang) -> dict[str, Any]:
    asked = {"language": lang} if lang == "en" else {"language": lang, "question": "哪些论文与视频有关"}
    return {name: (FILLED | asked)[name] for name in row.options}


def is_in(text: str, lang: Lang) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text) == (lang == "zh")


@pytest.mark.parametrize("lang", LOCALES)
@pytest.mark.parametrize("row", SHOWN)
async def test_a_command_works_from_the_menu_alone(
    dc: DiscordServer, app_of: AppOf, on_discord: Talking, row: Row, lang: Lang
) -> None:
    library = [about(n, f"Paper {n}", zh="视频模型。", en="A video model.") for n in range(1, 5)]
    app = app_of(library, languages=(lang,))
    owner = dc.world.guilds[dc.guild_id].owner_id
    channel = await dc.open_dm(owner) if row.who == "operator" else dc.channel_id
    if row.name == "sources":
        chats.save(app.folder.db, chats.Chat("discord", channel, lang=lang), app.now())
    async with on_discord(app, operators=(int(owner),)):
        it = await dc.slash(
            row.name, filled(row, lang), channel=channel, user=owner, locale=LOCALES[lang], wait="answered"
        )
    assert it.errors == []
    assert it.ephemeral == (row.whose != "everyone")
    text = shown(it.message)
    assert text
    if row.name != "admin" and not row.name.startswith("report"):
        assert is_in(text.replace("中文", ""), lang), text
    assert dc.stats()["unanswered_interactions"] == []
    assert not any(dc.world.journal.counts[code] for code in ("400", "401", "403", "404", "429"))


async def test_a_report_comes_with_its_file(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        it = await dc.slash("report", {"date": "2031-05-06"}, wait="answered")
    assert it.message is not None
    (file,) = it.message["attachments"]
    assert file["filename"] == "2031-05-06-en.md"


async def test_a_question_by_command_may_be_a_follow_up(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        await dc.slash("ask", {"question": "TouchPilot"}, wait="answered")
        it = await dc.slash("ask", {"question": "how do I use it?"}, wait="answered")
    assert "TouchPilot" in shown(it.message)


@pytest.mark.parametrize("locale", LOCALES.values())
async def test_when_the_first_digest_comes_is_said_in_each_readers_own_zone(
    dc: DiscordServer, app: App, on_discord: Talking, locale: str
) -> None:
    here = chats.Chat("discord", dc.channel_id, hour=time(7, 30), zone="Asia/Shanghai")
    chats.save(app.folder.db, here, app.now())
    app.now = lambda: datetime(2031, 5, 7, 12, tzinfo=UTC)
    async with on_discord(app):
        it = await dc.slash("subscribe", user=dc.world.guilds[dc.guild_id].owner_id, locale=locale, wait="answered")
    comes = int(datetime(2031, 5, 7, 23, 30, tzinfo=UTC).timestamp())
    assert f"<t:{comes}:f>" in shown(it.message)


async def test_descriptions_are_in_both_languages(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        told = {one["name"]: one for one in dc.commands()}
    paper = told["paper"]
    assert paper["description"] == languages.load("en")("help.paper.what")
    assert paper["description_localizations"]["zh-CN"] == languages.load("zh")("help.paper.what")
    (option,) = paper["options"]
    assert (option["name"], option["name_localizations"]["zh-CN"]) == ("paper", "论文")


def test_a_sentence_in_the_menu_is_no_longer_than_discord_takes() -> None:
    made = discord_commands.payloads(ROWS, "en", operators=True)
    texts = [one["description_localizations"] for one in made if "description" in one]
    texts += [option["description_localizations"] for one in made for option in one.get("options", ())]
    assert max(len(text) for localised in texts for text in localised.values()) < 100  # none is cut


async def test_commands_are_told_once(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        pass
    async with on_discord(app):
        await dc.slash("about", wait="answered")
    assert dc.world.journal.counts["command syncs"] == 1


async def test_changed_commands_are_told_again(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        pass
    async with on_discord(app, operators=(1,)):  # now there is /admin
        await until(lambda: dc.world.journal.counts["command syncs"] == 2)
    assert "admin" in {one["name"] for one in dc.commands()}


async def test_refused_commands_are_told_at_the_next_start(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    dc.fail("PUT /applications/*/commands", "503")
    async with on_discord(app, connected=False):
        await until(lambda: dc.world.journal.counts["fault 503"])
        await until(dc.gateway.ready.is_set)
    assert facts.get(app.folder.db, "discord.commands") == ""
    async with on_discord(app):
        assert dc.commands()


async def test_a_stranger_finds_no_operators_command(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app, operators=(1,)):
        with pytest.raises(ValueError, match="not offered"):
            await dc.slash("admin")
        it = await dc.slash("admin", channel=await dc.open_dm(), wait="answered")
    assert "/admin" in shown(it.message)
    assert "Operator" not in shown(it.message)


async def test_settings_are_for_who_manages_the_channel(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app, threads=False):
        for name in ("subscribe", "unsubscribe", "settings", "language"):
            with pytest.raises(ValueError, match="may not use"):
                await dc.slash(name)
        await dc.say(dc.channel_id, f"<@{dc.world.bot_id}> /subscribe")  # the menu is not the only way
        await until(lambda: len(dc.messages()) == 2)
    assert "Only administrators" in shown(dc.messages()[1])
    assert chats.everything(app.folder.db) == []


async def test_who_manages_channels_subscribes_this_one(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    async with on_discord(app):
        it = await dc.slash("subscribe", user=owner, wait="answered")
    (chat,) = subscribers(app.folder.db, "discord")
    assert (chat.chat, chat.thread, it.ephemeral) == (dc.channel_id, "", True)


async def test_the_form_says_what_a_subscription_is_to_be(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    options = {name: FILLED[name] for name in ("time", "zone", "days", "topics", "style")} | {"language": "zh"}
    async with on_discord(app):
        it = await dc.slash("subscribe", options, user=owner, wait="answered")
    (one,) = subscriptions.everything(app.folder.db)
    assert (one.hour, one.zone, one.weekdays, one.style, one.lang) == (
        time(7, 30), "Europe/Berlin", (0, 1, 2, 3, 4), "full", "zh",
    )  # fmt: skip
    assert one.wish == Wish(groups=("video_audio",), topics=("folding paper",))
    assert "每日论文" in shown(it.message), "the preview"


async def test_a_forum_is_subscribed_from_outside(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    async with on_discord(app):
        it = await dc.slash("subscribe", {"channel": dc.forum_id}, user=owner, wait="answered")
    (chat,) = subscribers(app.folder.db, "discord")
    assert chat.chat == dc.forum_id
    assert it.message is not None
    assert pressable(it.message) == {}  # it would be about the channel where it stands


async def test_who_manages_one_channel_subscribes_no_other(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    manages = discord.Permissions(manage_channels=True).value
    dc.world.channels[dc.channel_id].overwrites[dc.user_id] = (1, manages, 0)
    async with on_discord(app):
        it = await dc.slash("subscribe", {"channel": dc.news_id}, wait="answered")
        assert "Only administrators" in shown(it.message)
        await dc.slash("subscribe", wait="answered")
    assert [chat.chat for chat in chats.everything(app.folder.db)] == [dc.channel_id]


async def test_a_channel_that_the_bot_cannot_see_is_not_subscribed(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    await dc.set_permissions(dc.news_id, deny=["view_channel"])
    async with on_discord(app):
        it = await dc.slash("subscribe", {"channel": dc.news_id}, user=owner, wait="answered")
    assert "View Channel" in shown(it.message)
    assert "#news" in shown(it.message)
    assert chats.everything(app.folder.db) == []


async def test_a_channel_is_not_subscribed_where_a_right_is_missing(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    await dc.set_permissions(dc.channel_id, deny=["embed_links"])
    async with on_discord(app):
        it = await dc.slash("subscribe", user=owner, wait="answered")
    text = shown(it.message)
    assert "Embed Links" in text
    assert "#general" in text
    assert "Send Messages" not in text
    assert chats.everything(app.folder.db) == []


@pytest.mark.parametrize("lang", LOCALES)
@pytest.mark.parametrize("command", ["subscribe", "doctor"])
@pytest.mark.parametrize("tags", [pytest.param([], id="none"), pytest.param(["!official"], id="for moderators only")])
async def test_a_forum_that_wants_a_tag_has_to_have_one(
    dc: DiscordServer, app: App, on_discord: Talking, tags: list[str], command: str, lang: Lang
) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    forum = await dc.add_channel("strict", "forum", tags=tags, require_tag=True)
    async with on_discord(app):
        it = await dc.slash(command, {"channel": forum}, user=owner, locale=LOCALES[lang], wait="answered")
    said = languages.load(lang)("right.forum_tag.grant", place="#strict")
    assert said in shown(it.message).replace("\\", "")
    assert chats.everything(app.folder.db) == []


async def test_a_forum_where_the_bot_may_not_post_is_said_in_its_own_words(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    await dc.set_permissions(dc.forum_id, deny=["send_messages", "send_messages_in_threads"])
    async with on_discord(app):
        it = await dc.slash("subscribe", {"channel": dc.forum_id}, user=owner, wait="answered")
    assert "Create Posts, Send Messages in Posts" in shown(it.message)
    assert chats.everything(app.folder.db) == []


@pytest.mark.parametrize("lang", LOCALES)
async def test_the_doctor_names_what_is_missing_and_how_to_give_it(
    dc: DiscordServer, app: App, on_discord: Talking, lang: Lang
) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    await dc.set_permissions(dc.news_id, deny=["send_messages", "attach_files"])
    async with on_discord(app):
        it = await dc.slash("doctor", {"channel": dc.news_id}, user=owner, locale=LOCALES[lang], wait="answered")
    text, words = shown(it.message), languages.load(lang)
    assert f"✗ {words('right.send_messages.name')}" in text
    assert f"✗ {words('right.attach_files.name')}" in text
    assert f"✓ {words('right.embed_links.name')}" in text
    assert "#news" in text


async def test_everything_is_there_for_the_doctor(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    async with on_discord(app):
        it = await dc.slash("doctor", user=owner, wait="answered")
    assert "✗" not in shown(it.message)
    assert "Nothing is missing" in shown(it.message)


def test_the_readme_invites_with_the_rights_that_are_of_use() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert f"permissions={discord_rights.invitation().value}" in readme


# -- the menu of a message -----------------------------------------------------------------------


async def test_a_message_with_a_link_has_its_paper_explained(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        said = await dc.say(dc.channel_id, "look: https://arxiv.org/abs/3105.00003v2 (not the bot's business)")
        it = await dc.message_command("Explain this paper", said["id"], wait="answered")
    assert "TouchPilot" in shown(it.message)


async def test_a_message_without_a_link_has_nothing_to_explain(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    async with on_discord(app):
        said = await dc.say(dc.channel_id, "good morning")
        it = await dc.message_command("Explain this paper", said["id"], wait="answered")
    assert it.ephemeral
    assert "No paper" in shown(it.message)


# -- completions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        pytest.param("", "3105.00005", id="nothing yet: the newest day"),
        pytest.param("3105.00003", "3105.00003", id="an id"),
        pytest.param("3105.0", "3105.00005", id="the beginning of an id: the newest"),
        pytest.param("touchp", "3105.00003", id="the beginning of a title"),
        pytest.param("视频生成", "3105.00001", id="a topic in Chinese"),
        pytest.param("robot manipulation", "3105.00005", id="a topic in English"),
    ],
)
async def test_papers_are_offered(dc: DiscordServer, app: App, on_discord: Talking, typed: str, first: str) -> None:
    async with on_discord(app):
        it = await dc.autocomplete("guide", {"paper": typed}, "paper")
    assert it.errors == []
    assert it.choices
    assert it.choices[0]["value"] == first
    assert it.choices[0]["name"].startswith(first)


async def test_no_more_is_offered_than_discord_takes(dc: DiscordServer, app_of: AppOf, on_discord: Talking) -> None:
    many = app_of([about(n, f"Much the same {'and so on ' * 20}{n}", en="The same.") for n in range(1, 60)])
    async with on_discord(many):
        it = await dc.autocomplete("paper", {"paper": ""}, "paper")
    assert it.errors == []
    assert it.choices
    assert len(it.choices) == 25


async def test_a_fast_writer_is_offered_what_was_typed_last(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        typed = [dc.autocomplete("paper", {"paper": "touchpilot"[:n]}, "paper") for n in range(1, 11)]
        found = await asyncio.gather(*typed)
    assert all(it.choices is not None for it in found)
    assert found[-1].choices
    assert found[-1].choices[0]["value"] == "3105.00003"


async def test_days_are_offered_newest_first(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        it = await dc.autocomplete("day", {"date": ""}, "date")
        one = await dc.autocomplete("day", {"date": "05-06"}, "date")
        zh = await dc.autocomplete("day", {"date": ""}, "date", locale="zh-CN")
    assert it.choices is not None
    assert one.choices is not None
    assert zh.choices is not None
    assert [choice["value"] for choice in it.choices] == [(DAY + timedelta(days=1)).isoformat(), DAY.isoformat()]
    assert [choice["value"] for choice in one.choices] == [DAY.isoformat()]
    assert "4 papers" in it.choices[0]["name"]
    assert "4 篇" in zh.choices[0]["name"]


@pytest.mark.parametrize(
    ("command", "options", "focused", "value"),
    [
        pytest.param("search", {"words": "vid"}, "words", "video & audio", id="a topic to search for"),
        pytest.param("settings", {"setting": "zo"}, "setting", "zone", id="a setting"),
        pytest.param(
            "settings", {"setting": "topics", "value": "rob"}, "value", "robotics", id="a topic of the digest"
        ),
        pytest.param("settings", {"setting": "hour", "value": "07"}, "value", "07:00", id="an hour"),
        pytest.param("language", {"language": "中"}, "language", "zh", id="a language"),
        pytest.param("subscribe", {"time": "07"}, "time", "07:00", id="an hour to subscribe for"),
        pytest.param("subscribe", {"zone": "shang"}, "zone", "Asia/Shanghai", id="a zone to subscribe for"),
        pytest.param("subscribe", {"days": "mon–"}, "days", "weekdays", id="days to subscribe for"),
        pytest.param("subscribe", {"topics": "rob"}, "topics", "robotics", id="a topic to subscribe to"),
    ],
)
async def test_values_are_offered(
    dc: DiscordServer, app: App, on_discord: Talking, command: str, options: dict[str, str], focused: str, value: str
) -> None:
    async with on_discord(app):
        it = await dc.autocomplete(command, options, focused, channel=await dc.open_dm())
    assert it.choices
    assert it.choices[0]["value"] == value


async def test_nothing_stored_is_nothing_offered(dc: DiscordServer, app_of: AppOf, on_discord: Talking) -> None:
    async with on_discord(app_of()):
        it = await dc.autocomplete("paper", {"paper": "video"}, "paper")
    assert it.choices == []


# -- buttons -------------------------------------------------------------------------------------


async def test_a_button_changes_its_message(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        it = await dc.slash("day", {"date": "2031-05-06"}, wait="answered")
        assert it.message is not None
        message = it.message["id"]
        pressed = await press(dc, it.message, "1")
        await until(lambda: "SkyLark-2" in shown(dc.messages()[0]) and "TouchPilot" not in shown(dc.messages()[0]))
        back = await press(dc, dc.messages()[0], "‹ back")
        await until(lambda: "TouchPilot" in shown(dc.messages()[0]))
    assert [one["id"] for one in dc.messages()] == [message]
    assert pressed.errors == back.errors == []


async def test_a_button_works_after_a_restart_and_after_a_day(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        it = await dc.slash("day", {"date": "2031-05-06"}, wait="answered")
    assert it.message is not None
    dc.advance(86_400)
    async with on_discord(app):
        pressed = await press(dc, it.message, "1")
        await until(lambda: "SkyLark-2" in shown(dc.messages()[0]) and "TouchPilot" not in shown(dc.messages()[0]))
    assert pressed.errors == []


async def test_what_another_person_opens_is_theirs_alone_and_the_list_stays_for_who_asked(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    async with on_discord(app):
        it = await dc.slash("day", {"date": "2031-05-06"}, wait="answered")
        assert it.message is not None
        listed = shown(dc.messages()[0])
        owner = dc.world.guilds[dc.guild_id].owner_id
        other = await press(dc, it.message, "1", user=owner, wait="answered")
        assert "SkyLark-2" in shown(other.message)
        assert (other.ephemeral, [shown(one) for one in dc.messages()]) == (True, [listed])
        again = await press(dc, other.message, "‹ back", user=owner)
        await until(lambda: "TouchPilot" in shown(other.message))
    assert other.errors == again.errors == []
    assert [shown(one) for one in dc.messages()] == [listed]


async def test_a_hidden_settings_menu_changes_in_place(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    owner = dc.world.guilds[dc.guild_id].owner_id
    async with on_discord(app):
        it = await dc.slash("settings", user=owner, wait="answered")
        assert it.message is not None
        await press(dc, it.message, "Language", user=owner)
        await until(lambda: "中文" in pressable(it.message))
        await press(dc, it.message, "中文", user=owner)
        await until(lambda: "这个聊天的设置" in shown(it.message))
    assert dc.messages() == []
    assert [chat.lang for chat in chats.everything(app.folder.db)] == ["zh"]


async def test_a_limit_is_told_to_the_asker_alone(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    app.settings = app.settings.model_copy(
        update={"limits": app.settings.limits.model_copy(update={"per_user_minute": 1})}
    )
    async with on_discord(app):
        await dc.slash("about", wait="answered")
        it = await dc.slash("today", wait="answered")
        await until(lambda: it.followups)
    assert len(dc.messages()) == 1
    assert "in a minute" in shown(it.followups[0])


async def test_papers_that_came_since_are_offered_too(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app):
        papers.save(app.folder.db, [about(99, "Brand New", en="New.")])
        it = await dc.autocomplete("paper", {"paper": "brand"}, "paper")
    assert it.choices
    assert it.choices[0]["value"] == "3105.00099"


async def test_a_vote_under_a_digest_is_for_the_paper_that_is_picked_and_why_is_a_command(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    async with on_discord(app):
        await dc.slash("day", {"date": "2031-05-06"}, wait="answered")
        await press(dc, dc.messages()[0], "useful")
        await until(lambda: "Which one" in shown(dc.messages()[0]))
        await press(dc, dc.messages()[0], "3")
        await until(lambda: feedback.opinions(app.folder.db, "discord", dc.channel_id))
        asked = await dc.slash("why", {"paper": "3105.00003"}, wait="answered")
    assert "Which one" in shown(dc.messages()[0])
    assert [one.arxiv_id for one in feedback.opinions(app.folder.db, "discord", dc.channel_id)] == ["3105.00003"]
    assert "isn't subscribed" in shown(asked.message)
