r"""Read a text as Discord's client shows it in an embed: what is seen, in which style, and where it leads.

    read(r"**a\*** <@1>") == [Run("a*", {"bold"}), Run("<@1>", {"user"})]

It is strict where clients differ: whatever one of them might take for markup is markup here.

Owns: the marks of an embed's text (`read`), and of a link's label, where no backslash escapes (`read_label`).
Not modelled: which names are emojis (all are), tables, what an address leads to.
Written from https://support.discord.com/hc/en-us/articles/210298617, from the rules of simple-markdown that the client
is known to be built on, and from https://github.com/discord/discord-api-docs/issues (6088, 6185); it was never compared
with a client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Run:
    """Text in one style; `url` is where it leads."""

    text: str
    styles: frozenset[str] = field(default=NOTHING)
    url: str = ""


QUOTE = re.compile(r" *>>> [\s\S]*|(?: *> [^\n]*(?:\n *> [^\n]*)*\n?)")
QUOTE_MARK = re.compile(r"^ *>(?:>>)? ?", re.MULTILINE)
LINES = {
    "heading": re.compile(r" *#{1,3} +([^\n]+)"),
    "small": re.compile(r" *-# +([^\n]+)"),
    "list": re.compile(r" *(?:[-*+]|\d+\.) +([^\n]+)"),
}
ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
CODE_BLOCK = re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
ADDRESS = re.compile(r"<([^: >]+:/[^ >]+)>")
URL = re.compile(r"((?:https?|steam|ftp|mailto|tel):/*[^\s<]+[^<.,:;\"')\]\s])", re.IGNORECASE)
INVITE = re.compile(r"discord(?:app)?\.(?:gg|com|me|io|new)/[^\s<]+", re.IGNORECASE)
NAMED = {
    "user": re.compile(r"<@!?\d+>"),
    "role": re.compile(r"<@&\d+>"),
    "channel": re.compile(r"<#\d+>"),
    "command": re.compile(r"</[^:\n]+:\d+>"),
    "emoji": re.compile(r"<a?:\w+:\d+>|:[^\s:]+:"),
    "moment": re.compile(r"<t:-?\d+(?::[tTdDfFR])?>"),
    "place": re.compile(r"<id:\w+(?::\d+)?>"),
    "everybody": re.compile(r"@(?:everyone|here)", re.IGNORECASE),
}
LINK = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\()]|\\.)*?)>?(?:\s+['\"][\s\S]*?['\"])?\s*\)"
)
ITALIC = re.compile(
    r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"
    r"|\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)",
    re.ASCII,
)
STYLES = {
    "italic": ITALIC,
    "bold": re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    "underlined": re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    "struck": re.compile(r"~~([\s\S]+?)~~(?!_)"),
    "spoiler": re.compile(r"\|\|([\s\S]+?)\|\|"),
}
CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
SPECIAL = re.compile(r"[\\`<@:\[*_~|]|(?:https?|steam|ftp|mailto|tel):|discord", re.IGNORECASE)


def read(source: str) -> list[Run]:
    """Return what a reader sees of an embed's text, as runs of one style."""
    return list(_read(source, NOTHING, "", escapes=True))


def read_label(source: str) -> list[Run]:
    """The same of a link's label or of an embed's title: a backslash is shown there, and escapes nothing."""
    return list(_read(source, NOTHING, "", escapes=False))


def seen(runs: list[Run]) -> str:
    """The text of the runs."""
    return "".join(run.text for run in runs)


def _read(source: str, styles: frozenset[str], url: str, *, escapes: bool) -> Iterator[Run]:
    at = done = 0
    while at < len(source):
        fresh = not source[:at].rpartition("\n")[2].strip(" ") if source[at] in " >#-*+0123456789" else False
        found = _block(source, at, styles, url, escapes) if fresh else None
        if found is None and SPECIAL.match(source, at):
            found = _inline(source[at:], styles, url, escapes)
        if found is None:
            at += 1
            continue
        if source[done:at]:
            yield Run(source[done:at], styles, url)
        length, runs = found
        yield from runs
        at = done = at + length
    if source[done:]:
        yield Run(source[done:], styles, url)


def _block(source: str, at: int, styles: frozenset[str], url: str, escapes: bool) -> tuple[int, list[Run]] | None:
    """What begins a line: a quote, a heading, small print, a list."""
    if "quote" not in styles and (quote := QUOTE.match(source, at)):
        inner = QUOTE_MARK.sub("", quote[0])
        return len(quote[0]), list(_read(inner, styles | {"quote"}, url, escapes=escapes))
    for name, rule in LINES.items():
        if line := rule.match(source, at):
            return len(line[0]), list(_read(line[1], styles | {name}, url, escapes=escapes))
    return None


def _inline(source: str, styles: frozenset[str], url: str, escapes: bool) -> tuple[int, list[Run]] | None:
    """What `source` begins with: (its length, what is seen of it), or None if that is no mark."""
    if escapes and (escape := ESCAPE.match(source)):
        return 2, [Run(escape[1], styles, url)]
    if block := CODE_BLOCK.match(source):
        return len(block[0]), [Run(block[1], styles | {"block"}, url)]
    if address := ADDRESS.match(source):
        return len(address[0]), [Run(address[1], styles | {"address"}, address[1])]
    for name, rule in NAMED.items():
        if named := rule.match(source):
            return len(named[0]), [Run(named[0], styles | {name}, url)]
    if bare := URL.match(source) or INVITE.match(source):
        return len(bare[0]), [Run(bare[0], styles | {"address"}, bare[0])]
    if not url and (link := LINK.match(source)) and link[2] and link[1].strip():
        label = list(_read(link[1], styles, link[2], escapes=False))
        if not any("address" in run.styles for run in label):  # a label that is an address itself is no label
            return len(link[0]), label
    matches = {name: match for name, rule in STYLES.items() if (match := rule.match(source))}
    if matches:
        name = max(matches, key=lambda one: len(matches[one][0]))
        match = matches[name]
        inner = next(group for group in match.groups() if group)
        return len(match[0]), list(_read(inner, styles | {name}, url, escapes=escapes))
    if code := CODE.match(source):
        return len(code[0]), [Run(code[2], styles | {"code"}, url)]
    return None
