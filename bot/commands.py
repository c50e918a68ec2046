"""What people can ask for by name: one function and one row of the table each. A front knows none of them.

    Request → table → Doc

Owns: reading a command's argument, and which function answers it.
Does not own: the wire (fronts), the answers themselves (answer, digest, pages).
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from bot import answer, daystate, digest, pages
from bot import lang as languages
from bot.app import App
from bot.doc import Block, Doc, Item, Note, Para, Span, Title
from bot.lang import Words
from store import find, papers, question
from store.types import Entry, Lang, SectionName

SHOWN = 10
"""Papers that /search shows."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something that a person sent. `lang` is the chat's language; None: the text's own, else the host's first."""

    text: str
    lang: Lang | None = None


Command: TypeAlias = Callable[[App, str, Words], Awaitable[Doc]]


async def respond(app: App, request: Request) -> Doc:
    """The answer to anything a person sends: a command of the table, or a question.

    Raises:
        AppError: the store or the embedder can't be used; what people did wrong is a Doc.
    """
    text = request.text.strip()
    match = re.match(r"/(\w{1,32})(?:@\w+)?(?:\s+|$)", text)
    if match is None:
        return (await answer.ask(app, text, request.lang)).doc
    name, argument = match[1].lower(), text[match.end() :].strip()
    words = languages.load(request.lang or answer.spoken(app, question.read(argument)))
    command = TABLE.get(name)
    return await command(app, argument, words) if command else Doc(Para(words("mistake.command", command=name)))


async def today(app: App, _argument: str, words: Words) -> Doc:
    """The newest day there is; that it isn't today's is said."""
    days = papers.days(app.folder.db)
    if not days:
        return Doc(Para(words("nothing.at_all")))
    newest = days[-1][0]
    shown = _day(app, newest, words)
    if newest == app.today():
        return shown
    late = daystate.told(app, app.today(), words) or words(
        "digest.not_today", today=words.day(app.today()), day=words.day(newest)
    )
    return Doc(Para(late), *shown.blocks)


async def day(app: App, argument: str, words: Words) -> Doc:
    """The papers of one day."""
    if not argument:
        return await today(app, argument, words)
    wanted = read_day(argument, app.today())
    return _day(app, wanted, words) if wanted else Doc(Para(words("mistake.date", text=pages.shortened(argument))))


async def paper(app: App, argument: str, words: Words) -> Doc:
    """One paper, all of it."""
    return _one(app, argument, words, "paper", lambda entry, langs: pages.paper(entry, words, langs))


async def search(app: App, argument: str, words: Words) -> Doc:
    """The best papers for some words, whether or not they are on one topic."""
    if not argument:
        return Doc(Para(words("mistake.no_words")))
    if not papers.days(app.folder.db):
        return Doc(Para(words("nothing.at_all")))
    ranking = await answer.rank(app, question.read(argument), limit=SHOWN)
    if not ranking.known:
        shown = pages.shortened(argument)
        return Doc(Para(answer.holdings(app, words, "nothing.words", words=shown)))
    langs = app.prefer(words.lang)
    hits = ranking.hits[:SHOWN]
    items = (
        Item(pages.linked(hit.entry.paper), number=at, note=_found(hit.entry, words, langs))
        for at, hit in enumerate(hits, 1)
    )
    return Doc(*items)


async def help_(app: App, _argument: str, words: Words) -> Doc:
    """What there is."""
    items: list[Block] = [
        Item((Span(words(f"help.{name}.usage"), code=True), Span(" — " + words(f"help.{name}.what")))) for name in TABLE
    ]
    return Doc(Title(words("help.title")), *items, Para(words("help.question")))


def read_day(text: str, today: date) -> date | None:
    """A day as people write it: 2026-02-26, 20260226, 2026/2/26, 2026年2月26日, today, yesterday, 今天…; or None."""
    text = text.strip().lower()
    if text in ("today", "今天", "今日"):
        return today
    if text in ("yesterday", "昨天", "昨日"):
        return today - timedelta(days=1)
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d\d)(\d\d)", text)
    if match is None:
        return None
    year, month, number = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _section(name: SectionName, command: str) -> Command:
    """A command that shows one section of a paper."""

    async def show(app: App, argument: str, words: Words) -> Doc:
        return _one(app, argument, words, command, lambda entry, langs: pages.section(entry, name, words, langs))

    return show


def _one(app: App, argument: str, words: Words, command: str, page: Callable[[Entry, tuple[Lang, ...]], Doc]) -> Doc:
    """`page` of the paper that `argument` names; or why there is none, or which ones it may be."""
    if not argument:
        return Doc(Para(words("mistake.no_id", command=command)))
    found = find.papers_called(app.folder.db, argument)
    if not found:
        return Doc(Para(words("paper.unknown", id=pages.shortened(argument))))
    if len(found) > 1:
        return pages.choice(found, pages.shortened(argument), words, command)
    return page(found[0], app.prefer(words.lang))


def _day(app: App, wanted: date, words: Words) -> Doc:
    entries = papers.of_day(app.folder.db, wanted)
    state = daystate.told(app, wanted, words)
    if not entries:
        text = answer.holdings(app, words, "nothing.day", day=words.day(wanted))
        return Doc(Para(state or text))
    shown = digest.doc(digest.group(wanted, entries), words, app.prefer(words.lang))
    return Doc(*shown.blocks, *((Note(state),) if state else ()))


def _found(entry: Entry, words: Words, langs: tuple[Lang, ...]) -> str:
    return f"{pages.one_line(entry, langs)} · {words.date(entry.paper.day)}".removeprefix(" · ")


TABLE: dict[str, Command] = {
    "today": today,
    "day": day,
    "paper": paper,
    "guide": _section("usage", "guide"),
    "innovations": _section("innovations", "innovations"),
    "results": _section("results", "results"),
    "search": search,
    "help": help_,
}
"""The commands by name, in the order in which /help lists them."""
