"""Answers by the model where there is one: a list judged, a question answered in words that were checked.

    keyless answer → is there anything to answer from? → budgets → restate → search again → judge, or write and check

The keyless answer is always made first, and is what remains when nothing stored is about the question (then no model is
called), when a budget is spent, or when the model fails, is too slow, or writes nothing that can be shown.

Owns: which questions a model answers, the order of these steps, their time, who pays.
Does not own: the keyless answers (answer, within), the steps (ingest.answers, cited).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import structlog

from bot import answer, called, followup, overrun, within
from bot import lang as languages
from bot.app import App
from bot.doc import Doc, Note
from bot.given import Answer
from bot.lang import Words
from bot.limits import Refusal
from bot.request import Request
from bot.writing import Job
from store import find, papers, question
from store.errors import BudgetSpent, EmbedderError, ModelError
from store.talks import NOTHING, Talk
from store.types import Entry, Lang

COMPARED = 4
"""Papers that are set side by side at most."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and pays, what is in mind, and to whom the answer is shown while it is written.

    `doubt` is what they hold against the answer that they were given; `zone` is their time zone, "" the host's;
    `keyless`: no model is asked, though there be one.
    """

    request: Request
    talk: Talk = NOTHING
    draft: Callable[[Doc], None] | None = None
    doubt: str = ""
    zone: str = ""
    keyless: bool = False

    def today(self, app: App) -> date:
        """Today in their time zone."""
        return app.now().astimezone(ZoneInfo(self.zone or app.settings.ingest.timezone)).date()


async def ask(app: App, text: str, asker: Asker, lang: Lang | None = None, page: range | None = None) -> Answer:
    """As `answer.ask`, by the model where it can.

    Raises:
        StoreError, EmbedderError: as for `answer.ask`.
    """
    given = await answer.ask(app, text, lang, page, asker.today(app))
    called_one = called.about(app.folder.db, text) if given.kind != "paper" else None
    if called_one is not None:
        own = await within.ask(app, text, called_one, languages.load(given.lang))
        if given.kind in ("none", "closest", "listing") or not (own.citations or own.kind == "fact"):
            return await about(app, text, called_one, asker, languages.load(given.lang), own)
    named = find.ids_stored(app.folder.db, text)
    topic = question.read(find.without_ids(text)).topic.strip(" ?？.。!！,，") if named else ""
    if len(named) == 1 and topic:
        return await about(app, find.without_ids(text), named[0], asker, languages.load(given.lang), given)
    if 1 < len(named) <= COMPARED and topic:
        return await _tried(app, asker, given, lambda job: job.compare(text, named))
    if given.ranking is not None:
        return await _tried(app, asker, given, lambda job: job.question(page))
    if not given.answered and asker.talk.question and followup.leans(text):
        return await _tried(app, asker, given, lambda job: job.leaning(page))
    return given


async def about(app: App, text: str, entry: Entry, asker: Asker, words: Words, given: Answer | None = None) -> Answer:
    """As `within.ask`, by the model and from the full text where there are such; `given` in place of its answer."""
    given = given or await within.ask(app, text, entry, words)
    if not question.read(text).topic or within.is_stored(text, entry):
        return given
    return await _tried(app, asker, given, lambda job: job.about(text, entry))


async def compare(app: App, entries: Sequence[Entry], asker: Asker, given: Answer) -> Answer:
    """`given`, which sets these papers side by side, in the model's words where it can."""
    return await _tried(app, asker, given, lambda job: job.compare("", entries))


async def _tried(app: App, asker: Asker, given: Answer, work: Callable[[Job], Awaitable[Answer]]) -> Answer:
    """What the model makes of it within budget and time, else `given`."""
    chat = None if asker.keyless else app.model
    if chat is None:
        return given
    refusal = app.limiter.spent(asker.request, app.now())
    if refusal is not None:
        return _noted(app, asker, given, refusal)
    job = Job(app, chat, given, talk=asker.talk, today=asker.today(app), draft=asker.draft, doubt=asker.doubt)
    try:
        async with asyncio.timeout_at(job.ends + 1):  # a second for what is not the model's
            made = await work(job)
    except BudgetSpent:
        until = app.limiter.midnight(app.now())
        return _noted(app, asker, given, Refusal("budget_total", app.settings.llm.daily_budget_usd, until))
    except (ModelError, EmbedderError, TimeoutError) as error:
        log.warning("no written answer", reason=str(error) or "it took too long")
        return given
    finally:
        if job.bill.cost_usd > 0:
            app.limiter.charge(asker.request, job.bill.cost_usd, app.now())
    tokens = job.bill.tokens_in + job.bill.tokens_out
    log.info("answered", by=made.written_by, kind=made.kind, tokens=tokens, written=job.written, kept=job.kept)
    return made


def _noted(app: App, asker: Asker, given: Answer, refusal: Refusal) -> Answer:
    """The keyless answer; the first time with a note why a model doesn't write."""
    if not app.limiter.first(asker.request, refusal):
        return given
    zone = ZoneInfo(asker.zone or app.settings.ingest.timezone)
    note = Note(overrun.told(refusal, app.now(), zone, languages.load(given.lang)))
    return replace(given, doc=Doc(*given.doc.blocks, note))


def last_asked(app: App, talk: Talk) -> tuple[str, Entry | None]:
    """The last question again, and the paper that it was about, if it was about one that was in mind."""
    meant = followup.resolve(talk.question, talk)
    about = papers.get(app.folder.db, meant.about) if meant and meant.about else None
    return (meant.text, about) if meant and about else (talk.question, None)
