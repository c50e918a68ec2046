"""The lock of a data folder: one process owns it, until it ends however it ends.

Owns: the file DATA/paperboy.lock and what it says, the errors of a folder that can't be had.
Does not own: what an owner may do (folder).
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from store.errors import StoreBusy, StoreError

FILE = "paperboy.lock"


def take(folder: Path, patience_s: float) -> IO[str] | None:
    """The lock, held until the file is closed or the process ends however it ends; None when another keeps it."""
    file = (folder / FILE).open("a+", encoding="utf-8")
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


@contextmanager
def taken(path: Path) -> Iterator[None]:
    """The folder for this process alone, without opening its database: for mending one that may not open.

    Raises:
        StoreBusy: another process has it.
        StoreError: the folder can't be used.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = take(path, 0.0)
    except OSError as error:
        raise unusable(path, error) from error
    if lock is None:
        raise busy(path)
    with lock:
        yield


def busy(path: Path) -> StoreBusy:
    """Another process has the folder; the text names it."""
    owner = (path / FILE).read_text(encoding="utf-8")
    return StoreBusy(
        f"Another Paperboy ({owner}) is using {path}: wait until it has finished or stop it, or use another folder "
        "with --data."
    )


def unusable(path: Path, error: OSError) -> StoreError:
    """The folder can't be made or written."""
    return StoreError(f"The data folder {path} can't be used ({error.strerror}): choose another with --data.")
