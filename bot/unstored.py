"""What is said where nothing stored answers: that it is so, what is held, and which theme comes nearest.

Owns: these sentences' facts.
Does not own: when nothing answers (store.search), the sentences themselves (lang).
"""

from collections import Counter

from bot import digest, pages
from bot.app import App
from bot.lang import Words
from store import papers
from store.search import Ranking

NEAREST = 5
"""Hits whose themes are looked at."""


def holdings(app: App, say: Words, key: str, **fields: object) -> str:
    """The sentence `key` with what is held: {n} papers, {days}; or that nothing is stored at all.

    Papers that were only fetched count where there are no others: one of 2017 would stretch the days.
    """
    days = papers.days(app.folder.db) or papers.days(app.folder.db, unlisted=True)
    if not days:
        return say("nothing.at_all")
    return say(key, n=sum(n for _, n in days), days=say.days(days[0][0], days[-1][0]), **fields)


def nothing(app: App, ranking: Ranking, words: Words) -> str:
    """That nothing stored is about the question, what is held, and which theme comes nearest."""
    asked = ranking.question
    if asked.asks_one:
        said = holdings(app, words, "nothing.question")
    else:
        said = holdings(app, words, "nothing.topic", topic=pages.as_topic(asked, words))
    near = [(digest.topic(hit.entry), hit.entry.paper) for hit in ranking.hits[:NEAREST]]
    themes = Counter(theme for theme, _ in near if theme != "other").most_common(1)
    if not themes:
        return said
    theme = themes[0][0]
    title = next(pages.label(paper) for name, paper in near if name == theme)
    return said + words("space") + words("nothing.nearest", theme=words(f"topic.{theme}"), title=title)
