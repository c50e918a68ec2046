"""A round-up on both platforms, against the strict servers: the chart above its text, then the papers."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot import post
from bot.app import App
from bot.config import Discord as DiscordSettings
from bot.config import Telegram as TelegramSettings
from bot.fronts.discord import Discord
from bot.fronts.pace import Pace
from bot.fronts.telegram import Telegram
from store import deliveries
from tests.bot.fronts.conftest import UNPACED, pressable, shown
from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.makers.papers import DAY, about
from tests.makers.subscribers import at, settle, subscribe

AppOf = Callable[..., App]
TUESDAY = datetime(2031, 5, 13, 9, tzinfo=UTC)  # by then the Sunday before is given up
TEXTS = {"en": "A video generation model.", "zh": "一种视频生成模型。"}


@pytest.fixture
def app(app_of: AppOf) -> App:
    made = app_of([about(n, f"Reel{n}", upvotes=n, **TEXTS) for n in range(1, 13)], now=lambda: TUESDAY)
    settle(made.folder.db, DAY, at("08:30"))
    return made


async def test_telegram_gets_a_photo_with_a_caption_and_a_message(tg: TelegramServer, app: App) -> None:
    given = TelegramSettings(token=tg.token, api_base=tg.url)
    app.settings = app.settings.model_copy(update={"telegram": given})
    for chat, lang in ((77, "en"), (-100700, "zh")):
        tg.add_chat(chat)
        subscribe(app.folder.db, chat, rhythm=("weekly",), lang=lang)
    await post.once(app, [Telegram(Pace(UNPACED))], None, due=True)
    for chat, title in ((77, "The week · 5–11 May 2031"), (-100700, "一周回顾 · 2031 年 5 月 5–11 日")):
        photo, papers = tg.messages(chat)
        assert photo.upload is not None
        assert (photo.kind, photo.upload.content[:4], papers.kind) == ("photo", b"\x89PNG", "text")
        assert photo.text.splitlines()[0] == title
        assert papers.markup is not None
    assert {one.state for one in deliveries.listed(app.folder.db)} == {"sent"}


async def test_discord_gets_both_as_embeds_the_chart_attached(dc: DiscordServer, app: App) -> None:
    given = DiscordSettings(token=dc.token, api_base=dc.api_url)
    app.settings = app.settings.model_copy(update={"discord": given})
    for channel in (dc.channel_id, dc.forum_id):
        subscribe(app.folder.db, channel, front="discord", rhythm=("weekly",))
    await post.once(app, [Discord(Pace(UNPACED))], None, due=True)
    (thread,) = [one for one in dc.world.channels.values() if one.parent_id == dc.forum_id]
    assert thread.name == "The week · 5–11 May 2031"
    for channel in (dc.channel_id, thread.id):
        chart, papers = dc.messages(channel)
        (attached,) = chart["attachments"]
        assert chart["embeds"][0]["image"]["url"] == f"attachment://{attached['filename']}"
        assert chart["embeds"][0]["title"] == "The week · 5–11 May 2031"
        assert "Reel12" in shown(papers)
        assert pressable(papers)["1"][1] == "/paper 3105.00012"
    assert {one.state for one in deliveries.listed(app.folder.db)} == {"sent"}
