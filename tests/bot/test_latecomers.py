"""Papers that come to a list after its digest was sent: by choice it changes, one message follows, or nothing."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from bot import delivery, latecomers
from bot.app import App
from bot.outgoing import NotSent, Part
from bot.sender import Sender
from store import deliveries, papers, polls, talks
from store.outbox import Outbox
from store.polls import Poll
from store.wishes import Wish
from tests.fakes.platform import Platform
from tests.makers.papers import DAY, entry
from tests.makers.subscribers import at, library, subscribe

AppOf = Callable[..., App]
NEXT = DAY + timedelta(days=1)
FIRST, SECOND = "3105.00098", "3105.00099"


class Clock:
    def __init__(self) -> None:
        self.at = at("09:00")

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app_of: AppOf, clock: Clock) -> App:
    """A bot whose list of `DAY` has been whole since the morning."""
    made = app_of(now=clock)
    library(made.folder.db, at("08:30"))
    return made


@pytest.fixture
def platform() -> Platform:
    return Platform()


async def sent(app: App, platform: Platform) -> None:
    """The digests that are due, and what else waits."""
    delivery.make(app, platform)
    async with platform.sending(app) as deliver:
        await Sender(app, platform.name, deliver, Outbox(app.folder.db)).drain(0.0)


async def told(app: App, platform: Platform) -> list[Part]:
    """What arrives because papers came late, in chat 7: messages, and changed ones."""
    before, changed = len(platform.to(7)), len(platform.changed)
    await latecomers.tell(app, platform, platform)
    await sent(app, platform)
    return [*platform.to(7)[before:], *(part for _, _, part in platform.changed[changed:])]


def came(app: App, *ids: str, when: datetime, summary: bool = True, listed: bool = True) -> None:
    """Papers of `DAY` that are stored now and (`listed`) in its list."""
    langs = ("en", "zh") if summary else ()
    papers.save(app.folder.db, [entry(one, *langs, day=DAY) for one in ids])
    if listed:
        seen = polls.of_day(app.folder.db, DAY)[-1].ids
        polls.add(app.folder.db, DAY, Poll(when, seen | {*ids}))


def count(app: App) -> int:
    return papers.count(app.folder.db, DAY)


async def test_a_digest_is_changed_in_place_once_and_again_when_more_come(
    app: App, clock: Clock, platform: Platform
) -> None:
    subscribe(app.folder.db, 7)
    await sent(app, platform)
    n = count(app)
    clock.at = at("12:00")
    assert await told(app, platform) == []
    came(app, FIRST, when=clock.at)
    (changed,) = await told(app, platform)
    assert f"{n + 1} papers" in changed.text
    assert changed.talk is not None
    assert FIRST in changed.talk.shown
    assert talks.of_message(app.folder.db, "telegram", "7", "1") == changed.talk, "who answers it means these"
    assert await told(app, platform) == []
    came(app, SECOND, when=at("13:00"))
    (again,) = await told(app, platform)
    assert f"{n + 2} papers" in again.text
    assert len(platform.to(7)) == 1


async def test_what_could_not_be_changed_is_changed_later(
    app: App, clock: Clock, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(app.folder.db, 7)
    await sent(app, platform)
    came(app, FIRST, when=at("12:00"))
    clock.at, edit = at("12:00"), Platform.edit

    async def down(*_: object) -> NotSent:
        return NotSent("ConnectError")

    monkeypatch.setattr(Platform, "edit", down)
    assert await told(app, platform) == []
    monkeypatch.setattr(Platform, "edit", edit)
    assert len(await told(app, platform)) == 1


async def test_killed_after_a_change_and_before_it_was_written_down_it_is_not_told_anew(
    app: App, clock: Clock, platform: Platform
) -> None:
    subscribe(app.folder.db, 7)
    await sent(app, platform)
    came(app, FIRST, when=at("12:00"))
    clock.at = at("12:00")
    (change,) = latecomers.plan(app, platform)
    await platform.edit(change.sent.subscription.chat, "1", change.parts[0])
    assert len(platform.changed) == 1
    assert await told(app, platform) == []
    assert latecomers.plan(app, platform) == []


async def test_a_message_that_is_gone_is_left_at_that(app: App, clock: Clock, platform: Platform) -> None:
    subscribe(app.folder.db, 7)
    await sent(app, platform)
    platform.arrived[0] = ("deleted", platform.arrived[0][1])
    came(app, FIRST, when=at("12:00"))
    clock.at = at("12:00")
    assert await told(app, platform) == []
    assert latecomers.plan(app, platform) == []


async def test_one_message_follows_on_the_next_day_when_people_are_awake(
    app: App, clock: Clock, platform: Platform
) -> None:
    subscribe(app.folder.db, 7, late="follow", zone="Europe/Berlin", silent=True)
    await sent(app, platform)
    came(app, FIRST, when=at("12:00"))
    clock.at = at("14:00")
    assert await told(app, platform) == [], "more may come"
    came(app, SECOND, when=at("00:05", NEXT))
    clock.at = at("05:59", NEXT)
    assert await told(app, platform) == [], "it is before eight in Berlin"
    clock.at = at("06:00", NEXT)
    (part,) = await told(app, platform)
    assert part.text.startswith("2 papers came late to Tue 6 May 2031:")
    assert part.talk is not None
    assert part.talk.shown == (FIRST, SECOND)
    assert platform.silent == {"7"}
    came(app, "3105.00097", when=at("07:00", NEXT))
    clock.at = at("07:00", NEXT)
    assert await told(app, platform) == [], "one is enough"


async def test_who_leaves_them_is_told_nothing(app: App, clock: Clock, platform: Platform) -> None:
    subscribe(app.folder.db, 7, late="leave")
    await sent(app, platform)
    came(app, FIRST, when=at("00:05", NEXT))
    clock.at = at("10:00", NEXT)
    assert await told(app, platform) == []


async def test_whom_the_digest_reached_with_the_late_papers_is_told_nothing(
    app: App, clock: Clock, platform: Platform
) -> None:
    subscribe(app.folder.db, 7, hour=time(15))
    came(app, FIRST, when=at("12:00"))
    clock.at = at("15:00")
    await sent(app, platform)
    assert await told(app, platform) == []
    assert len(platform.to(7)) == 1


async def test_a_paper_that_a_wish_does_not_want_changes_nothing(app: App, clock: Clock, platform: Platform) -> None:
    subscribe(app.folder.db, 7, wish=Wish(groups=("agents",)))
    await sent(app, platform)
    came(app, FIRST, when=at("12:00"))
    clock.at = at("12:00")
    assert len(platform.to(7)) == 1
    assert await told(app, platform) == []


async def test_its_summary_is_waited_for(app: App, clock: Clock, platform: Platform) -> None:
    subscribe(app.folder.db, 7)
    await sent(app, platform)
    came(app, FIRST, when=at("12:00"), summary=False)
    clock.at = at("12:30")
    assert await told(app, platform) == []
    clock.at = at("12:00") + delivery.PATIENCE
    assert len(await told(app, platform)) == 1


async def test_what_is_imported_or_filled_back_is_told_to_nobody(app: App, clock: Clock, platform: Platform) -> None:
    subscribe(app.folder.db, 7)
    await sent(app, platform)
    came(app, FIRST, when=at("12:00"), listed=False)
    clock.at = at("12:00")
    assert await told(app, platform) == []
    came(app, SECOND, when=at("00:05", NEXT + timedelta(days=1)))
    clock.at = at("00:10", NEXT + timedelta(days=1))
    assert await told(app, platform) == [], "two days later nobody wants to know"


async def test_a_digest_that_would_have_another_number_of_messages_is_followed_instead(app: App, clock: Clock) -> None:
    platform = Platform(limit=400)
    subscribe(app.folder.db, 7)
    await sent(app, platform)
    came(app, *(f"3105.000{n}" for n in range(80, 88)), when=at("12:00"))
    clock.at = at("12:00")
    assert await told(app, platform) == []
    came(app, when=at("00:05", NEXT))
    clock.at = at("09:00", NEXT)
    told_now = await told(app, platform)
    assert [part.text.splitlines()[0] for part in told_now] == ["8 papers came late to Tue 6 May 2031:"]


async def test_a_changed_digest_still_names_the_days_that_it_passed_over(
    app: App, clock: Clock, platform: Platform
) -> None:
    subscribe(app.folder.db, 7)
    await sent(app, platform)
    later = [DAY + timedelta(days=n) for n in (1, 2)]
    for day in later:
        papers.save(app.folder.db, [entry(f"3105.{day:%d}{n:03}", "en", "zh", day=day) for n in range(3)])
        ids = frozenset(one.paper.arxiv_id for one in papers.of_day(app.folder.db, day))
        for look in ("08:00", "08:30"):
            polls.add(app.folder.db, day, Poll(at(look, day), ids))
    clock.at = at("09:00", later[-1])
    await sent(app, platform)
    papers.save(app.folder.db, [entry(FIRST, "en", "zh", day=later[-1])])
    polls.add(app.folder.db, later[-1], Poll(at("12:00", later[-1]), ids | {FIRST}))
    clock.at = at("12:00", later[-1])
    (changed,) = await told(app, platform)
    assert "4 papers" in changed.text
    assert "Also new since your last digest: Wed 7 May 2031." in changed.text
    assert {one.kind for one in deliveries.listed(app.folder.db)} == {"daily"}
