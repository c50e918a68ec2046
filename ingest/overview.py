"""A day in two or three sentences: written once a language, from what its papers contribute, each sentence checked.

    contributions → one call → checks, as an answer's sentences → one call to mend → kept, or done without

A sentence cites the papers that it speaks of while it is checked: its numbers and names must stand in their lines, and
its meaning be near one of them. The citations are taken out of what is kept.

Owns: what is asked, which sentences make a paragraph, what is remembered of a try.
Does not own: the checks and the mending (answers), whether a day is whole (settle), showing it (bot.digest).
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime

import structlog

from ingest import passages as stored_passages
from ingest.answers.checks import MOST_CITES, Checker
from ingest.answers.evidence import Passage
from ingest.answers.meaning import Meaning
from ingest.answers.prompts import overview
from ingest.answers.write import Writing
from ingest.embed import Embedder
from ingest.models.budget import Bill
from ingest.models.chat_model import ChatModel
from store import overviews, papers, vectors
from store.db import Db
from store.errors import BudgetSpent, EmbedderError, ModelError
from store.lexicon import Lexicon
from store.overviews import Overview
from store.types import LANGS, Entry, Lang

PURPOSE = "overview"
"""The ledger's line."""

VERSION = "overview-1"
"""Stored with each paragraph; another wording has another version."""

FEWEST, MOST = 2, 3
"""Sentences of a paragraph."""

LEAST_PAPERS = 4
"""Below so many papers the list says it all."""

MOST_PAPERS = 80
"""Papers that a paragraph is written from, the most voted: their lines are some 6,000 tokens."""

MOST_CHARACTERS = 700

log = structlog.get_logger()


class Overviews:
    """Writes the paragraphs that days lack, in `langs`."""

    def __init__(
        self,
        chat: ChatModel,
        db: Db,
        embedder: Embedder,
        lexicon: Lexicon,
        langs: Sequence[Lang],
        now: Callable[[], datetime],
    ) -> None:
        self._chat, self._db, self._embedder, self._lexicon = chat, db, embedder, lexicon
        self._langs, self._now = langs, now

    async def make(self, day: date) -> list[Lang]:
        """Write what `day` lacks, and keep it; returns the languages in which there is a new paragraph.

        What could not be had is remembered, and tried again later if that may help; a spent budget is no try.

        Raises:
            StoreError: the database can't be used.
        """
        made: list[Lang] = []
        for lang in overviews.lacking(self._db, day, self._langs, self._now()):
            final = True
            try:
                text, reason = await self._written(day, lang)
            except BudgetSpent as error:
                log.info("no overview", day=day.isoformat(), reason=str(error))
                break
            except (ModelError, EmbedderError) as error:
                text, reason, final = "", str(error), isinstance(error, ModelError) and not error.retry
            overviews.save(self._db, Overview(day, lang, text, self._chat.name, VERSION, self._now(), reason, final))
            if text:
                made.append(lang)
            else:
                log.warning("no overview", day=day.isoformat(), lang=lang, reason=reason)
        return made

    async def _written(self, day: date, lang: Lang) -> tuple[str, str]:
        """The paragraph, or "" and why there is none."""
        lines = contributions(papers.of_day(self._db, day), lang)
        if len(lines) < LEAST_PAPERS:
            return "", f"{len(lines)} papers have a line: too few"
        checker = await asyncio.to_thread(self._checker, lines, lang)
        writing = Writing(self._chat, Bill(PURPOSE), checker)
        await writing.say(overview(lines, lang, MOST, MOST_CITES))
        sentences = [one.bare for one in writing.sentences[:MOST]]
        text = ("" if lang == "zh" else " ").join(sentences)
        if len(sentences) < FEWEST:
            return "", f"{len(sentences)} of {writing.written} sentences passed their checks"
        if len(text) > MOST_CHARACTERS:
            return "", f"it is too long: {len(text)} characters"
        return text, ""

    def _checker(self, lines: Sequence[Passage], lang: Lang) -> Checker:
        centres = stored_passages.centres(self._db, self._lexicon, self._embedder)
        means = {one: vectors.mean(self._db, one) for one in LANGS}
        return Checker(lines, lang, Meaning(self._embedder, self._lexicon, centres, means), self._lexicon)


def contributions(entries: Sequence[Entry], lang: Lang) -> list[Passage]:
    """What each paper contributes, in `lang` where it is said in that, numbered from 1; papers without a summary have
    no line."""
    found: list[Passage] = []
    for entry in entries:
        summary = entry.summary(lang)
        if summary is not None and len(found) < MOST_PAPERS:
            text = summary.sections.contribution
            found.append(Passage(len(found) + 1, entry.paper, "contribution", summary.lang, text))
    return found
