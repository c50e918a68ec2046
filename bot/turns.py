"""One message of a chat at a time, in the order in which they came; chats don't wait for each other.

Owns: the turns.
Does not own: what is done in them (respond).
"""

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """Locks by key, each kept only while somebody holds it or waits for it. `asyncio.Lock` serves in order."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    def of(self, *key: str) -> asyncio.Lock:
        """The lock of this chat: `async with turns.of(front, chat): …`."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock

    def __len__(self) -> int:
        """How many chats are being answered."""
        return len(self._locks)
