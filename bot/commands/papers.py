"""Commands about one paper: paper, guide, innovations, results, similar, fetch, and what a deep link opens.

Owns: which page of a paper a command shows.
Does not own: finding the paper (base), its pages (bot.pages).
"""

import asyncio
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot import buttons, pages
from bot.app import App
from bot.commands.base import Call, Command, choice, fetchable, found, of_paper, one, unknown
from bot.doc import Doc, Item, Para
from bot.limits import Refusal
from bot.request import Reply
from store import find, similar
from store import papers as stored
from store.talks import Talk
from store.types import Entry, Hit, Paper, SectionName

if TYPE_CHECKING:
    from bot.fetching import Fetching, Step

SIMILAR = 5
"""Papers that /similar shows."""

NEAREST = 3
"""Papers that it shows where none is similar."""

NEAR = 0.2
"""Cosine (centred) from which a paper is called similar; unrelated ones are about 0."""

_PAYLOAD = re.compile(r"p(\d{4})_(\d{4,5})")


async def paper(call: Call) -> Reply:
    """One paper, all of it."""
    return one(call, "paper", lambda entry: pages.paper(entry, call.words, call.langs))


def section(name: SectionName, command: str) -> Command:
    """A command that shows one section of a paper."""

    async def show(call: Call) -> Reply:
        return one(call, command, lambda entry: pages.section(entry, name, call.words, call.langs))

    return show


async def similar_(call: Call) -> Reply:
    """The papers nearest to one, by the vectors that are stored."""
    entries = found(call)
    if not entries:
        return unknown(call, "similar")
    if len(entries) > 1:
        return choice(call, entries, "/similar")
    paper = entries[0].paper
    nearest = await asyncio.to_thread(_nearest, call.app, paper.arxiv_id)
    hits = [hit for hit in nearest if hit.score >= NEAR]
    head = "similar.title" if hits else "similar.nearest"
    near = [hit.entry for hit in hits or nearest[:NEAREST]]
    title = pages.label(paper)
    about = Talk((paper.arxiv_id,), paper.arxiv_id, asked="/similar")
    if not near:
        said = Doc(Para(call.words("similar.none", title=title)))
        return Reply(said, of_paper(call, paper.arxiv_id, "similar"), talk=about)
    lines = (Item(pages.linked(entry.paper), number=at, note=noted(call, entry)) for at, entry in enumerate(near, 1))
    doc = Doc(Para(call.words(head, title=title)), *lines, *pages.quoted(near, call.words, call.langs))
    ids = tuple(entry.paper.arxiv_id for entry in near)
    return Reply(doc, buttons.numbers(ids), talk=Talk(ids, listed=f"/similar {paper.arxiv_id}"))


def _nearest(app: App, arxiv_id: str) -> list[Hit]:
    app.folder.connect(app.vectors.signature)
    return similar.similar(app.folder, arxiv_id, SIMILAR)


async def fetch(call: Call) -> Reply:
    """Fetch and summarise a paper that isn't stored, if that may be done and paid for, and show it: later."""
    app, ids = call.app, find.ids(call.argument)
    if not ids:
        return call.say("mistake.no_id", command="fetch")
    if app.fetching is None or not call.request.may_fetch:
        return await paper(call.with_(ids[0]))
    if not app.fetching.under_way(ids[0]):
        if stored.get(app.folder.db, ids[0]) is not None:
            return await paper(call.with_(ids[0]))
        if app.settings.llm.model and (spent := app.limiter.spent(call.request, app.now())) is not None:
            return call.refused(spent)
    return Reply(Doc(), later=partial(_fetched, call, ids[0], app.fetching))


async def _fetched(call: Call, arxiv_id: str, fetching: "Fetching") -> Reply:
    """The paper's page, however much could be done for it; or why it isn't there."""

    def watch(step: "Step", paper: Paper | None) -> None:
        title = pages.label(paper) if paper else ""
        call.draft(Doc(Para(call.words(f"fetch.{step}", id=arxiv_id, title=title))))

    outcome = await fetching.fetch(arxiv_id, call.request, watch)
    if isinstance(outcome, Refusal):
        return call.refused(outcome)
    if stored.get(call.app.folder.db, arxiv_id) is not None:
        return await paper(call.with_(arxiv_id))
    said = call.say(f"fetch.{outcome}", id=arxiv_id)
    return said if outcome == "unknown" else replace(said, buttons=fetchable(call, arxiv_id))


async def linked(call: Call) -> Reply | None:
    """The paper that a deep link's payload means ("p2602_15030"), or None."""
    match = _PAYLOAD.fullmatch(call.argument)
    return await paper(call.with_(f"{match[1]}.{match[2]}")) if match else None


def noted(call: Call, entry: Entry) -> str:
    """What a paper in a list does, and its day."""
    return f"{pages.one_line(entry, call.langs)} · {call.words.date(entry.paper.day)}".removeprefix(" · ")
