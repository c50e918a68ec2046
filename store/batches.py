"""Batches of questions that a model server has: they are on their way, and paid for, whatever becomes of this process.

Owns: the batches table.
Does not own: sending them and their answers (ingest.models.batch).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.db import Db

KEPT = timedelta(days=30)
"""So long servers keep answers (https://platform.openai.com/docs/guides/batch): older ones are of no use."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch: the server's name for it, the names of its questions, and whether its cost is in the ledger."""

    batch_id: str
    asked: frozenset[str]
    booked: bool


def add(db: Db, server: str, batch_id: str, asked: Iterable[str], now: datetime) -> None:
    """Note that the server (its URL) has a batch with these questions; what is too old is forgotten."""
    row = [server, batch_id, json.dumps(sorted(asked)), now.isoformat()]
    with db.write() as connection:
        connection.execute("DELETE FROM batches WHERE at < ?", [(now - KEPT).isoformat()])
        connection.execute("INSERT INTO batches (server, batch_id, asked, at) VALUES (?, ?, ?, ?)", row)


def of(db: Db, server: str) -> list[Sent]:
    """What the server has, the oldest first."""
    rows = db.read("SELECT batch_id, asked, booked FROM batches WHERE server = ? ORDER BY at", [server])
    return [Sent(row["batch_id"], frozenset(json.loads(row["asked"])), bool(row["booked"])) for row in rows]


def booked(db: Db, server: str, batch_id: str) -> None:
    """Note that the batch was answered and its cost is in the ledger."""
    with db.write() as connection:
        connection.execute("UPDATE batches SET booked = 1 WHERE server = ? AND batch_id = ?", [server, batch_id])


def forget(db: Db, server: str, batch_id: str) -> None:
    """The server has it no more, or won't answer it."""
    with db.write() as connection:
        connection.execute("DELETE FROM batches WHERE server = ? AND batch_id = ?", [server, batch_id])


def forget_answered(db: Db) -> None:
    """Everything that was made of the answers is stored: nobody needs them again."""
    with db.write() as connection:
        connection.execute("DELETE FROM batches WHERE booked = 1")
