"""Where a bot's messages lie in a platform's numbering: what it sent, is about to send, and lost sight of.

A trace is made before a message is sent, and gets the message's number when that is known. It keeps the highest number
known at that moment, in its chat and among all chats that are numbered together: the message, if there is one, has a
higher one. The order of traces is that of the sends, so no clock is asked.

Owns: the traces table, what follows from the order.
Does not own: which chats are numbered together, looking for a message (fronts).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from store.db import Db

KEPT = 50_000
"""Sends that are remembered, some 5 MB; those that still matter are kept however many came after."""

_TIDY_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Trace:
    """A send; `message` is None while that isn't known. Its number is higher than `after_chat` in a chat numbered
    apart, than `after_all` elsewhere; 0: nothing is known."""

    id: int
    bot: str
    chat: str
    key: str
    after_chat: int
    after_all: int
    message: int | None

    def after(self, *, apart: bool) -> int:
        """The number after which its message comes."""
        return self.after_chat if apart else self.after_all


def begin(db: Db, bot: str, chat: str, key: str = "", seen_chat: int = 0, seen_all: int = 0) -> int:
    """A message is about to be sent, of a content that `key` tells from others; return the trace's id.

    `seen_chat` and `seen_all`: the highest numbers seen otherwise, of messages that the bot didn't send.
    """
    with db.write(lasting=False) as connection:
        cursor = connection.execute(
            """INSERT INTO traces (bot, chat, key, after_chat, after_all) VALUES (?, ?, ?,
                   max(?, coalesce((SELECT max(message) FROM traces WHERE bot = ? AND chat = ?), 0)),
                   max(?, coalesce((SELECT max(message) FROM traces WHERE bot = ? AND apart = 0), 0)))""",
            [bot, chat, key, seen_chat, bot, chat, seen_all, bot],
        )
        trace = int(cursor.lastrowid or 0)
        if trace % _TIDY_EVERY == 0:
            _tidy(connection, trace - KEPT)
    return trace


def sent(db: Db, trace: int, message: int, *, apart: bool) -> None:
    """It became this message, of a chat that is numbered `apart`."""
    with db.write(lasting=False) as connection:
        connection.execute("UPDATE traces SET message = ?, apart = ? WHERE id = ?", [message, apart, trace])


def drop(db: Db, trace: int) -> None:
    """It surely was not sent."""
    with db.write(lasting=False) as connection:
        connection.execute("DELETE FROM traces WHERE id = ? AND message IS NULL", [trace])


def lose(db: Db, bot: str, flying: Collection[int]) -> None:
    """What has no message by now, and isn't `flying`, came to an end unseen: what begins from now on comes after it."""
    with db.write(lasting=False) as connection:
        connection.execute(
            """UPDATE traces SET lost = (SELECT max(id) FROM traces) WHERE message IS NULL AND lost IS NULL
               AND bot = ? AND id NOT IN (SELECT value FROM json_each(?))""",
            [bot, json.dumps(list(flying))],
        )


def last(db: Db, bot: str, chat: str, key: str) -> Trace | None:
    """The last send of that content to the chat."""
    rows = db.read(
        """SELECT id, bot, chat, key, after_chat, after_all, message FROM traces
           WHERE bot = ? AND chat = ? AND key = ? ORDER BY id DESC LIMIT 1""",
        [bot, chat, key],
    )
    return Trace(*rows[0]) if rows else None


def known(db: Db, bot: str) -> bool:
    """Whether any number is known of the chats that are numbered together."""
    return db.value("SELECT 1 FROM traces WHERE bot = ? AND apart = 0 AND message > 0 LIMIT 1", [bot]) is not None


def before(db: Db, trace: Trace, *, apart: bool) -> int | None:
    """The lowest number known to come after the message of a lost trace; None if there is none yet."""
    value = db.value(
        """SELECT min(later.message) FROM traces AS gone JOIN traces AS later ON later.id > gone.lost
           WHERE gone.id = ? AND later.bot = gone.bot AND iif(?, later.chat = gone.chat, later.apart = 0)""",
        [trace.id, apart],
    )
    return int(value) if value is not None else None


def taken(db: Db, trace: Trace, after: int, before: int, *, apart: bool) -> set[int]:
    """Of the numbers between the two, those of other messages that the bot sent."""
    where, whose = ("chat = ?", trace.chat) if apart else ("apart = ?", 0)
    sql = f"SELECT message FROM traces WHERE bot = ? AND {where} AND message > ? AND message < ?"  # noqa: S608 - ours
    return {row[0] for row in db.read(sql, [trace.bot, whose, after, before])}


def shadowed(db: Db, trace: Trace, *, apart: bool) -> bool:
    """Whether another message of the bot in that chat, of which nobody knows where it is, may lie between `trace.after`
    and `before`.

    One that came to an end before a send whose number is at most the first, lies before it; one that began when a
    number not below the second was known, lies after it.
    """
    end = before(db, trace, apart=apart)
    return bool(
        db.value(
            """SELECT 1 FROM traces AS other WHERE other.bot = ? AND other.chat = ? AND other.message IS NULL
               AND other.id != ? AND other.key != ?
               AND (? IS NULL OR iif(?, other.after_chat, other.after_all) < ? - 1) AND NOT EXISTS (
                   SELECT 1 FROM traces AS later WHERE later.id > other.lost AND later.bot = other.bot
                   AND iif(?, later.chat = other.chat, later.apart = 0) AND later.message <= ?)""",
            [trace.bot, trace.chat, trace.id, trace.key, end, apart, end, apart, trace.after(apart=apart)],
        )
    )


def _tidy(connection: Database, last: int) -> None:
    """Forget traces up to `last` that come before a known message of the same chat."""
    connection.execute(
        """DELETE FROM traces WHERE id <= ? AND EXISTS (SELECT 1 FROM traces AS later WHERE later.bot = traces.bot
           AND later.chat = traces.chat AND later.id > coalesce(traces.lost, traces.id) AND later.message IS NOT NULL
           AND (traces.message IS NULL OR later.message > traces.message))""",
        [last],
    )
