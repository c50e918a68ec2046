"""`paperboy run`: do what is due, whenever it is due, talk and deliver on the chat platforms, until somebody ends it.

APScheduler only wakes us; what is due is decided from the store (schedule), so nothing hangs on its memory.

Owns: the loop, what is logged of each job, ending cleanly on SIGINT and SIGTERM.
Does not own: what is due (schedule), doing it (ingest.pipeline), any platform (fronts).
"""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta

import structlog
from structlog.contextvars import bound_contextvars

from bot import alarm, fronts, intake, keeping, post, renewal, schedule, watch
from bot.app import App
from bot.fronts.base import Front
from bot.schedule import Job
from ingest.pipeline import Pipeline
from ingest.work import Report
from store import fulltexts, polls, talks, usage
from store.errors import AppError, StoreError

WAKE_S = 60
"""Seconds between looks at what is due."""

CATCH_UP_DAYS = 14
"""Days whose papers are tried again when something of theirs failed or had to wait."""

log = structlog.get_logger()


async def serve(app: App) -> None:
    """Run until SIGINT or SIGTERM; the job in hand is broken off, and goes on with the next start.

    Raises:
        FrontRefused: a platform won't have this process; the others are ended first.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    app.renewing = await asyncio.to_thread(renewal.needed, app)
    stop, due = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)

    async def wake() -> None:
        due.set()

    scheduler = AsyncIOScheduler(timezone="UTC")
    # Late wakings are not dropped: APScheduler's defaults would drop one that comes a second late.
    scheduler.add_job(wake, "interval", seconds=WAKE_S, misfire_grace_time=None, next_run_time=app.now())
    async with aclosing(app), watch.watched(app), intake.pipeline(app) as pipeline, intake.fetching(app, pipeline):
        app.read = pipeline.parts.reader.read
        platforms = fronts.configured(app.settings)
        work = asyncio.create_task(_work(app, pipeline, due))
        alarms = asyncio.create_task(alarm.watch(app, platforms))
        scheduler.start()
        log.info("running", data=str(app.settings.data), wake_s=WAKE_S)
        try:
            await _talk(app, platforms, stop)
        finally:
            scheduler.shutdown(wait=False)
            work.cancel()
            alarms.cancel()
            await asyncio.wait([work, alarms])  # the parts are closed when nobody uses them any more
            log.info("stopped")


async def _talk(app: App, platforms: Sequence[Front], stop: asyncio.Event) -> None:
    """Serve the platforms, and deliver on them, until `stop`, or until one ends; each finishes what is in hand."""
    ending = asyncio.create_task(stop.wait())
    running = [asyncio.create_task(work) for front in platforms for work in (front.run(app), post.serve(app, front))]
    try:
        await asyncio.wait({ending, *running}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (ending, *running):
            task.cancel()
        ended = await asyncio.gather(*running, return_exceptions=True)
    for result in ended:
        if isinstance(result, Exception):
            raise result


async def _work(app: App, pipeline: Pipeline, due: asyncio.Event) -> None:
    """Do what is due at each waking; wakings during the work come to one. Another model's vectors are made first."""
    await renewal.renew(app)
    while await due.wait():
        due.clear()
        try:
            await tick(app, pipeline)
        except AppError as error:
            log.error("failed", reason=str(error))
        except Exception:  # the last line of defence: the next waking tries again
            log.exception("unexpected")


async def tick(app: App, pipeline: Pipeline) -> None:
    """Do everything that is due now; what fails is logged, and due again later."""
    ingest = app.settings.ingest
    hours = schedule.hours(ingest.time, ingest.timezone, ingest.settle_minutes)
    jobs = schedule.due(app.folder.db, app.now(), hours)
    for job in jobs:
        try:
            with bound_contextvars(run=f"{job.kind} {job.day}"):
                report = await pipeline.day(job.day)
            _note(app, job, report)
            _measure(app, job, report)
            if job.kind == "refresh" and report.listed is not None:  # else the source was down: again later
                polls.mark_refreshed(app.folder.db, job.day, job.age)
        except AppError as error:
            log.warning("job failed", job=job.kind, day=job.day.isoformat(), reason=str(error))
            app.metrics.ran(job.kind, "failed", 0.0, {})
            app.notices.tell("problem", reason=str(error))
    for day in schedule.unwritten(app.folder.db, app.now(), hours, app.langs if pipeline.overviews else ()):
        if made := await pipeline.overview(day):
            log.info("overview", day=day.isoformat(), langs=made)
    if any(job.kind == "look" for job in jobs):
        today = app.now().date()
        _note(app, None, await pipeline.catch_up(today - timedelta(days=CATCH_UP_DAYS), today - timedelta(days=1)))
        _note(app, None, await pipeline.unlisted())
        fulltexts.expire(app.folder.db, app.now() - timedelta(days=ingest.keep_fulltext_days))
        post.expire(app)
    await asyncio.to_thread(_expire, app)
    await _back_up(app)


def _expire(app: App) -> None:
    """Throw away conversations that are over, what messages showed long ago, and what was used on earlier days."""
    now = app.now()
    over = now - timedelta(minutes=app.settings.chat.follow_up_minutes)
    talks.expire(app.folder.db, over, now - timedelta(days=talks.KEPT_DAYS))
    usage.expire(app.folder.db, app.limiter.day(now))


async def _back_up(app: App) -> None:
    """Back up when it is time; the disk may be full, which keeps nobody from their papers."""
    try:
        made = await asyncio.to_thread(keeping.back_up_if_due, app)
    except StoreError as error:
        log.error("no backup", reason=str(error))
        app.notices.tell("problem", reason=str(error))
        return
    if made:
        log.info("backed up", file=made.name)


def _measure(app: App, job: Job, report: Report) -> None:
    outcome = "down" if report.listed is None else "ok"
    stages = {"listed": report.listed or 0, "new": report.new, "summarised": report.summarised}
    stages |= {"failed": len(report.failed)} | {f"read_{source.lower()}": n for source, n in report.read.items()}
    app.metrics.ran(job.kind, outcome, report.seconds, stages)


def _note(app: App, job: Job | None, report: Report) -> None:
    done = {"summarised": report.summarised, "failed": len(report.failed), "seconds": round(report.seconds, 1)}
    if job is not None:
        log.info("day", kind=job.kind, day=job.day.isoformat(), listed=report.listed, new=report.new, **done)
    elif report.summarised or report.failed:
        log.info("catch-up", **done)
    if report.problem and job is not None and polls.outage(app.folder.db, job.day) is not None:
        app.notices.tell("problem", reason=report.problem)
    elif report.problem:  # a day that has not opened yet is no outage
        log.info("not listed", reason=report.problem)
    if report.waiting:
        app.notices.tell("waiting", reason=report.waiting)
