"""Commands for who hosts a Paperboy: status, backup, restore, check, vacuum, costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import base
from bot.cli.base import AsJson

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.table import Table

    from bot.costs import Costs
    from store.check import Finding

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="A backup: one file.")]


def status(as_json: AsJson = False) -> None:
    """How everything stands: the last and the next look and digest, what waits or is parked, failures, cost."""
    from bot import standing

    with base.opened(own=None) as app:
        it = standing.now(app)
    last = it.last_digest
    shown: dict[str, Any] = {
        "today": it.today.isoformat(), "list": it.list_state, "papers": it.papers,
        "last_look": _time(it.last_look), "next_look": _time(it.next_look),
        "last_digest": last and {"day": str(last.day), "at": _time(last.at), "subscriptions": last.subscriptions},
        "next_digest": _time(it.next_digest), "lacking_summary": it.unwritten, "lacking_vector": it.unindexed,
        "deliveries": it.out, "oldest_waiting": _time(it.oldest), "chats": it.chats, "subscribed": it.subscribed,
        "paused": [{"front": one.front, "chat": one.chat, "reason": one.paused} for one in it.paused],
        "failures": len(it.failed), "cost_usd": it.spent.cost_usd, "tokens": it.spent.tokens,
    }  # fmt: skip
    if as_json:
        base.say_json(shown)
        return
    from rich.table import Table

    table = Table(show_header=False)
    for name, value in shown.items():
        if isinstance(value, dict):
            value = ", ".join(f"{part} {what}" for what, part in value.items())
        elif isinstance(value, list):
            value = "\n".join(" ".join(one.values()) for one in value)
        table.add_row(name.replace("_", " "), "" if value is None else str(value))
    base.say_table(table)


def _time(at: "datetime | None") -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def backup(file: BackupFile) -> None:
    """Copy the database and the settings without their secrets into one file, while others go on.

    A folder in place of FILE gets a file named by the time.
    """
    from bot import keeping
    from store import backup as backups

    with base.opened(own=None) as app:
        target = backups.named(file, app.now()) if file.is_dir() else file
        size = keeping.back_up(app, target)
    base.say(f"{target}: {_size(size)}.")


def restore(
    file: BackupFile,
    settings: Annotated[
        Path | None, typer.Option("--settings", metavar="PATH", help="Where to write the settings that are in it.")
    ] = None,
) -> None:
    """Put a backup in place of the database; what is there now is backed up beside the others first."""
    from bot import keeping
    from bot.app import utc_now
    from store import backup as backups
    from store import folder, lock
    from store.errors import InputError

    read = base.settings()
    if settings is not None and settings.exists():
        raise InputError(f"{settings} is there already: name a new file for the settings.")
    with lock.taken(read.data):
        kept = keeping.keep_present(read, utc_now())
        found = backups.restore(file, read.data / backups.DATABASE)
        folder.forget_index(read.data)
    if settings is not None and found is not None:
        settings.write_text(found, encoding="utf-8")
        settings.chmod(0o600)
    with base.opened(own=True) as app:
        papers = app.folder.db.value("SELECT count(*) FROM papers")
    base.say(f"{papers} papers are back from {file}." + (f" What was there before: {kept}" if kept else ""))
    if settings is not None:
        base.note(f"the settings are in {settings}, without secrets" if found else f"{file} holds no settings")


def check(as_json: AsJson = False) -> None:
    """Look at everything in the data folder; exit code 1 when something is broken."""
    from store import check as checking

    with base.opened() as app:
        found = checking.look(app.folder, app.vectors.signature)
    say_findings(found, as_json)


def vacuum() -> None:
    """Give the disk back what was deleted: the database is written anew, without gaps."""
    with base.opened(own=True) as app:
        before = sum(app.folder.sizes().values())
        app.folder.db.vacuum()
        after = sum(app.folder.sizes().values())
    base.say(f"{_size(before)} before, {_size(after)} now.")


def costs(
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="How many, today included.")] = 30,
    as_json: AsJson = False,
) -> None:
    """What models cost, by day, model and purpose and by chat, and what a month will come to."""
    from dataclasses import asdict

    from bot import costs as sums

    with base.opened(own=None) as app:
        found = sums.costs(app.folder.db, app.budget.today, days)
        priced = bool(app.settings.llm.price_in or app.settings.llm.price_out)
    if as_json:
        told = asdict(found) | {"since": found.since.isoformat(), "until": found.until.isoformat()}
        told["lines"] = [line | {"day": line["day"].isoformat()} for line in told["lines"]]
        base.say_json(told | {"total_usd": found.total_usd})
        return
    _say_costs(found)
    if found.lines and not priced:
        base.note("llm.price_in and llm.price_out are not set: calls count tokens, and cost nothing")


def _say_costs(found: "Costs") -> None:
    from rich.table import Table

    if not found.lines:
        base.say(f"No model was asked from {found.since} to {found.until}.")
        return
    table = Table("day", "model", "purpose", "calls", "tokens in", "tokens out", "US $")
    for line in found.lines:
        counts = (f"{n:,}" for n in (line.calls, line.tokens_in, line.tokens_out))
        table.add_row(line.day.isoformat(), line.model, line.purpose, *counts, f"{line.cost_usd:.4f}")
    base.say_table(table)
    if found.chats:
        chats = Table("chat", "messages", "US $")
        for chat in found.chats:
            chats.add_row(f"{chat.front} {chat.chat}", f"{chat.asked:,}", f"{chat.cost_usd:.4f}")
        base.say_table(chats)
    base.say(f"{found.since} to {found.until}: ${found.total_usd:.2f}")
    if found.forecast:
        told = found.forecast
        base.say(f"As the last {told.days} days: ${told.daily_usd:.2f} a day, ${told.monthly_usd:.2f} in 30 days")


def say_findings(found: "Sequence[Finding]", as_json: bool) -> None:
    """Print what was found, and exit with code 1 when something is broken."""
    from dataclasses import asdict

    if as_json:
        base.say_json({"findings": [asdict(one) for one in found]})
    else:
        base.say_table(findings_table(found))
    if any(one.state == "broken" for one in found):
        raise typer.Exit(1)


def findings_table(found: "Sequence[Finding]") -> "Table":
    """What was found, a line each, with what to do below what isn't well."""
    from rich.table import Table
    from rich.text import Text

    colours = {"ok": "green", "warning": "yellow", "broken": "red"}
    table = Table(box=None, show_header=False, pad_edge=False)
    for one in found:
        text = one.text + (f"\n→ {one.todo}" if one.todo else "")
        table.add_row(Text(one.state, colours[one.state]), Text(one.name), Text(text))
    return table


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (status, backup, restore, check, vacuum, costs):
        cli.command(command.__name__)(command)
