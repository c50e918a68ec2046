"""How a chat's feedback shifts the order of a list: papers like those that were useful move up, like the others down.

    nearness(paper, voted)  its cosine from FAR (0) to NEAR (1), taken without the language's mean
    shift(paper)            the sum over the chat's opinions of opinion · ½^(age / HALF_LIFE) · nearness, from -1 to 1
    the paper counts as     (votes + 1) · FACTOR^shift

So at the most a paper counts as four times its votes, or a quarter; it is hidden by this only where a subscription asks
for so many papers and no more. What is said of a paper shifts other lists, never the one that it stands in: pages of a
digest go on where they were. The same opinions and the same day give the same order.

Owns: this model.
Does not own: the opinions (store.feedback), the order it leads to (wanted), nearness of papers (store.similar).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from bot.app import App
from store import feedback
from store.feedback import Opinion
from store.similar import Nearness
from store.types import Entry

FAR, NEAR = 0.05, 0.3
"""Cosines: papers of no one subject are about 0, a paper's nearest of 1,500 above .3. So five papers of a subject found
useful, and three of others not, put a further paper of it before one of others four times in five (.83)."""

HALF_LIFE = timedelta(days=30)
"""After so long an opinion counts half."""

FACTOR = 4.0
"""What the votes of a paper count at the most, or by how much less."""

LEAST = 0.02
"""A smaller part in a shift is none: it would be told as a reason, and moves nothing."""


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much a paper moves, -1 to 1, and which opinions make it do so, the weightiest first."""

    value: float
    because: tuple[tuple[Opinion, float], ...]

    @property
    def factor(self) -> float:
        """What its votes are multiplied by."""
        return float(FACTOR**self.value)


class Taste:
    """What the chats of one front make of the same papers (`entries`, at least one, stored)."""

    def __init__(self, app: App, entries: Sequence[Entry], front: str) -> None:
        self._db = app.folder.db
        self._front = front
        self._ids = [entry.paper.arxiv_id for entry in entries]
        self._day = max(entry.paper.day for entry in entries)
        self._voting = feedback.chats(self._db, front)
        self._near: Nearness | None = None

    def shifts(self, chat: str) -> dict[str, Shift]:
        """The papers that move in this chat, by id; none where nobody voted."""
        if chat not in self._voting:
            return {}
        opinions = [one for one in feedback.opinions(self._db, self._front, chat) if one.arxiv_id not in self._ids]
        if not opinions:
            return {}
        if self._near is None:
            self._near = Nearness(self._db, self._ids)
        weights = np.array([one.value * self._faded(one) for one in opinions])
        near = np.clip((self._near.to([one.row for one in opinions]) - FAR) / (NEAR - FAR), 0.0, 1.0)
        parts = weights[:, None] * near
        return {
            arxiv_id: shift
            for arxiv_id, column in zip(self._ids, parts.T.tolist(), strict=True)
            if (shift := _shift(opinions, column)).because
        }

    def _faded(self, one: Opinion) -> float:
        age = max(timedelta(), self._day - one.on)
        return float(0.5 ** (age / HALF_LIFE))


def _shift(opinions: Sequence[Opinion], parts: Sequence[float]) -> Shift:
    because = [(one, part) for one, part in zip(opinions, parts, strict=True) if abs(part) >= LEAST]
    value = float(np.clip(sum(part for _, part in because), -1.0, 1.0))
    return Shift(value, tuple(sorted(because, key=lambda one: (-abs(one[1]), one[0].arxiv_id))))
