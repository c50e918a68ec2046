"""Papers to choose from while somebody is still writing: an inline query, a completion.

Owns: which papers are offered for a few words, and what is sent when one is chosen.
Does not own: how a platform shows the choice (fronts), ranking (store.search).
"""

from dataclasses import dataclass

from bot import answer, pages
from bot import lang as languages
from bot.app import App
from bot.doc import Doc
from store import find, papers, question
from store.types import Entry, Lang

OFFERED = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """A paper to choose: its canonical id, its title, a line about it, and the message that choosing it sends; `brief`
    says less, for where that is longer than a message."""

    id: str
    title: str
    line: str
    doc: Doc
    brief: Doc


async def offers(app: App, text: str, lang: Lang | None = None) -> list[Offer]:
    """The papers for what has been written so far, best first: by id or title, else by what they say; nothing written
    yet is the newest day. In `lang`, or the text's own language.

    Raises:
        AppError: the store or the embedder can't be used.
    """
    asked = question.read(text[: question.MAX_CHARACTERS])
    words = languages.load(lang or answer.spoken(app, asked))
    langs = app.prefer(words.lang)
    return [
        Offer(
            entry.paper.arxiv_id,
            entry.paper.title,
            pages.one_line(entry, langs),
            pages.paper(entry, words, langs),
            pages.brief(entry, words, langs),
        )
        for entry in (await _found(app, text.strip(), asked))[:OFFERED]
    ]


async def _found(app: App, text: str, asked: question.Question) -> list[Entry]:
    days = papers.days(app.folder.db)
    if not text:
        return papers.of_day(app.folder.db, days[-1][0]) if days else []
    if not papers.days(app.folder.db, unlisted=True):
        return []
    named = find.papers_called(app.folder.db, text)
    if named or not asked.text:
        return named
    ranking = await answer.rank(app, asked, limit=OFFERED)
    return [hit.entry for hit in ranking.hits] if ranking.known else []
