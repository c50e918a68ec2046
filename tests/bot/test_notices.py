"""What operators are told: once a day for each kind and chat, in their language, and never at anybody's cost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import notices
from bot.app import App
from bot.notices import MOST_A_DAY
from bot.outgoing import NotSent, Refused
from store import chats
from store.chats import Chat
from tests.fakes.platform import Platform
from tests.makers.subscribers import at

AppOf = Callable[..., App]


class Clock:
    def __init__(self) -> None:
        self.at = at("12:00")

    def __call__(self):
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app_of: AppOf, clock: Clock) -> App:
    return app_of(now=clock, languages=("en", "zh"))


@asynccontextmanager
async def passing_on(app: App, platform: Platform, *, all_of_it: bool = True) -> AsyncIterator[None]:
    """Notices are passed on; (`all_of_it`) those that were told by the end of the block have been."""
    outlets = app.notices.listen(platform.name, platform.operators(app))
    async with platform.sending(app) as deliver:
        tasks = [asyncio.create_task(notices.pass_on(app, platform, deliver, outlet)) for outlet in outlets]
        yield
        async with asyncio.timeout(10):
            while all_of_it and any(outlet.waiting(app.now()) for outlet in outlets):
                await asyncio.sleep(0.001)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def tell(app: App, chat: str = "telegram 7") -> None:
    app.notices.tell("paused", chat, chat=chat, reason="Forbidden: bot was blocked")


async def test_every_operator_is_told(app: App) -> None:
    platform = Platform(operators=("42", "43"))
    async with passing_on(app, platform):
        tell(app)
    told = "telegram 7 gets no more digests: it is paused. Forbidden: bot was blocked"
    assert [(chat, part.text) for chat, part in platform.arrived] == [("42", told), ("43", told)]


async def test_an_operator_is_told_in_the_language_that_they_chose(app: App) -> None:
    chats.save(app.folder.db, Chat("telegram", "42", lang="zh"), app.now())
    platform = Platform(operators=("42",))
    async with passing_on(app, platform):
        tell(app)
    assert platform.to(42)[0].text.startswith("telegram 7 已暂停")


async def test_the_same_is_told_once_a_day_even_by_another_process(app: App, clock: Clock) -> None:
    platform = Platform(operators=("42",))
    async with passing_on(app, platform):
        tell(app)
        tell(app)
        tell(app, "telegram 8")
    del app.__dict__["notices"]
    async with passing_on(app, platform):
        tell(app)
        clock.at += timedelta(days=1)
        tell(app)
    assert [part.text.split()[1] for part in platform.to(42)] == ["7", "8", "7"]


async def test_a_day_has_so_many_notices_and_no_more(app: App) -> None:
    platform = Platform(operators=("42",))
    with capture_logs() as logged:
        async with passing_on(app, platform):
            for n in range(3 * MOST_A_DAY):
                tell(app, f"telegram {n}")
    assert len(platform.arrived) == MOST_A_DAY
    assert len([line for line in logged if line["event"] == "operator"]) == 3 * MOST_A_DAY


async def test_who_cannot_be_written_to_is_left_alone_and_it_is_logged(app: App) -> None:
    platform = Platform(operators=("42", "43"))
    platform.answers("42", Refused("bot can't initiate conversation", shut=True))
    with capture_logs() as logged:
        async with passing_on(app, platform):
            tell(app)
    assert [chat for chat, _ in platform.arrived] == ["43"]
    assert [line["chat"] for line in logged if line["event"] == "operator not reached"] == ["42"]


async def test_what_was_surely_not_sent_is_tried_again(app: App) -> None:
    platform = Platform(operators=("42",))
    platform.answers("42", NotSent("429", 0.01), NotSent("429", 0.01))
    async with passing_on(app, platform):
        tell(app)
    assert len(platform.to(42)) == 1


async def test_what_a_platform_cannot_take_waits_and_the_other_ones_operators_are_told(app: App) -> None:
    down, up = Platform(operators=("42",)), Platform(name="discord", operators=("43",))
    down.answers("42", NotSent("ConnectError"))
    async with passing_on(app, up), passing_on(app, down, all_of_it=False):
        tell(app)
        async with asyncio.timeout(10):
            while not (up.arrived and down.asked):
                await asyncio.sleep(0.001)
    del app.__dict__["notices"]  # the process ends, and another one begins
    async with passing_on(app, up), passing_on(app, down):
        pass
    assert [len(one.arrived) for one in (up, down)] == [1, 1]


async def test_an_operator_who_cannot_be_reached_is_not_told_of_what_was_long_ago(app: App, clock: Clock) -> None:
    platform = Platform(operators=("42",))
    (outlet,) = app.notices.listen("telegram", ["42"])
    tell(app)
    clock.at += notices.KEPT
    with capture_logs() as logged:
        async with passing_on(app, platform):
            assert outlet.waiting(app.now()) == []
    assert (platform.asked, [line["event"] for line in logged]) == ([], ["notices given up"])


def test_without_anybody_to_tell_it_is_logged_and_can_still_be_told(app: App) -> None:
    with capture_logs() as logged:
        tell(app)
    assert [line["text"].split()[:2] for line in logged] == [["telegram", "7"]]
    (outlet,) = app.notices.listen("telegram", ["42"])
    tell(app)
    assert len(outlet.waiting(app.now())) == 1
