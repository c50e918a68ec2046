"""From where on an answer is sure in this store: three figures, as shipped or as calculated from the stored papers.

    gate    coverage that the best paper of a topic must reach for the store to know the topic at all
    cut     score from which a paper is on the topic
    margin  by how much the one paper that a sentence means outscores the mean of those behind it

Owns: the figures, their bounds, what they were calculated from.
Does not own: calculating them (ingest.calibrate), using them (search, cover).
"""

import json
from dataclasses import asdict, dataclass

from store import facts
from store.db import Db

_NAME = "calibration"

BOUNDS = {"gate": (0.60, 0.75), "cut": (0.55, 0.65), "margin": (0.045, 0.18)}
"""A store of one subject, or of copies, must not move a figure out of all reason."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The figures, and what they were calculated from: `papers` stored then, questions asked for each (0: shipped).

    `embedding` names the model whose vectors were compared.
    """

    gate: float = 0.65
    cut: float = 0.60
    margin: float = 0.09
    papers: int = 0
    gate_of: int = 0
    cut_of: int = 0
    margin_of: int = 0
    embedding: str = ""


SHIPPED = Calibration()
"""Measured on a day of 18 papers and on 1,500."""


def within(name: str, value: float) -> float:
    """`value` within the bounds of that figure."""
    low, high = BOUNDS[name]
    return round(min(max(value, low), high), 4)


def get(db: Db) -> Calibration:
    """This store's figures; the shipped ones before any were calculated."""
    kept = facts.get(db, _NAME)
    return Calibration(**json.loads(kept)) if kept else SHIPPED


def put(db: Db, found: Calibration) -> None:
    """Use these figures from now on, in every process."""
    facts.put(db, _NAME, json.dumps(asdict(found)))
