"""What people say of a paper, and why papers reach them: useful, notforme, why.

Owns: votes as commands, and of which digests the reasons are told.
Does not own: keeping votes (store.feedback), what they change (taste), the reasons (bot.why).
"""

import asyncio
from dataclasses import replace

from bot import digest, pages
from bot.commands.base import Call, choice, doors, found, of_paper, unknown, which
from bot.doc import Block, Doc, Note, Para, bold
from bot.request import Buttons, Reply
from bot.taste import Taste
from bot.why import Reasons
from store import feedback
from store.feedback import Vote
from store.talks import Talk
from store.types import Entry
from store.wishes import ALL

VOTES: dict[str, Vote] = {"useful": 1, "notforme": -1}
"""The commands that vote."""


async def useful(call: Call) -> Reply:
    """The paper was useful: others like it move up in this chat's digests."""
    return _voted(call, "useful")


async def not_for_me(call: Call) -> Reply:
    """It was not for this reader: others like it move down."""
    return _voted(call, "notforme")


async def why(call: Call) -> Reply:
    """Why a paper is in this chat's digests, or isn't; without one how papers are ordered here, and which to ask of."""
    entries = _meant(call)
    if len(entries) > 1:
        return choice(call, entries, "/why")
    if not entries and call.argument:
        return unknown(call, "why")
    if not entries:
        asked = which(call, "why")
        return replace(asked, doc=Doc(*_ordering(call), *asked.doc.blocks))
    entry = entries[0]
    arxiv_id = entry.paper.arxiv_id
    doc = await asyncio.to_thread(_reasons, call, entry)
    return Reply(doc, of_paper(call, arxiv_id, "why"), talk=Talk((arxiv_id,), arxiv_id, asked="/why"))


def _voted(call: Call, name: str) -> Reply:
    entries = _meant(call)
    if len(entries) > 1:
        return choice(call, entries, f"/{name}")
    if not entries:
        asked = unknown(call, name)
        return replace(asked, buttons=asked.buttons + _back(call)) if not call.argument else asked
    request, paper = call.request, entries[0].paper
    voter = (request.front, request.chat, request.user)
    new = feedback.put(call.app.folder.db, *voter, paper.arxiv_id, VOTES[name], call.app.now())
    said = call.say(f"feedback.{name}" if new else "feedback.same", title=pages.label(paper))
    return replace(said, aside=True)


def _meant(call: Call) -> list[Entry]:
    """The papers that may be meant; of a digest of one paper, that one."""
    alone = call.talk.shown[0] if not call.argument and len(call.talk.shown) == 1 else ""
    return found(call.with_(alone) if alone else call)


def _back(call: Call) -> Buttons:
    return doors(call, "back") if call.talk.listed else ()


def _reasons(call: Call, entry: Entry) -> Doc:
    """The reasons by each subscription of the chat; without one, that there is none."""
    words, db = call.words, call.app.folder.db
    if not entry.paper.listed:
        return Doc(Para(words("why.unlisted", title=pages.label(entry.paper))))
    entries = digest.of_day(db, entry.paper.day).voted
    shifts = Taste(call.app, entries, call.request.front).shifts(call.request.chat)
    reasons = Reasons(call.app, entries, shifts, words)
    had = call.subscriptions
    blocks: list[Block] = []
    for one in had:
        blocks += [Para(bold(words("why.subscription", number=one.number)))] if len(had) > 1 else []
        blocks += reasons.told(entry, one.wish)
    if not had:
        blocks = [Para(words("why.unsubscribed")), *reasons.told(entry, ALL)]
    return Doc(*blocks, Note(words("why.now")))


def _ordering(call: Call) -> tuple[Block, ...]:
    """How papers are ordered in this chat."""
    values = [one.value for one in feedback.opinions(call.app.folder.db, call.request.front, call.request.chat)]
    liked, disliked = sum(one > 0 for one in values), sum(one < 0 for one in values)
    if not values:
        return (Para(call.words("why.by_votes")),)
    return Para(call.words("why.by_votes")), Para(call.words("why.shifted", useful=liked, notforme=disliked))
