"""Scheduled backups: whether one is due is decided from the files that are there.

Owns: where they go, when one is due, making and rotating them.
Does not own: the files (store.backup), the clock that asks (serve).
"""

from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot import config_secrets
from bot.app import App
from bot.config import Settings
from store import backup
from store.errors import StoreError


def folder(settings: Settings) -> Path:
    """Where scheduled backups lie."""
    chosen = settings.backup.folder
    return Path(chosen) if chosen else settings.data / "backups"


def back_up(app: App, file: Path) -> int:
    """Make a backup; return its size in bytes."""
    settings = config_secrets.without_secrets(app.config) if app.config else None
    return backup.write(app.folder.db.path, file, settings)


def back_up_if_due(app: App) -> Path | None:
    """Make a backup if the newest is `backup.hours` old, and drop the oldest; return the new file.

    Raises:
        StoreError: it can't be made; those that are there stay.
    """
    wanted, now, place = app.settings.backup, app.now(), folder(app.settings)
    last = next((at for _, at in backup.kept(place)), None)
    if not wanted.hours or (last is not None and last <= now < last + timedelta(hours=wanted.hours)):
        return None
    file = backup.named(place, now)
    back_up(app, file)
    backup.rotate(place, wanted.keep)
    return file


def keep_present(settings: Settings, now: datetime) -> Path | None:
    """Back up what a restored backup will take the place of; None where there is nothing that can be copied."""
    database = settings.data / backup.DATABASE
    name = backup.named(Path(), now).name
    tries = (folder(settings) / f"before-restore-{n}{name}" for n in ("", *(f"{n}-" for n in range(2, 1000))))
    file = next(one for one in tries if not one.exists())  # never in place of another: it may be the one being restored
    if not database.exists():
        return None
    try:
        backup.write(database, file)
    except StoreError as error:  # it is damaged, then: it will be moved aside
        structlog.get_logger().warning("not backed up", reason=str(error))
        return None
    return file
