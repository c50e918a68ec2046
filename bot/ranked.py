"""Rankings put together: of one question in several wordings, and of what a model says about them.

Owns: merging, and what a judgement changes in a ranking.
Does not own: searching (store.search), asking a model (writing).
"""

from collections.abc import Iterable
from dataclasses import replace

from bot import answer
from bot.app import App
from store import question
from store.filters import Filters
from store.search import Ranking
from store.types import Hit

DEEP = 40
"""Hits that another wording brings in."""

KEPT_ABOVE = 20
"""Papers above the cut that are judged; those before them are far above it."""


async def again(app: App, first: Ranking, wordings: Iterable[str], wanted: Filters | None = None) -> Ranking:
    """`first` with what other wordings of the same question find (of `wanted` alone), which nothing stored may be
    about."""
    found = [first]
    for text in dict.fromkeys(wordings):
        asked = question.read(text)
        if asked.topic and asked.text != first.question.text:
            ranking = await answer.rank(app, asked, limit=DEEP, wanted=wanted)
            found += [ranking] if ranking.known else []
    return merged(found)


def merged(rankings: list[Ranking]) -> Ranking:
    """The first ranking's question with the hits of all: each paper with its best score, on the topic where it is in
    any of them."""
    best: dict[str, Hit] = {}
    on_topic: set[str] = set()
    for one in rankings:
        for at, hit in enumerate(one.hits):
            arxiv_id = hit.entry.paper.arxiv_id
            if at < one.listed:
                on_topic.add(arxiv_id)
            if arxiv_id not in best or hit.score > best[arxiv_id].score:
                best[arxiv_id] = hit
    order = sorted(best, key=lambda one: (one not in on_topic, -best[one].score))
    weights: dict[tuple[str, ...], float] = {}
    for one in rankings:
        for unit, weight in one.weights.items():
            weights[unit] = weights.get(unit, 0.0) + weight / len(rankings)
    return replace(rankings[0], hits=tuple(best[one] for one in order), listed=len(on_topic), weights=weights)


def around_cut(ranking: Ranking, most: int) -> slice:
    """The hits that are worth judging: `most` around the cut."""
    first = max(0, ranking.listed - KEPT_ABOVE)
    return slice(first, first + most)


def judged(ranking: Ranking, window: slice, relevant: frozenset[str]) -> Ranking:
    """The ranking with those of the judged `window` on the topic that are `relevant`; below it none is."""
    before, looked_at, rest = ranking.hits[: window.start], ranking.hits[window], ranking.hits[window.stop :]
    kept = [*before, *(hit for hit in looked_at if hit.entry.paper.arxiv_id in relevant)]
    left = [hit for hit in looked_at if hit.entry.paper.arxiv_id not in relevant]
    return replace(ranking, hits=(*kept, *left, *rest), listed=len(kept))
