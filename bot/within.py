"""Answer a question about one paper that is already known: "what data does it use?" after its page.

Owns: which of a section, the whole page or quotes such a question gets.
Does not own: knowing which paper is meant (followup), the quotes (answer, store.quote).
"""

import re
from dataclasses import replace

from bot import answer, aspects, pages
from bot.app import App
from bot.doc import Doc, Para
from bot.given import Answer, Citation
from bot.lang import Words
from store import find, question, quote
from store.types import Entry

HELD, HELD_FEW = 0.25, 0.5
"""Share of the question that must stand in the paper for its sentences to be quoted; of one of FEW units."""

FEW = 3

_WHOLE = re.compile(
    r"\b(?:explain|translate|describe|summari[sz]e|introduce)\b|解释|翻译|介绍|讲讲|说说|总结|概括", re.IGNORECASE
)
"""Asks for the paper itself, in other words."""


async def ask(app: App, text: str, entry: Entry, words: Words) -> Answer:
    """Answer `text` about `entry` in the language of `words`, out of its stored words.

    Raises:
        StoreError: the data folder can't be used.
        EmbedderError: the question could not be embedded.
    """
    own = find.without_name(text, entry.paper.title)
    asked = question.read(own if any(map(str.isalnum, own)) else text)
    if quote.asks_guide(text) or not (asked.topic or aspects.fact(text)):
        return _page(app, text, entry, words)
    langs = app.prefer(words.lang)
    fact = aspects.fact(text)
    if fact and (fact != "code" or entry.paper.repository):
        return Answer(text, words.lang, "fact", aspects.told(fact, entry, words, langs), (entry.paper,))
    if _WHOLE.search(own) and not aspects.only(own):
        return _page(app, text, entry, words)
    ranking = await answer.rank(app, asked, limit=1)
    needed = HELD if len(ranking.weights) > FEW else HELD_FEW
    if ranking.weights and quote.held(entry, ranking.weights, langs) >= needed:
        return replace(answer.quoting(app, ranking, [entry], words), question=text)
    if quote.asked_section(text) and not fact and not quote.asks_number(text):
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
