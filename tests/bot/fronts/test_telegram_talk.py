"""Talking on Telegram, through the strict server: which messages are meant for the bot, and the form of its answers."""

from collections.abc import Callable

import pytest

from bot.app import App
from tests.bot.fronts.conftest import Talking
from tests.fakes.telegram_server import TelegramServer, buttons_of
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

ME, OTHER = 77, 78
GROUP, FORUM, CHANNEL = -100500, -100600, -100700
QUESTION = "which papers are about video generation?"
LISTING, HELP = "2 papers about video generation", "What I do"


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


async def test_in_private_any_text_is_answered(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        tg.say(ME, QUESTION)
        (message,) = await tg.wait(ME)
    assert message.text.startswith(LISTING)
    assert message.options["link_preview_options"] == {"is_disabled": True}
    assert "text_link" in {entity["type"] for entity in message.entities}


async def test_a_sign_of_life_comes_first(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        tg.say(ME, QUESTION)
        await tg.wait(ME)
    calls = [call.method for call in tg.calls() if call.method in ("sendChatAction", "sendMessage")]
    assert calls == ["sendChatAction", "sendMessage"]


async def test_the_answer_is_in_the_askers_language(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(ME)
    tg.add_user(ME, language="zh-hans")
    async with talking(app):
        tg.say(ME, "/help")
        (message,) = await tg.wait(ME)
    assert HELP not in message.text


async def test_messages_of_one_chat_are_answered_in_order(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        for text in ("/help", "/paper 3105.00003", "/help", QUESTION):
            tg.say(ME, text)
        messages = await tg.wait(ME, 4)
    beginnings = (HELP, "TouchPilot", HELP, LISTING)
    assert [message.text.startswith(words) for message, words in zip(messages, beginnings, strict=True)] == [True] * 4


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("@fake_bot /help", id="a mention before a command"),
        pytest.param("@Fake_Bot which papers are about video generation?", id="a mention"),
        pytest.param("which papers, @fake_bot, are about video generation?", id="a mention in the middle"),
        pytest.param("/ask which papers are about video generation?", id="/ask"),
        pytest.param("/help@fake_bot", id="a command to this bot"),
        pytest.param("/HELP@FAKE_BOT", id="a command in capitals"),
        pytest.param("/今日", id="a command by its Chinese name"),
        pytest.param("/幫助@fake_bot", id="one in traditional characters"),
    ],
)
async def test_in_a_group_this_is_meant_for_the_bot(tg: TelegramServer, app: App, talking: Talking, text: str) -> None:
    tg.privacy = False  # with it Telegram itself keeps back what is no command in Latin letters
    async with talking(app):
        asked = tg.say(GROUP, text)
        (message,) = await tg.wait(GROUP)
    assert message.reply_to == asked
    assert message.text.startswith((HELP, LISTING, "Daily Papers"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("which papers are about video generation?", id="a question to somebody"),
        pytest.param("/help@other_bot", id="another bot's command"),
        pytest.param("/weather Oslo", id="a command that only another bot can know"),
        pytest.param("/天气 奥斯陆", id="one in Chinese"),
        pytest.param("@fake_bot_2 hello", id="a mention of a longer name"),
        pytest.param("mail me@fake_bot.org", id="an address"),
    ],
)
async def test_in_a_group_this_is_not(tg: TelegramServer, app: App, talking: Talking, text: str) -> None:
    tg.privacy = False  # the bot sees it all
    async with talking(app):
        tg.say(GROUP, text)
        asked = tg.say(GROUP, "/help")
        (message,) = await tg.wait(GROUP)
        assert message.reply_to == asked
    assert len(tg.messages(GROUP)) == 1


async def test_in_a_group_a_reply_to_the_bot_is_a_question(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        tg.say(GROUP, "/paper 3105.00003")
        (paper,) = await tg.wait(GROUP)
        asked = tg.say(GROUP, "which papers are about video generation?", reply_to=paper.id)
        answer = (await tg.wait(GROUP, 2))[-1]
    assert (answer.reply_to, answer.text.startswith(LISTING)) == (asked, True)


async def test_a_mention_under_a_link_asks_about_the_link(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        link = tg.say(GROUP, "https://arxiv.org/abs/3105.00003v2", user=OTHER)
        tg.say(GROUP, "@fake_bot", reply_to=link)
        (message,) = await tg.wait(GROUP)
    assert message.text.startswith("TouchPilot")


async def test_a_topic_is_answered_in_the_topic(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(FORUM, "forum")
    topic = tg.add_topic(FORUM)
    async with talking(app):
        tg.say(FORUM, "/help", thread=topic)
        (message,) = await tg.wait(FORUM)
    assert message.thread_id == topic


async def test_what_opens_a_topic_is_nobodys_question(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(FORUM, "forum")
    tg.privacy = False
    topic = tg.add_topic(FORUM, user=tg.bot.id)  # the bot's own message, which every one in the topic seems to answer
    async with talking(app):
        tg.say(FORUM, "hello everybody", thread=topic)
        asked = tg.say(FORUM, "/help", thread=topic)
        await tg.wait(FORUM, 2)
    assert [message.reply_to for message in tg.messages(FORUM) if message.kind == "text"] == [asked]


async def test_a_channels_post_is_a_command_of_its_administrators(
    tg: TelegramServer, app: App, talking: Talking
) -> None:
    tg.add_chat(CHANNEL, "channel")
    async with talking(app):
        tg.say(CHANNEL, "Good morning")
        tg.say(CHANNEL, "/help")
        (message,) = await tg.wait(CHANNEL)
        tg.say(CHANNEL, "/subscribe")
        subscribed = (await tg.wait(CHANNEL, 2))[-1]
    assert message.text.startswith("我能做的事")  # nobody's client tells a language: the host's
    assert "管理员" not in subscribed.text


async def test_a_deep_link_opens_its_paper(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        tg.start(ME, "p3105_00003")
        (message,) = await tg.wait(ME)
    assert message.text.startswith("TouchPilot")


@pytest.mark.parametrize(
    "link",
    [
        "https://arxiv.org/abs/3105.00003",
        "https://arxiv.org/pdf/3105.00003v1",
        "https://huggingface.co/papers/3105.00003",
        "https://www.alphaxiv.org/abs/3105.00003",
    ],
)
async def test_a_papers_link_is_explained(tg: TelegramServer, app: App, talking: Talking, link: str) -> None:
    async with talking(app):
        tg.say(ME, link)
        (message,) = await tg.wait(ME)
    assert message.text.startswith("TouchPilot")


async def test_a_button_changes_its_message_in_place(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        tg.say(ME, QUESTION)
        (listing,) = await tg.wait(ME)
        query = tg.click(ME, label="1")
        await tg.until(lambda: not tg.messages(ME)[-1].text.startswith(LISTING))
    assert [message.id for message in tg.messages(ME)] == [listing.id]
    assert [answer["query"] for answer in tg.answers()] == [query]
    names = [call.method for call in tg.calls()]
    assert names.index("answerCallbackQuery") < names.index("editMessageText")


async def test_a_button_pressed_twice_is_no_error(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        tg.say(ME, QUESTION)
        await tg.wait(ME)
        tg.click(ME, label="1")
        tg.click(ME, label="1")
        await tg.until(lambda: len(tg.calls("editMessageText")) == 2 and tg.calls("editMessageText")[1].outcome)
        await tg.until(lambda: tg.calls("editMessageText")[1].outcome != "pending")
    assert "not modified" in tg.calls("editMessageText")[1].outcome
    assert len(tg.messages(ME)) == 1


async def test_a_button_on_a_message_that_is_gone_gets_a_new_one(
    tg: TelegramServer, app: App, talking: Talking
) -> None:
    async with talking(app):
        tg.say(ME, QUESTION)
        (listing,) = await tg.wait(ME)
        tg.click(ME, label="1")
        listing.deleted = True
        (paper,) = await tg.wait(ME)
    assert paper.id != listing.id


async def test_a_file_comes_as_a_document(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        tg.say(ME, "/report 2031-05-06")
        await tg.until(lambda: any(message.kind == "document" for message in tg.messages(ME)))
    (file,) = [message.upload for message in tg.messages(ME) if message.kind == "document"]
    assert file is not None
    assert file.name.endswith(".md")
    assert b"ReelForge" in file.content


async def test_every_buttons_action_fits(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        for text in ("/today", QUESTION, "/settings", "/paper 3105.00003", "/top"):
            before = len(tg.messages(ME))
            tg.say(ME, text)
            await tg.wait(ME, before + 1)
    shown = [button for message in tg.messages(ME) for button in buttons_of(message.markup)]
    assert shown
    assert {call.outcome for call in tg.calls("sendMessage")} == {"ok"}


async def test_a_picture_without_words_is_told_what_to_send(tg: TelegramServer, app: App, talking: Talking) -> None:
    chat = tg.add_chat(ME)
    sticker = {"file_id": "s", "file_unique_id": "s", "width": 1, "height": 1, "is_animated": False,
               "is_video": False, "type": "regular"}  # fmt: skip
    async with talking(app):
        tg.push(
            "message",
            {"message_id": 5, "date": 1, "chat": chat.json(), "from": tg.users[ME].json(), "sticker": sticker},
        )
        (message,) = await tg.wait(ME)
    assert "/today" in message.text
