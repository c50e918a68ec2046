"""What was read of each paper, kept privately for a while: to summarise again, and to answer about one paper.

Owns: the fulltexts table, and that its texts expire.
Does not own: the form of a text, which is ingest's (a string here).
"""

import zlib
from datetime import datetime

from store.db import Db


def put(db: Db, arxiv_id: str, text: str, now: datetime) -> None:
    """Keep the text of a stored paper, in place of an earlier one."""
    packed = zlib.compress(text.encode("utf-8", "surrogatepass"))
    with db.write() as connection:
        connection.execute(
            """INSERT INTO fulltexts (paper, text, read_at) SELECT id, ?, ? FROM papers WHERE arxiv_id = ?
               ON CONFLICT (paper) DO UPDATE SET text = excluded.text, read_at = excluded.read_at""",
            [packed, now.isoformat(), arxiv_id],
        )


def get(db: Db, arxiv_id: str) -> str | None:
    """The paper's text, or None when there is none (any more)."""
    packed = db.value("SELECT text FROM fulltexts JOIN papers ON papers.id = paper WHERE arxiv_id = ?", [arxiv_id])
    return None if packed is None else zlib.decompress(packed).decode("utf-8", "surrogatepass")


def expire(db: Db, before: datetime) -> int:
    """Throw away the texts read before that time; return how many."""
    with db.write() as connection:
        return int(connection.execute("DELETE FROM fulltexts WHERE read_at < ?", [before.isoformat()]).rowcount)
