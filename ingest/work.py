"""One pass over some papers: read, summarised, stored, embedded, all at once.

    read (one page at a time, at arXiv's pace) → summarise (several at once) → store → embed

The stages overlap: the next pages are fetched while models work, and vectors are made while both do. Each paper is
stored as soon as it is done. A paper that fails is a row with its reason; the others go on.

Owns: the queue between the stages and its bound, what stops a pass early.
Does not own: which papers lack something (pipeline), or any of the steps.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol, TypeAlias

from ingest import passages
from ingest.embed import Embedder
from ingest.fulltext.reading import Reader
from ingest.fulltext.text import Text
from store import failures, papers
from store.errors import BudgetSpent, EmbedderError, ModelError, SourceError
from store.folder import Folder
from store.types import Entry, Paper, Summary

Progress = Callable[[int, int], None]

Stage: TypeAlias = Literal["read", "summarise"]

Watch: TypeAlias = Callable[[Stage, Paper], None]
"""Told of each paper's stages as they begin."""


def silent(_done: int, _of: int) -> None:
    """Progress that nobody watches."""


def unwatched(_stage: Stage, _paper: Paper) -> None:
    """Stages that nobody watches."""


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

    `listed` is None when the source was down, `problem` says how; `waiting` is why papers wait for another
    day, `refused` that a person has to change a setting before.
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
    refused: bool = False

    @property
    def all_failed(self) -> bool:
        """Whether there was work, and none of it succeeded."""
        return (bool(self.failed) or self.refused) and not self.summarised


@dataclass
class Parts:
    """What a pass works with; `concurrency` papers are summarised at a time."""

    folder: Folder
    reader: Reader
    summariser: Summariser
    embedder: Embedder
    now: Callable[[], datetime]
    concurrency: int = 4


class Work:
    """One pass over some papers. With `alone` it makes no vectors but theirs: somebody waits for just these."""

    def __init__(
        self,
        parts: Parts,
        entries: list[Entry],
        report: Report,
        progress: Progress = silent,
        watch: Watch = unwatched,
        *,
        alone: bool = False,
    ) -> None:
        self._parts, self._entries, self._report, self._progress = parts, entries, report, progress
        self._watch, self._alone = watch, alone
        self._texts: asyncio.Queue[tuple[Entry, Text] | None] = asyncio.Queue(maxsize=2 * parts.concurrency)
        self._stored = asyncio.Event()
        self._freed = asyncio.Event()
        self._finished: set[str] = set()
        self._ended = False
        self._asking = 0
        self._left = {entry.paper.arxiv_id: None for entry in entries}

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
        self._report.skipped += len(self._left)  # those that wait
        if self._report.refused:
            db, now = self._parts.folder.db, self._parts.now()
            for arxiv_id in self._left:
                failures.add(db, arxiv_id, "summarise", self._report.waiting, now, counts=False)

    async def _read(self) -> None:
        """Read one paper after the other, as far ahead as the queue allows."""
        for entry in self._entries:
            if self._report.waiting:
                break
            self._watch("read", entry.paper)
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
            self._watch("summarise", entry.paper)
            try:
                made = await self._made(entry, text)
            except (ModelError, EmbedderError) as error:
                if isinstance(error, BudgetSpent) or (isinstance(error, ModelError) and error.hopeless):
                    self._report.waiting = str(error)  # no other paper would fare better
                    self._report.refused = not isinstance(error, BudgetSpent)
                else:
                    self._fail(entry, "summarise", error)
            else:
                await self._store(entry, made)

    async def _made(self, entry: Entry, text: Text) -> Made:
        """The paper's summaries. Calls under way hold more of the budget than they will cost: while there are any,
        a spent budget is waited for."""
        while True:
            self._asking += 1
            try:
                return await self._parts.summariser.make(entry, text)
            except BudgetSpent:
                if self._asking == 1:
                    raise
                self._freed.clear()
            finally:
                self._asking -= 1
                self._freed.set()
            self._freed.clear()
            await self._freed.wait()

    async def _store(self, entry: Entry, made: Made) -> None:
        self._report.tokens += made.tokens
        self._report.cost_usd += made.cost_usd
        db, arxiv_id = self._parts.folder.db, entry.paper.arxiv_id
        if made.summaries:
            await asyncio.to_thread(papers.save, db, [Entry(entry.paper, made.summaries)])
            self._report.summarised += 1
            self._finished.add(arxiv_id)
            self._stored.set()
        if made.reason:
            self._fail(entry, "summarise", ModelError(made.reason, retry=False))
        else:
            failures.clear(db, arxiv_id)
            self._advance(arxiv_id)

    async def _embed(self) -> None:
        """Make vectors for what was stored meanwhile, in a thread, until the work has ended and none is left."""
        last = False
        while not last:
            await self._stored.wait()
            self._stored.clear()
            last = self._ended
            # The others' abstracts may give way to a summary any minute: they come last.
            mine = [entry.paper.arxiv_id for entry in self._entries] if self._alone and last else self._finished
            among = None if last and not self._alone else frozenset(mine)
            try:
                await asyncio.to_thread(passages.embed_lacking, self._parts.folder, self._parts.embedder, among=among)
            except EmbedderError as error:  # the summaries are safe; the next run makes the vectors that lack
                self._report.problem = str(error)
                return

    def _fail(self, entry: Entry, stage: str, error: SourceError | ModelError | EmbedderError) -> None:
        """Note what failed; what waiting may cure uses up no attempt of the paper's."""
        arxiv_id = entry.paper.arxiv_id
        self._report.failed.append(Failed(arxiv_id, stage, str(error)))
        failures.add(self._parts.folder.db, arxiv_id, stage, str(error), self._parts.now(), counts=not error.retry)
        self._advance(arxiv_id)

    def _advance(self, arxiv_id: str) -> None:
        self._left.pop(arxiv_id, None)
        self._progress(len(self._entries) - len(self._left), len(self._entries))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error in a group of groups: one is enough to act on."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
