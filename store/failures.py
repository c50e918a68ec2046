"""What could not be done for a paper, kept on its row: what, why, how often, when. Never shown as a summary.

Owns: the failures table.
Does not own: trying again (ingest.pipeline).
"""

from dataclasses import dataclass
from datetime import datetime

from store.db import Db

MAX_REASON = 500
"""Characters of a reason that are kept."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A paper that a stage ("read", "summarise") failed for, lately for `reason`; `times` are those that count."""

    arxiv_id: str
    stage: str
    reason: str
    times: int
    last_at: datetime


def add(db: Db, arxiv_id: str, stage: str, reason: str, now: datetime, *, counts: bool = True) -> None:
    """Note a failure of `stage` for a stored paper. One that is not the paper's (a server is down) doesn't count."""
    with db.write() as connection:
        connection.execute(
            """INSERT INTO failures (paper, stage, reason, times, last_at)
               SELECT id, ?, ?, ?, ? FROM papers WHERE arxiv_id = ?
               ON CONFLICT (paper, stage) DO UPDATE
               SET reason = excluded.reason, times = times + excluded.times, last_at = excluded.last_at""",
            [stage, reason[:MAX_REASON], int(counts), now.isoformat(), arxiv_id],
        )


def clear(db: Db, arxiv_id: str) -> None:
    """Forget a paper's failures: it has succeeded, or is to be tried afresh."""
    with db.write() as connection:
        connection.execute("DELETE FROM failures WHERE paper = (SELECT id FROM papers WHERE arxiv_id = ?)", [arxiv_id])


def everything(db: Db) -> list[Failure]:
    """All failures, the latest first."""
    rows = db.read(
        """SELECT arxiv_id, stage, reason, times, last_at FROM failures JOIN papers ON papers.id = paper
           ORDER BY last_at DESC, arxiv_id"""
    )
    return [Failure(**{**row, "last_at": datetime.fromisoformat(row["last_at"])}) for row in map(dict, rows)]


def counts(db: Db) -> dict[str, int]:
    """How often each paper that failed did, over all stages."""
    rows = db.read("SELECT arxiv_id, sum(times) AS n FROM failures JOIN papers ON papers.id = paper GROUP BY paper")
    return {row["arxiv_id"]: row["n"] for row in rows}


def stages(db: Db) -> dict[str, int]:
    """How many papers failed at each stage."""
    return {row["stage"]: row["n"] for row in db.read("SELECT stage, count(*) AS n FROM failures GROUP BY stage")}


def times(db: Db, arxiv_id: str) -> int:
    """How often the paper has failed, over all stages."""
    sql = "SELECT coalesce(sum(times), 0) FROM failures JOIN papers ON papers.id = paper WHERE arxiv_id = ?"
    return int(db.value(sql, [arxiv_id]))
