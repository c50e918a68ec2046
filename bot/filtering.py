"""What a question's filters leave, and how they are shown: "Papers of 16–22 Feb 2026, by Ada Lovelace."

Owns: "today" where nothing of today is stored yet, the words for filters.
Does not own: reading them out of a question (store.filters), answering (answer).
"""

from dataclasses import replace
from datetime import date

from bot.app import App
from bot.doc import Note
from bot.lang import Words
from store import filters, papers
from store.filters import Filters
from store.types import Entry


def newest(app: App, wanted: Filters, today: date) -> Filters:
    """`wanted`, of the newest day that is stored where today alone is asked for and its list isn't there yet."""
    days = papers.days(app.folder.db)
    if (wanted.since, wanted.until) != (today, today) or not days or days[-1][0] >= today:
        return wanted
    return replace(wanted, since=days[-1][0], until=days[-1][0])


def papers_of(app: App, wanted: Filters) -> list[Entry]:
    """The papers that are left, newest day first, the day's most voted first."""
    left = filters.among(app.folder.db, wanted)
    entries = papers.everything(app.folder.db, wanted.since, wanted.until)
    if left is not None:
        of_name = {entry.paper.arxiv_id for entry in papers.by_rowid(app.folder.db, left.tolist()).values()}
        entries = [entry for entry in entries if entry.paper.arxiv_id in of_name]
    return sorted(entries, key=lambda entry: (-entry.paper.day.toordinal(), -(entry.paper.upvotes or 0)))


def above(wanted: Filters, asked: Filters, words: Words) -> tuple[Note, ...]:
    """What stands above the answer: the filters in words; of which day it is, where that isn't the one asked for."""
    if wanted == asked:
        return (Note(told(wanted, words)),)
    late = Note(words("digest.not_today", today=words.day(asked.since), day=words.day(wanted.since)))
    others = replace(wanted, since=date.min, until=date.max)
    return (late, Note(told(others, words))) if others.any else (late,)


def told(wanted: Filters, words: Words) -> str:
    """The filters in words."""
    parts = []
    if wanted.days:
        parts.append(_days(wanted, words))
    if author := wanted.author or wanted.unknown:
        parts.append(words("filter.author", name=author))
    if wanted.organisation:
        parts.append(words("filter.organisation", name=wanted.organisation))
    if wanted.code:
        parts.append(words("filter.code"))
    return words("filter.head", filters=words("filter.and").join(parts))


def _days(wanted: Filters, words: Words) -> str:
    if wanted.since == date.min:
        return words("filter.until", day=words.date(wanted.until))
    if wanted.until == date.max:
        return words("filter.since", day=words.date(wanted.since))
    if wanted.since == wanted.until:
        return words("filter.days", days=words.date(wanted.since))
    return words("filter.days", days=words.days(wanted.since, wanted.until))
