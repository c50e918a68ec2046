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

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
from numpy.typing import NDArray

from store import papers, seal, vectors
from store.db import Db
from store.errors import StoreBusy, StoreError
from store.index import Index, sync
from store.matrix import Matrix
from store.types import Vector


class Folder:
    """The data folder at `path`, made when it isn't there.

    `own=True` takes the lock, waiting `patience_s` for it, or fails; `own=False` takes it when it is free, and
    `own=None` leaves it to others. The index is opened by `connect`. Threads may share a folder.

    Raises:
        StoreBusy: `own` was asked for, and another process has the folder.
        StoreError: the folder or its database can't be used.
    """

    def __init__(self, path: Path, *, own: bool | None = False, patience_s: float = 0.0) -> None:
        self.path = path
        self._turn = threading.RLock()
        self._index: Index | None = None
        self._signature = ""
        self._index_path, self._seal = path / "index", path / "index.seal"
        self._lock: IO[str] | None = None
        try:
            path.mkdir(parents=True, exist_ok=True)
            if own is not None:
                self._lock = _take(path / "paperboy.lock", patience_s if own else 0.0)
        except OSError as error:
            raise _unusable(path, error) from error
        if own and self._lock is None:
            raise _busy(path)
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

    def connect(self, signature: str) -> None:
        """Open the index for vectors of the model `signature`; one that is missing or damaged is made from SQLite.

        Raises:
            IndexMismatch: the stored vectors are another model's.
        """
        with self._turn:
            vectors.require(self.db, signature)
            self._signature = signature
            if self._index is None and self.owned:
                papers.recut(self.db)
                self._index = self._open_index(signature)
                self.sync()

    def sync(self) -> int:
        """Bring the index up to date with SQLite; return how many passages that took. Without ownership: nothing."""
        with self._turn:
            if self._index is None:
                return 0
            try:
                return sync(self.db, self._index)
            except StoreError:  # damage that shows only on use; a second failure is a real one, such as a full disk
                self._index.rebuild()
                return sync(self.db, self._index)

    def renew(self, signature: str) -> None:
        """Put the staged vectors of the model `signature` in use, and make the index of them if it is ours."""
        with self._turn:
            vectors.promote(self.db, signature)
            self._close_index()
            if self.owned:
                _remove(self._index_path)
            self.connect(signature)

    def indexed(self) -> int | None:
        """How many passages the index holds; None where another process has it, or it isn't open."""
        with self._turn:
            return None if self._index is None else self._index.count()

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
            except StoreError:
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

    def _open_index(self, signature: str) -> Index:
        """The index on disk, or an empty one in its place: it is derived, and `sync` fills it."""
        if seal.lift(self._index_path, self._seal):
            try:
                return Index(self._index_path, signature)
            except StoreError:  # another model's left-over: SQLite's vectors are the right ones
                pass
        _remove(self._index_path)
        return Index(self._index_path, signature)

    def _close_index(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None
            seal.put(self._index_path, self._seal)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


@contextmanager
def taken(path: Path) -> Iterator[None]:
    """The folder for this process alone, without opening its database: for mending one that may not open.

    Raises:
        StoreBusy: another process has it.
        StoreError: the folder can't be used.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = _take(path / "paperboy.lock", 0.0)
    except OSError as error:
        raise _unusable(path, error) from error
    if lock is None:
        raise _busy(path)
    with lock:
        yield


def forget_index(path: Path) -> None:
    """Throw the index of a folder away that this process has `taken`: the next `connect` makes it anew."""
    _remove(path / "index")
    _remove(path / "index.seal")


def _busy(path: Path) -> StoreBusy:
    owner = (path / "paperboy.lock").read_text(encoding="utf-8")
    return StoreBusy(
        f"Another Paperboy ({owner}) is using {path}: wait until it has finished or stop it, or use another folder "
        "with --data."
    )


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"The data folder {path} can't be used ({error.strerror}): choose another with --data.")


def _remove(path: Path) -> None:
    """Make sure that nothing is at `path`, whatever it was; what can't be removed shows when it is used."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _take(path: Path, patience_s: float) -> IO[str] | None:
    """The lock, held until the file is closed or the process ends however it ends; None when another keeps it."""
    file = path.open("a+", encoding="utf-8")
    ends = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= ends:
                file.close()
                return None
            time.sleep(0.05)
    file.truncate(0)
    file.write(f"process {os.getpid()}")
    file.flush()
    return file
