"""A data folder in one file, and back: the database, copied while others go on, and the settings without secrets.

    FILE.tar.gz/paperboy.db   one consistent state, checked before the file takes its name
    FILE.tar.gz/config.toml   as its writer gave it; left out where there is none

The index is derived from the database and isn't in it. A restored database comes into the live file as one transaction
(SQLite's backup does that): whoever reads meanwhile sees the old one or the new one, and so does a `kill -9`.

Owns: making, reading and rotating such files, the copy that is kept when a new version changes the tables.
Does not own: which settings are secret (bot.config), when a backup is due (bot.keeping).
"""

import contextlib
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import sqlite_utils

from store import schema
from store.errors import InputError, StoreError

DATABASE, SETTINGS = "paperboy.db", "config.toml"

MAX_SETTINGS_BYTES = 1_000_000
"""A larger settings file is no settings file."""

_SQLITE = b"SQLite format 3\0"
_STAMP = "paperboy-%Y-%m-%dT%H%M%SZ.tar.gz"
_PAGES = 2_000
"""Pages copied at a time (8 MB): between two steps writers have their turn."""


def write(database: Path, file: Path, settings: str | None = None) -> int:
    """Back the database up into `file`, readable by its owner alone; return its size in bytes.

    A file that is there already is replaced when the new one is whole, and not before.

    Raises:
        StoreError: the database is damaged, or the file can't be written.
    """
    part = file.with_name(file.name + ".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            copied = Path(folder) / DATABASE
            with contextlib.closing(sqlite3.connect(copied)) as target:
                _copy(database, target)
            _require_sound(copied)
            with _private(part) as out, tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
                tar.add(copied, DATABASE, filter=_nobody)
                if settings is not None:
                    (Path(folder) / SETTINGS).write_text(settings, encoding="utf-8")
                    tar.add(Path(folder) / SETTINGS, SETTINGS, filter=_nobody)
        part.replace(file)
        return file.stat().st_size
    except OSError as error:
        raise StoreError(
            f"The backup {file} can't be written ({error.strerror}): make room, or choose another place."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def restore(file: Path, database: Path) -> str | None:
    """Put the database of a backup in place of `database`, all of it or nothing; return the settings kept beside it.

    The caller owns the data folder. A present file that is no database, or damaged, is moved aside, never deleted.

    Raises:
        InputError: `file` isn't there, or is no backup.
        StoreError: what is in it is damaged, or there is no room.
    """
    try:
        with TemporaryDirectory(dir=database.parent, prefix=".restore-") as folder:
            copied, settings = _unpack(file, Path(folder))
            _require_sound(copied)
            with contextlib.closing(_opened(database)) as target:
                _copy(copied, target)
        return settings
    except OSError as error:
        raise StoreError(f"{database} can't be restored ({error.strerror}): it was left as it was.") from error


def copy_aside(connection: sqlite3.Connection, file: Path) -> None:
    """Copy the open database into the plain database `file`, in place of an earlier one."""
    with TemporaryDirectory(dir=file.parent, prefix=".copy-") as folder:
        part = Path(folder) / file.name
        with contextlib.closing(sqlite3.connect(part)) as target:
            connection.backup(target)
        part.chmod(0o600)
        part.replace(file)


def named(folder: Path, now: datetime) -> Path:
    """The file of a scheduled backup made at `now` (aware)."""
    return folder / now.astimezone(UTC).strftime(_STAMP)


def kept(folder: Path) -> list[tuple[Path, datetime]]:
    """The scheduled backups in a folder with their times, the newest first; other files are nobody's business."""
    found = []
    for file in folder.glob("paperboy-*.tar.gz"):
        with contextlib.suppress(ValueError):
            found.append((file, datetime.strptime(file.name, _STAMP).replace(tzinfo=UTC)))
    return sorted(found, key=lambda one: one[1], reverse=True)


def rotate(folder: Path, keep: int) -> int:
    """Delete all scheduled backups but the newest `keep` (at least one); return how many went."""
    old = kept(folder)[max(keep, 1) :]
    for file, _ in old:
        file.unlink(missing_ok=True)
    return len(old)


def _unpack(file: Path, folder: Path) -> tuple[Path, str | None]:
    """The members that a backup has, by name alone: whatever else is in the archive is never looked at."""
    try:
        with file.open("rb") as begun:
            if begun.read(len(_SQLITE)) == _SQLITE:  # the copy that an upgrade leaves
                return file, None
        with tarfile.open(file, "r:gz") as tar:
            member = tar.getmember(DATABASE)
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                raise InputError(f"{file} is no backup of Paperboy.")
            if member.size > shutil.disk_usage(folder).free:
                raise StoreError(f"There is no room to restore {file}: it needs {member.size // 1_000_000} MB.")
            with content, _private(folder / DATABASE) as out:
                shutil.copyfileobj(content, out)
            return folder / DATABASE, _settings(tar)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(f"{file} is no file: name a backup.") from error
    except (tarfile.TarError, EOFError, KeyError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{file} is no backup of Paperboy, or is damaged.") from error


def _settings(tar: tarfile.TarFile) -> str | None:
    if SETTINGS not in tar.getnames():
        return None
    member = tar.getmember(SETTINGS)
    content = tar.extractfile(member) if member.isreg() and member.size <= MAX_SETTINGS_BYTES else None
    return content.read().decode() if content else None


def _copy(source: Path, target: sqlite3.Connection) -> None:
    try:
        with contextlib.closing(sqlite3.connect(source.absolute().as_uri() + "?mode=ro", uri=True)) as opened:
            opened.backup(target, pages=_PAGES, sleep=0.01)
    except sqlite3.Error as error:
        raise StoreError(f"{source} can't be copied ({error}): `paperboy check` says what is wrong with it.") from error


def _require_sound(database: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(database)) as opened:
            (said,) = opened.execute("PRAGMA quick_check(1)").fetchone()
            tables = opened.execute("SELECT count(*) FROM sqlite_master WHERE name = 'papers'").fetchone()[0]
            schema.refuse_newer(sqlite_utils.Database(opened), database)
    except sqlite3.Error as error:
        raise StoreError(f"The database is damaged ({error}): restore an earlier backup.") from error
    if said != "ok" or not tables:
        what = said if said != "ok" else "there are no papers in it"
        raise StoreError(f"The database is damaged ({what}): restore an earlier backup.")


def _opened(database: Path) -> sqlite3.Connection:
    """The live file, to be written over; one that SQLite can't make sense of is moved aside."""
    connection = sqlite3.connect(database, timeout=30.0)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked, no access: nothing that moving it would mend
            connection.close()
            raise StoreError(f"{database} can't be opened ({error}).") from error
        said = str(error)
    if said == "ok":
        return connection
    connection.close()
    _move_aside(database)
    return sqlite3.connect(database, timeout=30.0)


def _move_aside(database: Path) -> None:
    aside = database.with_name(f"damaged-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}")
    aside.mkdir()
    for end in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            shutil.move(database.with_name(database.name + end), aside)


@contextlib.contextmanager
def _private(file: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read, on the disk when the block ends."""
    file.unlink(missing_ok=True)
    with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:  # noqa: PTH123 - a descriptor
        yield out
        out.flush()
        os.fsync(out.fileno())


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Whose file it was is no part of a backup."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
