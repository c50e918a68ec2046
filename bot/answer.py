"""Answer a question from what is stored: the complete list, the words of a paper, or that there is nothing.

Without a model every answer is made of stored words, quoted and cited. Nothing is invented, for nothing is written.

Owns: which kind of answer a question gets, and how it is put.
Does not own: ranking (store.search), quoting (store.quote), one paper's page (pages).
"""

import asyncio
from dataclasses import replace
from datetime import date

from bot import filtering, pages
from bot import lang as languages
from bot.app import App
from bot.doc import Block, Doc, Note, Para, Quote, Span, link
from bot.given import Answer, Citation
from bot.lang import Words
from bot.listing import items, listing
from bot.unstored import holdings, nothing
from store import errands, filters, find, papers, question, quote
from store.filters import Filters
from store.question import MAX_CHARACTERS, Question
from store.search import Ranking
from store.types import Entry, Hit, Lang, Paper

MAX_QUOTED = 3
"""Papers quoted for a question about one: the likeliest is first."""

CLOSEST = 5
"""Papers named where none stands out."""

NAMES = 2
"""Latin words that may be a name in any language."""


async def ask(
    app: App, text: str, lang: Lang | None = None, page: range | None = None, today: date | None = None
) -> Answer:
    """Answer `text` in `lang`, or in the question's own language, or (an id has none) in the host's first.

    Of a list only the lines of `page` (numbers from 1) are shown, if given; `papers` has all. Days are counted from
    `today`, the asker's, or the host's.

    Raises:
        StoreError: the data folder can't be used.
        EmbedderError: the question could not be embedded.
    """
    asked = question.read(text)
    lang = lang or spoken(app, asked)
    words = languages.load(lang)
    if len(text) > MAX_CHARACTERS and (named := find.ids(text)):  # no question, but what it links to is meant
        text = " ".join(named[: find.MAX_MATCHES])
        asked = question.read(text)
    if (refusal := _refusal(app, text, asked, words)) is not None:
        return Answer(text, lang, "none", refusal)
    if find.ids(asked.text):
        return _named(app, asked, words)
    said = filters.read(app.folder.db, text, today or app.today())
    if said.any:
        wanted = filtering.newest(app, said, today or app.today())
        given = await _filtered(app, wanted, words, page)
        above = (*filtering.above(wanted, said, words), *given.above)
        return replace(
            given, question=text, doc=Doc(*above, *given.doc.blocks), wanted=given.wanted or wanted, above=above
        )
    return await _searched(app, asked, words, page)


async def _filtered(app: App, wanted: Filters, words: Words, page: range | None) -> Answer:
    """An answer out of the papers of these days, this author or organisation alone; all of them without a topic."""
    asked = question.read(wanted.text)
    left = filtering.papers_of(app, wanted)
    if wanted.unknown:
        missing = "filter.unknown" if filters.has_authors(app.folder.db) else "filter.no_authors"
        return Answer(wanted.text, words.lang, "none", Doc(Para(words(missing, name=wanted.unknown))))
    if not left and wanted.code:
        return await _without_code(app, replace(wanted, code=False), words, page)
    if not left:
        return Answer(wanted.text, words.lang, "none", Doc(Para(holdings(app, words, "nothing.filtered"))))
    if asked.is_bare:
        hits = tuple(Hit(entry, 1.0) for entry in left)
        return listing(app, Ranking(asked, hits, len(hits), known=True, one=False, weights={}), words, page)
    return await _searched(app, asked, words, page, wanted)


async def _without_code(app: App, wanted: Filters, words: Words, page: range | None) -> Answer:
    """What there is where no link to code is stored: the papers on the topic; without one, those that speak of code."""
    text = words("filter.code_word") if question.read(wanted.text).is_bare else wanted.text
    given = await _filtered(app, replace(wanted, text=text), words, page)
    return replace(given, wanted=wanted, above=(Note(words("filter.no_code")),))


async def _searched(
    app: App, asked: Question, words: Words, page: range | None, wanted: Filters | None = None
) -> Answer:
    text, lang = asked.text, words.lang
    ranking = await rank(app, asked, 2 * MAX_QUOTED, wanted=wanted)
    if not ranking.known:
        return Answer(text, lang, "none", Doc(Para(nothing(app, ranking, words))))
    called = _called(asked, ranking)
    if called is not None:
        return _about(app, asked, called, words)
    if ranking.one:
        return _fact(app, ranking, words) if ranking.sure else closest(app, ranking, words)
    return listing(app, ranking, words, page)


async def rank(
    app: App,
    asked: Question,
    limit: int,
    since: date = date.min,
    until: date = date.max,
    wanted: Filters | None = None,
    without: str = "",
) -> Ranking:
    """Search off the loop: embedding and searching take milliseconds to seconds.

    With `wanted` its papers alone; as if the paper `without` (canonical id) weren't stored.
    """
    if wanted is not None:
        since, until = wanted.since, wanted.until

    def search() -> Ranking:
        found = app.search
        vector = app.vectors.queries([asked.topic])[0]
        among = filters.among(app.folder.db, wanted) if wanted else None
        if without:
            among = papers.rows_without(app.folder.db, without)
        return found.rank(asked, vector, limit=limit, since=since, until=until, among=among)

    return await asyncio.to_thread(search)


def spoken(app: App, asked: Question, hint: Lang | None = None) -> Lang:
    """The question's language; where it has none, as an id or a date, the asker's (`hint`), or else the host's first.

    A Latin word or two is no language where the asker's is known: "HyTRec" is what everybody calls it.
    """
    letters = find.without_ids(asked.text)
    if not any(map(str.isalpha, letters)) or (hint and asked.lang == "en" and len(letters.split()) <= NAMES):
        return hint or app.langs[0]
    return asked.lang


def _refusal(app: App, text: str, asked: Question, words: Words) -> Doc | None:
    """Why the text is not searched for at all, if so."""
    if not asked.text or asked.is_greeting:
        return Doc(Para(words("mistake.empty")))
    if len(text) > MAX_CHARACTERS:
        return Doc(Para(words("mistake.long", n=len(text), limit=MAX_CHARACTERS)))
    if not papers.days(app.folder.db, unlisted=True):
        return Doc(Para(words("nothing.at_all")))
    return Doc(Para(holdings(app, words, "nothing.question"))) if errands.asked(text) else None


def _named(app: App, asked: Question, words: Words) -> Answer:
    """The question holds ids: those papers, or that one isn't stored."""
    entries = find.papers_called(app.folder.db, asked.text)
    if not entries:
        text = words("paper.unknown", id=find.ids(asked.text)[0])
        return Answer(asked.text, words.lang, "none", Doc(Para(text)))
    stored = {entry.paper.arxiv_id for entry in entries}
    unknown = [Note(words("paper.unknown", id=one)) for one in find.ids(asked.text) if one not in stored]
    if len(entries) == 1 and not unknown:
        return _about(app, asked, entries[0], words)
    lines, citations = items(entries, app.prefer(words.lang))
    named = tuple(entry.paper for entry in entries)
    return Answer(asked.text, words.lang, "listing", Doc(*lines, *unknown), named, citations)


def _called(asked: Question, ranking: Ranking) -> Entry | None:
    """The paper whose name is all that the question says, if it is the best hit: "HyTRec", "what is SkyReels-V4?"."""
    if not ranking.hits:
        return None
    entry = ranking.hits[0].entry
    topic = asked.topic.strip(" ?？.。!！").casefold()
    return entry if topic in (entry.paper.title.casefold(), find.name(entry.paper.title).casefold()) else None


def _about(app: App, asked: Question, entry: Entry, words: Words) -> Answer:
    """One paper that was named: the section asked for, or all of it."""
    langs = app.prefer(words.lang)
    name = quote.asked_section(find.without_ids(asked.text))
    summary = entry.summary(*langs)
    doc = pages.section(entry, name, words, langs) if name else pages.paper(entry, words, langs)
    cited: tuple[Citation, ...] = ()
    if summary is not None:
        section = name or "contribution"
        cited = (Citation(1, entry.paper.arxiv_id, section, summary.sections[section]),)
    return Answer(asked.text, words.lang, "paper", doc, (entry.paper,), cited)


def _fact(app: App, ranking: Ranking, words: Words) -> Answer:
    """The sentences of the likeliest papers that hold the question's words, each with its source."""
    entries = [hit.entry for hit in ranking.hits[: ranking.listed]][:MAX_QUOTED]
    return quoting(app, ranking, entries, words)


def closest(app: App, ranking: Ranking, words: Words) -> Answer:
    """No paper stands out as the one that is meant: those that come closest, and that they are no more than that."""
    entries = [hit.entry for hit in ranking.hits[:CLOSEST]]
    lines, citations = items(entries, app.prefer(words.lang))
    head = Para(holdings(app, words, "closest.head"))
    named = tuple(entry.paper for entry in entries)
    return Answer(ranking.question.text, words.lang, "closest", Doc(head, *lines), named, citations, ranking)


def quoting(app: App, ranking: Ranking, entries: list[Entry], words: Words) -> Answer:
    """The sentences of `entries` that hold the question's words, each with its source."""
    langs = app.prefer(words.lang)
    text = ranking.question.text
    blocks: list[Block] = []
    citations: list[Citation] = []
    for entry in entries:
        guide = quote.whole(entry, "usage", langs) if entry is entries[0] and quote.asks_guide(text) else None
        for found in [guide] if guide else quote.quotes(entry, ranking.weights, text, langs):
            citations.append(Citation(len(citations) + 1, entry.paper.arxiv_id, found.section, found.text))
            blocks += [Quote(pages.flat(found.text)), Note(source(len(citations), entry.paper, found.section, words))]
    blocks += pages.quoted(entries, words, langs)
    named = tuple(entry.paper for entry in entries)
    return Answer(ranking.question.text, words.lang, "fact", Doc(*blocks), named, tuple(citations), ranking)


def source(at: int, paper: Paper, section: str, words: Words) -> tuple[Span, ...]:
    """Where citation `at` comes from: paper, section and day, leading to the paper's page."""
    name = pages.section_name(section, words)
    text = words("fact.source", number=at, title=pages.label(paper), section=name, day=paper.day.isoformat())
    return link(text, paper.url)
