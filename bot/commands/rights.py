"""What the bot may do in a chat: doctor, and saying which right is missing and how to give it.

Owns: how rights are told.
Does not own: which there are on a platform, and who has them (fronts).
"""

from collections.abc import Sequence

from bot.commands.base import Call
from bot.doc import Block, Doc, Item, Para, Title
from bot.lang import Words
from bot.request import Access, Reply


async def doctor(call: Call) -> Reply:
    """Every right that matters in this chat, held or not."""
    access = call.request.access
    if access is None:
        return call.say("rights.private")
    blocks: list[Block] = [Title(call.words("rights.title", place=access.place))]
    for right in access.rights:
        name, mark = call.words(f"right.{right.name}.name"), "✓" if right.held else "✗"
        blocks.append(Item(f"{mark} {name}", note="" if right.held else call.words(f"right.{right.name}.what")))
    without = tuple(right.name for right in access.rights if not right.held)
    last = _grant(access.place, without, call.words) if without else [call.words("rights.all")]
    return Reply(Doc(*blocks, *map(Para, last)))


def lacking(access: Access, words: Words) -> Doc:
    """Which right is missing in which chat, so that nothing can be sent there, and how to give it."""
    rights = [name for name in access.lacking if not _is_special(name, words)]
    named = words("rights.lacking", n=len(rights), place=access.place, rights=_names(rights, words))
    said = [named] if rights else []
    return Doc(*map(Para, said + _grant(access.place, access.lacking, words)))


def _grant(place: str, names: Sequence[str], words: Words) -> list[str]:
    """How to give what is missing: all rights by one sentence, what is no right by its own."""
    rights = [name for name in names if not _is_special(name, words)]
    said = [words("rights.grant", place=place, rights=_names(rights, words))] if rights else []
    return said + [words(f"right.{name}.grant", place=place) for name in names if name not in rights]


def _is_special(name: str, words: Words) -> bool:
    return f"right.{name}.grant" in words.texts


def _names(names: Sequence[str], words: Words) -> str:
    return words("settings.joint").join(words(f"right.{name}.name") for name in names)
