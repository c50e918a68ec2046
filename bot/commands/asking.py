"""Commands that look for something: ask (and any question), compare, search, sources, and the ways around a list.

Owns: what a question's answer leaves in mind, and its buttons.
Does not own: the answers (answer, within, written), what a follow-up means (followup).
"""

from dataclasses import replace

from bot import answer, aspects, buttons, pages, unstored, written
from bot.buttons import PAGE
from bot.commands.base import Call, doors, of_paper, unknown
from bot.commands.comparing import asked, asks_all, beside, first_of, papers_meant, side_by_side
from bot.commands.papers import noted
from bot.doc import Block, Doc, Item, Note, Para, Quote, Span
from bot.followup import Followup
from bot.given import Answer
from bot.listing import near
from bot.request import Buttons, Reply
from bot.written import COMPARED, Asker
from store import find, papers, question, quote
from store.simplified import simplified
from store.talks import NOTHING, Cited, Talk

_COMMANDS = {"usage": "guide", "innovations": "innovations", "results": "results"}
"""The commands that show a section of a paper alone."""

SHOWN = 10
"""Papers that /search shows."""


async def ask(call: Call, page: int = 1) -> Reply:
    """The answer to a question; a page of it where the front has pages. An unknown id is offered to be fetched."""
    call = call.with_(simplified(call.argument))
    if call.may_fetch and find.ids(call.argument) and not find.ids_stored(call.app.folder.db, call.argument):
        return unknown(call, "paper")
    lines = buttons.lines(page) if call.request.paged else None
    given = await written.ask(call.app, call.argument, asker(call), call.words.lang, lines)
    return answered(call, given, page)


async def stand(call: Call) -> Reply:
    """The last question again, for somebody who doubts its answer: what the papers say, whatever else was read."""
    text, entry = written.last_asked(call.app, call.talk)
    if text.startswith("/compare "):
        return await compare(call.with_(text.removeprefix("/compare ")), call.argument)
    doubting = replace(asker(call), talk=NOTHING, doubt=call.argument)
    if entry is None:
        given = await written.ask(call.app, text, doubting, call.words.lang)
    else:
        given = await written.about(call.app, text, entry, doubting, call.words)
    return replace(answered(call.with_(text), given, 1), talk=replace(call.talk, cited=_cited(given)))


async def compared(call: Call) -> Reply | None:
    """The comparison that a question asks for in plain words: of two papers that it names, of two lines of the list,
    of "them"; None where it asks for none, or for one of things that are no papers."""
    text, shown = call.argument, call.talk.shown
    if first := first_of(text, shown):
        return await compare(call.with_(" ".join(first)))
    if asks_all(text):
        if 2 <= len(shown) <= COMPARED:
            return await compare(call.with_(" ".join(shown)))
        said = call.say("compare.too_many", n=len(shown), most=COMPARED) if shown[1:] else call.say("compare.which")
        return replace(said, buttons=buttons.row((call.words("button.today"), "/today"))) if not shown else said
    named = asked(text)
    if named and len(papers_meant(call.with_(named))) > 1:
        return await compare(call.with_(named))
    if named and (other := beside(call, named)):
        return await compare(call.with_(f"{call.talk.about} {other}"))
    return None


async def compare(call: Call, doubt: str = "") -> Reply:
    """Two papers (or a few) side by side; `doubt` is what is held against an earlier comparison."""
    entries = papers_meant(call)
    if len(entries) < 2:
        plain = not call.request.text.lstrip().startswith("/")  # "compare ways to …" is a question like others
        return await ask(call.with_(call.request.text.strip())) if plain else call.say("mistake.compare")
    by = replace(asker(call), doubt=doubt)
    given = await written.compare(call.app, entries, by, side_by_side(call, entries))
    ids = tuple(entry.paper.arxiv_id for entry in entries)
    asked = f"/compare {' '.join(ids)}"
    return Reply(given.doc, _named(call, ids), talk=Talk(ids, listed=asked, question=asked, cited=_cited(given)))


def asker(call: Call) -> Asker:
    """Who asks, for an answer that a model may write."""
    return Asker(call.request, call.talk, call.draft, zone=call.chat.zone)


def answered(call: Call, given: Answer, page: int) -> Reply:
    """An answer with its buttons, and what it leaves in mind."""
    if not given.answered and (meant := find.nearly(call.app.folder.db, question.read(given.question).topic)):
        said = Para(call.words("nothing.meant", title=pages.label(meant.paper)))
        way = buttons.row((pages.label(meant.paper), f"/paper {meant.paper.arxiv_id}"))
        return Reply(Doc(*given.doc.blocks, said), way + doors(call, "today", "help"))
    ids = tuple(paper.arxiv_id for paper in given.papers)
    about = ids[0] if len(ids) == 1 or (ids and given.kind == "paper") else ""
    if given.kind == "listing":
        rows = buttons.numbers(ids, shown=buttons.lines(page))
        rows += buttons.pages(page, len(ids), "/page {}", call.words)
    else:
        rows = _under(call, given, about)
    listed = given.question if given.kind == "listing" else ""
    asked = given.question if given.kind == "fact" else ""
    talk = Talk(ids, about, listed, asked, given.question, _cited(given), page=page) if given.answered else None
    return Reply(given.doc, rows, talk=talk)


async def ask_about(call: Call, arxiv_id: str) -> Reply:
    """The answer to a question about one paper that is already known."""
    entry = papers.get(call.app.folder.db, arxiv_id)
    if entry is None:
        return call.say("paper.unknown", id=arxiv_id)
    given = await written.about(call.app, call.argument, entry, asker(call), call.words)
    talk = Talk((arxiv_id,), arxiv_id, "", call.argument, call.request.text.strip(), _cited(given))
    return Reply(given.doc, _under(call, given, arxiv_id), talk=talk)


async def search(call: Call) -> Reply:
    """The best papers for some words, whether or not they are on one topic."""
    if not call.argument:
        return replace(call.say("mistake.no_words"), buttons=doors(call, "today", "help"))
    if not papers.days(call.app.folder.db, unlisted=True):
        return call.say("nothing.at_all")
    ranking = await answer.rank(call.app, question.read(call.argument), limit=SHOWN)
    if not ranking.known:
        shown = pages.shortened(call.argument)
        nothing = Doc(Para(unstored.holdings(call.app, call.words, "nothing.words", words=shown)))
        return Reply(nothing, doors(call, "today", "help"))
    entries = [hit.entry for hit in ranking.hits[: min(ranking.listed, SHOWN)]]
    head = "search.best" if ranking.listed > SHOWN else "search.all"
    title = Para(call.words(head, n=ranking.listed, most=SHOWN, words=pages.shortened(call.argument)))
    lines = (Item(pages.linked(entry.paper), number=at, note=noted(call, entry)) for at, entry in enumerate(entries, 1))
    ids = tuple(entry.paper.arxiv_id for entry in entries)
    return Reply(
        Doc(title, *lines, *near(ranking, call.words)),
        buttons.numbers(ids),
        talk=Talk(ids, listed=f"/search {call.argument}"),
    )


async def sources(call: Call) -> Reply:
    """Why the last answer says what it says: the passages that it was taken from, with their papers."""
    about = papers.get(call.app.folder.db, call.talk.about) if call.talk.about else None
    if not call.talk.cited and about is not None:
        shown = call.say("sources.page", title=pages.label(about.paper))
        return replace(shown, buttons=of_paper(call, about.paper.arxiv_id, ""))
    if not call.talk.cited:
        return replace(call.say("sources.none"), buttons=doors(call, "today", "help"))
    asked = call.talk.question
    if asked.startswith("/"):  # a comparison, however it was asked for
        compared_ = (papers.get(call.app.folder.db, one) for one in find.ids(asked))
        asked = " · ".join(pages.label(entry.paper) for entry in compared_ if entry)
    blocks: list[Block] = [Para(call.words("sources.title", question=pages.shortened(asked)))]
    for one in call.talk.cited:
        entry = papers.get(call.app.folder.db, one.arxiv_id)
        if entry is None:
            continue
        source = answer.source(one.n, entry.paper, one.section, call.words)
        blocks += [Quote(pages.flat(one.quote)), Note(source)]
    ids = tuple(dict.fromkeys(one.arxiv_id for one in call.talk.cited))
    return Reply(Doc(*blocks), _named(call, ids))


async def page(call: Call) -> Reply:
    """Another page of the list that the message shows."""
    listed, number = call.talk.listed, call.argument
    if not listed or listed.startswith("/") or not number.isdecimal():
        return replace(call.say("back.none"), buttons=doors(call, "today", "help"))
    return await ask(call.with_(listed), max(1, int(number[:3])))


def which(call: Call, meant: Followup) -> Reply:
    """Several papers may be meant: a list of them, where a number asks what was asked."""
    entries = [entry for one in meant.which[:PAGE] if (entry := papers.get(call.app.folder.db, one)) is not None]
    if fact := aspects.fact(meant.text):
        told = [block for entry in entries for block in aspects.told(fact, entry, call.words, call.langs).blocks]
        return Reply(Doc(*(block for block in told if isinstance(block, Para))))
    lines = (Item((Span(pages.label(entry.paper)),), number=at) for at, entry in enumerate(entries, 1))
    ids = tuple(entry.paper.arxiv_id for entry in entries)
    action = meant.text if meant.text.startswith("/") else ""
    rows = buttons.numbers(ids, action) if action or not meant.text else _by_number(len(ids))
    return Reply(Doc(Para(call.words("followup.which")), *lines), rows, talk=Talk(ids, asked=meant.text))


def which_paper(call: Call) -> Reply:
    """Something is called "it", and nothing is in mind."""
    return replace(call.say("followup.no_paper"), buttons=buttons.row((call.words("button.today"), "/today")))


def beyond(call: Call, number: int) -> Reply:
    """A line was named that isn't in the list, or there is no list in mind."""
    n = len(call.talk.shown)
    if not n:
        return replace(call.say("followup.no_list", number=number), buttons=doors(call, "today", "help"))
    way = buttons.row((call.words("button.back"), "/back")) if call.talk.listed else doors(call, "today", "help")
    return replace(call.say("followup.beyond", number=number, n=n), buttons=way)


def _by_number(n: int) -> Buttons:
    """Buttons that send a number alone: what is asked of the paper is in mind."""
    return buttons.row(*((str(at), str(at)) for at in range(1, n + 1)))


def _under(call: Call, given: Answer, about: str) -> Buttons:
    """The buttons under an answer that is no list: of its paper, or of each that it quotes."""
    ids = tuple(paper.arxiv_id for paper in given.papers)
    if not ids and papers.days(call.app.folder.db):
        return doors(call, "today", "help")
    return of_paper(call, about, _shown(given)) if len(ids) == 1 and about else _named(call, ids)


def _shown(given: Answer) -> str:
    """The command whose page an answer is; "" where it is none."""
    if given.kind != "paper" or not given.citations:
        return ""
    section = quote.asked_section(find.without_ids(given.question))
    return _COMMANDS.get(section, "") if section else "paper"


def _named(call: Call, ids: tuple[str, ...]) -> Buttons:
    """A button with its short name for each paper."""
    found = [entry.paper for one in ids[: buttons.IN_A_ROW] if (entry := papers.get(call.app.folder.db, one))]
    return buttons.grid(((pages.shortened(pages.label(one), 24), f"/paper {one.arxiv_id}") for one in found), 2)


def _cited(given: Answer) -> tuple[Cited, ...]:
    return tuple(Cited(one.n, one.arxiv_id, one.section, one.quote) for one in given.citations)
