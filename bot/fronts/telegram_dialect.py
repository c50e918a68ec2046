"""Telegram's HTML as a `Dialect`, and the way back to plain text.

Owns: how text is escaped, dressed and measured for Telegram.
Does not own: where a message breaks (pack), sending (telegram_send).

Source: https://core.telegram.org/bots/api#html-style
"""

import html
import re

from bot.dialect import Dialect, units
from bot.doc import Span

LIMIT = 4096
"""UTF-16 units of a message's text, markup not counted (https://core.telegram.org/bots/api#sendmessage)."""

ENTITIES = 80
"""Tags in a message: Telegram keeps 100 and drops the rest in silence; the others are left to the links, mentions and
hashtags that it finds in the text by itself."""

_TAG = re.compile(r"<[^>]*>")
_OPENING = re.compile(r"<[a-z][^>]*>")
_HREF = re.compile(r'<a href="([^"]*)"')
_ENTITY_COST = -(-LIMIT // ENTITIES)


def escaped(text: str) -> str:
    """`text` with the four characters that HTML mode reads as markup made harmless."""
    return html.escape(text, quote=False).replace('"', "&quot;")


def plain(message: str) -> str:
    """What a reader sees of a dressed message: no tags, nothing escaped."""
    return html.unescape(_TAG.sub("", message))


def _measure(message: str) -> int:
    """The larger of two costs, each in units of the limit: the visible text, and the tags with their addresses.

    A message is within the limit only if both are.
    """
    if "<" not in message:
        return units(html.unescape(message))
    addresses = sum(max(0, len(url) - _ENTITY_COST) for url in _HREF.findall(message))
    return max(units(plain(message)), _ENTITY_COST * len(_OPENING.findall(message)) + addresses)


def _span(span: Span) -> str:
    """A link or code holds no other style: Telegram takes no code within a link, nor a style within code."""
    text = escaped(span.text)
    if span.url:
        return f'<a href="{escaped(span.url)}">{text}</a>'
    if span.code:
        return f"<code>{text}</code>"
    text = f"<i>{text}</i>" if span.italic else text
    return f"<b>{text}</b>" if span.bold else text


def _quote(text: str) -> str:
    return f"<blockquote expandable>{text}</blockquote>"


HTML = Dialect(
    name="telegram",
    limit=LIMIT,
    measure=_measure,
    escape=escaped,
    span=_span,
    title=lambda text: f"<b>{text}</b>",
    quote=_quote,
    fold=_quote,
    pre=lambda text: f"<pre>{escaped(text)}</pre>",
)
"""A fold and a quote both collapse to three lines, and open at a touch."""
