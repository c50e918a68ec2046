"""Subscriptions: which digests a chat is sent, when, in which form. A chat may have several, each with a number.

One that ended keeps its row under its number until that is given to another one: what it was sent stays known, so
whoever comes back is sent nothing twice.

Owns: the subscriptions table.
Does not own: chats and their pauses (chats), what a wish means (bot.wanted), when a digest is due (bot.slots), what was
sent (served, outbox).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import lru_cache
from typing import Literal, TypeAlias

from store import chats, wishes
from store.chats import STYLES, Chat, Style
from store.db import Db, Row
from store.errors import InputError
from store.types import LANGS, Lang
from store.wishes import ALL, Wish

Rhythm: TypeAlias = Literal["daily", "weekly", "monthly"]
RHYTHMS: tuple[Rhythm, ...] = ("daily", "weekly", "monthly")

Late: TypeAlias = Literal["edit", "follow", "leave"]
"""What becomes of papers that a day gets after its digest was sent: it is edited, a message follows, nothing."""

LATES: tuple[Late, ...] = ("edit", "follow", "leave")

MOST = 10
"""Subscriptions of a chat at a time."""

LIVE = "subscriptions.live = 1 AND chats.paused = ''"
"""In SQL: it is to be sent its digests."""

COLUMNS = ", ".join(
    f"subscriptions.{name} AS s_{name}"
    for name in ("id", "number", "lang", "hour", "zone", "weekdays", "wish", "style", "silent", "rhythm", "late",
                 "spoken", "live", "began")
)  # fmt: skip
"""What `of_row` needs, beside the columns of the chat."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a chat is sent. People call it by its `number` in the chat, from 1.

    `lang` None: the chat's, and where that has chosen none the one in which it was asked for (`spoken`). `hour` is
    local to the IANA `zone` ("": the chat's, else the host's); None: as soon as a day's list is whole. `weekdays` are
    those on which a digest comes, 0 being Monday; none of them: every day. `live`: it hasn't ended; it `began` then.
    """

    chat: Chat
    number: int = 1
    lang: Lang | None = None
    hour: time | None = None
    zone: str = ""
    weekdays: tuple[int, ...] = ()
    wish: Wish = ALL
    style: Style = "headlines"
    silent: bool = False
    rhythm: tuple[Rhythm, ...] = ("daily",)
    late: Late = "edit"
    spoken: Lang | None = None
    live: bool = True
    began: datetime | None = None
    id: int = field(default=0, compare=False)


def by_default(chat: Chat) -> Subscription:
    """What the chat chose before it had any subscription; its language and its zone go on being the chat's."""
    wish = Wish(groups=chat.topics)
    return Subscription(chat, hour=chat.hour, wish=wish, style=chat.style, silent=chat.silent, live=False)


def of_chat(db: Db, chat: Chat, *, ended: bool = False) -> list[Subscription]:
    """The chat's subscriptions by their numbers; with those that have `ended`, if asked for."""
    return _read(
        db,
        "chats.front = ? AND chats.chat = ? AND chats.thread = ? AND (? OR subscriptions.live = 1)",
        [chat.front, chat.chat, chat.thread, ended],
        "subscriptions.number",
    )


def everything(db: Db) -> list[Subscription]:
    """All that haven't ended, by chat and number, paused ones too."""
    return _read(db, "subscriptions.live = 1", [], "chats.id, subscriptions.number")


def find(db: Db, subscription: int) -> Subscription | None:
    """The one of this id, ended or not."""
    return next(iter(_read(db, "subscriptions.id = ?", [subscription], "subscriptions.id")), None)


def begin(db: Db, wanted: Subscription, spoken: Lang | None, now: datetime) -> Subscription:
    """The chat (its saved row) is sent this from now on, asked for in this language; under the first free number.

    None: in no language, as an operator does.

    Raises:
        InputError: the chat has `MOST` of them.
    """
    with db.write() as connection:
        taken = {one.number for one in of_chat(db, wanted.chat)}
        number = next((n for n in range(1, MOST + 1) if n not in taken), 0)
        if not number:
            raise InputError(f"{wanted.chat.front} {wanted.chat.chat} has {MOST} subscriptions already.")
        connection.execute(
            """INSERT INTO subscriptions (chat, number, spoken, live, began)
               SELECT id, ?, ?, 1, ? FROM chats WHERE front = ? AND chat = ? AND thread = ?
               ON CONFLICT (chat, number) DO UPDATE SET spoken = excluded.spoken, live = 1, began = excluded.began""",
            [number, spoken or "", now.isoformat(), wanted.chat.front, wanted.chat.chat, wanted.chat.thread],
        )
        made = next(one for one in of_chat(db, wanted.chat) if one.number == number)
        _change(db, wanted, made.id)
    return _read(db, "subscriptions.id = ?", [made.id], "subscriptions.id")[0]


def save(db: Db, changed: Subscription) -> None:
    """Keep other choices for a subscription that there is; when it began, and what it was sent, stays."""
    with db.write():
        _change(db, changed, changed.id)


def end(db: Db, subscriptions: Sequence[Subscription]) -> None:
    """They are sent nothing more."""
    with db.write() as connection:
        connection.conn.executemany("UPDATE subscriptions SET live = 0 WHERE id = ?", [(s.id,) for s in subscriptions])


def of_row(row: Row) -> Subscription:
    """The subscription of a row that has `COLUMNS` and those of its chat."""
    return Subscription(
        chats.of_row(row), row["s_number"], _lang(row["s_lang"]),
        time.fromisoformat(row["s_hour"]) if row["s_hour"] else None, row["s_zone"],
        tuple(map(int, row["s_weekdays"])), _wish(row["s_wish"]),
        next((one for one in STYLES if one == row["s_style"]), "headlines"), bool(row["s_silent"]),
        tuple(one for one in RHYTHMS if one in row["s_rhythm"].split()),
        next((one for one in LATES if one == row["s_late"]), "edit"), _lang(row["s_spoken"]), bool(row["s_live"]),
        datetime.fromisoformat(row["s_began"]), row["s_id"],
    )  # fmt: skip


def _read(db: Db, where: str, params: Sequence[object], order: str) -> list[Subscription]:
    found = db.read(
        f"""SELECT {COLUMNS}, chats.* FROM subscriptions JOIN chats ON chats.id = subscriptions.chat
            WHERE {where} ORDER BY {order}""",  # noqa: S608 - our own names
        params,
    )
    return [of_row(row) for row in found]


def _change(db: Db, chosen: Subscription, subscription: int) -> None:
    values = [
        chosen.lang or "", f"{chosen.hour:%H:%M}" if chosen.hour else "", chosen.zone,
        "".join(map(str, sorted(chosen.weekdays))), wishes.to_json(chosen.wish), chosen.style, int(chosen.silent),
        " ".join(one for one in RHYTHMS if one in chosen.rhythm), chosen.late, subscription,
    ]  # fmt: skip
    with db.write() as connection:
        connection.execute(
            """UPDATE subscriptions SET lang = ?, hour = ?, zone = ?, weekdays = ?, wish = ?, style = ?, silent = ?,
                   rhythm = ?, late = ? WHERE id = ?""",
            values,
        )


def _lang(text: str) -> Lang | None:
    return next((one for one in LANGS if one == text), None)


_wish = lru_cache(maxsize=2000)(wishes.from_json)  # many subscriptions wish the same
