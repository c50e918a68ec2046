"""A day of papers: listed, then read, summarised, stored, embedded — whatever of it is still missing.

Work is chosen by what the store lacks, so a run that was killed goes on where it stopped and pays for no summary twice.

Owns: asking for a day's list, and which papers lack something.
Does not own: doing what they lack (work), the steps of it, when to run (bot.schedule).
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date

from ingest.sources import PaperSource
from ingest.work import Parts, Progress, Report, Work, silent
from store import failures, papers, polls
from store.errors import NotOpenYet, SourceError
from store.polls import Outage, Poll
from store.types import Entry

MAX_ATTEMPTS = 5
"""A paper that failed so often is left alone until somebody asks (`paperboy resummarize --failed`)."""


@dataclass
class Pipeline:
    """What a run works with."""

    source: PaperSource
    parts: Parts
    max_attempts: int = MAX_ATTEMPTS

    async def day(self, day: date, limit: int | None = None, progress: Progress = silent) -> Report:
        """List `day`, and do what its papers lack; at most `limit` papers. A list that can't be had is in the report.

        Raises:
            StoreError: the data folder can't be used.
        """
        report, began = Report(day), time.monotonic()
        await self.look(day, report)
        entries = papers.of_day(self.parts.folder.db, day)
        await self._work(self._lacking(entries, report)[:limit], report, progress)
        report.seconds = time.monotonic() - began
        return report

    async def catch_up(self, since: date, until: date, progress: Progress = silent) -> Report:
        """Do what the stored papers of these days lack, without listing them again."""
        report, began = Report(), time.monotonic()
        entries = papers.everything(self.parts.folder.db, since, until)
        await self._work(self._lacking(entries, report), report, progress)
        report.seconds = time.monotonic() - began
        return report

    async def again(self, entries: Sequence[Entry], progress: Progress = silent) -> Report:
        """Summarise these stored papers afresh, whatever they have; an old summary stays until the new one is there."""
        report, began = Report(), time.monotonic()
        for entry in entries:
            failures.clear(self.parts.folder.db, entry.paper.arxiv_id)
        await self._work([Entry(entry.paper) for entry in entries], report, progress)
        report.seconds = time.monotonic() - began
        return report

    async def look(self, day: date, report: Report) -> None:
        """Ask for the day's list, note what was seen, and store its papers; without one, `report.listed` stays None."""
        db, now = self.parts.folder.db, self.parts.now()
        try:
            found = await self.source.papers(day)
        except NotOpenYet as error:  # no outage
            report.problem = str(error)
            return
        except SourceError as error:
            report.problem = str(error)
            if day <= now.astimezone(UTC).date():
                polls.add(db, day, Outage(now, str(error)))
            return
        known = papers.known(db, [paper.arxiv_id for paper in found])
        await asyncio.to_thread(papers.save, db, [Entry(paper) for paper in found])
        polls.add(db, day, Poll(now, frozenset(paper.arxiv_id for paper in found)))
        report.listed = len(found)
        report.new = len(found) - len(known)

    def _lacking(self, entries: Sequence[Entry], report: Report) -> list[Entry]:
        """The papers with work left, those never tried first; the rest is counted as skipped."""
        tried = failures.counts(self.parts.folder.db)
        lacking = [entry for entry in entries if self.parts.summariser.lacks(entry)]
        left = [entry for entry in lacking if tried.get(entry.paper.arxiv_id, 0) < self.max_attempts]
        report.skipped += len(entries) - len(left)
        return sorted(left, key=lambda entry: tried.get(entry.paper.arxiv_id, 0))

    async def _work(self, entries: list[Entry], report: Report, progress: Progress) -> None:
        await Work(self.parts, entries, report, progress).all()
