"""How votes grew: what was counted of each paper on each day that it was looked at.

A paper itself keeps the newest count alone (papers).

Owns: the votes table.
Does not own: when votes are counted (bot.schedule), what is made of them (bot.roundup).
"""

from collections.abc import Iterable
from datetime import date

from store.db import Db
from store.types import Paper


def note(db: Db, found: Iterable[Paper], day: date) -> None:
    """These counts were seen on `day` (UTC); of a paper that isn't stored, or has no count, nothing is kept."""
    rows = [
        (day.isoformat(), paper.upvotes, paper.upvotes, paper.arxiv_id) for paper in found if paper.upvotes is not None
    ]
    with db.write() as connection:
        connection.conn.executemany(
            """INSERT INTO votes (paper, day, first, last) SELECT id, ?, ?, ? FROM papers WHERE arxiv_id = ?
               ON CONFLICT (paper, day) DO UPDATE SET last = excluded.last""",
            rows,
        )


def grown(db: Db, since: date, until: date) -> dict[str, int]:
    """By how much the votes of listed papers grew in these days (both included), by canonical id, the most first; those
    that didn't grow are left out.

    Counted from the last look before, or from the first one where that was in these days.
    """
    rows = db.read(
        """WITH seen AS (SELECT paper, min(day) AS began, max(day) AS ended FROM votes
                         WHERE day BETWEEN :since AND :until GROUP BY paper)
           SELECT papers.arxiv_id AS id, now.last - coalesce(
               (SELECT last FROM votes WHERE paper = seen.paper AND day < :since ORDER BY day DESC LIMIT 1),
               begun.first) AS more
           FROM seen JOIN papers ON papers.id = seen.paper AND papers.listed = 1
           JOIN votes AS begun ON begun.paper = seen.paper AND begun.day = seen.began
           JOIN votes AS now ON now.paper = seen.paper AND now.day = seen.ended
           WHERE more > 0 ORDER BY more DESC, papers.id""",
        {"since": since.isoformat(), "until": until.isoformat()},
    )
    return {row["id"]: row["more"] for row in rows}
