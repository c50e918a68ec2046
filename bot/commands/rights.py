"""What the bot may do in a chat: doctor, and saying which right is missing and how to give it.

Owns: how rights are told.
Does not own: which there are on a platform, and who has them (fronts).
"""

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
    last = _grant(access.place, without, call.words) if without else call.words("rights.all")
    return Reply(Doc(*blocks, Para(last)))


def lacking(access: Access, words: Words) -> Doc:
    """Which right is missing in which chat, so that nothing can be sent there, and how to give it."""
    names = _names(access.lacking, words)
    said = words("rights.lacking", n=len(access.lacking), place=access.place, rights=names)
    return Doc(Para(said), Para(_grant(access.place, access.lacking, words)))


def _grant(place: str, names: tuple[str, ...], words: Words) -> str:
    return words("rights.grant", place=place, rights=_names(names, words))


def _names(names: tuple[str, ...], words: Words) -> str:
    return words("settings.joint").join(words(f"right.{name}.name") for name in names)
