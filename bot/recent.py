"""What was found out lately, by what it was found out for: paging through a list asks no model again.

Owns: the bound.
Does not own: what is kept.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")

KEPT = 500
"""Entries; the one that was used least lately goes first."""


class Recent(Generic[V]):
    """A bounded memory of this process, of `most` entries. Threads may share it."""

    def __init__(self, most: int = KEPT) -> None:
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._most = most
        self._turn = Lock()

    def get(self, key: Hashable) -> V | None:
        """What was found out for `key`, None when it isn't known (any more)."""
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, value: V) -> V:
        """Keep `value`, and return it."""
        with self._turn:
            self._kept[key] = value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value

    def forget(self) -> None:
        """Forget everything."""
        with self._turn:
            self._kept.clear()
