"""How much of a question's words stands in each paper, and whether that is enough to know the topic at all.

Owns: coverage and its gate, the categories that papers carry.
Does not own: what a question's units are (lexicon), ranking (search).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from store.db import Db
from store.lexicon import Unit
from store.words import is_chinese, phrase

_NAMED = re.compile(r"[A-Za-z]{0,30}(?:[A-Z]|\d[\d.]*(?=\d))[A-Za-z0-9]+")

Rows: TypeAlias = NDArray[np.int64]
"""Papers by their rows, ascending."""

GATE_ONE = 0.40
"""The gate of a question about one paper: much of its wording stands in no paper."""

FEW = 2
"""Ideas up to which a question about one paper must pass the gate of a topic: of two words one stands anywhere."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of some units' IDF mass stands in each paper: anywhere (`body`), and in title and core."""

    weights: Mapping[Unit, float]
    body: NDArray[np.float64]
    core: NDArray[np.float64]

    def answers(self, asks_one: bool, gate: float) -> bool:
        """Whether the best covered paper covers enough (see `calibration`). Of a sentence, less must be covered."""
        said = ideas(self.weights)
        needed: float = gate * min(1.0, 3 / max(said, 1)) ** 1.25
        return self.best >= (min(GATE_ONE, needed) if asks_one and said > FEW else needed)

    def is_anchored(self) -> bool:
        """Whether the store is about any of it, or it says enough by itself.

        A paper is about what its title, field or contribution say. One idea that stands in none of these was met in
        passing, as the weather of a game; so were two words that no glossary has.
        """
        said = ideas(self.weights)
        if said > FEW or self.core.any():
            return True
        return said > 1 and any(len(unit) > 1 for unit in self.weights)

    @property
    def best(self) -> float:
        """The coverage of the best covered paper."""
        return float(self.body.max(initial=0.0))


def ideas(units: Iterable[Unit]) -> float:
    """How many ideas the units stand for: two pairs of characters that no glossary line has are one word's."""
    return sum(0.5 if len(unit) == 1 and len(unit[0]) == 2 and is_chinese(unit[0]) else 1.0 for unit in units)


def names(text: str, units: Iterable[Unit]) -> list[Unit]:
    """The units that are names or numbers by their looks: "HyTRec", "856"; in the text, not as its first word."""
    looks = {match[0].lower() for match in _NAMED.finditer(text) if match.start()}
    return [unit for unit in units if len(unit) == 1 and unit[0] in looks]


def stands_in(db: Db, units: Sequence[Unit], row: int) -> int:
    """How many of the units stand in the paper `row`."""
    return sum(bool(_having(db, unit, np.array([row]))[0]) for unit in units)


def coverage(db: Db, units: Sequence[Unit], rows: Rows, with_core: bool = True) -> Coverage:
    """How much of `units` each paper of `rows` covers; `core` is all 0 unless asked for."""
    size = len(rows)
    if not units or not size:
        return Coverage({}, np.zeros(size), np.zeros(size))
    body = np.array([_having(db, unit, rows) for unit in units])
    core = np.array([_having(db, unit, rows, "{title core} : ") for unit in units]) if with_core else 0 * body
    df = body.sum(axis=1)
    idf = np.log(1 + (size - df + 0.5) / (df + 0.5))
    idf /= idf.sum()
    return Coverage(dict(zip(units, idf.tolist(), strict=True)), idf @ body, idf @ core)


def together(db: Db, units: Sequence[Unit], rows: Rows) -> NDArray[np.bool_]:
    """Which papers of `rows` have all of `units` (at least one)."""
    has = np.ones(len(rows), np.bool_)
    for unit in units:
        has &= _having(db, unit, rows)
    return has


def carrying(db: Db, codes: Sequence[str], rows: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which papers of `rows` carry one of arXiv's categories `codes`, and which carry any of arXiv's at all."""
    mine = " OR ".join(["keywords LIKE ?"] * len(codes))
    wanted = db.value(f"SELECT group_concat(id) FROM papers WHERE {mine}", [f'%"{code}"%' for code in codes])  # noqa: S608
    some = " OR ".join(
        f"keywords LIKE '%\"{archive}.%'" for archive in ("cs", "eess", "stat", "math", "q-bio", "q-fin")
    )
    coded = db.value(f"SELECT group_concat(id) FROM papers WHERE {some}")  # noqa: S608 - our own names
    return np.isin(rows, numbers(wanted)), np.isin(rows, numbers(coded))


def numbers(joined: str | None) -> Rows:
    """Numbers out of SQLite's group_concat."""
    return np.array(joined.split(",") if joined else [], dtype=np.int64)


def _having(db: Db, unit: Unit, rows: Rows, columns: str = "") -> NDArray[np.bool_]:
    """Which papers of `rows` have any spelling of the unit as a phrase."""
    phrases = dict.fromkeys(f'"{tokens}"' for tokens in map(phrase, unit) if tokens)
    match = f"{columns}({' OR '.join(phrases)})"
    # One string out of SQLite, not a row a paper: at 20,000 papers that is 1 ms instead of 10.
    found = db.value("SELECT group_concat(rowid) FROM words WHERE words MATCH ?", [match])
    return np.isin(rows, numbers(found))
