"""An answer is written from passages, and each sentence checked as it completes: only what passed is ever shown.

    stream → sentence → checks → shown … → one more call for what failed, and for the end of an answer that broke off

A sentence that fails again, or can't be written anew, is left out.

Owns: the order of these steps, two calls at most, what becomes of a sentence.
Does not own: the checks, the wording (prompts), what an answer looks like (bot), how long it may take (its caller).
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from ingest.answers import prompts
from ingest.answers.checks import Checker
from ingest.answers.evidence import Passage
from ingest.answers.prompts import Mended
from ingest.answers.sentences import Sentence, Stream
from ingest.models.budget import Bill
from ingest.models.chat import Message
from ingest.models.chat_model import ChatModel
from store.errors import ModelError
from store.types import Lang

MAX_SENTENCES = 8
"""What a model is told; a longer answer is read up to FLOOD sentences."""

FLOOD = 20
MAX_TOKENS = 1200


@dataclass(slots=True)
class _Line:
    """A sentence on its way: what is wrong with it, nothing once it may be shown."""

    sentence: Sentence
    faults: list[str] = field(default_factory=list)


class Writing:
    """One answer under way. `shown` is called with all sentences that may be shown whenever there is one more; the
    ledger's line is that of `bill`.

    `sentences`, `written` and `cut` tell at any time how far it got, also when `run` was broken off.
    """

    def __init__(
        self,
        chat: ChatModel,
        bill: Bill,
        checker: Checker,
        shown: Callable[[Sequence[Sentence]], None] = lambda sentences: None,
    ) -> None:
        self._chat, self._bill, self._checker, self._shown = chat, bill, checker, shown
        self._lines: list[_Line] = []
        self._said = ""
        self._ended = False

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences that passed, in their order, none twice."""
        passed = {one.sentence.bare: one.sentence for one in reversed(self._lines) if not one.faults}
        return [one.sentence for one in self._lines if passed.get(one.sentence.bare) is one.sentence]

    @property
    def written(self) -> int:
        """How many sentences the model wrote, those included that nobody sees."""
        return len(self._lines)

    @property
    def cut(self) -> bool:
        """Whether the answer's end is missing."""
        return not self._ended

    @property
    def declined(self) -> bool:
        """Whether the model said that the passages hold no answer."""
        return self._said.strip(" \n.*`\"'").upper() == prompts.NONE

    async def run(self, question: str, passages: Sequence[Passage], lang: Lang, doubt: str = "") -> None:
        """Write it. Afterwards `sentences` is empty where the passages hold no answer, or none passed.

        Raises:
            BudgetSpent: nothing was asked.
            ModelError: no answer began.
            EmbedderError: its meaning can't be checked.
        """
        await self.say(prompts.answer(question, passages, lang, MAX_SENTENCES, doubt))

    async def say(self, messages: Sequence[Message]) -> None:
        """Write what `messages` ask for; otherwise as `run`."""
        await self._write(messages)
        if self.declined:
            self._lines.clear()
            return
        failed = [one for one in self._lines if one.faults]
        if failed or self.cut:
            await self._mend(messages, failed)

    async def _write(self, messages: Sequence[Message]) -> None:
        stream = Stream()
        try:
            pieces = self._chat.stream(messages, purpose=self._bill.purpose, max_tokens=MAX_TOKENS, bill=self._bill)
            async with aclosing(pieces):
                async for piece in pieces:
                    self._said += piece
                    await self._take(stream.feed(piece))
                    if len(self._lines) >= FLOOD:
                        break
        except ModelError:
            if not self._said:
                raise
            return  # what is whole of it stays
        if len(self._lines) < FLOOD:
            await self._take(stream.end())
        self._ended = True

    async def _take(self, sentences: Sequence[Sentence]) -> None:
        for one in sentences:
            faults = await asyncio.to_thread(self._checker.faults, one)
            self._lines.append(_Line(one, faults))
            if not faults:
                self._shown(self.sentences)

    async def _mend(self, messages: Sequence[Message], failed: Sequence[_Line]) -> None:
        """The one further call; when it fails, what was good before is all there is."""
        faults = [(one.sentence.text, one.faults) for one in failed]
        asked = prompts.mend(messages, self._said, faults, self.cut)
        try:
            purpose = self._bill.purpose
            reply = await self._chat.complete(asked, Mended, purpose=purpose, max_tokens=MAX_TOKENS, bill=self._bill)
        except ModelError:
            return
        for fixed in reply.value.sentences:
            if 1 <= fixed.number <= len(failed):
                line = failed[fixed.number - 1]
                await self._replace(line, fixed.sentence)
        if self.cut:
            last = self._lines[-1].sentence.line if self._lines else 0
            rest = [one for text in reply.value.rest[:FLOOD] for one in _whole(text)]
            before = len(self.sentences)
            await self._take([Sentence(one.text, last, one.listed) for one in rest])
            self._ended = len(self.sentences) > before

    async def _replace(self, line: _Line, text: str) -> None:
        """Put a new sentence (or two) in place of one that failed, if it passes."""
        found = _whole(text)
        joined = Sentence(" ".join(one.text for one in found), line.sentence.line, line.sentence.listed)
        if not found or any([await asyncio.to_thread(self._checker.faults, one) for one in found]):
            return
        line.sentence, line.faults = joined, []


def _whole(text: str) -> list[Sentence]:
    stream = Stream()
    return [*stream.feed(text), *stream.end()]
