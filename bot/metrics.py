"""What is counted for Prometheus: events as they happen, and the state of the store when somebody looks.

Names begin with paperboy_; labels are few and bounded: never a chat, a person or a paper. Counters begin at 0 with the
process; tokens and cost are the ledger's, so they outlive it.

Owns: which figures there are, counting, the text that Prometheus reads.
Does not own: serving it (watch), what happens (respond, sender, serve).

Source: https://prometheus.io/docs/practices/naming/
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from store import deliveries, failures, ledger, polls, vectors
from store.folder import Folder
from store.parts import State

_ANSWER_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
_RUN_S = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        mine = self.registry
        self._questions = Counter("paperboy_questions", "Messages answered.", ["front", "outcome"], registry=mine)
        self._answer_s = Histogram(
            "paperboy_answer_seconds", "From a message to its reply.", ["front"], buckets=_ANSWER_S, registry=mine
        )
        self._sends = Counter(
            "paperboy_sends", "Parts of digests, by what came of them.", ["front", "outcome"], registry=mine
        )
        self._runs = Counter("paperboy_runs", "Looks at a day and its refreshes.", ["kind", "outcome"], registry=mine)
        self._run_s = Histogram(
            "paperboy_run_seconds", "One look at a day, all of its papers.", ["kind"], buckets=_RUN_S, registry=mine
        )
        self._papers = Counter("paperboy_ingested_papers", "Papers by how far they came.", ["stage"], registry=mine)

    @contextmanager
    def answering(self, front: str) -> Iterator[None]:
        """An answer takes as long as the block."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._answer_s.labels(front).observe(time.perf_counter() - begun)

    def answered(self, front: str, outcome: str) -> None:
        """A message was answered: "answer", "refused" for being over a limit, "incident"."""
        self._questions.labels(front, outcome).inc()

    def sent(self, front: str, outcome: str) -> None:
        """A part of a digest was tried: "sent", "notsent", "refused", "unknown"."""
        self._sends.labels(front, outcome).inc()

    def ran(self, kind: str, outcome: str, seconds: float, stages: Mapping[str, int]) -> None:
        """A job ended "ok", "down" or "failed"; `stages` say how many papers came through which."""
        self._runs.labels(kind, outcome).inc()
        self._run_s.labels(kind).observe(seconds)
        for stage, n in stages.items():
            self._papers.labels(stage).inc(n)

    def read(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self.registry)


class Stored(Collector):
    """The store's own figures, read at each look; for a registry."""

    def __init__(self, folder: Folder, now: Callable[[], datetime]) -> None:
        self._folder, self._now = folder, now

    def describe(self) -> Iterable[Metric]:
        """Nothing is read when it is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The figures as they are."""
        db = self._folder.db
        with db.reading():
            yield _gauge("papers", "Papers stored.", db.value("SELECT count(*) FROM papers"))
            lacking = db.value("SELECT count(*) FROM papers WHERE id NOT IN (SELECT paper FROM summaries)")
            yield _gauge("unsummarised_papers", "Papers without a summary.", lacking)
            yield _labelled("failures", "Papers that failed and wait to be tried again.", "stage", failures.stages(db))
            yield _labelled("outbox", "Parts of digests, by state.", "state", deliveries.counts(db))
            oldest = deliveries.oldest_waiting(db)
            age_s = (self._now() - oldest).total_seconds() if oldest else 0.0
            yield _gauge("outbox_oldest_seconds", "How long the oldest waiting part has waited.", age_s)
            looked = polls.last(db)
            at = looked.timestamp() if looked else 0.0
            yield _gauge("last_look_timestamp_seconds", "When a day's list was looked at last; 0 never.", at)
            yield from self._spent()
            known = vectors.count(db)
        indexed = self._folder.indexed()
        drift = known - indexed if indexed is not None else 0
        yield _gauge("index_drift_passages", "Embedded passages that the index lacks.", drift)

    def _spent(self) -> Iterator[Metric]:
        tokens = CounterMetricFamily("paperboy_model_tokens", "Tokens.", labels=["model", "purpose", "direction"])
        cost = CounterMetricFamily("paperboy_model_cost_usd", "US dollars.", labels=["model", "purpose"])
        for line in ledger.totals(self._folder.db):
            tokens.add_metric([line.model, line.purpose, "in"], line.tokens_in)
            tokens.add_metric([line.model, line.purpose, "out"], line.tokens_out)
            cost.add_metric([line.model, line.purpose], line.cost_usd)
        yield tokens
        yield cost


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"paperboy_{name}", what, value=value)


def _labelled(name: str, what: str, label: str, values: Mapping[State, int] | Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"paperboy_{name}", what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
