"""Ask each of the outside's servers one small thing, to know whether it answers as it should.

Owns: what is asked of the list, of arXiv and of a model, and what the answer means.
Does not own: what the rest of a machine is like (bot.doctor), asking again: each is asked once.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from pydantic import BaseModel

from ingest.fetch import Fetcher
from ingest.models.chat import Message
from ingest.models.chat_model import ChatModel
from ingest.sources.arxiv import Arxiv
from ingest.sources.hf_daily import HfDaily
from ingest.sources.shape import differences
from store.check import Finding, State
from store.errors import BudgetSpent, ModelError, SourceError

TOTAL_S = 12.0
"""Seconds that one answer may take."""

ASKED_ARXIV_ID = "1706.03762"
"""A paper that arXiv has had for years."""

CLOCK_WARNING, CLOCK_BROKEN = timedelta(minutes=1), timedelta(minutes=10)
"""How far a clock may be off; a day's list opens and closes by it."""

MODEL_TOKENS = 400
"""The most tokens of the model's answer; models that think first need some."""


class Word(BaseModel):
    """What a model is asked for."""

    word: str


def once(agent: str) -> Fetcher:
    """A client that asks once, and doesn't wait long."""
    return Fetcher(agent, connect_s=5.0, read_s=TOTAL_S, total_s=TOTAL_S, tries=1, max_wait_s=0.0)


async def listing(source: HfDaily, now: Callable[[], datetime]) -> list[Finding]:
    """Whether the list of the last weekday that is over comes, its form, and this machine's clock against its."""
    day = _weekday_before(now().astimezone(UTC).date())
    try:
        entries, at = await source.look(day)
    except SourceError as error:
        todo = (
            "wait: it is asked again by itself"
            if error.retry
            else "look at base_url and token under [sources.hf_daily]"
        )
        return [Finding("listing", "broken", str(error), todo)]
    found = [Finding("listing", "ok", f"{len(entries)} entries of {day}")]
    if odd := differences(entries):
        found.append(Finding("listing-form", "warning", odd, "read CHANGELOG of a newer Paperboy; nothing is lost"))
    return found if at is None else [*found, clock(now(), at)]


def clock(here: datetime, there: datetime) -> Finding:
    """This machine's clock against that of a server."""
    off = here - there
    text = f"{abs(off).total_seconds():.0f} s {'ahead of' if off > timedelta() else 'behind'} the listing's server"
    if abs(off) < CLOCK_WARNING:
        return Finding("clock", "ok", "right to a minute")
    state: State = "broken" if abs(off) >= CLOCK_BROKEN else "warning"
    return Finding("clock", state, text, "let NTP set it: `timedatectl set-ntp true`")


async def arxiv(pages: Arxiv) -> Finding:
    """Whether arXiv knows a paper that it has had for years."""
    try:
        records = await pages.records([ASKED_ARXIV_ID])
    except SourceError as error:
        todo = "wait: papers are read later" if error.retry else "look at api_url under [sources.arxiv]"
        return Finding("arxiv", "warning" if error.retry else "broken", str(error), todo)
    if records:
        return Finding("arxiv", "ok", f"{ASKED_ARXIV_ID} by {len(records[0].authors)} authors")
    return Finding("arxiv", "warning", f"it answers without {ASKED_ARXIV_ID}", "look at api_url under [sources.arxiv]")


async def model(chat: ChatModel, *, priced: bool) -> list[Finding]:
    """Whether the model answers in a given form: by which rung of the ladder, and for how many tokens."""
    asked = [Message("user", "Say the word: paper")]
    try:
        reply = await chat.complete(asked, Word, purpose="doctor", max_tokens=MODEL_TOKENS)
    except BudgetSpent as error:
        return [Finding("model", "warning", str(error), "raise the budget under [llm], or wait for the next day")]
    except ModelError as error:
        todo = "wait; summaries are made later" if error.retry else "look at base_url, api_key and model under [llm]"
        return [Finding("model", "broken", str(error), todo)]
    told = f"{reply.model} answers by {chat.rung(reply.model)}, {reply.tokens_in} + {reply.tokens_out} tokens"
    found = [Finding("model", "ok", f"{told}, {reply.seconds:.1f} s")]
    if reply.model != chat.name:
        text = f"{chat.name} fails, {reply.model} answers in its place"
        found = [Finding("model", "warning", text, "look at model under [llm]")]
    if not priced:
        todo = "set price_in and price_out under [llm] if it costs something"
        return [*found, Finding("price", "warning", "no price is set: tokens are counted, and cost nothing", todo)]
    return [*found, Finding("price", "ok", f"this call: ${reply.cost_usd:.6f}")]


def _weekday_before(today: date) -> date:
    day = today - timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day
