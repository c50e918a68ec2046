"""A paper's text becomes five checked sections in each language.

    cut to size → one call for all languages → checks → one call to mend what failed → what still fails is cut

Nothing unchecked gets out: a language that still fails has no summary, and the problems say why. The second call asks
only for the languages at fault, and a section that was good in the first answer stays as it was.

Owns: the order of these steps, how the cost is shared among languages.
Does not own: the wording and the form of an answer (prompts), the checks, storing a summary or its failure (pipeline).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from ingest.fulltext.text import Text
from ingest.models.chat import Chat, Message, Reply
from ingest.summaries import mend, prompts, trim
from ingest.summaries.checks import CUTTABLE, Checks, Problem
from store.errors import ModelError
from store.types import SECTIONS, Lang, Paper, SectionName, Sections, Summary

PURPOSE = "summary"
"""The ledger's line."""

MAX_OUTPUT_TOKENS = 3000
"""The most one language's five sections may take; half of it is usual."""

Answer = dict[Lang, Sections]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a summary for each language that passed, and the problems of those that didn't.

    Tokens, US dollars and seconds are those of all calls; `model` is the one that answered last.
    """

    summaries: tuple[Summary, ...]
    problems: tuple[Problem, ...]
    tokens_in: int
    tokens_out: int
    cost_usd: float
    model: str
    seconds: float


async def summarise(
    paper: Paper,
    text: Text,
    langs: Sequence[Lang],
    chat: Chat,
    *,
    max_input_tokens: int,
    now: Callable[[], datetime],
) -> Outcome:
    """Return the summaries of `paper` in `langs` from what was read of it; one call, two when a check fails.

    `max_input_tokens` bounds the paper's text as it is sent (estimated); `now` gives an aware UTC time.

    Raises:
        BudgetSpent: nothing was asked.
        ModelError: the first call failed. When only the second one fails, the first answer is cut instead.
    """
    whole = replace(text, title=text.title or paper.title, abstract=text.abstract or paper.abstract)
    known = replace(paper, abstract=paper.abstract or text.abstract)
    job = _Job(known, whole, trim.fit(whole, max_input_tokens), chat)
    answer = await job.ask(langs)
    problems = job.checks.run(answer)
    if problems:
        answer = job.cut(await job.repair(answer, problems))
        problems = job.checks.run(answer)
    return job.outcome(answer, problems, now())


class _Job:
    """One paper under way; `sent` is its text as the model sees it."""

    def __init__(self, paper: Paper, text: Text, sent: str, chat: Chat) -> None:
        self.checks = Checks(paper, sent, text.abstract)
        self._paper, self._source, self._sent, self._chat = paper, text.source, sent, chat
        self._replies: list[Reply[Any]] = []
        self._models: dict[Lang, str] = {}

    async def ask(self, langs: Sequence[Lang]) -> Answer:
        """The model's first answer, tidied."""
        return await self._call(self._messages(langs), langs)

    async def repair(self, answer: Answer, problems: Sequence[Problem]) -> Answer:
        """`answer` with what the model mended; as it was, when the model can't be asked."""
        wrong = [lang for lang in answer if any(problem.lang == lang for problem in problems)]
        said = {lang: answer[lang] for lang in wrong}
        try:
            mended = await self._call(prompts.repair(self._messages(wrong), said, problems), wrong)
        except ModelError:
            return answer
        found = self.checks.run(mended)
        return answer | {lang: _better(lang, answer[lang], problems, mended[lang], found) for lang in wrong}

    def cut(self, answer: Answer) -> Answer:
        """`answer` without the sentences that can't stay, where enough of the section does."""
        cut = dict(answer)
        for problem in self.checks.run(answer):
            lang, name = problem.lang, problem.section
            if name and problem.check in CUTTABLE:
                text = mend.cut(cut[lang][name], partial(self.checks.bad, lang=lang))
                if self.checks.enough(name, text, lang):
                    cut[lang] = replace(cut[lang], **{name: text})
        return cut

    def outcome(self, answer: Answer, problems: Sequence[Problem], made_at: datetime) -> Outcome:
        """The languages without problems, as summaries that share the cost of all calls evenly."""
        replies = self._replies
        tokens_in = sum(reply.tokens_in for reply in replies)
        tokens_out = sum(reply.tokens_out for reply in replies)
        cost_usd = sum(reply.cost_usd for reply in replies)
        passed = [lang for lang in answer if lang not in {problem.lang for problem in problems}]
        summaries = tuple(
            Summary(
                self._paper.arxiv_id,
                lang,
                answer[lang],
                self._source,
                self._models[lang],
                prompts.VERSION,
                made_at,
                tokens=(tokens_in + tokens_out + at) // len(passed),  # so that the shares add up
                cost_usd=cost_usd / len(passed),
            )
            for at, lang in enumerate(passed)
        )
        seconds = sum(reply.seconds for reply in replies)
        return Outcome(summaries, tuple(problems), tokens_in, tokens_out, cost_usd, replies[-1].model, seconds)

    def _messages(self, langs: Sequence[Lang]) -> list[Message]:
        return prompts.summary(self._paper, self._sent, self._source, langs)

    async def _call(self, messages: Sequence[Message], langs: Sequence[Lang]) -> Answer:
        most = MAX_OUTPUT_TOKENS * len(langs)
        reply = await self._chat.complete(messages, prompts.shape(langs), purpose=PURPOSE, max_tokens=most)
        self._replies.append(reply)
        self._models |= dict.fromkeys(langs, reply.model)
        return {lang: mend.tidied(prompts.sections(reply.value, lang)) for lang in langs}


def _better(
    lang: Lang, first: Sections, before: Sequence[Problem], second: Sections, after: Sequence[Problem]
) -> Sections:
    """Of two answers the better sections: what was good stays, else the second unless it is worse."""
    if any(problem.lang == lang and problem.section is None for problem in before):
        return second
    if any(problem.lang == lang and problem.section is None for problem in after):
        return first
    texts = {
        name: (first if _fault(lang, name, before) < max(1, _fault(lang, name, after)) else second)[name]
        for name in SECTIONS
    }
    return Sections(**texts)


def _fault(lang: Lang, name: SectionName, problems: Sequence[Problem]) -> int:
    """How bad a section is: 0 good, 1 to be cut, 2 lost."""
    found = [problem.check for problem in problems if problem.lang == lang and problem.section == name]
    return 0 if not found else 1 if CUTTABLE.issuperset(found) else 2
