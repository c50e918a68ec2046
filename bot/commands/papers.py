"""Commands about one paper: paper, guide, innovations, results, similar, fetch, and what a deep link opens.

Owns: which page of a paper a command shows.
Does not own: finding the paper (base), its pages (bot.pages).
"""

import re

from bot import buttons, pages
from bot.commands.base import Call, Command, choice, found, of_paper, one, unknown
from bot.doc import Doc, Item, Para
from bot.request import Reply
from store import find, similar
from store import papers as stored
from store.talks import Talk
from store.types import Entry, SectionName

SIMILAR = 5
"""Papers that /similar shows."""

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
    call.app.folder.connect(call.app.vectors.signature)
    hits = [hit for hit in similar.similar(call.app.folder, paper.arxiv_id, SIMILAR) if hit.score >= NEAR]
    title = pages.label(paper)
    about = Talk((paper.arxiv_id,), paper.arxiv_id, asked="/similar")
    if not hits:
        said = Doc(Para(call.words("similar.none", title=title)))
        return Reply(said, of_paper(call, paper.arxiv_id, "similar"), talk=about)
    near = [hit.entry for hit in hits]
    lines = (Item(pages.linked(entry.paper), number=at, note=noted(call, entry)) for at, entry in enumerate(near, 1))
    doc = Doc(Para(call.words("similar.title", title=title)), *lines, *pages.quoted(near, call.words, call.langs))
    ids = tuple(entry.paper.arxiv_id for entry in near)
    return Reply(doc, buttons.numbers(ids), talk=Talk(ids, listed=f"/similar {paper.arxiv_id}"))


async def fetch(call: Call) -> Reply:
    """Fetch and summarise a paper that isn't stored, if the host allows it, and show it."""
    ids = find.ids(call.argument)
    if not ids:
        return call.say("mistake.no_id", command="fetch")
    if stored.get(call.app.folder.db, ids[0]) is None:
        if call.app.fetch is None:
            return unknown(call, "paper")
        await call.app.fetch(ids[0])
        if stored.get(call.app.folder.db, ids[0]) is None:
            return call.say("fetch.failed", id=ids[0])
    return await paper(call.with_(ids[0]))


async def linked(call: Call) -> Reply | None:
    """The paper that a deep link's payload means ("p2602_15030"), or None."""
    match = _PAYLOAD.fullmatch(call.argument)
    return await paper(call.with_(f"{match[1]}.{match[2]}")) if match else None


def noted(call: Call, entry: Entry) -> str:
    """What a paper in a list does, and its day."""
    return f"{pages.one_line(entry, call.langs)} · {call.words.date(entry.paper.day)}".removeprefix(" · ")
