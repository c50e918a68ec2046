"""What is posted without being asked for, through the strict server: channels, announcements, threads, forums."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import lang as languages
from bot.app import App
from bot.buttons import row
from bot.doc import Doc, Para, Title
from bot.fronts.discord import Discord
from bot.outgoing import NotSent, Outcome, Refused, Sent, Unknown
from store import chats
from store.chats import Chat
from tests.bot.fronts.conftest import Talking, press, pressable, shown, until
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import LIBRARY
from tests.makers.subscribers import subscribe, subscribers

AppOf = Callable[..., App]

DIGEST = Title("Daily Papers · Wed 7 May 2031")
BUTTONS = row(("1", "/paper 3105.00005"))


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY, languages=("en", "zh"))


async def delivered(
    app: App, front: Discord, channel: str, papers: str = "Four", thread: str = "", **choices: Any
) -> Outcome:
    """What came of sending a digest to a channel."""
    (part,) = front.parts(Doc(DIGEST, Para(f"{papers} papers.")), BUTTONS, None, languages.load("en"))
    async with front.sending(app) as deliver:
        return await deliver(Chat("discord", channel, thread, **choices), part, lambda: True)


async def post(app: App, front: Discord, channel: str, papers: str = "Four", thread: str = "", **choices: Any) -> str:
    """The id of the message that a digest became."""
    outcome = await delivered(app, front, channel, papers, thread, **choices)
    assert isinstance(outcome, Sent), outcome
    return outcome.message


async def test_a_channel_gets_its_message(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app) as talk:
        message = await post(app, talk.front, dc.channel_id, silent=True)
    (held,) = dc.messages()
    assert (held["id"], held["flags"]) == (message, 1 << 12)
    assert "Four papers" in shown(held)
    assert pressable(held)["1"]


async def test_what_is_posted_twice_is_there_once(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app) as talk:
        once = await post(app, talk.front, dc.channel_id)
        again = await post(app, talk.front, dc.channel_id)
        await post(app, talk.front, dc.channel_id, "Five")
    assert once == again
    assert len(dc.messages()) == 2


async def test_what_was_posted_before_a_restart_is_there_once(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    for _ in range(2):
        async with on_discord(app) as talk:
            await until(lambda: dc.gateway.ready.is_set())
            await post(app, talk.front, dc.channel_id)
    assert len(dc.messages()) == 1


async def test_a_direct_message_and_a_thread_get_theirs(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    direct = await dc.open_dm()
    asked = await dc.say(dc.channel_id, f"<@{dc.world.bot_id}> /help")
    async with on_discord(app) as talk:
        await dc.say(dc.channel_id, f"<@{dc.world.bot_id}> /about")
        thread = await until(lambda: next((c.id for c in dc.world.channels.values() if c.parent_id), None))
        await until(lambda: dc.messages(thread))
        await post(app, talk.front, direct, user=dc.user_id)
        await post(app, talk.front, dc.channel_id, thread=thread)
    assert asked["id"] != thread
    assert "Four papers" in shown(dc.messages(direct)[-1])
    assert "Four papers" in shown(dc.messages(thread)[-1])


async def test_an_announcement_is_published(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app) as talk:
        await post(app, talk.front, dc.news_id)
        await until(lambda: dc.messages(dc.news_id)[0]["flags"] & 1)


async def test_a_post_does_not_wait_for_its_publishing(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    async with on_discord(app) as talk:
        dc.fail("POST /channels/*/messages/*/crosspost", "hang", seconds=60.0)
        for papers in ("Four", "Five"):
            await asyncio.wait_for(post(app, talk.front, dc.news_id, papers), 2)
    assert [one["flags"] & 1 for one in dc.messages(dc.news_id)] == [0, 0]


async def test_no_more_is_published_than_discord_takes(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    with capture_logs() as logged:
        async with on_discord(app) as talk:
            for n in range(12):
                await post(app, talk.front, dc.news_id, f"number {n}")
            await until(lambda: sum(one["flags"] & 1 for one in dc.messages(dc.news_id)) == 10)
    assert len([one for one in logged if one["event"] == "not published"]) == 2
    assert dc.stats()["429"] == 0


async def test_a_forum_gets_a_post_of_its_own_with_the_tag_it_demands(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    async with on_discord(app) as talk:
        message = await post(app, talk.front, dc.forum_id)
    thread = dc.world.channels[message]
    assert (thread.parent_id, thread.name) == (dc.forum_id, "Daily Papers · Wed 7 May 2031")
    assert thread.applied_tags == dc.info()["forum_tag_ids"]
    assert "Four papers" in shown(dc.messages(thread.id)[0])


@pytest.mark.parametrize("act", [pytest.param(True, id="after it was made"), pytest.param(False, id="before")])
async def test_a_post_is_made_once_although_the_forum_failed(
    dc: DiscordServer, app: App, on_discord: Talking, act: bool
) -> None:
    async with on_discord(app) as talk:
        dc.fail("POST /channels/*/threads", "500", act=act)
        if act:
            await post(app, talk.front, dc.forum_id)
        else:
            assert isinstance(await delivered(app, talk.front, dc.forum_id), Unknown)
    assert len([one for one in dc.world.channels.values() if one.parent_id == dc.forum_id]) == act


@pytest.mark.parametrize("tags", [pytest.param([], id="none"), pytest.param(["!official"], id="for moderators only")])
async def test_a_forum_without_a_tag_for_the_bot_is_paused_until_it_has_one(
    dc: DiscordServer, app: App, on_discord: Talking, tags: list[str]
) -> None:
    forum = await dc.add_channel("strict", "forum", tags=tags, require_tag=True)
    subscribe(app.folder.db, forum, "discord")
    async with on_discord(app) as talk:
        outcome = await delivered(app, talk.front, forum)
        assert isinstance(outcome, Refused)
        assert outcome.shut
        assert "no forum_tag in #strict" in chats.get(app.folder.db, "discord", forum).paused
        dc.world.channels[forum].tags = dc.world.channels[dc.forum_id].tags
        await dc.set_permissions(forum)  # the channel as it now is
        await until(lambda: not chats.get(app.folder.db, "discord", forum).paused)


async def test_a_posts_tag_is_the_one_that_speaks_of_papers(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    forum = await dc.add_channel("all", "forum", tags=["!papers", "off topic", "Daily"], require_tag=True)
    async with on_discord(app) as talk:
        message = await post(app, talk.front, forum)
    assert dc.world.channels[message].applied_tags == [dc.world.channels[forum].tags[2]["id"]]


async def test_a_title_too_long_for_an_embed_names_its_post_all_the_same(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    (part,) = Discord().parts(Doc(Title("Long " * 60), Para("Four papers.")), (), None, languages.load("en"))
    async with on_discord(app) as talk, talk.front.sending(app) as deliver:
        outcome = await deliver(Chat("discord", dc.forum_id), part, lambda: True)
    assert isinstance(outcome, Sent)
    assert dc.world.channels[outcome.message].name == languages.load("en")("discord.thread")
    assert "Long Long" in shown(dc.messages(outcome.message)[0])


@pytest.mark.parametrize(
    ("deny", "right"),
    [
        pytest.param(["send_messages"], "send_messages", id="to write"),
        pytest.param(["embed_links"], "embed_links", id="to embed"),
        pytest.param(["view_channel"], "view_channel", id="to see it"),
    ],
)
async def test_a_missing_right_pauses_the_chat_and_is_named(
    dc: DiscordServer, app: App, on_discord: Talking, deny: list[str], right: str
) -> None:
    subscribe(app.folder.db, dc.channel_id, "discord")
    subscribe(app.folder.db, dc.news_id, "discord")
    async with on_discord(app) as talk:
        await dc.set_permissions(dc.channel_id, deny=deny)
        assert isinstance(await delivered(app, talk.front, dc.channel_id), Refused)
        await post(app, talk.front, dc.news_id)
    assert f"no {right} in #general" in chats.get(app.folder.db, "discord", dc.channel_id).paused
    assert [one.chat for one in subscribers(app.folder.db, "discord")] == [dc.news_id]


async def test_a_limit_too_long_to_wait_for_is_left_to_the_sender(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    async with on_discord(app) as talk:
        dc.fail("POST /channels/*/messages", "429", retry_after=3600)
        outcome = await delivered(app, talk.front, dc.channel_id)
        await post(app, talk.front, dc.news_id)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_s == 3600.0


async def test_what_is_posted_while_the_guilds_are_still_coming_in_is_asked_for_again(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    subscribe(app.folder.db, dc.forum_id, "discord")
    refused: list[float | None] = []
    async with on_discord(app, connected=False) as talk:
        await asyncio.sleep(0)  # it runs
        while not dc.world.channels[dc.forum_id].messages and len(dc.world.channels) == 3:
            outcome = await delivered(app, talk.front, dc.forum_id)
            if isinstance(outcome, NotSent):
                refused.append(outcome.retry_after_s)
                await asyncio.sleep(0)
    assert set(refused) == {5.0}
    assert chats.get(app.folder.db, "discord", dc.forum_id).paused == ""


async def test_a_button_under_a_post_is_answered_in_its_readers_language(
    dc: DiscordServer, app: App, on_discord: Talking
) -> None:
    async with on_discord(app) as talk:
        message = await post(app, talk.front, dc.channel_id)
        assert dc.messages()[0]["id"] == message
        whole = shown(dc.messages()[0])
        it = await press(dc, dc.messages()[0], "1", locale="zh-CN", wait="answered")
        assert languages.load("zh")("button.similar") in pressable(it.message)
    assert it.ephemeral
    assert [shown(one) for one in dc.messages()] == [whole], "everybody else's digest stays as it is"
