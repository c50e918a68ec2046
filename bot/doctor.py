"""Is all well with this Paperboy, here and outside? Each finding is one line, and says what to do where it isn't.

All is looked at beside each other, nothing longer than `LOOK_S`, and what can't be looked at is itself a finding.

Owns: what is looked at, the machine, the settings' file, what waits for a person.
Does not own: the data folder's inside (store.check), the outside's servers (ingest.probe), the platforms (fronts).
"""

import asyncio
import os
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from bot import config_secrets, fronts, intake, keeping
from bot.app import App
from ingest import probe
from ingest.fetch import agent
from ingest.sources.arxiv import Arxiv
from ingest.sources.hf_daily import HfDaily
from store import backup, check, deliveries, polls
from store.check import Finding
from store.errors import AppError, StoreError

LOOK_S = 30.0
"""Seconds that any one look may take."""

SCARCE_BYTES, SHORT_BYTES = 200_000_000, 1_000_000_000
"""Free room on the disk below which writing fails soon, and below which it is time to think."""

LATE = timedelta(hours=26)
"""A day's list is looked at each day: without a look for so long, nobody looks."""


async def findings(app: App) -> list[Finding]:
    """All that there is to say, always in the same order; raises nothing."""
    looks = [
        _look("config", _here(lambda: [settings_file(app.config)])),
        _look("data-folder", _here(lambda: _place(app.settings.data))),
        _look("database", _here(lambda: _store(app))),
        _look("listing", _listing(app)),
        _look("arxiv", _arxiv(app)),
        _look("model", _model(app)),
        *(_look(f"{front.name}-token", front.check(app)) for front in fronts.configured(app.settings)),
    ]
    return [one for some in await asyncio.gather(*looks) for one in some]


async def platform(app: App, name: str) -> list[Finding]:
    """What is to be said of one platform that has a token; raises nothing."""
    served = [front for front in fronts.configured(app.settings) if front.name == name]
    return [one for front in served for one in await _look(f"{name}-token", front.check(app))]


async def model(app: App) -> list[Finding]:
    """What is to be said of the model; raises nothing."""
    return await _look("model", _model(app))


async def _look(name: str, work: AsyncIterator[Finding]) -> list[Finding]:
    """What a look found, up to where it ended, whichever way."""
    found: list[Finding] = []
    try:
        async with asyncio.timeout(LOOK_S):
            async for one in work:
                found.append(one)
    except TimeoutError:
        found.append(Finding(name, "warning", f"not done after {LOOK_S:g} s", "run `paperboy doctor` again"))
    except StoreError as error:
        found.append(Finding(name, "broken", str(error), "mend the data folder first"))
    except AppError as error:
        found.append(Finding(name, "broken", str(error), "mend what it says"))
    except Exception as error:  # noqa: BLE001 - the last line of defence; its text may hold a URL with a token
        found.append(Finding(name, "broken", f"unexpected {type(error).__name__}", "report it"))
    return found


async def _here(work: Callable[[], Iterable[Finding]]) -> AsyncIterator[Finding]:
    """What is looked at on this machine, in a thread."""
    for one in await asyncio.to_thread(lambda: list(work())):
        yield one


def settings_file(file: Path | None) -> Finding:
    """The settings, which were read: where from, and who else may read them."""
    if file is None:
        return Finding("config", "ok", "no settings file: the environment and the defaults")
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077 and config_secrets.holds_secrets(file):
        return Finding("config", "warning", f"{file} holds secrets, and others may read it", f"chmod 600 {file}")
    return Finding("config", "ok", str(file))


def _place(folder: Path) -> list[Finding]:
    """Whether the data folder can be written, and how much more fits."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"paperboy")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        todo = "give its owner the right to write there, make room, or choose another with --data"
        return [Finding("data-folder", "broken", f"{folder} can't be written ({error.strerror})", todo)]
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free"
    todo = "make room: `paperboy vacuum`, fewer backups, another disk"
    if free >= SHORT_BYTES:
        disk = Finding("disk", "ok", text)
    else:
        disk = Finding("disk", "broken" if free < SCARCE_BYTES else "warning", text, todo)
    return [Finding("data-folder", "ok", str(folder)), disk]


def _store(app: App) -> list[Finding]:
    """The data folder's inside, and what in it tells how this Paperboy does."""
    db = app.folder.db
    found = check.look(app.folder, app.vectors.signature)
    if found[0].state == "broken":
        return found
    parked = deliveries.counts(db)["parked"]
    todo = "`paperboy deliveries --parked` shows them; then resend or drop each"
    waits = Finding("parked", "warning", f"{parked} messages wait for a decision", todo) if parked else None
    return [*found, waits or Finding("parked", "ok", "nothing waits for a person"), _looked(app), _backup(app)]


def _looked(app: App) -> Finding:
    last = polls.last(app.folder.db)
    if last is None:
        return Finding("last-look", "warning", "no day was looked at yet", "`paperboy run` does it, by the hour set")
    ago = app.now() - last
    text = f"the list was last looked at {_hours(ago)} ago"
    if ago > LATE:
        return Finding("last-look", "broken", text, "start `paperboy run`, and see its log")
    return Finding("last-look", "ok", text)


def _backup(app: App) -> Finding:
    wanted = app.settings.backup
    if not wanted.hours:
        return Finding("backup", "warning", "none are made: backup.hours is 0", "set it, or run `paperboy backup FILE`")
    newest: datetime | None = next((at for _, at in backup.kept(keeping.folder(app.settings))), None)
    if newest is None:
        return Finding("backup", "warning", "there is none yet", "`paperboy run` makes one, `paperboy backup FILE` too")
    age = app.now() - newest
    text = f"the newest is {_hours(age)} old"
    if age > timedelta(hours=2 * wanted.hours):
        return Finding("backup", "warning", text, "start `paperboy run`, and see its log")
    return Finding("backup", "ok", text)


async def _listing(app: App) -> AsyncIterator[Finding]:
    hub = app.settings.sources.hf_daily
    async with probe.once(_agent(app)) as fetcher:
        source = HfDaily(fetcher, base_url=hub.base_url, token=hub.token.get_secret_value())
        for one in await probe.listing(source, app.now):
            yield one


async def _arxiv(app: App) -> AsyncIterator[Finding]:
    wanted = app.settings.sources.arxiv
    async with probe.once(_agent(app)) as fetcher:
        yield await probe.arxiv(Arxiv(fetcher, base_url=wanted.base_url, api_url=wanted.api_url))


async def _model(app: App) -> AsyncIterator[Finding]:
    llm = app.settings.llm
    async with AsyncExitStack() as stack:
        chat = intake.model(app, stack)
        if chat is None:
            yield Finding("model", "ok", "none is set: summaries and answers are quotes")
            return
        for one in await probe.model(chat, priced=bool(llm.price_in or llm.price_out)):
            yield one


def _agent(app: App) -> str:
    return agent(app.settings.sources.arxiv.contact, version("paperboy"))


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:.1f} hours"
