"""A data folder: the database, the index derived from it, and the lock that says who owns the index.

    DATA/paperboy.db    the truth; any number of processes read it
    DATA/index/         Chroma's; one process at a time
    DATA/index.seal     that its files are as they were left
    DATA/paperboy.lock  held by the owner, and names it
    DATA/backups/       scheduled backups, unless they are kept elsewhere

A process that only reads works beside an owner: it searches SQLite's vectors by an exact scan.

Owns: what lies where in the folder, ownership, repairing the index.
Does not own: what is in the database (papers, vectors) or in the index.
"""

import secrets
import shutil
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
import structlog
from numpy.typing import NDArray

from store import facts, lock, papers, seal, vectors
from store.db import Db
from store.errors import IndexMismatch, StoreError
from store.index import INDEX_AT, Index, Server, adopt, delete, sync
from store.matrix import Matrix
from store.types import Vector

AWAY_S = 15.0
"""How long a server that failed is left alone before it is tried again."""

_LIBRARY = "library"

log = structlog.get_logger()


class Folder:
    """The data folder at `path`, made when it isn't there; its index lies in it, or on a Chroma `server`.

    `own=True` takes the lock, waiting `patience_s` for it, or fails; `own=False` takes it when it is free, and
    `own=None` leaves it to others. The index is opened by `connect`. Threads may share a folder.

    Raises:
        StoreBusy: `own` was asked for, and another process has the folder.
        StoreError: the folder or its database can't be used.
    """

    def __init__(
        self, path: Path, *, own: bool | None = False, patience_s: float = 0.0, server: Server | None = None
    ) -> None:
        self.path = path
        self._turn = threading.RLock()
        self._index: Index | None = None
        self._signature = ""
        self._server, self._away_until = server, 0.0
        self._index_path, self._seal = path / "index", path / "index.seal"
        self._lock: IO[str] | None = None
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if own is not None:
                self._lock = lock.take(path, patience_s if own else 0.0)
        except OSError as error:
            raise lock.unusable(path, error) from error
        if own and self._lock is None:
            raise lock.busy(path)
        try:
            self.db = Db(path / "paperboy.db")
            self.matrix = Matrix(self.db)
        except BaseException:
            self._release()
            raise

    @property
    def owned(self) -> bool:
        """Whether this process owns the index."""
        return self._lock is not None

    def connect(self, signature: str, *, renewing: bool = False) -> None:
        """Open the index for vectors of the model `signature`; one that is missing or damaged is made from SQLite.

        With `renewing` another model's vectors are no error: until `renew` puts those of `signature` in their place,
        no paper is near to anything, and words alone find papers.

        Raises:
            IndexMismatch: the stored vectors are another model's.
        """
        with self._turn:
            if renewing and vectors.signature(self.db) not in (None, signature):
                return
            vectors.require(self.db, signature)
            self._signature = signature
            if self._index is None and self.owned:
                papers.recut(self.db)
                self._open()
                self.sync()

    def sync(self) -> int:
        """Bring the index up to date with SQLite; return how many passages that took. Without ownership: nothing.

        A server that can't be used is let be: it gets what it lacks when it is back.
        """
        with self._turn:
            index = self._open()
            if index is None:
                return 0
            try:
                return sync(self.db, index)
            except StoreError as error:
                if self._server:
                    self._lose(error)
                    return 0
                index.rebuild()  # damage that shows only on use; a second failure is a real one, such as a full disk
                return sync(self.db, index)

    def renew(self, signature: str) -> None:
        """Put the staged vectors of the model `signature` in use, and make the index of them if it is ours."""
        with self._turn:
            vectors.promote(self.db, signature)
            self._close_index()
            if self.owned and not self._server:
                _remove(self._index_path)
            self.connect(signature)

    def indexed(self) -> int | None:
        """How many passages the index holds; None where another process has it, or its server is away."""
        with self._turn:
            try:
                return None if self._index is None else self._index.count()
            except StoreError as error:
                if not self._server:
                    raise
                self._lose(error)
                return None

    def cosines(self, rows: NDArray[np.int64], query: Vector) -> NDArray[np.float64] | None:
        """As `Matrix.cosines`; all 0 once another process has put another model's vectors in use."""
        if vectors.signature(self.db) != self._signature:
            return np.zeros(len(rows))
        return self.matrix.cosines(rows, query)

    def nearest(self, vector: Vector, k: int, since: date = date.min, until: date = date.max) -> list[int]:
        """The papers (rows) of the `k` passages of these days that are closest to `vector`, best first, each once."""
        with self._turn:
            if self._index is None:
                return vectors.nearest(self.db, vector, k, since, until)
            try:
                return self._index.nearest(vector, k, since, until)
            except StoreError as error:
                if self._server:
                    self._lose(error)
                    return vectors.nearest(self.db, vector, k, since, until)
                self._index.rebuild()
                sync(self.db, self._index)
                return self._index.nearest(vector, k, since, until)

    def sizes(self) -> dict[str, int]:
        """Bytes on disk of the database and of the index."""
        database = sum(file.stat().st_size for file in self.path.glob("paperboy.db*"))
        index = sum(file.stat().st_size for file in self._index_path.rglob("*") if file.is_file())
        return {"database": database, "index": index}

    def close(self) -> None:
        """Let go of everything; closing twice is harmless."""
        self._close_index()
        self.db.close()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> Index | None:
        """The index of who owns it; None for others, and while a server is away."""
        if self._index is None and self.owned and self._signature:
            if not self._server:
                self._index = self._open_folder(self._signature)
                adopt(self.db, self._index, "")
            elif time.monotonic() >= self._away_until:
                self._index = self._open_server(self._server)
        return self._index

    def _open_folder(self, signature: str) -> Index:
        """The index on disk, or an empty one in its place: it is derived, and `sync` fills it."""
        if seal.lift(self._index_path, self._seal):
            try:
                return Index(self._index_path, signature)
            except StoreError:  # another model's left-over: SQLite's vectors are the right ones
                pass
        _remove(self._index_path)
        return Index(self._index_path, signature)

    def _open_server(self, server: Server) -> Index | None:
        mine = replace(server, library=self._library())
        try:
            try:
                index = Index(mine, self._signature)
            except IndexMismatch:  # another model's left-over
                delete(mine)
                index = Index(mine, self._signature)
            adopt(self.db, index, str(server))
        except StoreError as error:
            self._lose(error)
            return None
        return index

    def _library(self) -> str:
        """What names this library on a server that holds others too."""
        if not (name := facts.get(self.db, _LIBRARY)):
            name = secrets.token_hex(8)
            facts.put(self.db, _LIBRARY, name)
        return name

    def _lose(self, error: StoreError) -> None:
        """The server is away: SQLite's vectors are searched until it is tried again."""
        log.warning("index away", reason=str(error), again_s=AWAY_S)
        self._away_until = time.monotonic() + AWAY_S
        index, self._index = self._index, None
        if index is not None:
            index.close()

    def _close_index(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None
            if not self._server:
                seal.put(self._index_path, self._seal)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def forget_index(path: Path) -> None:
    """Have the index of a folder that this process has `taken` made anew by the next `connect`, wherever it lies."""
    _remove(path / "index")
    _remove(path / "index.seal")
    db = Db(path / "paperboy.db")
    try:
        facts.put(db, INDEX_AT, "?")
    finally:
        db.close()


def _remove(path: Path) -> None:
    """Make sure that nothing is at `path`, whatever it was; what can't be removed shows when it is used."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
