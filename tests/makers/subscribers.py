"""Chats that are subscribed, days that have settled, and the digests of them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from store import chats, papers, polls
from store.chats import Chat
from store.db import Db
from store.polls import Poll
from tests.makers.papers import DAY, LIBRARY, entry

HALF = timedelta(minutes=30)
EARLY = datetime(2031, 5, 1, tzinfo=UTC)


def at(clock: str, day: date = DAY) -> datetime:
    """A moment of a day in UTC: at("08:30")."""
    return datetime.combine(day, time.fromisoformat(clock), UTC)


def subscribe(db: Db, chat: int | str, front: str = "telegram", **choices: Any) -> Chat:
    """A chat that is subscribed, as if for ever; with its row's id."""
    chosen = {"subscribed": True, "lang": "en"} | choices
    chats.save(db, Chat(front, str(chat), **chosen), EARLY)
    return chats.get(db, front, str(chat), chosen.get("thread", ""))


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
