"""The command menu, and who counts as an administrator, through the strict server."""

from collections.abc import Callable

import pytest

from bot import commands
from bot.app import App
from tests.bot.fronts.conftest import Talking
from tests.fakes.telegram_server import TelegramServer
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

ME, BOSS, GROUP = 77, 99, -100500


@pytest.fixture
def app(app_of: AppOf) -> App:
    return app_of(LIBRARY)


async def menus(tg: TelegramServer, app: App, talking: Talking, wanted: int, **settings: object) -> int:
    """How many menus a start tells Telegram, once it has told `wanted` or answered somebody."""
    before = len(tg.calls("setMyCommands"))
    async with talking(app, **settings):
        await tg.until(lambda: len(tg.calls("setMyCommands")) >= before + wanted)
        said = len(tg.messages(ME))
        tg.say(ME, "/help")
        await tg.wait(ME, said + 1)
    return len(tg.calls("setMyCommands")) - before


async def test_every_language_has_its_menu(tg: TelegramServer, app: App, talking: Talking) -> None:
    assert await menus(tg, app, talking, 9) == 9
    for code, lang in (("", "zh"), ("zh", "zh"), ("en", "en")):
        shown = [(row["command"], row["description"]) for row in tg.my_commands("default", code)]
        assert shown == list(commands.menu(lang))  # type: ignore[arg-type]
    assert {call.outcome for call in tg.calls("setMyCommands")} == {"ok"}


async def test_a_menu_that_has_not_changed_is_not_told_again(tg: TelegramServer, app: App, talking: Talking) -> None:
    await menus(tg, app, talking, 9)
    assert await menus(tg, app, talking, 0) == 0


async def test_in_groups_the_menu_is_what_its_reader_may_do(tg: TelegramServer, app: App, talking: Talking) -> None:
    await menus(tg, app, talking, 9)
    shown = {scope: {row["command"] for row in tg.my_commands(scope, "en")}
             for scope in ("all_group_chats", "all_chat_administrators", "default")}  # fmt: skip
    assert shown["all_chat_administrators"] - shown["all_group_chats"] == {"subscribe", "unsubscribe"}
    assert shown["default"] == shown["all_chat_administrators"]


async def test_who_is_no_operator_any_more_loses_the_menu(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(BOSS)
    await menus(tg, app, talking, 12, operators=(BOSS,))
    assert tg.my_commands(f"chat:{BOSS}", "en")
    async with talking(app):
        await tg.until(lambda: len(tg.calls("deleteMyCommands")) == 3)
        await tg.until(lambda: not tg.my_commands(f"chat:{BOSS}", "en"))


async def test_an_operator_has_a_longer_menu(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(BOSS)
    await menus(tg, app, talking, 12, operators=(BOSS,))
    names = {row["command"] for row in tg.my_commands(f"chat:{BOSS}", "en")}
    assert names - {row["command"] for row in tg.my_commands("default", "en")} == {"admin"}


async def test_an_operator_who_never_wrote_is_no_obstacle(tg: TelegramServer, app: App, talking: Talking) -> None:
    await menus(tg, app, talking, 12, operators=(BOSS,))
    assert tg.my_commands("default", "en")
    tg.add_chat(BOSS)
    assert await menus(tg, app, talking, 3, operators=(BOSS,)) == 3


async def test_only_administrators_subscribe_a_group(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.add_chat(GROUP)
    tg.set_role(GROUP, 11, "administrator")
    tg.set_role(GROUP, 13, "member")
    async with talking(app):
        tg.say(GROUP, "/subscribe", user=13)
        (refused,) = await tg.wait(GROUP)
        tg.say(GROUP, "/subscribe", user=11)
        accepted = (await tg.wait(GROUP, 2))[-1]
    assert "administrators" in refused.text
    assert "administrators" not in accepted.text


async def test_a_role_is_asked_once_a_minute(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        for n in range(1, 4):
            tg.say(GROUP, "/settings", user=13)
            await tg.wait(GROUP, n)
    assert len(tg.calls("getChatAdministrators")) == 1


async def test_an_operator_sees_the_admin_page_and_nobody_else(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app, operators=(BOSS,)):
        tg.say(ME, "/admin")
        (refused,) = await tg.wait(ME)
        tg.say(BOSS, "/admin")
        (page,) = await tg.wait(BOSS)
    assert "/admin" in refused.text
    assert page.text != refused.text


async def test_where_nobody_tells_who_administers_it_is_said_so(tg: TelegramServer, app: App, talking: Talking) -> None:
    tg.fault("500", "getChatAdministrators", times=None)
    async with talking(app):
        tg.say(GROUP, "/subscribe", user=11)
        (message,) = await tg.wait(GROUP)
    assert "couldn't find out" in message.text


async def test_what_everybody_may_do_asks_for_no_role(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app):
        for n, text in enumerate(("/help", "/paper 3105.00003", "@fake_bot robots?"), 1):
            tg.say(GROUP, text, user=13)
            await tg.wait(GROUP, n)
    assert tg.calls("getChatAdministrators") == []


async def test_the_operators_page_is_for_private_chats(tg: TelegramServer, app: App, talking: Talking) -> None:
    async with talking(app, operators=(BOSS,)):
        tg.say(GROUP, "/admin", user=BOSS)
        (message,) = await tg.wait(GROUP)
    assert "in private" in message.text
