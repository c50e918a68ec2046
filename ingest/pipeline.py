"""A day of papers: listed, then read, summarised, stored, embedded — whatever of it is still missing. Or one paper.

Work is chosen by what the store lacks, so a run that was killed goes on where it stopped and pays for no summary twice.

Owns: asking for a day's list, looking one paper up, which papers lack something, that no paper is in two passes.
Does not own: doing what they lack (work), the steps of it, when to run (bot.schedule).
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date

from ingest.overview import Overviews
from ingest.sources import PaperSource
from ingest.sources.arxiv import Arxiv
from ingest.work import Parts, Progress, Report, Watch, Work, silent, unwatched
from store import failures, papers, polls, votes
from store.errors import NotOpenYet, SourceError
from store.polls import Outage, Poll
from store.types import Entry, Lang

MAX_ATTEMPTS = 5
"""A paper that failed so often is left alone until somebody asks (`paperboy resummarize --failed`)."""


@dataclass
class Pipeline:
    """What a run works with: `source` lists days, `arxiv` knows single papers."""

    source: PaperSource
    arxiv: Arxiv
    parts: Parts
    overviews: Overviews | None = None
    max_attempts: int = MAX_ATTEMPTS
    _in_hand: set[str] = field(default_factory=set, init=False)

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

    async def overview(self, day: date) -> list[Lang]:
        """Write the paragraphs about `day` that it lacks, if a model is there to write them; returns their languages.

        Raises:
            StoreError: the data folder can't be used.
        """
        return await self.overviews.make(day) if self.overviews else []

    async def catch_up(self, since: date, until: date, progress: Progress = silent) -> Report:
        """Do what the stored papers of these days lack, without listing them again."""
        report, began = Report(), time.monotonic()
        entries = papers.everything(self.parts.folder.db, since, until)
        await self._work(self._lacking(entries, report), report, progress)
        report.seconds = time.monotonic() - began
        return report

    async def unlisted(self) -> Report:
        """Do what the papers lack that no day listed, whatever their day."""
        report, began = Report(), time.monotonic()
        await self._work(self._lacking(papers.unlisted(self.parts.folder.db), report), report)
        report.seconds = time.monotonic() - began
        return report

    async def one(self, arxiv_id: str, report: Report, watch: Watch = unwatched) -> bool:
        """Do what one paper lacks; look it up and store it as unlisted if it isn't there. False: arXiv doesn't know it.

        `report` has what was done so far even when this is cancelled. A paper that another pass has in hand is left
        to that one.

        Raises:
            SourceError: arXiv can't be asked about it.
            StoreError: the data folder can't be used.
        """
        db, began = self.parts.folder.db, time.monotonic()
        if papers.get(db, arxiv_id) is None:
            found = await self.arxiv.records([arxiv_id])
            if not found:
                return False
            # It may have been listed meanwhile: what the list says of it counts.
            if papers.get(db, arxiv_id) is None:
                await asyncio.to_thread(papers.save, db, [Entry(found[0].paper())])
        await self._work(self._lacking([papers.need(db, arxiv_id)], report), report, watch=watch, alone=True)
        report.seconds = time.monotonic() - began
        return True

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
        await asyncio.to_thread(votes.note, db, found, now.astimezone(UTC).date())
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

    async def _work(
        self,
        entries: Sequence[Entry],
        report: Report,
        progress: Progress = silent,
        watch: Watch = unwatched,
        *,
        alone: bool = False,
    ) -> None:
        """One pass over the papers that no other pass has in hand: none is paid for twice."""
        mine = [entry for entry in entries if entry.paper.arxiv_id not in self._in_hand]
        report.skipped += len(entries) - len(mine)
        ids = {entry.paper.arxiv_id for entry in mine}
        self._in_hand |= ids
        try:
            await Work(self.parts, mine, report, progress, watch, alone=alone).all()
        finally:
            self._in_hand -= ids
