"""The chats that Paperboy talks in, and what each chose: language, hour, topics, style.

A chat that can't be written to is paused with the reason and keeps its row: nothing is sent there until it is resumed.

Owns: the chats table, moving a chat to its new id.
Does not own: conversations (talks), what a chat is sent (subscriptions).
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, TypeAlias

from store.db import Db, Row
from store.types import LANGS, Lang

Style: TypeAlias = Literal["headlines", "full"]
STYLES: tuple[Style, ...] = ("headlines", "full")

MAX_REASON = 300
"""Characters of a pause's reason that are kept."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat, or one `thread` of it, and its choices; the defaults are those of a chat that chose nothing.

    It is answered by them, and a subscription begins with them.

    `user` owns a private chat. `lang` None: each text's own. `hour` is local to the IANA `zone` ("": the host's);
    None: as soon as a day's list is whole. `topics` are names of digest groups, none of them: all. `paused` says why
    nothing is sent there, "" when it is. `created` is None, and `id` 0, before it is saved.
    """

    front: str
    chat: str
    thread: str = ""
    user: str = ""
    lang: Lang | None = None
    hour: time | None = None
    zone: str = ""
    topics: tuple[str, ...] = ()
    style: Style = "headlines"
    silent: bool = False
    paused: str = ""
    created: datetime | None = None
    id: int = field(default=0, compare=False)


def get(db: Db, front: str, chat: str, thread: str = "") -> Chat:
    """The chat's thread; if it has no row, the choices of its chat, unsubscribed; if that has none, the defaults."""
    rows = db.read(
        "SELECT * FROM chats WHERE front = ? AND chat = ? AND thread IN (?, '') ORDER BY thread = '' LIMIT 1",
        [front, chat, thread],
    )
    if not rows:
        return Chat(front, chat, thread)
    found = of_row(rows[0])
    if found.thread == thread:
        return found
    taken = (found.lang, found.hour, found.zone, found.topics, found.style, found.silent)
    return Chat(front, chat, thread, found.user, *taken, paused=found.paused)


def save(db: Db, chat: Chat, now: datetime) -> None:
    """Store the chat's choices in place of its earlier ones; `now` is when it was made, if it is new."""
    row = [
        chat.front, chat.chat, chat.thread, chat.user, chat.lang or "", f"{chat.hour:%H:%M}" if chat.hour else "",
        chat.zone, json.dumps(chat.topics), chat.style, int(chat.silent), chat.paused, now.isoformat(),
    ]  # fmt: skip
    with db.write() as connection:
        connection.execute(
            """INSERT INTO chats (front, chat, thread, user, lang, hour, zone, topics, style, silent, paused,
                                  created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (front, chat, thread) DO UPDATE SET
                   user = excluded.user, lang = excluded.lang, hour = excluded.hour, zone = excluded.zone,
                   topics = excluded.topics, style = excluded.style, silent = excluded.silent,
                   paused = excluded.paused""",
            row,
        )


def everything(db: Db) -> list[Chat]:
    """All chats, the oldest first."""
    return [of_row(row) for row in db.read("SELECT * FROM chats ORDER BY id")]


def paused(db: Db, front: str) -> list[Chat]:
    """The front's subscribed chats that are paused, the oldest first."""
    rows = db.read(
        """SELECT * FROM chats WHERE front = ? AND paused != ''
           AND id IN (SELECT chat FROM subscriptions WHERE live = 1) ORDER BY id""",
        [front],
    )
    return [of_row(row) for row in rows]


def pause(db: Db, front: str, chat: str, reason: str, thread: str | None = None) -> bool:
    """Send nothing to the chat and its threads any more, for this reason; their choices are kept.

    With a `thread` to that alone; "" is the chat without its threads. Returns whether a subscription is held up by it
    that was not before.
    """
    held = db.value(
        """SELECT count(*) FROM chats WHERE front = ? AND chat = ? AND thread = coalesce(?, thread) AND paused = ''
           AND id IN (SELECT chat FROM subscriptions WHERE live = 1)""",
        [front, chat, thread],
    )
    _set_paused(db, front, chat, reason[:MAX_REASON] or "unknown", thread)
    return bool(held)


def resume(db: Db, front: str, chat: str, thread: str | None = None) -> None:
    """Send to the chat and its threads again; with a `thread` to that alone."""
    _set_paused(db, front, chat, "", thread)


def migrate(db: Db, front: str, old: str, new: str) -> None:
    """The chat goes on under another id, with everything that is known of it; a second time is harmless."""
    with db.write() as connection:
        for table in ("chats", "talks", "messages", "feedback"):
            connection.execute(
                f"UPDATE OR REPLACE {table} SET chat = ? WHERE front = ? AND chat = ?",  # noqa: S608 - names are ours
                [new, front, old],
            )
        connection.execute(
            "UPDATE OR REPLACE usage SET name = ? WHERE front = ? AND kind = 'chat' AND name = ?", [new, front, old]
        )


def _set_paused(db: Db, front: str, chat: str, reason: str, thread: str | None = None) -> None:
    with db.write() as connection:
        connection.execute(
            "UPDATE chats SET paused = ? WHERE front = ? AND chat = ? AND thread = coalesce(?, thread)",
            [reason, front, chat, thread],
        )


def of_row(row: Row) -> Chat:
    """The chat of a row of the table; for the tables that refer to it."""
    lang: Lang | None = next((one for one in LANGS if one == row["lang"]), None)
    style: Style = next((one for one in STYLES if one == row["style"]), "headlines")
    hour = time.fromisoformat(row["hour"]) if row["hour"] else None
    return Chat(
        row["front"], row["chat"], row["thread"], row["user"], lang, hour, row["zone"],
        tuple(json.loads(row["topics"])), style, bool(row["silent"]), row["paused"],
        datetime.fromisoformat(row["created"]), row["id"],
    )  # fmt: skip
