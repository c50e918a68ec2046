"""A backup holds one consistent state, and comes back whole or not at all."""

import io
import sqlite3
import stat
import tarfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from store import backup, papers, schema
from store.db import BEFORE_UPGRADE, Db
from store.errors import InputError, StoreError
from tests.makers.papers import LIBRARY, entry

NOW = datetime(2031, 5, 6, 8, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed database with the papers of `LIBRARY`."""
    path = tmp_path / "data" / "paperboy.db"
    path.parent.mkdir()
    db = Db(path)
    papers.save(db, LIBRARY)
    db.close()
    return path


@pytest.fixture
def file(tmp_path: Path, path: Path) -> Path:
    """A backup of it."""
    backup.write(path, tmp_path / "one.tar.gz", "data = 'here'\n")
    return tmp_path / "one.tar.gz"


def stored(path: Path) -> int:
    db = Db(path)
    try:
        return len(papers.everything(db))
    finally:
        db.close()


def archive(file: Path, **members: bytes) -> Path:
    """A tar.gz with members named so; "__" stands for a dot."""
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name.replace("__", "."))
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file


def test_a_backup_comes_back_with_its_settings(path, file, tmp_path):
    assert backup.restore(file, tmp_path / "new.db") == "data = 'here'\n"
    assert stored(tmp_path / "new.db") == len(LIBRARY)


def test_a_backup_is_made_while_a_writer_is_busy(path, tmp_path):
    db = Db(path)
    with db.write():
        papers.save(db, [entry("3105.09999", "en")])
        backup.write(path, tmp_path / "during.tar.gz")
    db.close()
    backup.restore(tmp_path / "during.tar.gz", tmp_path / "new.db")
    assert stored(tmp_path / "new.db") == len(LIBRARY)  # the state before what was not finished
    assert stored(path) == len(LIBRARY) + 1


def test_only_its_owner_reads_a_backup(file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_is_left_beside_a_backup(file, tmp_path):
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "one.tar.gz"]


def test_what_was_stored_after_the_backup_is_gone_when_it_is_back(path, file):
    db = Db(path)
    papers.save(db, [entry("3105.09999", "en")])
    db.close()
    backup.restore(file, path)
    assert stored(path) == len(LIBRARY)


def test_who_reads_meanwhile_sees_the_restored_state_next(path, file):
    reader = Db(path)
    papers.save(reader, [entry("3105.09999", "en")])
    backup.restore(file, path)
    assert len(papers.everything(reader)) == len(LIBRARY)
    reader.close()


def test_a_damaged_database_is_moved_aside_and_replaced(path, file):
    path.write_bytes(b"no database at all" * 100)
    backup.restore(file, path)
    assert stored(path) == len(LIBRARY)
    (aside,) = path.parent.glob("damaged-*")
    assert (aside / "paperboy.db").read_bytes().startswith(b"no database")


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda file: file.write_bytes(b"hello"), id="a text"),
        pytest.param(lambda file: archive(file, other=b"x"), id="an archive of something else"),
        pytest.param(lambda file: file.mkdir(), id="a folder"),
        pytest.param(lambda file: None, id="nothing"),
    ],
)
def test_what_is_no_backup_is_refused_and_changes_nothing(path, tmp_path, made):
    made(tmp_path / "no.tar.gz")
    with pytest.raises(InputError, match=r"no\.tar\.gz"):
        backup.restore(tmp_path / "no.tar.gz", path)
    assert stored(path) == len(LIBRARY)


def test_a_backup_that_was_cut_short_is_refused(path, file):
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(InputError, match="damaged"):
        backup.restore(file, path)
    assert stored(path) == len(LIBRARY)


def test_a_backup_of_a_damaged_database_is_refused(path, tmp_path):
    whole = path.read_bytes()
    damaged = archive(tmp_path / "bad.tar.gz", paperboy__db=whole[: len(whole) // 2] + b"\xff" * (len(whole) // 2))
    with pytest.raises(StoreError, match="damaged"):
        backup.restore(damaged, path)
    assert stored(path) == len(LIBRARY)


def test_a_path_in_an_archive_leads_nowhere(path, tmp_path):
    whole = path.read_bytes()
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        for name in ("../../stolen", "/stolen"):
            member = tarfile.TarInfo(name)
            member.size = 4
            tar.addfile(member, io.BytesIO(b"evil"))
        link = tarfile.TarInfo("config.toml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(link)
        member = tarfile.TarInfo("paperboy.db")
        member.size = len(whole)
        tar.addfile(member, io.BytesIO(whole))
    before = set(tmp_path.rglob("*"))
    assert backup.restore(tmp_path / "evil.tar.gz", tmp_path / "new.db") is None
    assert {one.name for one in set(tmp_path.rglob("*")) - before} == {"new.db"}


def test_a_link_in_place_of_the_database_is_refused(path, tmp_path):
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        link = tarfile.TarInfo("paperboy.db")
        link.type, link.linkname = tarfile.SYMTYPE, str(path)
        tar.addfile(link)
    with pytest.raises(InputError):
        backup.restore(tmp_path / "evil.tar.gz", tmp_path / "new.db")


def test_a_backup_by_a_newer_version_is_refused(path, tmp_path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('paperboy', 'm999_later', '')"
        )
    with pytest.raises(StoreError, match="newer Paperboy"):
        backup.write(path, tmp_path / "one.tar.gz")


def test_an_upgrade_keeps_a_copy_of_what_was_before_and_it_can_be_restored(path, tmp_path):
    last = [*schema.migrations.applied(sqlite_utils.Database(path))][-1].name
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE later (made TEXT)")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = ?", [last])
    with pytest.raises(StoreError):  # the migration can't be applied twice: as good as any that fails
        Db(path)
    copy = path.with_name(path.name + BEFORE_UPGRADE)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM papers").fetchone() == (len(LIBRARY),)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_plain_copy_of_a_database_can_be_restored(path, tmp_path):
    with closing(sqlite3.connect(path)) as connection:
        backup.copy_aside(connection, tmp_path / "plain")
    assert backup.restore(tmp_path / "plain", tmp_path / "new.db") is None
    assert stored(tmp_path / "new.db") == len(LIBRARY)


def test_a_first_start_leaves_no_copy(path):
    assert [one.name for one in path.parent.iterdir()] == ["paperboy.db"]


def test_the_oldest_scheduled_backups_go_and_other_files_stay(tmp_path):
    made = [backup.named(tmp_path, NOW + timedelta(hours=n)) for n in range(5)]
    for file in (*made, tmp_path / "paperboy-mine.tar.gz"):
        file.write_bytes(b"")
    assert backup.rotate(tmp_path, 2) == 3
    assert {one.name for one in tmp_path.iterdir()} == {made[3].name, made[4].name, "paperboy-mine.tar.gz"}
    assert [at for _, at in backup.kept(tmp_path)] == [NOW + timedelta(hours=4), NOW + timedelta(hours=3)]
