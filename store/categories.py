"""arXiv's categories by the names that people have for them: "robotics" and 机器人学 are cs.RO.

Owns: which category a topic names, and which keywords are categories.
Does not own: the papers that carry one (search).
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from store.words import phrase

_CODE = re.compile(r"(?:[a-z]+(?:-[a-z]+)*\.[A-Za-z]{2,}(?:-[a-z]+)?|quant-ph|hep-\w+|gr-qc|astro-ph|math-ph|nucl-\w+)")
_OTHER_CODE = re.compile(r"[A-Z\d][\w.]*\.[\dm][\w.]*.*|\d\d[A-Z]\d\d.*")
"""What authors write beside categories: classes of the ACM (I.2.7) and of mathematics (68T05)."""


def is_code(keyword: str) -> bool:
    """Whether a keyword is a category or another classification's code, not words."""
    return bool(_CODE.fullmatch(keyword) or _OTHER_CODE.fullmatch(keyword))


def named(parts: Iterable[str]) -> tuple[str, ...]:
    """The categories that all `parts` of a topic are names of; none where a part is anything else."""
    cut = [phrase(part) for part in parts]
    for codes, names, companions in _lines():
        if any(part in names for part in cut) and all(part in names or part in companions for part in cut):
            return codes
    return ()


@cache
def _lines() -> tuple[tuple[tuple[str, ...], frozenset[str], frozenset[str]], ...]:
    """(codes, names, companions) by line, names as they are cut."""
    found = []
    for line in files("store").joinpath("categories.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            codes, *sides = line.split("=")
            names = [name for side in sides for name in side.split("|")]
            heads = frozenset(phrase(name) for name in names if not name.startswith("+"))
            found.append(
                (tuple(codes.split()), heads, frozenset(phrase(name) for name in names if name.startswith("+")))
            )
    return tuple(found)
