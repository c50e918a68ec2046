"""Which of a day's papers are about a topic in plain words: by meaning, with the search that answers questions.

A topic is measured against the month before, as questions are against the archive: on a day of five papers every word
is rare, and whatever shares one would be taken (1,500 papers of 319 days: by the day alone the precision was .69, so it
was .82; the recall .83 either way). What is listed for the topic of all these days, and is of this one, is about it.

Owns: what a topic is measured against, and remembering what was found.
Does not own: ranking and its threshold (store.search), other wishes (wanted).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.app import App
from store import papers, question, quote, vectors
from store.errors import EmbedderError
from store.question import Question
from store.search import Ranking
from store.types import Entry, Vector

log = structlog.get_logger()

MONTH = timedelta(days=30)


def about(app: App, entries: Sequence[Entry], topic: str) -> frozenset[str]:
    """The ids of those `entries` (stored ones) that are about the topic, in either language.

    The same is looked for once, until papers are embedded again. A topic that can't be embedded now is matched by its
    words alone: no digest waits for that. Blocks: some 10 ms, of a new topic 20.

    Raises:
        StoreError: the data folder can't be used.
    """
    if not entries:
        return frozenset()
    ids = tuple(sorted(entry.paper.arxiv_id for entry in entries))
    key = (topic, ids, vectors.version(app.folder.db))
    if (known := app.matched.get(key)) is not None:
        return known
    vector = _vector(app, topic)
    ranking = ranked(app, entries, topic, vector, limit=0)
    found = frozenset(hit.entry.paper.arxiv_id for hit in ranking.hits[: ranking.listed]).intersection(ids)
    return found if vector is None else app.matched.put(key, found)


def ranked(app: App, entries: Sequence[Entry], topic: str, vector: Vector | None, limit: int) -> Ranking:
    """How near the `entries` (at least one) come to the topic, and how much its words tell of late."""
    days = [entry.paper.day for entry in entries]
    of = papers.rows(app.folder.db, [entry.paper.arxiv_id for entry in entries])
    since, until = min(min(days), max(days) - MONTH), max(days)
    return app.search.rank(read(topic), vector, limit=limit, since=since, until=until, of=of)


def evidence(app: App, entries: Sequence[Entry], topic: str, entry: Entry) -> tuple[str, ...]:
    """The words of the topic that stand in a paper of `entries`, as they are spelled there, the most telling first."""
    return quote.standing(entry, ranked(app, entries, topic, _vector(app, topic), limit=0).weights)


def read(topic: str) -> Question:
    """The topic as a question that asks for a list: it is neither a sentence out of a paper, nor about one paper."""
    return replace(question.read(f"{topic}?"), asks_one=False)


def _vector(app: App, topic: str) -> Vector | None:
    """The topic's vector, None where none can be made now."""
    text = read(topic).topic
    key = (app.vectors.signature, text)
    if (known := app.topics.get(key)) is not None:
        return known
    try:
        return app.topics.put(key, app.vectors.queries([text])[0])
    except EmbedderError as error:
        log.warning("topic by its words alone", reason=str(error))
        return None
