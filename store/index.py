"""The only door to Chroma: the index of passage vectors, derived from SQLite and rebuilt from it at any time.

It lies in a folder, or on a Chroma server. One process owns it (`store.lock`): of two on one folder, one would silently
find nothing new. Chroma never embeds anything itself (its default would download a model), and remembers which model's
vectors it holds.

Owns: the collection, its settings and its health.
Does not own: vectors (vectors), what is done with neighbours (search).
"""

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from store import facts
from store.db import Db
from store.errors import AppError, IndexMismatch, StoreError
from store.types import Vector, Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

BATCH = 50
"""Passages written at once: more would hold up whoever waits for the loop (measured: 50 take 6 ms)."""

INDEX_AT = "index"
"""The fact that names the place of the index that the marks in SQLite are about; none: the data folder's."""

# An id is "passage/paper": neighbours come with their papers, and Chroma need not look their metadata up (2 ms of 3).
NAME = "passages-of-papers"
# recall@10 against the exact scan at 20,000 passages mixed from real ones: .986 with 400, .998 with 800.
_SETTINGS = {"hnsw": {"space": "cosine", "ef_search": 800}}


@dataclass(frozen=True, slots=True)
class Server:
    """A Chroma server: its address, the token that it wants ("" for none), and the name of the collection there.

    A collection is one library's: `library` names it.
    """

    url: str
    token: str = field(default="", repr=False)
    collection: str = NAME
    library: str = ""

    def __str__(self) -> str:
        return f"{self.collection} at {self.url}"


class Index:
    """Passage vectors by passage id, with the paper's row and day, in a folder or on a server; made if it isn't there.

    Raises:
        IndexMismatch: another embedding model made it.
        StoreError: the folder can't be read as an index (`rebuild` makes it anew), or the server can't be used.
    """

    def __init__(self, path: Path | Server, signature: str) -> None:
        self._path = path
        self._signature = signature
        self._name, self._metadata = NAME, {"signature": signature}
        if isinstance(path, Server):
            self._name, self._metadata = path.collection, {"signature": signature, "library": path.library}
        self._open()

    def add(self, rows: Sequence[tuple[int, int, date]], vectors: Vectors) -> None:
        """Store vectors, shape (n, dim), for `rows` of (passage id, paper row, day); the same id again replaces."""
        with_days = [{"day": _number(day)} for _, _, day in rows]
        for start in range(0, len(rows), BATCH):
            part = slice(start, start + BATCH)
            ids = [f"{passage}/{paper}" for passage, paper, _ in rows[part]]
            self._guarded("upsert", ids=ids, embeddings=vectors[part], metadatas=with_days[part])

    def nearest(self, vector: Vector, k: int, since: date, until: date) -> list[int]:
        """The papers (rows) of the `k` closest passages of these days, closest first, each once.

        `vector` has shape (dim,), dim being the one the index was made with; any length will do, it is a cosine.
        """
        # A filter costs ten times an unfiltered search: only where it is one.
        whole = (since, until) == (date.min, date.max)
        bounds = {"$and": [{"day": {"$gte": _number(since)}}, {"day": {"$lte": _number(until)}}]}
        k = min(k, self.count())
        if k == 0:
            return []
        found = self._guarded(
            "query", query_embeddings=vector[None], n_results=k, include=[], where=None if whole else bounds
        )
        return list(dict.fromkeys(int(key.partition("/")[2]) for key in found["ids"][0]))

    def count(self) -> int:
        """How many passages are in it."""
        return int(self._guarded("count"))

    def rebuild(self) -> None:
        """Throw the index away and begin an empty one in its place."""
        if isinstance(self._path, Server):
            delete(self._path)
        self.close()
        if isinstance(self._path, Path):
            shutil.rmtree(self._path, ignore_errors=True)
        self._open()

    def close(self) -> None:
        """Let go of the files."""
        client = getattr(self, "_client", None)
        if client is not None:
            _release(client, self._path)
            del self._client, self._collection

    def _open(self) -> None:
        from chromadb.api.shared_system_client import SharedSystemClient  # half a second: not before it is needed

        try:
            self._client = _client(self._path)
            self._collection = self._client.get_or_create_collection(
                self._name,
                configuration=_SETTINGS,  # type: ignore[arg-type]  # a TypedDict that Chroma doesn't export
                metadata=self._metadata,
                embedding_function=None,
            )
        except BaseException as error:  # see _damaged
            if isinstance(self._path, Server) and hasattr(self, "_client"):
                _release(self._client, self._path)
                del self._client
            SharedSystemClient.clear_system_cache()  # it keeps what failed to start, and would hand it out again
            raise _damaged(error, self._path) from error
        held = self._collection.metadata or {}
        if held.get("library") != self._metadata.get("library"):
            self.close()
            raise StoreError(
                f"The collection {self._path} is another Paperboy's: name one of your own in store.vectors.collection."
            )
        stored = held.get("signature")
        if stored != self._signature:
            self.close()
            raise IndexMismatch(
                f"The index in {self._path} was made with {stored}, the configured model is {self._signature}: "
                "run `paperboy reindex`, or set the earlier model in [embedding]."
            )

    def _guarded(self, verb: str, **arguments: Any) -> Any:
        try:
            return getattr(self._collection, verb)(**arguments)
        except BaseException as error:  # see _damaged
            raise _damaged(error, self._path) from error


def delete(server: Server) -> None:
    """Delete the collection on a server, whatever is in it; none is fine.

    Raises:
        StoreError: the server can't be used.
    """
    from chromadb.errors import NotFoundError

    try:
        client = _client(server)
        try:
            with contextlib.suppress(NotFoundError):
                client.delete_collection(server.collection)
        finally:
            _release(client, server)
    except BaseException as error:
        raise _damaged(error, server) from error


def _client(where: Path | Server) -> "ClientAPI":
    if isinstance(where, Server):
        from store import index_server

        return index_server.client(where.url, where.token)
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(where), settings=Settings(anonymized_telemetry=False))


def _release(client: Any, where: Path | Server) -> None:
    if isinstance(where, Server):
        from store import index_server

        index_server.release(client)
    else:
        client.close()


def adopt(db: Db, index: Index, where: str) -> None:
    """Make sure that the marks in SQLite are those of this index; one that they don't speak of begins anew.

    `where` names its place: a change of it, or a restored backup, would leave stale vectors behind otherwise.
    """
    if facts.get(db, INDEX_AT) != where:
        index.rebuild()
        with db.write() as connection:
            connection.execute("UPDATE passages SET indexed = 0")
            facts.put(db, INDEX_AT, where)


def sync(db: Db, index: Index) -> int:
    """Give the index what SQLite has and it lacks; return how many passages that were.

    An index that has lost passages, or holds strange ones, is rebuilt: a copy can't say what it lost. (A crash between
    its write and ours leaves it ahead of our marks, which is harmless: the same passages are written again.)
    """
    marked, known = db.read("SELECT sum(indexed), count(*) FROM passages")[0]
    if not (marked or 0) <= index.count() <= known:
        index.rebuild()
        with db.write() as connection:
            connection.execute("UPDATE passages SET indexed = 0")
    done = 0
    while batch := db.read(
        """SELECT passages.id, paper, day, vector FROM passages JOIN papers ON papers.id = paper
           WHERE indexed = 0 AND vector IS NOT NULL ORDER BY passages.id LIMIT ?""",
        [20 * BATCH],
    ):
        matrix = np.frombuffer(b"".join(row["vector"] for row in batch), "<f4").reshape(len(batch), -1)
        index.add([(row["id"], row["paper"], date.fromisoformat(row["day"])) for row in batch], matrix)
        with db.write() as connection:
            connection.conn.executemany("UPDATE passages SET indexed = 1 WHERE id = ?", [(row["id"],) for row in batch])
        done += len(batch)
    return done


def _number(day: date) -> int:
    """Chroma compares numbers only: 2026-02-26 as 20260226."""
    return day.year * 10_000 + day.month * 100 + day.day


def _damaged(error: BaseException, where: Path | Server) -> BaseException:
    """What to raise for an error out of Chroma. Its Rust half panics with a BaseException of its own; ours pass."""
    if isinstance(error, AppError) or not (isinstance(error, Exception) or type(error).__name__ == "PanicException"):
        return error
    what = (str(error).splitlines() or [type(error).__name__])[0][:200]
    todo = "check the disk's room, then `paperboy reindex`"
    if isinstance(where, Server):
        todo = "start it, or empty store.vectors.url"
    return StoreError(f"The index in {where} can't be used ({what}): {todo}.")
