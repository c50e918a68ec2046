"""What is in mind in a conversation: the last list ("3"), the paper ("it"), what the last answer was taken from.

It is kept for each asker in each chat and thread, and for each message that shows papers, so that a reply to one, or a
button on one, means these. Rows are bounded: the oldest go.

Owns: the talks and messages tables, forgetting an asker.
Does not own: what a follow-up means (bot.followup), for how long it is one (the settings).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TypeAlias

from sqlite_utils import Database

from store.db import Db
from store.types import Lang

KEPT_TALKS = 10_000
"""Conversations that are remembered."""

KEPT_MESSAGES = 50_000
"""Messages whose papers are remembered: some 50 MB, for lists of hundreds are rare."""

KEPT_SHOWN = 500
"""Papers of one list that are remembered."""

KEPT_DAYS = 30
"""Days for which a reply to a message of ours, or a button on it, means the papers that it shows."""

KEPT_CITED = 12
KEPT_QUOTE = 600
"""Passages of one answer that are remembered, and characters of each."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that an answer was taken from: numbered as there, of a section of a paper."""

    n: int
    arxiv_id: str
    section: str
    quote: str


@dataclass(frozen=True, slots=True)
class Talk:
    """What is in mind. `shown`: canonical ids of the last list, in the order of its numbers; `about`: what "it" is.

    `listed` is the text that makes the list again, `page` the page of it that was seen last. `asked` is what another
    paper would be asked: a command ("/results"), a question, or "" for the whole paper. `question` and `cited`: the
    last question, and what its answer came from. `lang` is the language that was spoken last.
    """

    shown: tuple[str, ...] = ()
    about: str = ""
    listed: str = ""
    asked: str = ""
    question: str = ""
    cited: tuple[Cited, ...] = ()
    lang: Lang | None = None
    page: int = 1

    def then(self, new: "Talk") -> "Talk":
        """What is in mind when `new` comes next: the list stays until there is another one."""
        last = new if new.cited or new.about else self  # a paper that is opened leaves no earlier answer to explain
        if len(new.shown) > 1 or new.listed or not (len(self.shown) > 1 or self.listed):
            return replace(new, question=last.question, cited=last.cited)
        cited = (last.question, last.cited)
        return Talk(self.shown, new.about, self.listed, new.asked, *cited, lang=new.lang, page=self.page)

    def apart(self, other: "Talk") -> "Talk":
        """This talk without the words that were said in `other`, somebody else's; its papers and commands stay."""
        said = {text[:KEPT_QUOTE] for text in (other.question, other.asked, other.listed) if _in_words(text)}

        def mine(text: str) -> str:
            return "" if text[:KEPT_QUOTE] in said else text

        question = mine(self.question)
        cited = self.cited if question else ()
        return replace(self, listed=mine(self.listed), asked=mine(self.asked), question=question, cited=cited)


Place: TypeAlias = tuple[str, str, str, str]
"""Whose conversation, and where: front, chat, thread, user."""

NOTHING = Talk()


def get(db: Db, place: Place, since: datetime) -> Talk:
    """What is in mind there; nothing if the last of it is older than `since`.

    Who has not spoken yet means what the chat spoke of last, with anybody: its papers, never the other's words.
    """
    front, chat, thread, user = place
    rows = db.read(
        """SELECT talk, user FROM talks WHERE front = ? AND chat = ? AND thread = ? AND at >= ?
           ORDER BY user = ? DESC, at DESC LIMIT 1""",
        [front, chat, thread, since.isoformat(), user],
    )
    if not rows:
        return NOTHING
    talk = from_json(rows[0]["talk"])
    return talk if rows[0]["user"] == user else replace(talk.apart(talk), lang=None)


def put(db: Db, place: Place, talk: Talk, now: datetime) -> None:
    """Keep what is in mind there now."""
    with db.write(lasting=False) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO talks (front, chat, thread, user, talk, at) VALUES (?, ?, ?, ?, ?, ?)",
            [*place, to_json(talk), now.isoformat()],
        )
        _bound(connection, "talks", KEPT_TALKS)


def restart(db: Db, place: Place) -> None:
    """Begin the conversation anew."""
    with db.write() as connection:
        connection.execute("DELETE FROM talks WHERE front = ? AND chat = ? AND thread = ? AND user = ?", place)


def of_message(db: Db, front: str, chat: str, message: str) -> Talk | None:
    """What a message of ours shows; None if it shows no papers, or is too long ago."""
    sql = "SELECT talk FROM messages WHERE front = ? AND chat = ? AND message = ?"
    rows = db.read(sql, [front, chat, message]) if message else []
    return from_json(rows[0]["talk"]) if rows else None


def owner(db: Db, front: str, chat: str, message: str) -> str:
    """Whom a message of ours answers; "" for nobody, as a digest, and for a message that isn't remembered."""
    sql = "SELECT user FROM messages WHERE front = ? AND chat = ? AND message = ?"
    rows = db.read(sql, [front, chat, message]) if message else []
    return str(rows[0]["user"]) if rows else ""


def mark(db: Db, place: Place, messages: Iterable[str], talk: Talk, now: datetime) -> None:
    """Keep what these messages of ours show; the user of `place` is whom they answer, "" for a digest.

    A message that is kept already stays theirs whom it answered first.
    """
    front, chat, _, user = place
    rows = [(front, chat, message, front, chat, message, user, to_json(talk), now.isoformat()) for message in messages]
    with db.write(lasting=False) as connection:
        connection.conn.executemany(
            """INSERT OR REPLACE INTO messages (front, chat, message, user, talk, at) VALUES (?, ?, ?,
               coalesce((SELECT user FROM messages WHERE front = ? AND chat = ? AND message = ?), ?), ?, ?)""",
            rows,
        )
        _bound(connection, "messages", KEPT_MESSAGES)


def forget(db: Db, front: str, user: str) -> None:
    """Erase what is kept of an asker: every conversation, the answers to them, their private chats with their choices,
    what they said of papers.

    What remains until the day ends is how many messages were answered: without it, this would lift every limit.
    `user` is not "": that is everybody who has no name.
    """
    if not user:
        raise ValueError("an asker without an id can't be told from others")
    with db.write() as connection:
        for table in ("talks", "messages", "chats", "feedback"):
            connection.execute(f"DELETE FROM {table} WHERE front = ? AND user = ?", [front, user])  # noqa: S608


def expire(db: Db, talks: datetime, messages: datetime) -> None:
    """Throw away the conversations and the messages that are older than these times.

    Of messages older than `talks` stay their papers and what makes their list again, for their buttons; the question
    and what its answer came from go with the conversation.
    """
    with db.write(lasting=False) as connection:
        connection.execute("DELETE FROM talks WHERE at < ?", [talks.isoformat()])
        connection.execute(
            """UPDATE messages SET talk = json_remove(
                   talk, '$.question', '$.cited', iif(json_extract(talk, '$.asked') LIKE '/%', '$.question', '$.asked'))
               WHERE at < ? AND (instr(talk, '"question": ') OR instr(talk, '"cited": '))""",
            [talks.isoformat()],
        )
        connection.execute("DELETE FROM messages WHERE at < ?", [messages.isoformat()])


def _in_words(text: str) -> bool:
    """Whether a text is somebody's own, and not a button's: "/results" and "/day 2026-02-26" are nobody's."""
    return text.startswith("/search ") or not text.startswith("/")


def _bound(connection: Database, table: str, most: int) -> None:
    """Keep the last `most` rows that were written: a row that is replaced gets the next rowid."""
    connection.execute(f"DELETE FROM {table} WHERE rowid <= (SELECT max(rowid) FROM {table}) - ?", [most])  # noqa: S608


def to_json(talk: Talk) -> str:
    """The talk as text, within its bounds."""
    cited = tuple(replace(one, quote=one.quote[:KEPT_QUOTE]) for one in talk.cited[:KEPT_CITED])
    kept = replace(talk, shown=talk.shown[:KEPT_SHOWN], cited=cited, question=talk.question[:KEPT_QUOTE])
    return json.dumps({name: value for name, value in asdict(kept).items() if value}, ensure_ascii=False)


def from_json(text: str) -> Talk:
    """The talk that `to_json` made this text of."""
    kept = json.loads(text)
    cited = tuple(Cited(**one) for one in kept.pop("cited", ()))
    return Talk(**(kept | {"shown": tuple(kept.get("shown", ())), "cited": cited}))
