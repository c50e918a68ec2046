"""Fetch a paper that somebody asks for and that isn't stored: once, however many ask, and within bounds.

    asked → waits its turn → looked up on arXiv → read → summarised → stored

Owns: what is under way and what waits, how many and how long, who is charged, telling those who wait how far it is.
Does not own: doing it (ingest.pipeline), who may ask (Request.may_fetch), the sentences (commands).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Literal, Self, TypeAlias

import structlog

from bot.limits import Limiter, Refusal
from bot.request import Request
from ingest.pipeline import Pipeline
from ingest.work import Report
from store.errors import SourceError
from store.types import Paper

AT_ONCE = 2
"""Papers that are fetched at a time: one is read while the other is summarised."""

WAITING = 4
"""Papers that wait for their turn at most."""

ASKERS = 50
"""People who wait for one paper at most."""

TOTAL_S = 240.0
"""How long one paper may take, waiting included."""

Step: TypeAlias = Literal["wait", "look", "read", "summarise"]

Watch: TypeAlias = Callable[[Step, Paper | None], None]
"""Told of each step as it begins; of the first two before anything is known of the paper."""

Outcome: TypeAlias = Literal["stored", "unknown", "down", "failed", "slow", "full"] | Refusal
"""What came of it: it is stored (with a summary, if one could be made); arXiv doesn't know it, can't be reached, or
gave nothing usable; it took too long; too many are under way; or a budget forbids it."""

log = structlog.get_logger()


@dataclass
class _Job:
    """One paper under way: how far it is, and who is told."""

    at: tuple[Step, Paper | None]
    watching: list[Watch] = field(default_factory=list)

    def tell(self, step: Step, paper: Paper | None = None) -> None:
        if self.at == (step, paper):
            return
        self.at = (step, paper)
        for watch in self.watching:
            watch(step, paper)


class Fetching:
    """Fetches through one pipeline, until its block ends. `limiter` knows budgets; None where nothing costs money."""

    def __init__(
        self, pipeline: Pipeline, limiter: Limiter | None, now: Callable[[], datetime], total_s: float = TOTAL_S
    ) -> None:
        self._pipeline, self._limiter, self._now, self._total_s = pipeline, limiter, now, total_s
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._jobs: dict[str, tuple[_Job, asyncio.Task[Outcome]]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [task for _, task in self._jobs.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def under_way(self, arxiv_id: str) -> bool:
        """Whether somebody waits for the paper: it costs nothing to wait with them."""
        return arxiv_id in self._jobs

    async def fetch(self, arxiv_id: str, request: Request, watch: Watch) -> Outcome:
        """Fetch the paper of that canonical id, or wait with those who asked before; who asked first is charged.

        Who gives up waiting ends it for nobody else.

        Raises:
            StoreError: the data folder can't be used.
        """
        if arxiv_id not in self._jobs:
            if len(self._jobs) >= AT_ONCE + WAITING:
                return "full"
            self._begin(arxiv_id, request)
        job, task = self._jobs[arxiv_id]
        if len(job.watching) >= ASKERS:
            return "full"
        job.watching.append(watch)
        watch(*job.at)
        try:
            return await asyncio.shield(task)
        finally:
            job.watching.remove(watch)

    def _begin(self, arxiv_id: str, request: Request) -> None:
        job = _Job(("wait" if self._slots.locked() else "look", None))
        task = asyncio.create_task(self._done(arxiv_id, request, job))

        def ended(_: asyncio.Task[Outcome]) -> None:
            del self._jobs[arxiv_id]
            with suppress(asyncio.CancelledError):
                task.exception()  # those who wait are told; perhaps nobody does any more

        self._jobs[arxiv_id] = (job, task)
        task.add_done_callback(ended)

    async def _done(self, arxiv_id: str, request: Request, job: _Job) -> Outcome:
        report = Report()
        try:
            async with asyncio.timeout(self._total_s), self._slots:
                # Only now: what others cost meanwhile may have used it up.
                if self._limiter and (refusal := self._limiter.spent(request, self._now())) is not None:
                    return refusal
                job.tell("look")
                known = await self._pipeline.one(arxiv_id, report, job.tell)
        except TimeoutError:
            log.warning("not fetched", id=arxiv_id, reason=f"it took more than {self._total_s:g} s")
            return "slow"
        except SourceError as error:
            log.warning("not fetched", id=arxiv_id, reason=str(error))
            return "down" if error.retry else "failed"
        finally:
            self._charge(request, report)
        log.info("fetched", id=arxiv_id, known=known, summarised=report.summarised, seconds=round(report.seconds, 1))
        return "stored" if known else "unknown"

    def _charge(self, request: Request, report: Report) -> None:
        if self._limiter and report.cost_usd > 0:
            self._limiter.charge(request, report.cost_usd, self._now())
