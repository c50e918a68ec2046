"""A day of papers: listed, read, summarised, stored, embedded — whatever of it is still missing.

    list → read (one page at a time, at arXiv's pace) → summarise (several at once) → store → embed

The stages overlap: the next pages are fetched while models work, and vectors are made while both do. Each paper is
stored as soon as it is done, so a run that was killed goes on where it stopped and pays for no summary twice. A paper
that fails is a row with its reason; the others go on.

Owns: the order of the work, what is missing, the bounds on what waits.
Does not own: any of the steps (sources, reading, summarise, extract, passages), when to run (bot.schedule).
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from ingest import passages
from ingest.embed import Embedder
from ingest.fulltext.reading import Reader
from ingest.fulltext.text import Text
from ingest.sources import PaperSource
from store import failures, papers, polls
from store.errors import BudgetSpent, EmbedderError, ModelError, SourceError
from store.folder import Folder
from store.polls import Outage, Poll
from store.types import Entry, Summary

MAX_ATTEMPTS = 5
"""A paper that failed so often is left alone until somebody asks (`paperboy resummarize --failed`)."""

Progress = Callable[[int, int], None]


def _silent(_done: int, _of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of summarising one paper; without `summaries`, `reason` says why there are none."""

    summaries: tuple[Summary, ...]
    reason: str = ""
    tokens: int = 0
    cost_usd: float = 0.0


class Summariser(Protocol):
    """Makes the summaries of a paper, by a model or without one."""

    def lacks(self, entry: Entry) -> bool:
        """Whether there is something to make for the paper."""

    async def make(self, entry: Entry, text: Text) -> Made:
        """Return the summaries that the paper lacks, checked; all of them when it has none.

        Raises:
            BudgetSpent: no call was made; the paper waits.
            ModelError: the model could not be asked, or gave nothing usable.
        """


@dataclass(frozen=True, slots=True)
class Failed:
    """A paper that a stage ("read" or "summarise") failed for this time."""

    arxiv_id: str
    stage: str
    reason: str


@dataclass
class Report:
    """What a run did. `skipped` papers had all their summaries, or have failed too often, or wait for the budget.

    `listed` is None when the source was down, `problem` says how; `waiting` is why papers wait for another day.
    """

    day: date | None = None
    listed: int | None = None
    new: int = 0
    read: Counter[str] = field(default_factory=Counter)
    summarised: int = 0
    failed: list[Failed] = field(default_factory=list)
    skipped: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0
    problem: str = ""
    waiting: str = ""

    @property
    def all_failed(self) -> bool:
        """Whether there was work, and none of it succeeded."""
        return bool(self.failed) and not self.summarised


@dataclass
class Pipeline:
    """The parts of a run, and the bounds on it: `concurrency` papers are summarised at a time."""

    folder: Folder
    source: PaperSource
    reader: Reader
    summariser: Summariser
    embedder: Embedder
    now: Callable[[], datetime]
    concurrency: int = 4
    max_attempts: int = MAX_ATTEMPTS

    async def day(self, day: date, limit: int | None = None, progress: Progress = _silent) -> Report:
        """List `day`, and do what its papers lack; at most `limit` papers.

        Raises:
            SourceError: the list can't be had, and nothing of the day is stored.
            StoreError: the data folder can't be used.
        """
        report = Report(day)
        began = time.monotonic()
        try:
            await self.look(day, report)
        except SourceError as error:
            report.problem = str(error)
            if not papers.of_day(self.folder.db, day):
                raise
        entries = papers.of_day(self.folder.db, day)
        await self._work(self._lacking(entries, report)[:limit], report, progress)
        report.seconds = time.monotonic() - began
        return report

    async def catch_up(self, since: date, until: date, progress: Progress = _silent) -> Report:
        """Do what the stored papers of these days lack, without listing them again."""
        report, began = Report(), time.monotonic()
        entries = papers.everything(self.folder.db, since, until)
        await self._work(self._lacking(entries, report), report, progress)
        report.seconds = time.monotonic() - began
        return report

    async def again(self, entries: Sequence[Entry], progress: Progress = _silent) -> Report:
        """Summarise these stored papers afresh, whatever they have; an old summary stays until the new one is there."""
        report, began = Report(), time.monotonic()
        for entry in entries:
            failures.clear(self.folder.db, entry.paper.arxiv_id)
        await self._work([Entry(entry.paper) for entry in entries], report, progress)
        report.seconds = time.monotonic() - began
        return report

    async def look(self, day: date, report: Report) -> None:
        """Ask for the day's list, note what was seen, and store its papers."""
        db = self.folder.db
        try:
            found = await self.source.papers(day)
        except SourceError as error:
            if day <= self.now().astimezone(UTC).date():  # a day that hasn't begun is refused: that is no outage
                polls.add(db, day, Outage(self.now(), str(error)))
            raise
        known = papers.known(db, [paper.arxiv_id for paper in found])
        await asyncio.to_thread(papers.save, db, [Entry(paper) for paper in found])
        polls.add(db, day, Poll(self.now(), frozenset(paper.arxiv_id for paper in found)))
        report.listed = len(found)
        report.new = len(found) - len(known)

    def _lacking(self, entries: Sequence[Entry], report: Report) -> list[Entry]:
        """The papers with work left, those never tried first; the rest is counted as skipped."""
        tried = {entry.paper.arxiv_id: failures.times(self.folder.db, entry.paper.arxiv_id) for entry in entries}
        left = [
            entry
            for entry in entries
            if self.summariser.lacks(entry) and tried[entry.paper.arxiv_id] < self.max_attempts
        ]
        report.skipped += len(entries) - len(left)
        return sorted(left, key=lambda entry: tried[entry.paper.arxiv_id])

    async def _work(self, entries: list[Entry], report: Report, progress: Progress) -> None:
        run = _Run(self, entries, report, progress)
        await run.all()


class _Run:
    """One pass over some papers."""

    def __init__(self, pipeline: Pipeline, entries: list[Entry], report: Report, progress: Progress) -> None:
        self._parts, self._entries, self._report, self._progress = pipeline, entries, report, progress
        self._texts: asyncio.Queue[tuple[Entry, Text] | None] = asyncio.Queue(maxsize=2 * pipeline.concurrency)
        self._stored = asyncio.Event()
        self._ended = False
        self._done = 0

    async def all(self) -> None:
        """Do it all.

        Raises:
            StoreError: the data folder can't be used (any more); what was stored before stays.
        """
        self._progress(0, len(self._entries))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._embed())
                async with asyncio.TaskGroup() as work:
                    work.create_task(self._read())
                    for _ in range(self._parts.concurrency):
                        work.create_task(self._summarise())
                self._ended = True
                self._stored.set()
        except BaseExceptionGroup as group:
            raise _first(group) from group
        self._report.skipped += len(self._entries) - self._done  # those that wait for the budget

    async def _read(self) -> None:
        """Read one paper after the other, as far ahead as the queue allows."""
        for entry in self._entries:
            if self._report.waiting:
                break
            try:
                text = await self._parts.reader.read(entry.paper)
            except SourceError as error:
                self._fail(entry, "read", error)
                continue
            self._report.read[text.source] += 1
            await self._texts.put((entry, text))
        for _ in range(self._parts.concurrency):
            await self._texts.put(None)

    async def _summarise(self) -> None:
        while (item := await self._texts.get()) is not None:
            entry, text = item
            if self._report.waiting:
                continue
            try:
                made = await self._parts.summariser.make(entry, text)
            except BudgetSpent as error:
                self._report.waiting = str(error)
            except (ModelError, EmbedderError) as error:
                self._fail(entry, "summarise", error)
            else:
                await self._store(entry, made)

    async def _store(self, entry: Entry, made: Made) -> None:
        self._report.tokens += made.tokens
        self._report.cost_usd += made.cost_usd
        db, arxiv_id = self._parts.folder.db, entry.paper.arxiv_id
        if made.summaries:
            await asyncio.to_thread(papers.save, db, [Entry(entry.paper, made.summaries)])
            self._report.summarised += 1
            self._stored.set()
        if made.reason:
            self._fail(entry, "summarise", ModelError(made.reason, retry=False))
        else:
            failures.clear(db, arxiv_id)
            self._advance()

    async def _embed(self) -> None:
        """Make vectors for what was stored meanwhile, in a thread, until the work has ended and none is left."""
        last = False
        while not last:
            await self._stored.wait()
            self._stored.clear()
            last = self._ended
            try:
                await asyncio.to_thread(passages.embed_lacking, self._parts.folder, self._parts.embedder)
            except EmbedderError as error:  # the summaries are safe; the next run makes the vectors that lack
                self._report.problem = str(error)
                return

    def _fail(self, entry: Entry, stage: str, error: SourceError | ModelError | EmbedderError) -> None:
        """Note what failed; what waiting may cure uses up no attempt of the paper's."""
        arxiv_id = entry.paper.arxiv_id
        self._report.failed.append(Failed(arxiv_id, stage, str(error)))
        failures.add(self._parts.folder.db, arxiv_id, stage, str(error), self._parts.now(), counts=not error.retry)
        self._advance()

    def _advance(self) -> None:
        self._done += 1
        self._progress(self._done, len(self._entries))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error in a group of groups: one is enough to act on."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
