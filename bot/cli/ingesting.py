"""Commands that bring papers in: ingest, backfill, resummarize, failures, run."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import base
from bot.cli.base import AsJson

if TYPE_CHECKING:
    from bot.app import App
    from ingest.work import Report
    from store.types import Entry


def ingest(
    day: Annotated[
        str, typer.Option("--date", metavar="DAY", help="Today (UTC) if left out.", show_default=False)
    ] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="Papers at most.")] = None,
    as_json: AsJson = False,
) -> None:
    """List a day's papers, read and summarise those that lack it, and store them."""
    from bot import daystate, intake, schedule
    from bot.app import utc_now
    from store import fulltexts

    wanted = base.day(day) if day else utc_now().date()

    async def work(app: "App") -> "Report":
        async with intake.pipeline(app) as pipeline:
            with base.progress(f"Papers of {wanted}") as progress:
                report = await pipeline.day(wanted, limit, progress)
            ingest = app.settings.ingest
            hours = schedule.hours(ingest.time, ingest.timezone, ingest.settle_minutes)
            if wanted in schedule.unwritten(app.folder.db, app.now(), hours, app.langs):
                await pipeline.overview(wanted)
            return report

    with base.opened(own=True) as app:
        report = base.run(work(app))
        state = daystate.name(app, wanted)
        fulltexts.expire(app.folder.db, app.now() - timedelta(days=app.settings.ingest.keep_fulltext_days))
    _tell(report, as_json, state)


def backfill(
    first: Annotated[str, typer.Argument(metavar="FROM")],
    last: Annotated[str, typer.Argument(metavar="TO")],
    batch: Annotated[
        bool, typer.Option("--batch", help="Ask the model in batches: up to a day, half the price.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ingest all days from FROM to TO; stopped at any time, it goes on where it stopped. Posts nothing."""
    from store.errors import InputError

    since, until = base.day(first), base.day(last)
    if until < since:
        raise InputError(f"TO ({until}) is before FROM ({since}).")
    days = [since + timedelta(days=at) for at in range((until - since).days + 1)]

    with base.opened(own=True) as app:
        reports = base.run(_backfill(app, days, batch))
    for report in reports:
        _remark(report)
    if as_json:
        base.say_json({"days": [_as_dict(report) for report in reports]})
    else:
        base.say("\n".join(map(_line, reports)))
    if all(report.listed is None for report in reports if report.day) or any(report.all_failed for report in reports):
        raise typer.Exit(1)


async def _backfill(app: "App", days: "list[date]", batch: bool) -> "list[Report]":
    """Day by day; in batches all days are listed first, and their papers are one batch."""
    from bot import intake
    from ingest.work import Report

    reports = []
    async with intake.pipeline(app, batch) as pipeline:
        with base.progress(f"Days {days[0]} to {days[-1]}") as progress:
            for at, day in enumerate(days):
                progress(at, len(days))
                if batch:
                    reports.append(Report(day))
                    await pipeline.look(day, reports[-1])
                else:
                    reports.append(await pipeline.day(day))
                if reports[-1].waiting:
                    break
            if batch:
                reports.append(await pipeline.catch_up(days[0], days[-1], progress))
            else:
                progress(len(days), len(days))
    return reports


def resummarize(
    called: Annotated[str, typer.Argument(metavar="[ID]", help="One paper.", show_default=False)] = "",
    failed: Annotated[bool, typer.Option("--failed", help="All papers that failed.")] = False,
    version: Annotated[
        str, typer.Option("--prompt-version", metavar="OLD", help="All summaries of that version.", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Summarise stored papers afresh; the old summary stays until the new one has passed its checks."""
    from bot import intake
    from store.errors import InputError
    from store.types import EXTRACTIVE

    if bool(called) + failed + bool(version) != 1:
        raise InputError("Say which papers: an ID, or --failed, or --prompt-version OLD.")

    async def work(app: "App", entries: "list[Entry]") -> "Report":
        async with intake.pipeline(app) as pipeline:
            with base.progress("Summaries") as progress:
                return await pipeline.again(entries, progress)

    with base.opened(own=True) as app:
        entries = list(_meant(app, called, failed, version))
        if not app.settings.llm.model:
            written = [one for one in entries if any(each.model != EXTRACTIVE for each in one.summaries)]
            entries = [one for one in entries if one not in written]
            if written:
                base.note(f"{len(written)} written summaries are left alone: no model is configured to better them.")
        if not entries:
            base.note("nothing to do.")
        report = base.run(work(app, entries))
    _tell(report, as_json)


def failures(as_json: AsJson = False) -> None:
    """The papers that could not be read or summarised: why, how often, when."""
    from dataclasses import asdict

    from store import failures as failed

    with base.opened() as app:
        found = failed.everything(app.folder.db)
    if as_json:
        rows = [{**asdict(one), "last_at": one.last_at.isoformat(timespec="seconds")} for one in found]
        base.say_json({"failures": rows})
        return
    if not found:
        base.say("No paper has failed.")
        return
    from rich.table import Table

    table = Table("paper", "stage", "times", "last", "reason")
    for one in found:
        table.add_row(one.arxiv_id, one.stage, str(one.times), f"{one.last_at:%Y-%m-%d %H:%M}", one.reason)
    base.say_table(table)


def run() -> None:
    """Ingest every day by schedule, until it is stopped."""
    from bot import serve

    with base.opened(own=True) as app:
        base.run(serve.serve(app))


def _meant(app: "App", called: str, failed: bool, version: str) -> "Iterable[Entry]":
    from bot.cli.reading import one_paper
    from store import failures as failed_papers
    from store import papers

    db = app.folder.db
    if called:
        yield one_paper(app, called)
    elif failed:
        ids = dict.fromkeys(one.arxiv_id for one in failed_papers.everything(db))
        yield from (papers.need(db, arxiv_id) for arxiv_id in ids)
    else:
        everything = papers.everything(db)
        yield from (one for one in everything if any(each.prompt_version == version for each in one.summaries))


def _tell(report: "Report", as_json: bool, state: str = "") -> None:
    """Print a report, and fail when all of the work failed. `state` is the day's (bot.daystate)."""
    if as_json:
        base.say_json(_as_dict(report) | ({"state": state} if state else {}))
    else:
        base.say(_line(report) + (f"; the day's list: {state}" if state else ""))
    _remark(report)
    if report.all_failed or (report.day and report.listed is None):
        raise typer.Exit(1)


def _remark(report: "Report") -> None:
    """Tell the operator what failed, what is down, and what waits."""
    for one in report.failed:
        base.note(f"{one.arxiv_id} ({one.stage}): {one.reason}")
    for text in filter(None, (report.problem, report.waiting)):
        base.note(text)


def _line(report: "Report") -> str:
    day = report.day.isoformat() if report.day else "stored papers"
    listed = f"{report.listed} listed, {report.new} new, " if report.listed is not None else ""
    read = ", ".join(f"{source} {n}" for source, n in report.read.items())
    cost = f", {report.tokens:,} tokens, ${report.cost_usd:.2f}" if report.tokens else ""
    done = f"{report.summarised} summarised, {len(report.failed)} failed, {report.skipped} skipped"
    return f"{day}: {listed}{done}{f' (read: {read})' if read else ''}{cost}, {report.seconds:.0f} s"


def _as_dict(report: "Report") -> dict[str, Any]:
    from dataclasses import asdict

    from store.types import SOURCES

    return {
        "day": report.day.isoformat() if isinstance(report.day, date) else None,
        "listed": report.listed or 0,
        "new": report.new,
        "read": {source: report.read[source] for source in SOURCES},
        "summarised": report.summarised,
        "failed": [asdict(one) for one in report.failed],
        "skipped": report.skipped,
        "tokens": report.tokens,
        "cost_usd": round(report.cost_usd, 6),
        "seconds": round(report.seconds, 2),
    }


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (ingest, backfill, resummarize, failures, run):
        cli.command(command.__name__)(command)
