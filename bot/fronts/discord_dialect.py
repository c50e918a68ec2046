"""Discord's Markdown as a `Dialect`, for the text of an embed.

Text is escaped with a backslash. A link's label and a title are not the place for one: Discord shows it there
(https://github.com/discord/discord-api-docs/issues/6185); what would be a mark is written in its full-width form.

Owns: how text is escaped, dressed and measured for Discord.
Does not own: what fits into a message (discord_form), where a text breaks (pack), sending (discord_send).

Source: https://support.discord.com/hc/en-us/articles/210298617
"""

import re
from dataclasses import replace

from bot.dialect import Dialect, units
from bot.doc import Moment, Span

DESCRIPTION = 4096
"""Characters of an embed's text, markup and all (https://discord.com/developers/docs/resources/message#embed-limits).

Discord counts code points (https://github.com/discord/discord-api-docs/issues/1315). Here they are UTF-16 units, which
are never fewer, as its own clients count them."""

_MARK = re.compile(
    r"""[\\`*_~|\[<>#]
    | @(?!everyone|here)
    | :(?=\S|\Z)                          # :emoji:, https://
    | [-+](?=[\s#]|\Z)                    # a list, small print
    | (?:(?<=\d)|\A)\.(?=\s|\Z)           # a numbered list
    | (?:(?<=discord)|(?<=discordapp))\.  # an invitation
    | (?:(?<=\])|\A)\(                    # a second address of the link before
    """,
    re.VERBOSE | re.IGNORECASE,
)
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_IN_LABEL = re.compile(
    r"""[\\`*\[\]<]
    | _(?![A-Za-z0-9])
    | ~(?=~) | \|(?=\|)
    | @(?=everyone|here)
    | :(?=\S)
    | (?:(?<=discord)|(?<=discordapp))\.
    | \A\s*(?:[>#] | [-+](?=[\s#]) | \d+\.(?=\s))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FULL_WIDTH = 0xFEE0
_SPOILS_CODE = re.compile(r"`|\*\*|\]\(")
"""It ends the code, or what is around it: bold, the label of a link before it."""

_SHOWN = {"full": "f", "day": "D", "time": "t", "distance": "R"}

_LEADS_SOMEWHERE = re.compile(r"https?://[^\s/?#]+\.[^\s/?#.]+([/?#]\S*)?", re.IGNORECASE)
_NOTHING = "\u200b"
"""A space of no width: it keeps two marks apart, and a name from being one."""


def escaped(text: str) -> str:
    """`text` with nothing in it that Discord would read as markup, a mention, an emoji or an address."""
    return _EVERYBODY.sub("@" + _NOTHING, _MARK.sub(r"\\\g<0>", text))


def label(text: str) -> str:
    """`text` for a link's label or a title."""
    return _IN_LABEL.sub(lambda mark: mark[0][:-1] + chr(ord(mark[0][-1]) + _FULL_WIDTH), text)


def plain(text: str) -> str:
    """What is read where dressed text is shown, links left out."""
    return re.sub(r"\\(.)", r"\1", text.replace(_NOTHING, "").replace("**", ""))


def leads_somewhere(url: str) -> bool:
    """Whether Discord takes `url` for an address; a button or a picture with another costs the whole message."""
    return bool(_LEADS_SOMEWHERE.fullmatch(url))


def _span(span: Span) -> str:
    """A link holds no style but bold, code none at all. No style goes over the end of a line: each begins anew in a
    quote and in small print."""
    if span.url == span.text and leads_somewhere(span.url):
        return f"<{span.url}>"
    lines = span.text.split("\n")
    if len(lines) > 1:
        span = replace(span, moment=None)
    return "\n".join(_styled(replace(span, text=line)) if line.strip() else line for line in lines)


def _styled(span: Span) -> str:
    if leads_somewhere(span.url):
        text = label(span.text)
        return f"[**{text}**]({_address(span.url)})" if span.bold else f"[{text}]({_address(span.url)})"
    if span.code and not _SPOILS_CODE.search(span.text):
        return f"`{span.text}`{_NOTHING}"
    text = _moment(span.moment) if span.moment else escaped(span.text)
    if not (span.bold or span.italic):
        return text
    text = f"**{text}**" if span.bold else text
    return (f"_{text}_" if span.italic else text) + _NOTHING


def _moment(moment: Moment) -> str:
    """Discord shows it in the reader's zone and language (https://discord.com/developers/docs/reference)."""
    return f"<t:{int(moment.at.timestamp())}:{_SHOWN[moment.shown]}>"


def _address(url: str) -> str:
    return url.replace("*", "%2A")  # bold around the link would end there


def _quote(text: str) -> str:
    return "> " + text.replace("\n", "\n> ")


def _pre(text: str) -> str:
    return f"```\n{_SPOILS_BLOCK.sub(_parted, text)}\n```"


def _parted(mark: re.Match[str]) -> str:
    return mark[0] + _NOTHING


_LINE = re.compile(r"(?m)^(?=.*\S)")
_SPOILS_BLOCK = re.compile(r"`(?=`)|\](?=\()")

MARKDOWN = Dialect(
    name="discord",
    limit=DESCRIPTION,
    measure=units,
    escape=escaped,
    span=_span,
    title=lambda text: f"**{text}**",
    quote=_quote,
    fold=_quote,
    note=lambda text: _LINE.sub("-# ", text),
    pre=_pre,
)
"""Everything is counted: marks, addresses and all. A fold is a quote: Discord has nothing that opens."""
