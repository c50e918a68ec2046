"""Chats that are subscribed, days that have settled, and the digests of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from store import chats, papers, polls, subscriptions
from store.chats import Chat
from store.db import Db
from store.polls import Poll
from store.subscriptions import Subscription
from tests.makers.papers import DAY, LIBRARY, entry

HALF = timedelta(minutes=30)
EARLY = datetime(2021, 5, 1, tzinfo=UTC)


def at(clock: str, day: date = DAY) -> datetime:
    """A moment of a day in UTC: at("08:30")."""
    return datetime.combine(day, time.fromisoformat(clock), UTC)


OF_CHAT = ("thread", "user", "lang", "zone", "topics", "hour", "style", "silent", "paused")


def subscribe(
    db: Db, chat: int | str, front: str = "telegram", *, subscribed: bool = True, **choices: Any
) -> Subscription:
    """The first subscription of a chat, as if for ever: what the chat chose, and what this one alone did."""
    of_chat = {"lang": "en"} | {name: value for name, value in choices.items() if name in OF_CHAT}
    own = {name: value for name, value in choices.items() if name not in OF_CHAT}
    saved = Chat(front, str(chat), **of_chat)
    chats.save(db, saved, EARLY)
    with db.write():
        subscriptions.end(db, subscriptions.of_chat(db, saved))
        made = subscriptions.begin(db, replace(subscriptions.by_default(saved), **own), None, EARLY)
        if not subscribed:
            subscriptions.end(db, [made])
    return made


def another(db: Db, first: Subscription, **choices: Any) -> Subscription:
    """One more for the same chat."""
    return subscriptions.begin(db, replace(subscriptions.by_default(first.chat), **choices), None, EARLY)


def subscribers(db: Db, front: str = "telegram") -> list[Chat]:
    """The chats that are sent a digest, paused ones not."""
    return [one.chat for one in subscriptions.everything(db) if one.chat.front == front and not one.chat.paused]


def settle(db: Db, day: date, when: datetime) -> None:
    """The papers stored for `day` are its whole list, and that was so at `when`."""
    ids = frozenset(one.paper.arxiv_id for one in papers.of_day(db, day))
    for moment in (when - HALF, when):
        polls.add(db, day, Poll(moment, ids))


def full_day(db: Db, day: date, when: datetime, count: int = 3) -> None:
    """A day of `count` papers that settled at `when`."""
    first = int(f"{day:%m%d}0")
    papers.save(db, [entry(f"{day:%y%m}.{first + n:05}", "en", "zh", day=day) for n in range(count)])
    settle(db, day, when)


def library(db: Db, when: datetime) -> None:
    """The first day of `LIBRARY`, settled at `when`."""
    papers.save(db, [one for one in LIBRARY if one.paper.day == DAY])
    settle(db, DAY, when)
