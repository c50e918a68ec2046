"""A font that can write what is to be written: the system's Chinese ones where it is Chinese, else the one in Pillow.

Owns: where fonts are looked for, whether one has the characters.
Does not own: what is drawn (chart).
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

NAMES = (
    "notosanscjk", "notosanssc", "notosanscjksc", "sourcehansans", "pingfang", "hiraginosansgb", "msyh", "wqymicrohei",
    "wqyzenhei", "stheiti", "simhei", "arplumingcn", "droidsansfallback",
)  # fmt: skip
"""Beginnings of the file names of fonts with simplified Chinese, the best-looking first."""

ENDINGS = (".ttc", ".ttf", ".otf")
MOST_FILES = 20_000
"""Files of the font folders that are looked at."""

_FACES = 10  # of one collection; Noto's has five, the Chinese one third
_NO_CHARACTER = "\U0010ffff"


@cache
def folders() -> tuple[Path, ...]:
    """Where this system keeps fonts; PAPERBOY has none of its own."""
    home = Path.home()
    if sys.platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "Fonts",)
    return Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"


def fitting(text: str, size: int, where: tuple[Path, ...]) -> FreeTypeFont | None:
    """A font of `size` pixels that has all characters of `text`; None where there is none.

    Fonts are looked for below `where`, and only for what Pillow's own can't write.
    """
    own = ImageFont.load_default(size)
    if isinstance(own, FreeTypeFont) and _has(own, text):
        return own
    found = (_face(path, text, size) for path in candidates(where))
    return next((font for font in found if font is not None), None)


@cache
def candidates(where: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files below `where` that should be Chinese fonts, the best first, plain weights before others."""
    ranked = []
    for path in islice(_files(where), MOST_FILES):
        name = "".join(filter(str.isalnum, path.stem.lower()))
        rank = next((at for at, known in enumerate(NAMES) if name.startswith(known)), None)
        if rank is not None:
            ranked.append((rank, "regular" not in name, len(name), str(path)))
    return tuple(Path(path) for *_, path in sorted(ranked))


def _files(where: tuple[Path, ...]) -> Iterator[Path]:
    for folder in where:
        for inside, _, names in os.walk(folder):
            yield from (Path(inside, name) for name in names if name.lower().endswith(ENDINGS))


def _face(path: Path, text: str, size: int) -> FreeTypeFont | None:
    """The face of the file that writes `text`, of a collection the simplified Chinese one if it says so."""
    found: list[FreeTypeFont] = []
    for index in range(_FACES if path.suffix.lower() == ".ttc" else 1):
        try:
            font = ImageFont.truetype(path, size, index, layout_engine=ImageFont.Layout.BASIC)
        except (OSError, ValueError):  # no such face, or no font
            break
        if _has(font, text):
            found.append(font)
    return next((font for font in found if "SC" in (font.getname()[0] or "").split()), found[0] if found else None)


def _has(font: FreeTypeFont, text: str) -> bool:
    """Whether no character of `text` is drawn as the sign for a missing one."""
    missing = bytes(font.getmask(_NO_CHARACTER))
    return all(bytes(font.getmask(sign)) != missing for sign in sorted(set(text)) if not sign.isspace())
