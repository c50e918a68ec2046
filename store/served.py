"""What each subscription had last: which day's digest, when, and in which language it asked for it.

Owns: the served table.
Does not own: the digests themselves (outbox), when the next one is due (bot.slots).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from store import chats
from store.chats import Chat
from store.db import Db
from store.types import LANGS, Lang


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat that is subscribed: the newest `day` that it had, and `at` when; None where there was none yet.

    `spoken` is the language in which it subscribed, for a chat that chose none.
    """

    chat: Chat
    day: date | None = None
    at: datetime | None = None
    spoken: Lang | None = None


def lacking(db: Db, front: str, day: date = date.max, chat: int = 0) -> list[Subscription]:
    """The subscriptions of a front that can be written to and had no digest of `day` or a newer one, oldest first.

    Only that of `chat` (its row's id), if one is given.
    """
    rows = db.read(
        """SELECT chats.*, coalesce(served.day, '') AS had, coalesce(served.at, '') AS had_at,
                  coalesce(served.lang, '') AS spoken
           FROM chats LEFT JOIN served ON served.chat = chats.id
           WHERE chats.front = ? AND chats.subscribed = 1 AND chats.paused = '' AND had < ? AND (? = 0 OR chats.id = ?)
           ORDER BY chats.id""",
        [front, day.isoformat(), chat, chat],
    )
    return [
        Subscription(
            chats.of_row(row),
            date.fromisoformat(row["had"]) if row["had"] else None,
            datetime.fromisoformat(row["had_at"]) if row["had_at"] else None,
            next((lang for lang in LANGS if lang == row["spoken"]), None),
        )
        for row in rows
    ]


def begin(db: Db, chat: Chat, lang: Lang) -> None:
    """The chat (its saved row) subscribes in this language; what it had before is remembered."""
    with db.write() as connection:
        connection.execute(
            """INSERT INTO served (chat, day, at, lang)
               SELECT id, '', '', ? FROM chats WHERE front = ? AND chat = ? AND thread = ?
               ON CONFLICT (chat) DO UPDATE SET lang = excluded.lang""",
            [lang, chat.front, chat.chat, chat.thread],
        )


def mark(db: Db, subscriptions: Iterable[int], day: date, now: datetime) -> None:
    """These (ids of chats) have had the digest of `day` now; who had a newer one before is left as it is."""
    rows = [(chat, day.isoformat(), now.isoformat()) for chat in subscriptions]
    with db.write() as connection:
        connection.conn.executemany(
            """INSERT INTO served (chat, day, at) VALUES (?, ?, ?) ON CONFLICT (chat) DO UPDATE
               SET day = excluded.day, at = excluded.at WHERE excluded.day > served.day""",
            rows,
        )
