"""What may stand in a command's option, offered while somebody fills in the form.

Owns: which values an option offers, and how each is called.
Does not own: which options a command has (its row), papers for a few words (offers), a platform's form (fronts).
"""

from collections import Counter
from typing import TypeAlias

from bot import digest, offers, periods, roundup, terms
from bot.app import App
from bot.choices import offered
from bot.lang import Words
from bot.periods import Kind, Period
from store import papers

Choice: TypeAlias = tuple[str, str]
"""(label, value)."""

_NAMED = {"language": "lang", "time": "hour", "zone": "zone", "style": "style"}
"""Options whose values are those of a choice."""

_DAYS = {"every": "daily", "weekdays": "weekdays", "weekends": "weekends"}
"""Sets of days, and the word for each (bot.terms)."""

PAPERS = ("paper", "first", "second")
"""Options that take a paper."""


async def complete(app: App, option: str, typed: str, given: str, words: Words, limit: int) -> list[Choice]:
    """At most `limit` choices for what is `typed` in `option`, best first; any other value may still be written.

    `given` is what stands in the option before it: a setting has its own values.

    Raises:
        AppError: the store or the embedder can't be used.
    """
    if option in PAPERS:
        found = await offers.fitting(app, typed, limit)
        return [(f"{entry.paper.arxiv_id} · {entry.paper.title}", entry.paper.arxiv_id) for entry in found]
    return _fitting(_all(app, option, given, words), typed)[:limit]


def _all(app: App, option: str, given: str, words: Words) -> list[Choice]:
    zone = app.settings.ingest.timezone
    if option == "date":
        days = reversed(papers.days(app.folder.db))
        return [(words("week.day", n=n, day=words.day(day)), day.isoformat()) for day, n in days]
    if option in ("week", "month"):
        return _periods(app, "weekly" if option == "week" else "monthly", words)
    if option in ("words", "topics"):
        topics = [words(f"topic.{name}") for name in digest.TOPICS]
        return [(topic, topic) for topic in topics]
    if option == "setting":
        return offered("", words, zone)
    if option == "value":
        return offered(given, words, zone)
    if option == "days":
        sets = [(words(f"settings.days.{name}"), named) for name, named in _DAYS.items()]
        return sets + [(words.weekday(at), name) for at, name in enumerate(terms.DAYS)]
    name = _NAMED.get(option)
    return offered(name, words, zone) if name else []


def _periods(app: App, kind: Kind, words: Words) -> list[Choice]:
    """The weeks or months with papers, newest first."""
    counts: Counter[Period] = Counter()
    for day, n in papers.days(app.folder.db):
        counts[periods.containing(kind, day)] += n
    newest = sorted(counts, key=lambda period: period.first, reverse=True)
    return [(words("week.day", n=counts[one], day=roundup.spoken(one, words)), one.name) for one in newest]


def _fitting(choices: list[Choice], typed: str) -> list[Choice]:
    """Those in whose label or value all that is typed stands, those that begin with it first."""
    typed = typed.strip().casefold()
    fitting = [one for one in choices if any(typed in text.casefold() for text in one)]
    return sorted(fitting, key=lambda one: not any(text.casefold().startswith(typed) for text in one))
