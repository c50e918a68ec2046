"""Commands that read: search, ask, paper, guide."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import base
from bot.cli.base import AsJson, InLang

if TYPE_CHECKING:
    from bot.app import App
    from store.types import Entry

Called = Annotated[str, typer.Argument(metavar="ID", help="An arXiv id in any form, or part of a title.")]


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Papers at most.")] = 10,
    since: Annotated[str, typer.Option(metavar="DAY", help="From this day on.", show_default=False)] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Up to this day.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """The best papers for some words, best first."""
    from datetime import date

    from bot import answer, pages, unstored
    from bot import lang as languages
    from bot.doc import Doc, Item, Note, Para
    from store import question, quote

    first = base.day(since) if since else date.min
    last = base.day(until) if until else date.max
    with base.opened() as app:
        found = base.run(answer.rank(app, question.read(query), limit, first, last))
        hits = found.hits[:limit]
        if as_json:
            rows = [
                {
                    "arxiv_id": hit.entry.paper.arxiv_id,
                    "title": hit.entry.paper.title,
                    "day": hit.entry.paper.day.isoformat(),
                    "section": quote.section(hit.entry, found.weights),
                    "score": round(hit.score, 4),
                }
                for hit in hits
            ]
            base.say_json({"query": query, "hits": rows})
            return
        words = languages.load(base.chosen("", app))
        if not found.question.text:
            base.say_doc(Doc(Para(words("mistake.no_words"))))
            return
        nothing = (Note(unstored.nothing(app, found, words)),) if not found.known else ()
        items = (
            Item(pages.linked(hit.entry.paper), number=at, note=pages.one_line(hit.entry, app.prefer(words.lang)))
            for at, hit in enumerate(hits, 1)
        )
        base.say_doc(Doc(*nothing, *items))


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION")], lang: InLang = "", as_json: AsJson = False
) -> None:
    """Answer a question from what is stored: in the model's words where there is one, checked, else in quotes."""
    from bot import written
    from bot.request import Request
    from bot.written import Asker

    with base.opened() as app:
        live = base.live() if not as_json else None
        asker = Asker(Request(question, chat="console", user="console"), draft=live.show if live else None)
        given = base.run(written.ask(app, question, asker, base.known_lang(lang) if lang else None), app)
        if live is not None:
            live.end(given.doc)
            return
        papers = [
            {"arxiv_id": paper.arxiv_id, "title": paper.title, "url": paper.url, "day": paper.day.isoformat()}
            for paper in given.papers
        ]
        cited = [
            {"n": one.n, "arxiv_id": one.arxiv_id, "section": one.section, "quote": one.quote}
            for one in given.citations
        ]
        said = {"question": question, "answered": given.answered, "kind": given.kind, "answer": given.text}
        base.say_json({**said, "papers": papers, "citations": cited, "written_by": given.written_by})


def paper(called: Called, lang: InLang = "", as_json: AsJson = False) -> None:
    """One paper, all that is stored of it."""
    from bot import lang as languages
    from bot import pages
    from store import exchange

    with base.opened() as app:
        entry = one_paper(app, called)
        spoken = base.chosen(lang, app)
        if as_json:
            base.say_json(exchange.to_dict(entry))
        else:
            base.say_doc(pages.paper(entry, languages.load(spoken), app.prefer(spoken)))


def guide(called: Called, lang: InLang = "", as_json: AsJson = False) -> None:
    """How to use what a paper offers (使用指南)."""
    from bot import lang as languages
    from bot import pages

    with base.opened() as app:
        entry = one_paper(app, called)
        spoken = base.chosen(lang, app)
        if not as_json:
            base.say_doc(pages.section(entry, "usage", languages.load(spoken), app.prefer(spoken)))
            return
        summary = entry.summary(*app.prefer(spoken))
        what = {"arxiv_id": entry.paper.arxiv_id, "title": entry.paper.title, "url": entry.paper.url}
        told = {"lang": summary.lang, "guide": summary.sections.usage} if summary else {"lang": None, "guide": None}
        read = {"source": summary.source, "model": summary.model} if summary else {"source": None, "model": None}
        base.say_json({**what, "day": entry.paper.day.isoformat(), **told, **read})


def one_paper(app: "App", called: str) -> "Entry":
    """The one paper that `called` names.

    Raises:
        NotStored: none is called so, or several are.
    """
    from store import find
    from store.errors import NotStored

    found = find.papers_called(app.folder.db, called)
    if not found:
        raise NotStored(f"No stored paper is called {called[:80]!r}: `paperboy search WORDS` finds papers by topic.")
    if len(found) > 1:
        names = "; ".join(f"{entry.paper.arxiv_id} {find.name(entry.paper.title)}" for entry in found)
        raise NotStored(f"{len(found)} papers fit {called[:80]!r}, name one: {names}.")
    return found[0]


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (search, ask, paper, guide):
        cli.command(command.__name__)(command)
