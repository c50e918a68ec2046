"""Answer a question about one paper that is already known: "what data does it use?" after its page.

Owns: which of a section, the whole page or quotes such a question gets.
Does not own: knowing which paper is meant (followup), the quotes (answer, store.quote).
"""

from bot import answer, aspects, pages
from bot.app import App
from bot.doc import Doc, Para
from bot.given import Answer, Citation
from bot.lang import Words
from store import question, quote
from store.types import Entry

HELD = 0.25
"""Share of the question that must stand in the paper for its sentences to be quoted."""


async def ask(app: App, text: str, entry: Entry, words: Words) -> Answer:
    """Answer `text` about `entry` in the language of `words`, out of its stored words.

    Raises:
        StoreError: the data folder can't be used.
        EmbedderError: the question could not be embedded.
    """
    asked = question.read(text)
    if quote.asks_guide(text) or not (asked.topic or aspects.fact(text)):
        return _page(app, text, entry, words)
    langs = app.prefer(words.lang)
    fact = aspects.fact(text)
    if fact and (fact != "code" or entry.paper.repository):
        return Answer(text, words.lang, "fact", aspects.told(fact, entry, words, langs), (entry.paper,))
    ranking = await answer.rank(app, asked, limit=1)
    if ranking.weights and quote.held(entry, ranking.weights, langs) >= HELD:
        return answer.quoting(app, ranking, [entry], words)
    if quote.asked_section(text) and not fact:
        return _page(app, text, entry, words)
    if fact:
        return Answer(text, words.lang, "paper", aspects.told(fact, entry, words, langs), (entry.paper,))
    return silent(text, entry, words)


def silent(text: str, entry: Entry, words: Words) -> Answer:
    """What is stored of the paper doesn't say it."""
    told = Doc(Para(words("within.nothing", title=pages.label(entry.paper))))
    return Answer(text, words.lang, "paper", told, (entry.paper,))


def is_stored(text: str, entry: Entry) -> bool:
    """Whether what is asked for is stored as it is wanted: the whole guide, or a fact beside the paper's text."""
    fact = aspects.fact(text)
    return quote.asks_guide(text) or (fact is not None and (fact != "code" or bool(entry.paper.repository)))


def _page(app: App, text: str, entry: Entry, words: Words) -> Answer:
    """The section that the question's words ask for, or all of the paper."""
    langs = app.prefer(words.lang)
    name = quote.asked_section(text)
    doc = pages.section(entry, name, words, langs) if name else pages.paper(entry, words, langs)
    summary = entry.summary(*langs)
    section = name or "contribution"
    cited = (Citation(1, entry.paper.arxiv_id, section, summary.sections[section]),) if summary else ()
    return Answer(text, words.lang, "paper", doc, (entry.paper,), cited)
