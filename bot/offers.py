"""Papers to choose from while somebody is still writing: an inline query, a completion.

Owns: which papers are offered for a few words, and what is sent when one is chosen.
Does not own: how a platform shows the choice (fronts), a form's other fields (completions), ranking (store.search).
"""

from dataclasses import dataclass

from bot import answer, pages
from bot import lang as languages
from bot.app import App
from bot.doc import Doc
from store import find, papers, question
from store.types import Entry, Lang
from store.words import phrase

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
    """The papers for what has been written so far, best first: by id or name, else those that a question would list,
    then those with such a title; nothing written yet is the newest day. In `lang`, or the text's own language.

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
        for entry in await fitting(app, text, OFFERED)
    ]


async def fitting(app: App, text: str, limit: int) -> list[Entry]:
    """The papers for what has been written so far, best first: by (the beginning of) an id or by title, else by what
    they say; nothing written yet is the newest day.

    Raises:
        AppError: the store or the embedder can't be used.
    """
    db, text = app.folder.db, text.strip()[: question.MAX_CHARACTERS]
    days = papers.days(db)
    if not text:
        return papers.of_day(db, days[-1][0])[:limit] if days else []
    if not papers.days(db, unlisted=True):
        return []
    asked = question.read(text)
    named = find.papers_called(db, text) or find.beginning(db, text, limit)
    if find.ids(text) or not asked.text or any(phrase(find.name(one.paper.title)) == phrase(text) for one in named):
        return named[:limit]
    on_topic = await _on_topic(app, asked, limit)
    if not on_topic and not named and (whole := text.rpartition(" ")[0].strip()):
        on_topic = await _on_topic(app, question.read(whole), limit)  # the last word is still being written
    return list({one.paper.arxiv_id: one for one in on_topic + named}.values())[:limit]


async def _on_topic(app: App, asked: question.Question, limit: int) -> list[Entry]:
    ranking = await answer.rank(app, asked, limit=limit)
    return [hit.entry for hit in ranking.hits[: ranking.listed]] if ranking.known else []
