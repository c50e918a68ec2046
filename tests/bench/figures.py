"""What the measuring scripts share: figures with their bounds, printed as a table or as JSON.

Owns: the form of a result. Does not own: what is measured.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
"""The real data, beside the checkout; absent from a stranger's."""


@dataclass(frozen=True)
class Figure:
    """A measured value. `bound` is what it must keep (at most, or at least where `least`); None: told for interest."""

    name: str
    value: float
    bound: float | None = None
    least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the bound holds."""
        return self.bound is None or (self.value >= self.bound if self.least else self.value <= self.bound)


def show(figures: list[Figure], as_json: bool) -> None:
    """Print the figures: a line each with its bound, or one JSON object."""
    if as_json:
        print(json.dumps([{**asdict(figure), "kept": figure.kept} for figure in figures], ensure_ascii=False))
        return
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        sign = "≥" if figure.least else "≤"
        bound = "" if figure.bound is None else f"  {sign} {figure.bound:g}{'' if figure.kept else '  MISSED'}"
        print(f"{figure.name:{width}}  {figure.value:10.3f}{bound}")


def main(measure: Callable[[], list[Figure]]) -> None:
    """Run one script: `--json` for programs."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--json", action="store_true")
    show(measure(), parser.parse_args().json)
