"""Inline mode: what somebody writes after @bot in any chat offers papers to send there."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from bot.app import App
from bot.config_talk import Limits
from store import chats
from store.chats import Chat
from store.types import Entry
from tests.bot.fronts.conftest import FREE, TOKEN, Talking
from tests.fakes.telegram_inline import InlineServer
from tests.fakes.telegram_server import Json
from tests.makers.papers import LIBRARY, about, paper, summary

AppOf = Callable[..., App]

ME = 77


@pytest.fixture
async def tg() -> AsyncIterator[InlineServer]:
    async with InlineServer(token=TOKEN, limits=FREE) as server:
        yield server


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


async def offered(tg: InlineServer, words: str) -> list[Json]:
    tg.write(ME, "1", words)
    await tg.until(lambda: "1" in tg.api.offered)
    return tg.api.offered["1"]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        pytest.param("video generation", "3105.00002", id="a topic"),
        pytest.param("GUI智能体", "3105.00003", id="a topic in Chinese"),
        pytest.param("3105.00004", "3105.00004", id="an id"),
        pytest.param("https://arxiv.org/abs/3105.00004v2", "3105.00004", id="a link"),
        pytest.param("Rainmaker", "3105.00008", id="a title"),
        pytest.param("", "3105.00005", id="nothing yet: the newest day"),
    ],
)
async def test_papers_are_offered_for(tg: InlineServer, app: App, talking: Talking, words: str, first: str) -> None:
    async with talking(app):
        results = await offered(tg, words)
    assert results[0]["id"] == first
    assert results[0]["title"] in results[0]["input_message_content"]["message_text"]


async def test_offers_are_in_the_language_that_the_asker_chose(tg: InlineServer, app: App, talking: Talking) -> None:
    now = datetime(2031, 5, 7, 12, tzinfo=UTC)
    chats.save(app.folder.db, Chat("telegram", str(ME), lang="zh"), now)
    async with talking(app):
        results = await offered(tg, "3105.00004")
    assert "用3D高斯泼溅重建花园。" in results[0]["input_message_content"]["message_text"]


async def test_a_topic_offers_what_a_question_lists_beside_titles(
    tg: InlineServer, app_of: AppOf, talking: Talking
) -> None:
    titled = about(9, "Video Generation in Titles", en="Nothing else.")
    async with talking(app_of([*LIBRARY, titled])):
        results = await offered(tg, "video generation")
    assert {one["id"] for one in results} == {"3105.00001", "3105.00002", "3105.00009"}


async def test_what_is_sent_leads_back_to_the_bot(tg: InlineServer, app: App, talking: Talking) -> None:
    async with talking(app):
        results = await offered(tg, "Rainmaker")
    buttons = [button for row in results[0]["reply_markup"]["inline_keyboard"] for button in row]
    assert [button["url"].rpartition("?")[2] for button in buttons] == ["start=p3105_00008"]


async def test_words_about_nothing_offer_nothing(tg: InlineServer, app: App, talking: Talking) -> None:
    async with talking(app):
        assert await offered(tg, "medieval falconry treaties") == []


async def test_what_is_sent_has_no_preview(tg: InlineServer, app: App, talking: Talking) -> None:
    async with talking(app):
        (result,) = await offered(tg, "3105.00004")
    assert result["input_message_content"]["link_preview_options"] == {"is_disabled": True}


async def test_an_empty_store_offers_nothing(tg: InlineServer, app_of: AppOf, talking: Talking) -> None:
    async with talking(app_of()):
        assert await offered(tg, "video") == []


async def test_of_many_letters_the_last_word_is_answered(tg: InlineServer, app: App, talking: Talking) -> None:
    async with talking(app):
        for n, words in enumerate(("v", "vi", "vid", "video", "video g", "video generation")):
            tg.write(ME, str(n), words)
        await tg.until(lambda: "5" in tg.api.offered)
    assert len(tg.calls("answerInlineQuery")) < 6


async def test_who_writes_too_much_is_offered_nothing_for_a_while(tg: InlineServer, app: App, talking: Talking) -> None:
    app.settings = app.settings.model_copy(update={"limits": Limits(per_user_minute=2)})
    async with talking(app):
        for n in range(1, 4):
            tg.write(ME, str(n), "video generation")
            await tg.until(lambda n=n: str(n) in tg.api.offered)
        tg.say(ME, "/help")  # what is asked in earnest is counted for itself
        (answer,) = await tg.wait(ME)
    assert [bool(tg.api.offered[str(n)]) for n in range(1, 4)] == [True, True, False]
    assert answer.text.startswith("What I do")


async def test_a_paper_that_is_longer_than_a_message_is_sent_in_brief(
    tg: InlineServer, app_of: AppOf, talking: Talking
) -> None:
    long = "A sentence about what this does, with detail. " * 100
    app = app_of(
        [
            Entry(paper("3105.00001"), (summary("en", "3105.00001", contribution="Short and good.", usage=long),)),
            *LIBRARY[1:],
        ]
    )
    async with talking(app):
        (result,) = await offered(tg, "3105.00001")
    text = result["input_message_content"]["message_text"]
    assert "Short and good." in text
    assert "A sentence" not in text
