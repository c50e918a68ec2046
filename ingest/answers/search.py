"""What a model does for a search: says a question anew in both languages, and judges what was found.

Owns: these two calls, their bounds.
Does not own: searching (store.search), the wording (prompts).
"""

from collections.abc import Sequence

from ingest.answers import prompts
from ingest.answers.prompts import Judged, Restated
from ingest.models.budget import Bill
from ingest.models.chat_model import ChatModel
from store.types import Entry, Lang

MOST_JUDGED = 30
"""Papers that are judged in one call."""

_CHARS = 320  # of a paper's contribution: its one sentence
_TOKENS = 400
_SHOWN = 5


async def restate(
    chat: ChatModel, bill: Bill, question: str, lang: Lang, before: str = "", shown: Sequence[str] = ()
) -> Restated:
    """Return the question, understandable by itself, in `lang` and in the other language.

    `before` is the question before it, `shown` are the titles that are in mind.

    Raises:
        ModelError, BudgetSpent: as for `Chat.complete`.
    """
    messages = prompts.restate(question, lang, before, shown[:_SHOWN])
    return (await chat.complete(messages, Restated, purpose="restate", max_tokens=_TOKENS, bill=bill)).value


async def judge(
    chat: ChatModel, bill: Bill, question: str, entries: Sequence[Entry], langs: Sequence[Lang]
) -> frozenset[str]:
    """Return the canonical ids of those of `entries` (at most MOST_JUDGED are looked at) that answer the question.

    Raises:
        ModelError, BudgetSpent: as for `Chat.complete`.
    """
    judged = entries[:MOST_JUDGED]
    messages = prompts.judge(question, [_line(one, langs) for one in judged])
    reply = await chat.complete(messages, Judged, purpose="judge", max_tokens=_TOKENS, bill=bill)
    numbers = set(reply.value.relevant)
    return frozenset(one.paper.arxiv_id for n, one in enumerate(judged, 1) if n in numbers)


def _line(entry: Entry, langs: Sequence[Lang]) -> str:
    summary = entry.summary(*langs)
    said = f"{summary.sections.application} {summary.sections.contribution}" if summary else entry.paper.abstract
    return f"{entry.paper.title[:150]} — {said[:_CHARS]}"
