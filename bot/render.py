"""Turn a `Doc` into messages that one platform will accept.

Text is cut before it is dressed: markup is added to a piece that already fits,
so no tag is ever left open and every part of a link still leads somewhere.

Owns: how the blocks of a message are laid out, and what stands between them.
Does not own: what is said (digest, answer), a platform's limit and markup (dialect, and each front), how much goes
into one message (pack), or sending (deliver).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.dialect import ANSI, PLAIN, UNLIMITED, Dialect, same
from bot.doc import Block, Doc, Fold, Item, Note, Para, Pre, Quote, Title, spans
from bot.pack import Packer, Piece

__all__ = ["ANSI", "PLAIN", "UNLIMITED", "Dialect", "render"]


def render(doc: Doc, dialect: Dialect) -> list[str]:
    """Return `doc` as messages within the dialect's limit, none of them empty; nothing to see is no message.

    A message ends between blocks where it can, else after a sentence, else between words, else inside a word.
    A link whose address takes half a message or more is shown without it.
    """
    packer = Packer(dialect)
    for piece in _layout(doc.blocks, dialect):
        packer.add(piece)
    return packer.close()


def _layout(blocks: tuple[Block, ...], dialect: Dialect, fold: int = 0) -> Iterator[Piece]:
    """The pieces of `blocks`; `fold` numbers the fold they are in, and a fold within a fold joins it."""
    above: Block | None = None
    for n, block in enumerate(blocks, 1):
        gap = _gap(above, block)
        above = block
        if isinstance(block, Fold):
            heading = tuple(replace(span, bold=True) for span in spans(block.title))
            yield Piece(heading, same, gap, fold=fold or n, keeps=True)
            yield from _layout(block.blocks, dialect, fold or n)
        elif isinstance(block, Item):
            yield from _item(block, dialect, gap, fold)
        elif isinstance(block, Title):
            text = tuple(replace(span, text=span.text.replace("\n", " "), bold=False) for span in spans(block.text))
            yield Piece(text, dialect.title, gap, fold=fold, keeps=True)
        else:
            yield Piece(spans(block.text), _hook(block, dialect, fold), gap, fold=fold, raw=isinstance(block, Pre))


def _item(item: Item, dialect: Dialect, gap: str, fold: int) -> Iterator[Piece]:
    mark = f"{dialect.bullet} " if item.number is None else f"{item.number}  "
    indent = "  " * item.indent
    hang = indent + " " * len(mark)
    note = spans(item.note)
    yield Piece(spans(item.text), same, gap, indent + mark, hang, fold, keeps=bool(note))
    if note:
        yield Piece(note, dialect.aside, "\n", hang, hang, fold)


def _hook(block: Para | Quote | Note | Pre, dialect: Dialect, fold: int) -> Callable[[str], str]:
    if isinstance(block, Quote):
        return same if fold else dialect.quote  # Telegram takes no quote within a quote
    if isinstance(block, Note):
        return dialect.note
    return dialect.pre if isinstance(block, Pre) else same


def _gap(above: Block | None, below: Block) -> str:
    """A line break between what belongs together, an empty line between the rest."""
    if isinstance(above, Title | None):
        return "\n"
    if isinstance(below, Item):
        return "\n" if isinstance(above, Item | Para) else "\n\n"
    if isinstance(below, Note):
        return "\n" if isinstance(above, Para | Note) else "\n\n"
    return "\n\n"
