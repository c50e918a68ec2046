"""Digests to Discord from the store to the strict server: beside `run` and without it, each part once."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import delivery, post
from bot import lang as languages
from bot.app import App
from bot.config import Discord as Settings
from bot.doc import Doc, Fold, Para, Title
from bot.fronts.discord import Discord
from bot.fronts.pace import Pace
from bot.outgoing import Part, Refused, Sent, decode, encode
from store import chats, deliveries, papers, subscriptions
from store.chats import Chat
from store.errors import FrontRefused
from store.outbox import Made, Outbox
from tests.bot.fronts.conftest import UNPACED, Talking, Writing, pressable, shown, until
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import DAY, LIBRARY
from tests.makers.pictures import PNG
from tests.makers.subscribers import at, library, settle, subscribe

AppOf = Callable[..., App]
NOON = at("12:00")


@pytest.fixture
def app(app_of: AppOf, dc: DiscordServer) -> App:
    made = app_of(now=lambda: NOON)
    given = Settings(token=dc.token, api_base=dc.api_url)
    made.settings = made.settings.model_copy(update={"discord": given})
    return made


async def delivered(app: App) -> post.Round:
    """What is due is made and sent, as `paperboy deliver` does it."""
    return await post.once(app, [Discord(Pace(UNPACED))], None, due=True)


async def test_a_channel_gets_the_digest_with_its_papers_to_choose_from(dc: DiscordServer, app: App) -> None:
    library(app.folder.db, at("08:30"))
    subscribe(app.folder.db, dc.channel_id, front="discord")
    assert (await delivered(app)).sent == 1
    (message,) = dc.messages(dc.channel_id)
    assert message["embeds"][0]["title"].startswith("Daily Papers")
    assert "SkyLar" in shown(message)
    assert pressable(message)["1"][1].startswith("/paper ")
    assert not any(dc.world.journal.counts[code] for code in ("400", "401", "403", "404", "429"))


async def test_a_digest_waits_in_the_form_in_which_it_is_sent(dc: DiscordServer, app: App) -> None:
    picture = "https://cdn.example.org/thumbnail.png"
    first, *others = (one for one in LIBRARY if one.paper.day == DAY)
    papers.save(app.folder.db, [replace(first, paper=replace(first.paper, thumbnail=picture)), *others])
    settle(app.folder.db, DAY, at("08:30"))
    subscribe(app.folder.db, dc.channel_id, front="discord")
    assert delivery.make(app, Discord(Pace(UNPACED))) == 1
    waiting = decode(app.folder.db.value("SELECT content FROM contents"))
    form = json.loads(waiting.form)
    assert (await delivered(app)).sent == 1
    (message,) = dc.messages(dc.channel_id)
    assert [one["description"] for one in message["embeds"]] == [one["description"] for one in form["embeds"]]
    assert message["embeds"][0]["thumbnail"]["url"] == picture
    (menu,) = message["components"][0]["components"]
    assert [one["value"] for one in menu["options"]] == [action for _, action, _ in form["rows"][0]["choices"]]
    assert "SkyLar" in "".join(one["label"] for one in menu["options"])
    assert menu["options"][0]["description"]


async def test_every_kind_of_channel_gets_it_without_a_gateway(dc: DiscordServer, app: App) -> None:
    library(app.folder.db, at("08:30"))
    direct = await dc.open_dm()
    for channel in (dc.channel_id, dc.news_id, dc.forum_id, direct):
        subscribe(app.folder.db, channel, front="discord")
    assert (await delivered(app)).sent == 4
    assert dc.messages(dc.news_id)[0]["flags"] & 1
    (thread,) = [one for one in dc.world.channels.values() if one.parent_id == dc.forum_id]
    assert thread.name.startswith("Daily Papers")
    assert (await delivered(app)).sent == 0


async def test_all_parts_of_a_digest_are_in_one_post_of_a_forum(dc: DiscordServer, app: App) -> None:
    forum = subscribe(app.folder.db, dc.forum_id, front="discord")
    folds = [Fold(f"Paper {n}", (Para("word " * 800),)) for n in range(4)]
    parts = Discord().parts(Doc(Title("Daily Papers"), Para("Four."), *folds), (), None, languages.load("en"))
    Outbox(app.folder.db).put(DAY, [Made(list(map(encode, parts)), [forum.id])], NOON)
    assert (await delivered(app)).sent == len(parts) == 4
    (thread,) = [one for one in dc.world.channels.values() if one.parent_id == dc.forum_id]
    titles = [[embed["title"] for embed in one["embeds"]] for one in dc.messages(thread.id)]
    assert titles == [["Daily Papers", "Paper 0"], ["Paper 1"], ["Paper 2"], ["Paper 3"]]


async def test_what_an_earlier_version_left_in_the_outbox_is_sent(dc: DiscordServer, app: App) -> None:
    forum = subscribe(app.folder.db, dc.forum_id, front="discord")
    button = '[["1", "/paper 3105.00005", ""]]'
    texts = ("**Daily Papers**\\n\\nOne", "Two", "Three")
    left = [f'{{"buttons": [{button}], "talk": "", "text": "{text}"}}' for text in texts]
    Outbox(app.folder.db).put(DAY, [Made(left, [forum.id])], NOON)
    assert (await delivered(app)).sent == 3
    (thread,) = [one for one in dc.world.channels.values() if one.parent_id == dc.forum_id]
    assert [shown(one) for one in dc.messages(thread.id)] == ["Daily Papers\nOne", "Two", "Three"]
    assert pressable(dc.messages(thread.id)[2])["1"]


async def test_a_picture_is_in_the_message_that_it_belongs_to(dc: DiscordServer, app: App) -> None:
    forum = subscribe(app.folder.db, dc.forum_id, front="discord")
    channel = subscribe(app.folder.db, dc.channel_id, front="discord")
    parts = [encode(Part("**Week**\n\nA lot", picture=PNG)), encode(Part("The list"))]
    Outbox(app.folder.db).put(DAY, [Made(parts, [forum.id, channel.id])], NOON)
    assert (await delivered(app)).sent == 4
    (thread,) = [one for one in dc.world.channels.values() if one.parent_id == dc.forum_id]
    for messages in (dc.messages(dc.channel_id), dc.messages(thread.id)):
        picture, listed = messages
        (attached,) = picture["attachments"]
        assert (attached["filename"], attached["size"]) == ("chart.png", len(PNG))
        assert picture["embeds"][0]["image"]["url"] == "attachment://chart.png"
        assert listed["attachments"] == []


async def test_a_running_bot_delivers(dc: DiscordServer, app: App, on_discord: Talking) -> None:
    library(app.folder.db, at("08:30"))
    subscribe(app.folder.db, dc.channel_id, front="discord")
    async with on_discord(app) as talk:
        serving = asyncio.create_task(post.serve(app, talk.front))
        await until(lambda: dc.messages(dc.channel_id))
        await until(lambda: deliveries.counts(app.folder.db)["sent"] == 1)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    assert len(dc.messages(dc.channel_id)) == 1


async def test_a_send_that_fails_after_it_was_done_is_there_once(dc: DiscordServer, app: App) -> None:
    library(app.folder.db, at("08:30"))
    subscribe(app.folder.db, dc.channel_id, front="discord")
    dc.fail("POST /channels/*/messages", "500", act=True)
    assert (await delivered(app)).sent == 1
    assert len(dc.messages(dc.channel_id)) == 1


async def test_what_is_not_wanted_any_more_is_not_sent(dc: DiscordServer, app: App) -> None:
    async with Discord(Pace(UNPACED)).sending(app) as deliver:
        await deliver(Chat("discord", dc.channel_id), Part("hello"), lambda: False)
    assert dc.messages(dc.channel_id) == []


async def test_a_closed_channel_is_paused_and_its_threads_go_on(dc: DiscordServer, app: App) -> None:
    library(app.folder.db, at("08:30"))
    (told,) = app.notices.listen("discord", ["42"])
    await dc.set_permissions(dc.channel_id, deny=["send_messages"])
    subscribe(app.folder.db, dc.channel_id, front="discord")
    subscribe(app.folder.db, dc.channel_id, front="discord", thread="77")
    async with Discord(Pace(UNPACED)).sending(app) as deliver:
        outcome = await deliver(Chat("discord", dc.channel_id), Part("hello"), lambda: True)
    assert isinstance(outcome, Refused)
    assert (outcome.shut, outcome.alone) == (True, True)
    assert chats.get(app.folder.db, "discord", dc.channel_id).paused
    assert not chats.get(app.folder.db, "discord", dc.channel_id, "77").paused
    assert [notice.kind for notice in told.waiting(app.now())] == ["paused"]


async def shut(dc: DiscordServer, app: App, how: str) -> tuple[str, str]:
    """A channel and a thread of it ("" for none) to which nothing can be sent."""
    if how in ("50001", "50013"):
        await dc.set_permissions(dc.channel_id, deny=["view_channel" if how == "50001" else "send_messages"])
    elif how == "10003":
        gone = await dc.add_channel("short-lived")
        await dc.remove_channel(gone)
        return gone, ""
    elif how == "50007":
        dc.close_dms()
        return await dc.open_dm(), ""
    elif how == "kicked":
        await dc.remove_guild(dc.guild_id)
    else:
        async with Discord(Pace(UNPACED)).sending(app) as deliver:
            made = await deliver(Chat("discord", dc.forum_id), Part("hello"), lambda: True)
        assert isinstance(made, Sent)
        await dc.archive_thread(made.message)
        return dc.forum_id, made.message
    return dc.channel_id, ""


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        pytest.param("50001", "(50001)", id="a channel that the bot can't see"),
        pytest.param("50013", "(50013)", id="a channel where it may not write"),
        pytest.param("10003", "(10003)", id="a channel that is gone"),
        pytest.param("50007", "(50007)", id="a person who takes no direct messages"),
        pytest.param("archived", "(50083)", id="a thread that is archived and locked"),
        pytest.param("kicked", "(50001)", id="a guild that put the bot out"),
    ],
)
async def test_a_chat_that_can_be_sent_nothing_is_paused_and_kept_and_the_others_get_theirs(
    dc: DiscordServer, app: App, how: str, reason: str
) -> None:
    library(app.folder.db, at("08:30"))
    other = await dc.open_dm(await dc.add_user("other"))
    channel, thread = await shut(dc, app, how)
    (told,) = app.notices.listen("discord", ["42"])
    subscribe(app.folder.db, channel, front="discord", thread=thread)
    subscribe(app.folder.db, other, front="discord")
    done = await delivered(app)
    assert (done.sent, done.failed) == (1, 1)
    kept = chats.get(app.folder.db, "discord", channel, thread)
    assert subscriptions.of_chat(app.folder.db, kept)
    assert reason in kept.paused
    assert len(dc.messages(other)) == 1
    assert [notice.kind for notice in told.waiting(app.now())] == ["paused"]
    asked = dc.world.journal.counts["403"] + dc.world.journal.counts["404"] + dc.world.journal.counts["400"]
    assert (await delivered(app)).failed == 1
    after = dc.world.journal.counts["403"] + dc.world.journal.counts["404"] + dc.world.journal.counts["400"]
    assert after == asked, "it is not asked again"


async def test_an_operator_is_written_to_in_private(dc: DiscordServer, app: App) -> None:
    operators = (int(dc.user_id),)
    settings = app.settings.discord.model_copy(update={"operators": operators})
    app.settings = app.settings.model_copy(update={"discord": settings})
    front = Discord(Pace(UNPACED))
    (operator,) = front.operators(app)
    async with front.sending(app) as deliver:
        assert isinstance(await deliver(Chat("discord", operator), Part("A chat is paused."), lambda: True), Sent)
    assert [shown(one) for one in dc.messages(await dc.open_dm())] == ["A chat is paused."]


async def test_a_refused_token_is_said(app: App) -> None:
    settings = app.settings.discord.model_copy(update={"token": Settings(token="wrong").token})
    app.settings = app.settings.model_copy(update={"discord": settings})
    with pytest.raises(FrontRefused, match="token"):
        await delivered(app)


async def test_without_a_network_all_is_left_for_later(app: App) -> None:
    library(app.folder.db, at("08:30"))
    settings = app.settings.discord.model_copy(update={"api_base": "http://127.0.0.1:9"})
    app.settings = app.settings.model_copy(update={"discord": settings})
    subscribe(app.folder.db, "5", front="discord")
    front = Discord(Pace(UNPACED))
    async with front.sending(app) as deliver:
        outcome = await deliver(Chat("discord", "5"), Part("hello"), lambda: True)
    assert "not connected" in outcome.reason  # type: ignore[union-attr]


async def test_who_answers_a_message_of_which_nothing_is_known_means_the_paper_that_it_links(
    dc: DiscordServer, app_of: AppOf, on_discord: Talking
) -> None:
    app = app_of(LIBRARY)
    async with on_discord(app, threads=False) as talk:
        async with talk.front.sending(app) as deliver:
            part = Part("https://arxiv.org/abs/3105.00003")
            sent = await deliver(Chat("discord", dc.channel_id), part, lambda: True)
        assert isinstance(sent, Sent)
        await dc.say(dc.channel_id, f"<@{dc.world.bot_id}> how do I use it?", reply_to=sent.message)
        await until(lambda: len(dc.messages(dc.channel_id)) == 3)
    assert "TouchPilot" in shown(dc.messages(dc.channel_id)[-1])


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_paper_may_be_fetched_where_the_settings_say_so(
    dc: DiscordServer, app: App, on_discord: Talking, writing: Writing, allowed: bool
) -> None:
    async with on_discord(app, fetch_unknown=allowed):
        await dc.slash("help", wait="acknowledged")
        await until(lambda: writing.calls)
        writing.say("Done.")
    assert writing.calls[0].request.may_fetch == allowed
