"""A `Doc` as Discord's messages: embeds packed by both limits, with the buttons under the last.

The first title is that of the first embed. Where a message ends in folds, each is an embed of its own; folds elsewhere
are quotes in the text.

Owns: what becomes an embed, how much goes into a message, the form in which a message waits to be sent.
Does not own: markup (discord_dialect), where a text breaks (pack), buttons (discord_buttons), sending (discord_send).

Source: https://discord.com/developers/docs/resources/message#embed-limits
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import discord
from discord import ui

from bot.breaks import is_visible
from bot.dialect import units
from bot.doc import Block, Doc, Fold, Line, Note, Title, spans
from bot.fronts import discord_buttons
from bot.fronts.discord_buttons import Row
from bot.fronts.discord_dialect import MARKDOWN, label, leads_somewhere
from bot.lang import Words
from bot.render import render
from bot.request import Buttons

EMBEDS = 10
"""Embeds of a message."""

CHARACTERS = 6000
"""Characters of all embeds of a message together: titles and texts."""

TITLE = 256
"""Characters of an embed's title."""

ADDRESS = 2048
"""Characters of an embed's addresses."""

PART = (CHARACTERS - TITLE) // 2
"""A text too long for one embed is cut so that a message holds two parts of it: with longer ones it would hold one."""

COLOUR = 0xFFD21E
"""The bar beside an embed: the yellow of Hugging Face."""


@dataclass(frozen=True, slots=True)
class Page:
    """A message. `rows` are its buttons and menus; `view` is the same for discord.py, made anew each time."""

    embeds: tuple[discord.Embed, ...] = ()
    content: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def view(self) -> ui.View | None:
        """The rows as components; None for none."""
        return discord_buttons.view(self.rows)


def pack(doc: Doc, buttons: Buttons, words: Words) -> list[Page]:
    """Return `doc` as messages that Discord takes, none of them empty, the last with the buttons; nothing to see is no
    message. `words` are for the menus."""
    pages = [Page(tuple(embeds)) for embeds in _filled(_embeds(doc))]
    return [*pages[:-1], replace(pages[-1], rows=discord_buttons.rows(buttons, doc, words))] if pages else []


def kept(page: Page) -> dict[str, Any]:
    """A page as JSON knows it; `reopened` makes it again, the same."""
    return {
        "embeds": [embed.to_dict() for embed in page.embeds],
        "content": page.content,
        "rows": [discord_buttons.kept(row) for row in page.rows],
    }


def reopened(found: Mapping[str, Any]) -> Page:
    """The page that was kept."""
    embeds = tuple(discord.Embed.from_dict(embed) for embed in found["embeds"])
    return Page(embeds, found["content"], tuple(map(discord_buttons.reopened, found["rows"])))


def readable(page: Page) -> str:
    """What is read on a page, with its markup: an embed's title stands in bold above its text."""
    texts = [
        "\n".join(part for part in (embed.title and f"**{embed.title}**", embed.description) if part)
        for embed in page.embeds
    ]
    return "\n\n".join(text for text in (page.content, *texts) if text)


def _embeds(doc: Doc) -> Iterator[discord.Embed]:
    first = True
    for part in _parts(doc.blocks):
        for embed in _part(part):
            if first and leads_somewhere(doc.picture) and len(doc.picture) <= ADDRESS:
                embed.set_thumbnail(url=doc.picture)
            first = False
            yield embed


def _parts(blocks: tuple[Block, ...]) -> list[tuple[Block, ...]]:
    """`blocks` as one part, or as one before the folds and one for each fold; what is below them joins the last."""
    head = tuple(takewhile(lambda block: not isinstance(block, Fold), blocks))
    folds = tuple(takewhile(lambda block: isinstance(block, Fold), blocks[len(head) :]))
    tail = blocks[len(head) + len(folds) :]
    if not folds or not all(isinstance(block, Note) for block in tail):
        return [blocks]
    opened = [(Title(fold.title), *fold.blocks) for fold in folds if isinstance(fold, Fold)]
    return [head, *opened[:-1], (*opened[-1], *tail)]


def _part(blocks: tuple[Block, ...]) -> Iterator[discord.Embed]:
    """The embeds of one part: its title is that of the first."""
    title, url = _title(blocks[0].text) if blocks and isinstance(blocks[0], Title) else ("", "")
    body = Doc(*blocks[1:] if title else blocks)
    texts = render(body, MARKDOWN)
    if len(texts) > 1:
        texts = render(body, replace(MARKDOWN, limit=PART))
    for text in texts or [""] * bool(title):
        yield discord.Embed(colour=COLOUR, title=title or None, url=url or None, description=text or None)
        title = url = ""


def _title(line: Line) -> tuple[str, str]:
    """A title and the address that all of it leads to, if it does; "" where it is too long for one or can't be seen."""
    shown = [span for span in spans(line) if span.text.strip()]
    text = " ".join(label("".join(span.text for span in spans(line))).split())
    if not is_visible(text) or units(text) > TITLE:
        return "", ""
    urls = {span.url for span in shown}
    url = urls.pop() if len(urls) == 1 else ""
    return text, url if leads_somewhere(url) and len(url) <= ADDRESS else ""


def _filled(embeds: Iterable[discord.Embed]) -> Iterator[list[discord.Embed]]:
    """As many embeds to a message as both limits let in."""
    message: list[discord.Embed] = []
    size = 0
    for embed in embeds:
        more = units(embed.title or "") + units(embed.description or "")
        if message and (len(message) == EMBEDS or size + more > CHARACTERS):
            yield message
            message, size = [], 0
        message.append(embed)
        size += more
    if message:
        yield message
