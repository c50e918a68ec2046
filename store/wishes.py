"""What a subscription wants to read: a `Wish`, as a value and as text.

Owns: its parts and how it is kept.
Does not own: which papers fulfil it (bot.wanted), whose it is (subscriptions).
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Wish:
    """Which papers a subscription wants; the empty wish wants all.

    A paper is wanted that is of one of the `groups` (names of a digest's), about one of the `topics` (words in either
    language, matched by meaning), says one of the keywords `include`, or is by one of the `authors` (names in full, or
    family names); any paper, where none of the four is given. None that says a keyword of `exclude`, or has fewer than
    `least_votes` upvotes; of the rest the first `most`, 0 being all. Keywords are words as they stand, no patterns.
    """

    groups: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    least_votes: int = 0
    most: int = 0

    def __bool__(self) -> bool:
        """Whether anything is wished: without, all papers are wanted."""
        return self != ALL


ALL = Wish()


def to_json(wish: Wish) -> str:
    """The wish as text: equal wishes, equal texts; "{}" for the empty one."""
    return json.dumps({name: value for name, value in asdict(wish).items() if value}, ensure_ascii=False)


def from_json(text: str) -> Wish:
    """The wish that `to_json` made this text of; parts that this version doesn't know are left out."""
    kept = json.loads(text)
    known: dict[str, Any] = {}
    for field in fields(Wish):
        if field.name in kept:
            value = kept[field.name]
            known[field.name] = tuple(value) if isinstance(value, list) else value
    return Wish(**known)
