"""What people said of papers in a chat: useful, or not for me. One vote for each person and paper, the last one.

Owns: the feedback table, its bounds, and what a chat as a whole thinks of a paper.
Does not own: what that changes in a list (bot.taste), erasing a person's votes with all else of theirs (talks).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from store.db import Db

Vote: TypeAlias = Literal[1, -1]
"""Useful, or not for me."""

KEPT = timedelta(days=180)
"""How long a vote is kept: by then it counts for next to nothing."""

MOST = 200
"""Papers of a chat whose votes count, the latest ones."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a chat thinks of a paper (canonical id, and its row): -1 to 1, the mean of its people's votes; `on` the day
    (UTC) of the last one."""

    arxiv_id: str
    row: int
    value: float
    on: date


def put(db: Db, front: str, chat: str, user: str, arxiv_id: str, vote: Vote, now: datetime) -> bool:
    """Keep the person's vote in place of an earlier one; False if it was the same, or the paper isn't stored."""
    if mine(db, front, chat, user, arxiv_id) == vote:
        return False
    with db.write() as connection:
        done = connection.execute(
            """INSERT INTO feedback (front, chat, user, paper, vote, at) SELECT ?, ?, ?, id, ?, ? FROM papers
               WHERE arxiv_id = ? ON CONFLICT (front, chat, user, paper) DO UPDATE SET
                   vote = excluded.vote, at = excluded.at""",
            [front, chat, user, vote, now.isoformat(), arxiv_id],
        ).rowcount
        connection.execute("DELETE FROM feedback WHERE at < ?", [(now - KEPT).isoformat()])
    return bool(done)


def mine(db: Db, front: str, chat: str, user: str, arxiv_id: str) -> int:
    """The person's vote on the paper in this chat, 0 without one."""
    sql = """SELECT vote FROM feedback JOIN papers ON papers.id = paper
             WHERE front = ? AND chat = ? AND user = ? AND arxiv_id = ?"""
    return int(db.value(sql, [front, chat, user, arxiv_id]) or 0)


def opinions(db: Db, front: str, chat: str) -> tuple[Opinion, ...]:
    """What the chat, all its threads together, thinks of papers: the MOST latest, the latest first."""
    rows = db.read(
        """SELECT arxiv_id, paper, avg(vote) AS value, max(at) AS at FROM feedback JOIN papers ON papers.id = paper
           WHERE front = ? AND chat = ? GROUP BY paper ORDER BY max(at) DESC, paper LIMIT ?""",
        [front, chat, MOST],
    )
    return tuple(
        Opinion(row["arxiv_id"], row["paper"], row["value"], datetime.fromisoformat(row["at"]).date()) for row in rows
    )


def chats(db: Db, front: str) -> frozenset[str]:
    """The chats of a front in which somebody voted: most didn't, and need not be asked for their opinions."""
    return frozenset(row["chat"] for row in db.read("SELECT DISTINCT chat FROM feedback WHERE front = ?", [front]))
