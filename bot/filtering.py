"""What a question's filters leave, and how they are shown: "Papers of 16–22 Feb 2026, by Ada Lovelace."

Owns: "today" where nothing of today is stored yet, the words for filters.
Does not own: reading them out of a question (store.filters), answering (answer).
"""

from dataclasses import replace
from datetime import date

from bot.app import App
from bot.lang import Words
from store import filters, papers
from store.filters import Filters
from store.types import Entry


def wanted(app: App, text: str) -> Filters:
    """The filters of `text`. Today is the newest day that is stored: there is no other before its list is read."""
    today = app.today()
    found = filters.read(app.folder.db, text, today)
    if (found.since, found.until) != (today, today):
        return found
    days = papers.days(app.folder.db)
    newest = days[-1][0] if days else today
    return replace(found, since=min(newest, today), until=min(newest, today))


def papers_of(app: App, wanted: Filters) -> list[Entry]:
    """The papers that are left, newest day first, the day's most voted first."""
    left = filters.among(app.folder.db, wanted)
    entries = papers.everything(app.folder.db, wanted.since, wanted.until)
    if left is not None:
        of_name = {entry.paper.arxiv_id for entry in papers.by_rowid(app.folder.db, left.tolist()).values()}
        entries = [entry for entry in entries if entry.paper.arxiv_id in of_name]
    return sorted(entries, key=lambda entry: (-entry.paper.day.toordinal(), -(entry.paper.upvotes or 0)))


def told(wanted: Filters, words: Words) -> str:
    """The filters in words, for above the answer."""
    parts = []
    if wanted.days:
        parts.append(_days(wanted, words))
    if wanted.author:
        parts.append(words("filter.author", name=wanted.author))
    if wanted.organisation:
        parts.append(words("filter.organisation", name=wanted.organisation))
    return words("filter.head", filters=words("filter.and").join(parts))


def _days(wanted: Filters, words: Words) -> str:
    if wanted.since == date.min:
        return words("filter.until", day=words.date(wanted.until))
    if wanted.until == date.max:
        return words("filter.since", day=words.date(wanted.since))
    if wanted.since == wanted.until:
        return words("filter.days", days=words.date(wanted.since))
    return words("filter.days", days=words.days(wanted.since, wanted.until))
