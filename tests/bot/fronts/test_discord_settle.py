"""Finding out on Discord what became of a part: what the channel shows, to who may read it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot import lang as languages
from bot.app import App
from bot.buttons import row
from bot.config import Discord as Settings
from bot.doc import Doc, Para, Title
from bot.fronts.discord import Discord
from bot.fronts.pace import Pace
from bot.outgoing import Absent, Arrived, CantTell, Carrier, NotSent, Part, Sent, Verdict, encode
from store.chats import Chat
from store.outbox import Made, Outbox
from tests.bot.fronts.conftest import UNPACED, Talking, shown
from tests.fakes.discord_server import DiscordServer
from tests.makers.papers import DAY
from tests.makers.subscribers import subscribe

AppOf = Callable[..., App]
NOW = datetime.now(UTC)
BUTTONS = row(("useful", "/help"))


@pytest.fixture
def app(app_of: AppOf, dc: DiscordServer) -> App:
    made = app_of(now=lambda: NOW)
    given = Settings(token=dc.token, api_base=dc.api_url)
    made.settings = made.settings.model_copy(update={"discord": given})
    return made


def part(said: str = "Four papers.") -> Part:
    """A digest of one part."""
    doc = Doc(Title("Daily Papers · Wed 7 May 2031"), Para(said))
    (made,) = Discord().parts(doc, BUTTONS, None, languages.load("en"))
    return made


@asynccontextmanager
async def carrying(app: App) -> AsyncIterator[Carrier]:
    """Without a gateway."""
    async with Discord(Pace(UNPACED)).sending(app) as carrier:
        yield carrier


async def send(carrier: Carrier, channel: str, made: Part) -> str:
    outcome = await carrier(Chat("discord", channel), made, lambda: True)
    assert isinstance(outcome, Sent), outcome
    return outcome.message


async def settle(carrier: Carrier, channel: str, made: Part, age_s: float = 600.0, user: str = "") -> Verdict:
    """What is found out of a part that was last sent so long ago."""
    return await carrier.settle(Chat("discord", channel, user=user), made, NOW - timedelta(seconds=age_s))


@pytest.mark.parametrize("gateway", [True, False])
@pytest.mark.parametrize("kind", ["channel", "announcements", "direct"])
async def test_a_message_that_is_there_is_found(
    dc: DiscordServer, app: App, on_discord: Talking, kind: str, gateway: bool
) -> None:
    channel = {"channel": dc.channel_id, "announcements": dc.news_id}.get(kind) or await dc.open_dm()
    async with carrying(app) as carrier:
        message = await send(carrier, channel, part())
        await send(carrier, channel, part("Five papers."))
        await dc.say(channel, "people talk")
        if not gateway:
            assert await settle(carrier, channel, part()) == Arrived(message)
            assert await settle(carrier, channel, part("Six papers.")) == Absent()
    if gateway:
        user = dc.user_id if kind == "direct" else ""
        async with on_discord(app) as talk, talk.front.sending(app) as carrier:
            assert await settle(carrier, channel, part(), user=user) == Arrived(message)
            assert await settle(carrier, channel, part("Six papers."), user=user) == Absent()
    assert len(dc.messages(channel)) == 3


async def test_what_somebody_else_wrote_is_not_it(dc: DiscordServer, app: App) -> None:
    async with carrying(app) as carrier:
        await send(carrier, dc.channel_id, part())
        dc.messages(dc.channel_id)[0]["author"] = dc.world.users[dc.user_id]
        assert await settle(carrier, dc.channel_id, part()) == Absent()


async def test_what_another_part_became_is_not_it(dc: DiscordServer, app: App) -> None:
    db = app.folder.db
    Outbox(db).put(DAY, [Made([encode(part())], [subscribe(db, dc.channel_id, front="discord").id])], NOW)
    (one,) = Outbox(db).waiting("discord", NOW, 9)
    async with carrying(app) as carrier:
        Outbox(db).sent(one.id, await send(carrier, dc.channel_id, part()), NOW)
        assert await settle(carrier, dc.channel_id, part()) == Absent()


async def test_an_empty_channel_that_may_be_read_is_empty(dc: DiscordServer, app: App) -> None:
    async with carrying(app) as carrier:
        assert await settle(carrier, dc.channel_id, part()) == Absent()


@pytest.mark.parametrize(
    ("age_s", "verdict"),
    [
        pytest.param(30.0, Absent, id="Discord remembers its nonce"),
        pytest.param(600.0, CantTell, id="Discord has forgotten its nonce"),
    ],
)
async def test_where_the_history_may_not_be_read_the_nonce_alone_helps(
    dc: DiscordServer, app: App, age_s: float, verdict: type[Verdict]
) -> None:
    await dc.set_permissions(dc.channel_id, deny=["read_message_history"])
    async with carrying(app) as carrier:
        await send(carrier, dc.channel_id, part())
        assert isinstance(await settle(carrier, dc.channel_id, part(), age_s), verdict)
        await send(carrier, dc.channel_id, part())
    assert len(dc.messages(dc.channel_id)) == 1


async def test_a_part_on_which_somebody_pressed_a_button_cannot_be_told(dc: DiscordServer, app: App) -> None:
    async with carrying(app) as carrier:
        await send(carrier, dc.channel_id, part())
        (message,) = dc.messages(dc.channel_id)
        message["embeds"], message["edited_timestamp"] = [{"title": "a paper"}], message["timestamp"]
        assert isinstance(await settle(carrier, dc.channel_id, part()), CantTell)


async def test_more_than_one_page_of_the_history_is_read(dc: DiscordServer, app: App) -> None:
    async with carrying(app) as carrier:
        message = await send(carrier, dc.channel_id, part())
        for _ in range(150):
            await dc.say(dc.channel_id, "people talk")
        assert await settle(carrier, dc.channel_id, part()) == Arrived(message)


@pytest.mark.parametrize("gateway", [True, False])
async def test_a_post_in_a_forum_is_found_among_the_active_threads(
    dc: DiscordServer, app: App, on_discord: Talking, gateway: bool
) -> None:
    async with carrying(app) as carrier:
        post = await send(carrier, dc.forum_id, part())
        if not gateway:
            assert await settle(carrier, dc.forum_id, part()) == Arrived(post)
            assert await settle(carrier, dc.forum_id, part("Six papers.")) == Absent()
    if gateway:
        async with on_discord(app) as talk, talk.front.sending(app) as carrier:
            assert await settle(carrier, dc.forum_id, part()) == Arrived(post)


async def test_a_channel_that_is_gone_cannot_be_told(dc: DiscordServer, app: App) -> None:
    await dc.remove_channel(dc.channel_id)
    async with carrying(app) as carrier:
        assert isinstance(await settle(carrier, dc.channel_id, part()), CantTell)


async def test_without_a_connection_it_is_asked_another_time(dc: DiscordServer, app: App) -> None:
    settings = app.settings.discord.model_copy(update={"api_base": "http://127.0.0.1:9"})
    app.settings = app.settings.model_copy(update={"discord": settings})
    async with carrying(app) as carrier:
        assert isinstance(await settle(carrier, dc.channel_id, part()), NotSent)


async def test_a_message_that_was_sent_can_be_changed(dc: DiscordServer, app: App) -> None:
    async with carrying(app) as carrier:
        here = Chat("discord", dc.channel_id)
        message = await send(carrier, dc.channel_id, part())
        changes = [await carrier.edit(here, one, part("Five papers.")) for one in (message, "99")]
    assert changes == ["edited", "gone"]
    assert "Five papers" in shown(dc.messages(dc.channel_id)[0])
