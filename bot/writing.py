"""One answer under way: the question said anew, searched for again, judged or written, within its time.

Owns: these steps for one question, what they cost, how far they got.
Does not own: whether they are taken (written), each of them (ingest.answers, answer, cited).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import structlog

from bot import answer, cited, followup, pronouns, ranked, within
from bot import lang as languages
from bot.app import App
from bot.doc import Doc
from bot.given import Answer
from bot.listing import listing
from ingest import learn
from ingest import passages as stored_passages
from ingest.answers import evidence, prompts, search
from ingest.answers.checks import Checker
from ingest.answers.evidence import Passage
from ingest.answers.meaning import Meaning
from ingest.answers.prompts import Restated
from ingest.answers.write import Writing
from ingest.fulltext.text import Text
from ingest.models.budget import Bill
from ingest.models.chat_model import ChatModel
from store import fulltexts, papers, question, quote, vectors
from store.errors import BudgetSpent, EmbedderError, ModelError, SourceError, StoreError
from store.lexicon import Unit
from store.search import Ranking
from store.talks import NOTHING, Talk
from store.types import LANGS, Entry, Lang, Paper

SOURCES = 5
"""Papers that an answer is written from."""

STEP_S = 12.0
"""Seconds that restating, judging, or fetching a full text may take each: without it there is still an answer."""

TEXT_SHARE = 0.7
"""Share of the passages' budget that a paper's full text may take."""

HELD = 0.25
"""Share of a question about one paper that must stand in its summary, or in a piece of its text, to ask a model."""

log = structlog.get_logger()


class Job:
    """The model's work on one question; `given` is the keyless answer, and comes back where nothing better is found.

    `bill`, `written` and `kept` tell at any time what it cost, and how many sentences were written and shown.
    """

    def __init__(
        self,
        app: App,
        chat: ChatModel,
        given: Answer,
        *,
        talk: Talk,
        today: date,
        draft: Callable[[Doc], None] | None,
        doubt: str,
    ) -> None:
        self._app, self._chat, self._given, self._talk, self._draft, self._doubt = app, chat, given, talk, draft, doubt
        self._today = today
        self._words = languages.load(given.lang)
        self._langs = app.prefer(given.lang)
        self.bill = Bill("answer")
        self.ends = asyncio.get_running_loop().time() + app.settings.answers.timeout_s
        self.written = self.kept = 0

    async def question(self, page: range | None) -> Answer:
        """A list, each paper of it judged; or an answer in words from the best papers."""
        ranking = self._given.ranking
        if ranking is None:
            return self._given
        asked = ranking.question
        if asked.is_bare:  # all of a day's papers: nothing is left to judge
            return self._given
        made = await self._from(ranking, await self._restated(asked.text, asked.lang), page)
        if self._given.wanted is None or made is self._given:
            return made
        return replace(made, question=self._given.question, doc=Doc(*self._given.above, *made.doc.blocks))

    async def _from(self, ranking: Ranking, restated: Restated | None, page: range | None) -> Answer:
        if restated is not None:
            wordings = (restated.question, restated.other)
            ranking = await ranked.again(self._app, ranking, wordings, self._given.wanted)
        if not ranking.one:
            return await self._listed(ranking, page)
        entries = [hit.entry for hit in ranking.hits[: max(ranking.listed, 1)]][:SOURCES]
        shown = evidence.of_papers(entries, ranking.weights, self._langs, self._app.settings.answers.max_input_tokens)
        closest = answer.closest(self._app, ranking, self._words)
        return await self._write(ranking.question.text, shown, closest)

    async def leaning(self, page: range | None) -> Answer:
        """A text that means nothing without the question before it ("and for images?"): said anew, then as any."""
        asked = question.read(self._given.question)
        restated = await self._restated(asked.text, self._given.lang)
        if restated is None:
            return self._given
        plain = restated.question.lstrip("/ ")  # a model gives no commands
        again = await answer.ask(self._app, plain, self._given.lang, page, self._today)
        if again.ranking is None:
            return again if again.answered else self._given
        self._given = again
        return await self._from(again.ranking, restated, page)

    async def about(self, text: str, entry: Entry) -> Answer:
        """A question about one paper, from its full text and its summary."""
        asked = question.read(text)
        ranking = await answer.rank(self._app, asked, limit=1)
        whole = await self._text(entry.paper)
        if not self._says(entry, whole, ranking.weights):
            return self._given
        restated = await self._restated(asked.text, asked.lang)
        if restated is not None:
            ranking = await ranked.again(self._app, ranking, (restated.question, restated.other))
        budget = self._app.settings.answers.max_input_tokens
        pieces = evidence.of_text(entry, whole, ranking.weights, int(TEXT_SHARE * budget)) if whole else []
        left = budget - evidence.tokens(pieces)
        own = evidence.of_papers([entry], ranking.weights, self._langs, left)
        silent = within.silent(text, entry, self._words)
        return await self._write(asked.text, evidence.numbered([*pieces, *own]), silent)

    async def compare(self, text: str, entries: Sequence[Entry]) -> Answer:
        """Some papers side by side, as `text` asks."""
        asked = text or prompts.compared([entry.paper.title for entry in entries])
        budget = self._app.settings.answers.max_input_tokens
        return await self._write(asked, evidence.of_papers(entries, {}, self._langs, budget))

    # --- the steps ------------------------------------------------------------------------------

    async def _restated(self, text: str, lang: Lang) -> Restated | None:
        """The question anew, in both languages; None where the model doesn't help. One that stands by itself is taken
        by itself, whatever is in mind."""
        talk = self._talk if followup.leans(text) or pronouns.find(text) else NOTHING
        shown = [entry.paper.title for one in talk.shown[:SOURCES] if (entry := self._stored(one))]
        key = (text, lang, talk.question, tuple(shown))
        known = self._app.restated.get(key)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(STEP_S):
                made = await search.restate(self._chat, self.bill, text, lang, talk.question, shown)
        except BudgetSpent:
            raise
        except (ModelError, TimeoutError) as error:
            log.warning("not restated", reason=str(error) or "it took too long")
            return None
        await self._learn(made)
        return self._app.restated.put(key, made)

    async def _learn(self, made: Restated) -> None:
        """Keep the term that the model put into both languages; what can't be learnt costs nobody an answer."""
        app = self._app
        try:
            await asyncio.to_thread(
                learn.from_wordings, app.folder.db, app.lexicon, app.vectors, made.question, made.other
            )
        except (EmbedderError, StoreError) as error:
            log.warning("nothing learnt", reason=str(error))

    async def _listed(self, ranking: Ranking, page: range | None) -> Answer:
        """The list without the papers around the cut that the model finds to be about something else."""
        window = ranked.around_cut(ranking, search.MOST_JUDGED)
        entries = [hit.entry for hit in ranking.hits[window]]
        key = (ranking.question.text, tuple(entry.paper.arxiv_id for entry in entries))
        relevant = self._app.judged.get(key)
        if relevant is None:
            try:
                async with asyncio.timeout(STEP_S):
                    found = await search.judge(self._chat, self.bill, ranking.question.text, entries, self._langs)
            except BudgetSpent:
                raise
            except (ModelError, TimeoutError) as error:
                log.warning("not judged", reason=str(error) or "it took too long")
                return listing(self._app, ranking, self._words, page) if ranking.listed else self._given
            relevant = self._app.judged.put(key, found)
        left = ranked.judged(ranking, window, relevant)
        if not left.listed:
            return answer.closest(self._app, ranking, self._words)
        return listing(self._app, left, self._words, page)

    async def _write(self, asked: str, passages: Sequence[Passage], without: Answer | None = None) -> Answer:
        """The answer in words; the keyless one where no sentence passes; `without` where the model says that the
        passages hold none, for what is quoted of them would be no answer either."""
        if not passages:
            return self._given
        checker = await asyncio.to_thread(self._checker, passages)
        draft = self._draft
        writing = Writing(
            self._chat,
            self.bill,
            checker,
            (lambda sentences: draft(cited.draft(sentences, self._words))) if draft else (lambda sentences: None),
        )
        try:
            async with asyncio.timeout_at(self.ends):
                await writing.run(asked, passages, self._given.lang, self._doubt)
        except TimeoutError:
            if not writing.sentences:
                raise
        sentences = writing.sentences
        self.written, self.kept = writing.written, len(sentences)
        self._given = replace(self._given, said=self.written, kept=self.kept)
        if not sentences:
            return without if without and writing.declined else self._given
        doc, citations = cited.whole(sentences, passages, self._words, self._app.lexicon, writing.cut)
        by_id = {one.paper.arxiv_id: one.paper for one in passages}
        named = tuple(by_id[one] for one in dict.fromkeys(citation.arxiv_id for citation in citations))
        return replace(self._given, kind="fact", doc=doc, papers=named, citations=citations, written_by="model")

    def _checker(self, passages: Sequence[Passage]) -> Checker:
        app = self._app
        db, lexicon, embedder = app.folder.db, app.lexicon, app.vectors
        centres = stored_passages.centres(db, lexicon, embedder)
        # Means of another model's vectors say nothing of this one's.
        means = {lang: None if app.renewing else vectors.mean(db, lang) for lang in LANGS}
        meaning = Meaning(embedder, lexicon, centres, means)
        return Checker(passages, self._given.lang, meaning, lexicon)

    async def _text(self, paper: Paper) -> Text | None:
        """The paper's full text: the one that is kept, else fetched where the host fetches."""
        from ingest.fulltext import reading  # parsers of HTML and PDF: not for a question that needs none

        kept = await asyncio.to_thread(fulltexts.get, self._app.folder.db, paper.arxiv_id)
        if kept is not None or self._app.read is None:
            return reading.loads(kept) if kept is not None else None
        try:
            async with asyncio.timeout(STEP_S):
                return await self._app.read(paper)
        except (SourceError, TimeoutError) as error:
            log.warning("full text not read", arxiv_id=paper.arxiv_id, reason=str(error) or "it took too long")
            return None

    def _says(self, entry: Entry, whole: Text | None, weights: Mapping[Unit, float]) -> bool:
        """Whether the paper says enough of the question for a model to be asked."""
        if quote.held(entry, weights, self._langs) >= HELD:
            return True
        return whole is not None and evidence.held(whole, weights) >= HELD

    def _stored(self, arxiv_id: str) -> Entry | None:
        return papers.get(self._app.folder.db, arxiv_id)
