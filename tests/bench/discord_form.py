"""Pack fuzzed documents for Discord and have the strict server take them.

Run it by `python -m tests.bench.discord_form [--json]`.

Each document, with its buttons, is packed as the front does it; every message of it goes to the server over HTTP, in
one channel, without rate limits. A document is accepted if all of its messages are, and what they show is all that it
says.
"""

import asyncio
import logging

import aiohttp
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import lang
from bot.doc import Doc
from bot.fronts.discord_form import Page, pack
from bot.request import Buttons
from tests.bench.figures import Figure, main
from tests.fakes.discord_markdown import read, read_label, seen
from tests.fakes.discord_server import DiscordServer
from tests.makers.docs import buttons, docs, narrow, said

DOCS = 10_000
WORDS = lang.load("en")


def made() -> list[tuple[Doc, Buttons]]:
    """So many documents with their buttons."""
    found: list[tuple[Doc, Buttons]] = []

    @settings(max_examples=DOCS, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.tuples(docs, buttons))
    def keep(one: tuple[Doc, Buttons]) -> None:
        found.append(one)

    keep()
    return found[:DOCS]


async def accepted(dc: DiscordServer, http: aiohttp.ClientSession, doc: Doc, under: Buttons) -> tuple[bool, int]:
    """Whether the server took all of it, and in how many messages."""
    pages = pack(doc, under, WORDS)
    answers = [await _sent(dc, http, page) for page in pages]
    text = "".join(
        seen(read_label(embed.title or "") + read(embed.description or "")) for page in pages for embed in page.embeds
    )
    return all(answers) and narrow(text) == narrow("".join(said(doc.blocks))), len(pages)


async def _sent(dc: DiscordServer, http: aiohttp.ClientSession, page: Page) -> bool:
    view = page.view
    body = {
        "embeds": [embed.to_dict() for embed in page.embeds],
        "components": view.to_components() if view else [],
        "allowed_mentions": {"parse": []},
    }
    async with http.post(f"{dc.api_url}/channels/{dc.channel_id}/messages", json=body) as answer:
        return answer.status == 200


async def run() -> list[Figure]:
    """All of them, one after the other."""
    taken = messages = pinged = 0
    async with DiscordServer() as dc, aiohttp.ClientSession(headers={"Authorization": f"Bot {dc.token}"}) as http:
        dc.set_limits(enabled=False)
        for doc, under in made():
            whole, count = await accepted(dc, http, doc, under)
            taken += whole
            messages += count
            dc.world.channels[dc.channel_id].messages.clear()
            pinged += sum(bool(entry["pings"]) for entry in dc.journal(kind="message"))
            dc.world.journal.entries.clear()
    return [
        Figure("fuzzed documents packed and accepted", taken, DOCS, least=True),
        Figure("messages that they are", messages),
        Figure("messages that mention anybody", pinged, 0),
    ]


def measure() -> list[Figure]:
    """The figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return asyncio.run(run())


if __name__ == "__main__":
    main(measure)
