"""Scheduled backups: made when due, rotated, and without a secret."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import keeping
from bot.app import App
from bot.config import load
from store import backup, papers
from tests.makers.papers import LIBRARY

START = datetime(2031, 5, 6, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRETS = ("a-token-to-hide", "a-key-to-hide")
CONFIG = f"""
data = "data"
[llm]
api_key = "{SECRETS[1]}"  # {SECRETS[1]}
[telegram]
token = "{SECRETS[0]}"
[backup]
hours = 6
keep = 2
"""


class Clock:
    """Moves when a test says so."""

    at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[App]:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG, encoding="utf-8")
    with App(load(), now=clock, config=Path("config.toml")) as made:
        papers.save(made.folder.db, LIBRARY)
        yield made


def test_the_first_is_made_at_once_and_the_next_when_it_is_due(app, clock):
    assert keeping.back_up_if_due(app) == Path("data/backups/paperboy-2031-05-06T080000Z.tar.gz")
    clock.at += 6 * HOUR - timedelta(seconds=1)
    assert keeping.back_up_if_due(app) is None
    clock.at += timedelta(seconds=1)
    assert keeping.back_up_if_due(app) is not None


def test_the_newest_are_kept(app, clock):
    for _ in range(4):
        keeping.back_up_if_due(app)
        clock.at += 6 * HOUR
    assert [at for _, at in backup.kept(Path("data/backups"))] == [START + 18 * HOUR, START + 12 * HOUR]


def test_a_clock_that_was_set_back_holds_nothing_up(app, clock):
    keeping.back_up_if_due(app)
    clock.at -= timedelta(days=400)
    assert keeping.back_up_if_due(app) is not None


def test_the_settings_are_in_it_without_a_secret(app, tmp_path):
    file = keeping.back_up_if_due(app)
    assert file is not None
    kept = backup.restore(file, tmp_path / "new.db")
    assert kept == CONFIG.replace(SECRETS[0], "").replace(SECRETS[1], "")


def test_a_secret_that_is_written_in_escapes_keeps_the_settings_out(app, tmp_path):
    Path("config.toml").write_text('[llm]\napi_key = "\\u0061-key-to-hide"', encoding="utf-8")
    keeping.back_up(app, tmp_path / "one.tar.gz")
    assert backup.restore(tmp_path / "one.tar.gz", tmp_path / "new.db") is None


def test_no_hours_make_no_backup(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERBOY_BACKUP__HOURS", "0")
    with App(load()) as app:
        assert keeping.back_up_if_due(app) is None


def test_what_a_restored_backup_replaces_is_kept(app):
    kept = keeping.keep_present(app.settings, START)
    assert kept == Path("data/backups/before-restore-paperboy-2031-05-06T080000Z.tar.gz")
    assert backup.kept(Path("data/backups")) == []  # rotation leaves it alone


def test_two_restores_within_a_second_keep_both_of_what_they_replace(app):
    first = keeping.keep_present(app.settings, START)
    second = keeping.keep_present(app.settings, START)
    assert first is not None
    assert second is not None
    assert first != second
    assert first.exists()
    assert second.exists()
