"""The list that answers a question: every paper on the topic, a line each, and what is just beside it.

Owns: the head of a list, its order, its lines.
Does not own: which papers are on the topic (store.search), the list of a day (digest).
"""

from bot import pages
from bot.app import App
from bot.doc import Block, Doc, Item, Note, Para, Span
from bot.given import Answer, Citation
from bot.lang import Words
from store.question import Question
from store.search import Ranking
from store.types import Entry, Lang

NEAR = 0.5
"""Score from which a paper below the cut is named as near."""

NEARLY = 3
"""Papers that are named as near."""


def listing(app: App, ranking: Ranking, words: Words, page: range | None) -> Answer:
    """Every paper on the topic, a line each: in the order that was asked for, or as many as were."""
    asked, langs = ranking.question, app.prefer(words.lang)
    entries = ordered([hit.entry for hit in ranking.hits[: ranking.listed]], asked)
    shown = entries[: asked.most or None]
    lines, citations = items(shown, langs, page)
    blocks: list[Block] = [Para(_head(asked, entries, words)), *_notes(asked, entries, shown, words, langs), *lines]
    blocks += [*pages.quoted(shown, words, langs), *near(ranking, words)]
    named = tuple(entry.paper for entry in shown)
    return Answer(asked.text, words.lang, "listing", Doc(*blocks), named, citations, ranking)


def ordered(entries: list[Entry], asked: Question) -> list[Entry]:
    """`entries` as the question wants them: newest first, most voted first, or as they are, the best first."""
    if asked.order == "newest":
        return sorted(entries, key=lambda entry: entry.paper.day, reverse=True)
    if asked.order == "votes":
        return sorted(entries, key=lambda entry: -(entry.paper.upvotes or 0))
    return entries


def _head(asked: Question, entries: list[Entry], words: Words) -> str:
    days = sorted(entry.paper.day for entry in entries)
    if asked.is_bare:
        return words("listing.all", n=len(entries))
    stretch = words.days(days[0], days[-1])
    if not asked.is_plain:
        return words("listing.said", n=len(entries), topic=pages.shortened(asked.topic), days=stretch)
    topic = pages.as_topic(asked, words)
    if days[0] == days[-1]:
        return words("listing.one_day", n=len(entries), topic=topic, day=stretch)
    return words("listing.several_days", n=len(entries), topic=topic, days=stretch)


def _notes(
    asked: Question, entries: list[Entry], shown: list[Entry], words: Words, langs: tuple[Lang, ...]
) -> tuple[Note, ...]:
    """How the list is sorted or cut, where that was asked for, and that its lines are in another language."""
    voted = any(entry.paper.upvotes is not None for entry in entries)
    keys = ["listing.unvoted" if asked.order == "votes" and not voted else f"listing.{asked.order}"] * bool(asked.order)
    said = [words(key) for key in keys]
    if len(shown) < len(entries):
        said.append(words("listing.first", n=len(shown)))
    if any((summary := entry.summary(*langs)) is not None and summary.lang != words.lang for entry in shown):
        said.append(words("listing.other_language"))
    return (Note(words("space").join(said)),) if said else ()


def near(ranking: Ranking, words: Words) -> tuple[Note, ...]:
    """Which papers are just not on the topic, if any."""
    papers_ = [hit.entry.paper for hit in ranking.hits[ranking.listed :] if hit.score >= NEAR][:NEARLY]
    titles = ", ".join(pages.label(paper) for paper in papers_)
    return (Note(words("listing.near", titles=titles)),) if papers_ else ()


def items(
    entries: list[Entry], langs: tuple[Lang, ...], page: range | None = None
) -> tuple[list[Block], tuple[Citation, ...]]:
    """A numbered line a paper (of `page` alone, if given), and what each line is taken from."""
    lines: list[Block] = []
    citations = []
    for at, entry in enumerate(entries, 1):
        if page is not None and at not in page:
            continue
        line = pages.gloss(entry, langs)
        text = (*pages.linked(entry.paper), *((Span(f" — {line}"),) if line else ()))
        lines.append(Item(text, number=at))
        if line:
            section = "contribution" if entry.summaries else "abstract"
            citations.append(Citation(at, entry.paper.arxiv_id, section, pages.first_sentence(entry, langs)))
    return lines, tuple(citations)
