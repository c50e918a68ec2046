"""Pictures of what people see: `python -m tests.pictures` writes docs/pictures/*.svg.

The sample day and an answer about it, as they are sent: Telegram's HTML and Discord's embeds are read back and drawn.

Owns: how a message is drawn.
Does not own: a word of it, its markup, its buttons (the renderers).
"""

import asyncio
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from bot import demo
from bot import lang as languages
from bot.app import App
from bot.config import Settings
from bot.fronts import discord_form
from bot.fronts.discord_buttons import Menu
from bot.fronts.telegram_dialect import HTML
from bot.render import render
from bot.request import Reply, Request
from bot.respond import respond

FOLDER = Path(__file__).parent.parent / "docs/pictures"
QUESTION = "which papers are about video generation?"
WIDTH, PAD, SIZE, LEAD = 640, 16, 14, 20
_TELEGRAM = re.compile(r'<b>(?P<bold>.*?)</b>|<a href="[^"]*">(?P<link>.*?)</a>|<[^>]*>', re.DOTALL)
_DISCORD = re.compile(r"\*\*(?P<bold>.+?)\*\*|\[(?P<link>(?:\\.|[^\]\\])+)\]\(<?http[^)]*\)")

Run = tuple[str, str]
"""A text and how it looks: "", "bold", "link"."""


@dataclass(frozen=True, slots=True)
class Look:
    """A platform's colours."""

    ground: str
    bubble: str
    mine: str
    text: str
    bold: str
    link: str
    button: str
    label: str
    bar: str = ""


TELEGRAM = Look("#cfe0d2", "#ffffff", "#e3fdd0", "#17212b", "#17212b", "#2277b8", "#7fa58a", "#ffffff")
DISCORD = Look("#313338", "#2b2d31", "#404249", "#dbdee1", "#f2f3f5", "#4aa8fc", "#4e5058", "#ffffff", "#ffd21e")


def pictures() -> dict[str, str]:
    """Each picture's name and SVG. Needs the bundled model, and no network."""
    with tempfile.TemporaryDirectory() as folder, App(Settings(data=Path(folder)), own=True) as app:
        demo.load(app, lambda done, of: None)
        asked = (f"/day {demo.DAY}", QUESTION)
        replies = [(text, asyncio.run(respond(app, Request(text, chosen="en", paged=True)))) for text in asked]
    return {
        "telegram.svg": _picture(TELEGRAM, [(said, *_telegram(reply)) for said, reply in replies]),
        "discord.svg": _picture(DISCORD, [(said, *_discord(reply)) for said, reply in replies]),
    }


def _telegram(reply: Reply) -> tuple[list[list[Run]], list[list[str]]]:
    """The lines of the text, and the labels of each row below it."""
    lines = _lines("\n".join(render(reply.doc, HTML)), _TELEGRAM, unescape)
    return lines, [[button.label for button in row] for row in reply.buttons]


def _discord(reply: Reply) -> tuple[list[list[Run]], list[list[str]]]:
    """The same; a menu is one label that fills its row."""
    pages = discord_form.pack(reply.doc, reply.buttons, languages.load("en"))
    shown = "\n".join(map(discord_form.readable, pages))
    lines = _lines(shown, _DISCORD, lambda text: re.sub(r"\\(?=[^\w\s])|\u200b", "", text))
    rows = [row for page in pages for row in page.rows]
    return lines, [[f"{row.hint}  ▾"] if isinstance(row, Menu) else [one.label for one in row] for row in rows]


def _lines(text: str, markup: re.Pattern[str], plain: Callable[[str], str]) -> list[list[Run]]:
    lines: list[list[Run]] = []
    for line in text.split("\n"):
        runs: list[Run] = []
        at = 0
        for match in markup.finditer(line):
            kind = match.lastgroup or ""
            runs += [(plain(line[at : match.start()]), ""), (plain(match[kind]) if kind else "", kind)]
            at = match.end()
        lines.append([run for run in [*runs, (plain(line[at:]), "")] if run[0]])
    return lines


def _wrapped(runs: list[Run], width: float) -> Iterator[tuple[float, list[Run]]]:
    """The lines of a paragraph, each with its indent; what follows a number hangs beside it."""
    whole = "".join(text for text, _ in runs)
    lead = re.match(r" *(\d+ {2,})?", whole)
    assert lead
    hang = len(lead[0]) * SIZE * 0.42 if lead[0] else 0.0
    first = 0.0 if lead[0].strip() else hang
    line: list[Run] = []
    at = first
    for word, kind in [(word, kind) for text, kind in runs for word in re.findall(r"\s+|\S+\s*", text)]:
        if at + _wide(word.rstrip(), kind) > width and line:
            yield first, line
            first, line, at = hang, [], hang
        if line or word.strip():
            line.append((word, kind))
            at += _wide(word, kind)
    yield first, line


def _wide(text: str, kind: str = "") -> float:
    """About how many pixels a text takes."""
    one = {True: 1.0, False: 0.57 if kind == "bold" else 0.53}
    return SIZE * sum(one[unicodedata.east_asian_width(letter) in "WF"] for letter in text)


def _picture(look: Look, talk: list[tuple[str, list[list[Run]], list[list[str]]]]) -> str:
    parts: list[str] = []
    y = float(PAD)
    for said, lines, rows in talk:
        wide = _wide(said) + 2 * PAD
        left = PAD if look.bar else WIDTH - PAD - wide
        parts += [_box(left, y, wide, 34, look.mine, 14), _text(left + PAD, y + 22, [(said, "")], look)]
        y += 34 + 12
        shown = [piece for line in lines for piece in _wrapped(line, WIDTH - 5 * PAD)]
        high = LEAD * len(shown) + 22
        parts.append(_box(PAD, y, WIDTH - 2 * PAD, high, look.bubble, 14 if not look.bar else 6))
        if look.bar:
            parts.append(_box(PAD, y, 4, high, look.bar, 2))
        for at, (indent, runs) in enumerate(shown):
            parts.append(_text(2 * PAD + indent, y + 25 + at * LEAD, runs, look))
        y += high + 6
        for row in rows:
            across = (WIDTH - 2 * PAD - 6 * (len(row) - 1)) / len(row)
            if look.bar and not row[0].endswith("▾"):
                across = max(map(_wide, row)) + 2 * PAD
            for at, label in enumerate(row):
                x = PAD + at * (across + 6)
                parts.append(_box(x, y, across, 30, look.button, 8))
                parts.append(_text(x + across / 2, y + 20, [(label, "label")], look, "middle"))
            y += 36
        y += 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y:g}" viewBox="0 0 {WIDTH} {y:g}" '
        f'font-family="system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Noto Sans CJK SC, sans-serif" '
        f'font-size="{SIZE}">\n{_box(0, 0, WIDTH, y, look.ground, 12)}\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _box(x: float, y: float, wide: float, high: float, fill: str, round_: int) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="{round_}" fill="{fill}"/>'


def _text(x: float, y: float, runs: list[Run], look: Look, anchor: str = "start") -> str:
    dress = {
        "": "",
        "bold": f' font-weight="700" fill="{look.bold}"',
        "link": f' fill="{look.link}"',
        "label": f' fill="{look.label}"',
    }
    spans = "".join(f"<tspan{dress[kind]}>{escape(text)}</tspan>" for text, kind in _joined(runs))
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{look.text}" xml:space="preserve">{spans}</text>'


def _joined(runs: list[Run]) -> list[Run]:
    """Neighbours that look the same, as one."""
    found: list[Run] = []
    for text, kind in runs:
        if found and found[-1][1] == kind:
            text, _ = found.pop()[0] + text, kind
        found.append((text, kind))
    return found


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, svg in pictures().items():
        (FOLDER / name).write_text(svg, "utf-8")
