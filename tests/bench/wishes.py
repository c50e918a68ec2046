"""Score what wishes choose on the real data, and how fast: `python -m tests.bench.wishes [--json]`.

topics      each topic question of the day of 2026-02-26, and of 1,500 papers day by day, as a subscription's topic
cost        one day's papers for 10,000 wishes of a few hundred topics
feedback    of 1,500 papers: five of a topic found useful, three others not; how often another one of the topic then
            comes before one of none
"""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot import evaluate, topics
from bot.app import App
from bot.config import Settings
from bot.evaluate import Case
from bot.taste import Taste
from bot.wanted import Choice
from ingest import passages
from store import exchange, feedback, papers, question
from store.types import Entry
from store.wishes import Wish
from tests.bench.figures import SHARED, Figure, main

SEED, DRAWS = 20310506, 150
USEFUL, NOT_FOR_ME, LEAST = 5, 3, 20
"""Papers voted on, and papers that a topic has at least."""

WISHES, TOPICS = 10_000, 200


@dataclass
class Found:
    """Papers that were found rightly, wrongly, and not at all."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: frozenset[str], relevant: frozenset[str]) -> None:
        """Count one topic on one day."""
        self.right += len(found & relevant)
        self.wrong += len(found - relevant)
        self.missed += len(relevant - found)

    def figures(self, label: str, precision: float, recall: float) -> list[Figure]:
        """Both shares, with their bounds."""
        shares = self.right / max(self.right + self.wrong, 1), self.right / max(self.right + self.missed, 1)
        return [
            Figure(f"{label} · precision", shares[0], precision, least=True),
            Figure(f"{label} · recall", shares[1], recall, least=True),
        ]


@contextmanager
def stored(corpus: str) -> Iterator[App]:
    """A corpus in a new folder."""
    with tempfile.TemporaryDirectory() as folder, App(Settings(data=Path(folder)), own=True) as app:
        papers.save(app.folder.db, exchange.read(SHARED / corpus))
        passages.embed_lacking(app.folder, app.vectors)
        yield app


def by_day(app: App) -> dict[date, list[Entry]]:
    """The papers of each day."""
    return {day: papers.of_day(app.folder.db, day) for day, _ in papers.days(app.folder.db)}


def found(app: App, cases: list[Case], kind: str) -> Found:
    """Every topic of a kind on every day."""
    counted = Found()
    for day in by_day(app).values():
        ids = {entry.paper.arxiv_id for entry in day}
        for case in cases:
            if case.kind == kind:
                about = topics.about(app, day, question.read(case.question).topic)
                counted.add(about - case.optional, case.relevant & ids)
    return counted


def ahead(app: App, cases: list[Case]) -> float:
    """The share of pairs in which a paper of the topic is shifted more than one of none; ties count half."""
    db, draw, now = app.folder.db, random.Random(SEED), datetime(2026, 8, 1, tzinfo=UTC)
    stored = {entry.paper.arxiv_id: entry for entry in papers.everything(db)}
    liked = [
        case for case in cases if case.kind == "topic_silver" and case.lang == "en" and len(case.relevant) >= LEAST
    ]
    shares = []
    for n in range(DRAWS):
        case, chat = draw.choice(liked), str(n)
        others = draw.sample(sorted(stored.keys() - case.relevant - case.optional), NOT_FOR_ME + 35)
        mine = draw.sample(sorted(case.relevant), USEFUL + 5)
        for vote, voted in ((1, mine[:USEFUL]), (-1, others[:NOT_FOR_ME])):
            for one in voted:
                feedback.put(db, "bench", chat, "reader", one, 1 if vote > 0 else -1, now)
        shown = [stored[one] for one in (*mine[USEFUL:], *others[NOT_FOR_ME:])]
        shifts = Taste(app, shown, "bench").shifts(chat)
        values = [shifts[one].value if one in shifts else 0.0 for one in (entry.paper.arxiv_id for entry in shown)]
        pairs = [(up, down) for up in values[:5] for down in values[5:]]
        shares.append(sum((up > down) + 0.5 * (up == down) for up, down in pairs) / len(pairs))
    return sum(shares) / len(shares)


def cost(app: App) -> list[Figure]:
    """Seconds for one day's papers by many wishes, their topics never seen before."""
    day = max(by_day(app).values(), key=len)
    heads = [*app.lexicon.heads("en", TOPICS // 2), *app.lexicon.heads("zh", TOPICS // 2)]
    _ = app.search
    began = time.perf_counter()
    choice = Choice(app, day)
    for n in range(WISHES):
        choice.chosen(Wish(topics=(heads[n % len(heads)],), exclude=(heads[n % 7],), least_votes=n % 3))
    return [
        Figure(f"{WISHES:,} wishes of {len(heads)} new topics choose from a day, s", time.perf_counter() - began, 10)
    ]


def measure() -> list[Figure]:
    """Both corpora."""
    if not SHARED.exists():
        raise SystemExit(f"The real data isn't at {SHARED}: nothing to score.")
    with stored("report-2026-02-26.md") as app:
        of_day = found(app, evaluate.read(SHARED / "questions-dev.jsonl"), "topic").figures("day · topics", 0.95, 0.95)
    with stored("corpus-1500.jsonl.gz") as app:
        cases = evaluate.read(SHARED / "questions-1500-dev.jsonl")
        many = found(app, cases, "topic_silver").figures("1,500 by day · topics", 0.80, 0.80)
        nothing = found(app, cases, "unanswerable").wrong
        return [
            *of_day,
            *many,
            Figure("1,500 by day · papers for topics that none is about", nothing, 0),
            Figure("feedback · a paper of the topic before another", ahead(app, cases), 0.75, least=True),
            *cost(app),
        ]


if __name__ == "__main__":
    main(measure)
