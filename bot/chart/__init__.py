"""Themes over time as a picture: a row a theme, a bar for each stretch of time, all bars of one scale.

Nothing hangs on colour: rows are named where they begin, numbers stand above their bars, and what rose or fell has a
triangle that points up or down (blue and vermilion are far apart for every kind of colour vision: Okabe and Ito,
https://jfly.uni-koeln.de/color/). The same chart is the same bytes, so that digests share it.

Owns: how a chart looks, the only door to Pillow (7 MB and 45 MB at work; matplotlib would be 170 and 70).
Does not own: what is counted and how it is called (roundup), fonts (fonts).
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH = 1080
"""Pixels; the height follows from the rows."""

MOST_ROWS, MOST_COLUMNS = 12, 8

INK, QUIET, LINE, PAPER = "#1b2530", "#5f6b78", "#d9dee3", "#ffffff"
BAR = DOWN = "#0072b2"
UP = "#d55e00"

_STEPS = 16
_SCALE = 2  # drawn so many times larger, for smooth edges
_MARGIN, _ROW, _TALLEST, _HEAD, _FOOT = 48, 90, 50, 244, 84
_TITLE, _LABEL, _SMALL, _VALUE = 46, 31, 25, 25


@dataclass(frozen=True, slots=True)
class Row:
    """A theme: its name, its count in each column, and how many more (or fewer) it has than the time before; None: not
    known."""

    name: str
    values: tuple[int, ...]
    change: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: `columns` are the names of stretches of time (of two lines, if they like), `note` is the small
    print."""

    title: str
    subtitle: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def text(self) -> str:
        """All that is written in it, to ask whether a font has it."""
        return _plain("".join([self.title, self.subtitle, self.note, *self.columns, *(row.name for row in self.rows)]))


def png(chart: Chart, where: tuple[Path, ...] | None = None) -> bytes | None:
    """Return the chart as a PNG of `WIDTH` pixels; None where no font can write it (fonts are looked for below `where`,
    the system's folders by default).

    At most MOST_ROWS rows and MOST_COLUMNS columns are drawn. The same chart with the same font is the same bytes.
    """
    from PIL import Image, ImageDraw

    from bot.chart import fonts

    folders = fonts.folders() if where is None else where
    found = {
        size: fonts.fitting(chart.text + "0123456789", size * _SCALE, folders) for size in (_TITLE, _LABEL, _SMALL)
    }
    sizes = {size: font for size, font in found.items() if font is not None}
    if len(sizes) < len(found):
        return None
    rows = chart.rows[:MOST_ROWS]
    height = _HEAD + _ROW * len(rows) + _FOOT
    image = Image.new("RGB", (WIDTH * _SCALE, height * _SCALE), PAPER)
    _Drawing(ImageDraw.Draw(image), sizes, height).chart(chart, rows)
    small = image.resize((WIDTH, height), Image.Resampling.LANCZOS)
    file = BytesIO()
    palette = Image.new("P", (1, 1))
    palette.putpalette(_palette())
    small.quantize(palette=palette, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _plain(text: str) -> str:
    """`text` without the dash that the smallest font lacks."""
    return text.replace("–", "-")


def _palette() -> list[int]:
    """Each ink in `_STEPS` steps to the paper: all that an edge can be; lines have none."""
    paper, line, *inks = (
        [int(name[at : at + 2], 16) for at in (1, 3, 5)] for name in (PAPER, LINE, INK, QUIET, BAR, UP)
    )
    steps = [(line, 1.0), *((ink, step / _STEPS) for ink in inks for step in range(1, _STEPS + 1))]
    mixed = [[round(p + (i - p) * share) for p, i in zip(paper, ink, strict=True)] for ink, share in steps]
    return [part for colour in (paper, *mixed) for part in colour]


class _Drawing:
    """One chart being drawn; all measures are in pixels of the finished picture."""

    def __init__(self, draw: "ImageDraw", fonts: "dict[int, FreeTypeFont]", height: int) -> None:
        self._draw, self._fonts, self._height = draw, fonts, height

    def chart(self, chart: Chart, rows: tuple[Row, ...]) -> None:
        """Draw all of it."""
        columns = chart.columns[:MOST_COLUMNS]
        self._text(_MARGIN, 40, chart.title, _TITLE, INK)
        self._text(_MARGIN, 104, chart.subtitle, _LABEL, QUIET)
        left = _MARGIN + max((self._wide(row.name, _LABEL) for row in rows), default=0) + 28
        right = WIDTH - _MARGIN - 160
        wide = (right - left) / max(1, len(columns))
        middles = [left + wide * (at + 0.5) for at in range(len(columns))]
        for middle, name in zip(middles, columns, strict=True):
            self._text(middle, _HEAD - 78, name, _SMALL, QUIET, "ma")
        most = max((value for row in rows for value in row.values), default=0) or 1
        for at, row in enumerate(rows):
            self._row(row, _HEAD + _ROW * at, middles, min(72.0, wide - 14), most)
        self._text(_MARGIN, self._height - 56, chart.note, _SMALL, QUIET)

    def _row(self, row: Row, top: float, middles: list[float], wide: float, most: int) -> None:
        base = top + _ROW - 10
        self._line(_MARGIN, base, WIDTH - _MARGIN)
        self._text(_MARGIN, base - 12, row.name, _LABEL, INK, "ls")
        for middle, value in zip(middles, row.values, strict=False):
            if value:
                tall = max(3.0, _TALLEST * value / most)
                self._bar(middle - wide / 2, base - tall, middle + wide / 2, base)
                self._text(middle, base - tall - 6, str(value), _SMALL, INK, "ms")
        right = WIDTH - _MARGIN
        self._text(right - 84, base - 12, str(sum(row.values)), _LABEL, INK, "rs")
        if row.change:
            up = row.change > 0
            self._triangle(right - 58, base - 22, UP if up else DOWN, up=up)
            self._text(right - 42, base - 13, str(abs(row.change)), _SMALL, UP if up else DOWN, "ls")

    def _text(self, x: float, y: float, text: str, size: int, fill: str, anchor: str = "la") -> None:
        self._draw.text((x * _SCALE, y * _SCALE), _plain(text), fill, self._fonts[size], anchor, align="center")

    def _wide(self, text: str, size: int) -> float:
        return self._fonts[size].getlength(_plain(text)) / _SCALE

    def _line(self, x: float, y: float, to: float) -> None:
        self._draw.line((x * _SCALE, y * _SCALE, to * _SCALE, y * _SCALE), LINE, 2)

    def _bar(self, x: float, y: float, to_x: float, to_y: float) -> None:
        box = (x * _SCALE, y * _SCALE, to_x * _SCALE, to_y * _SCALE)
        self._draw.rounded_rectangle(box, min(5.0, (to_y - y) / 2) * _SCALE, BAR, corners=(True, True, False, False))

    def _triangle(self, x: float, y: float, fill: str, *, up: bool) -> None:
        tip, foot = (y - 8, y + 7) if up else (y + 8, y - 7)
        corners = ((x - 9, foot), (x + 9, foot), (x, tip))
        self._draw.polygon([(cx * _SCALE, cy * _SCALE) for cx, cy in corners], fill)
