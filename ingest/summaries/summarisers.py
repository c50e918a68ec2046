"""The two ways to a summary, as the pipeline takes them: a model's, and the paper's own sentences.

Owns: what a paper lacks in the eyes of each.
Does not own: making the summaries (summarise, extract), running them (pipeline).
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from ingest.embed import Embedder
from ingest.fulltext.text import Text
from ingest.models.chat import Chat
from ingest.summaries.extract import extract
from ingest.summaries.summarise import summarise
from ingest.work import Made
from store.types import EXTRACTIVE, Entry, Lang


class ByModel:
    """Asks `chat` for the summaries in `langs`; a quoted one that was made without a model is replaced."""

    def __init__(self, chat: Chat, langs: Sequence[Lang], max_input_tokens: int, now: Callable[[], datetime]) -> None:
        self._chat, self._langs, self._max, self._now = chat, langs, max_input_tokens, now

    def lacks(self, entry: Entry) -> bool:
        """Whether a configured language has no written summary."""
        return bool(self._missing(entry))

    async def make(self, entry: Entry, text: Text) -> Made:
        """The summaries in all languages that lack one by one call, and at most one more to mend them."""
        langs = self._missing(entry)
        out = await summarise(entry.paper, text, langs, self._chat, max_input_tokens=self._max, now=self._now)
        missing = set(langs) - {summary.lang for summary in out.summaries}
        reason = "; ".join(str(problem) for problem in out.problems) if missing else ""
        return Made(out.summaries, reason, out.tokens_in + out.tokens_out, out.cost_usd)

    def _missing(self, entry: Entry) -> list[Lang]:
        written = {summary.lang for summary in entry.summaries if summary.model != EXTRACTIVE}
        return [lang for lang in self._langs if lang not in written]


class Extractive:
    """Quotes the paper; its language is the paper's own."""

    def __init__(self, embedder: Embedder, now: Callable[[], datetime]) -> None:
        self._embedder, self._now = embedder, now

    def lacks(self, entry: Entry) -> bool:
        """Whether there is no summary at all."""
        return not entry.summaries

    async def make(self, entry: Entry, text: Text) -> Made:
        """The quoted summary; a second of CPU, off the loop."""
        made = await asyncio.to_thread(extract, entry.paper, text, self._embedder, now=self._now())
        if made is None:
            return Made((), f"too little was read ({text.source}) to quote five sections from it")
        return Made((made,))
