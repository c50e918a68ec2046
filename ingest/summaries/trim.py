"""Cut a paper to what a model's time is worth.

What goes first says least about the paper: appendices, then thanks and the like, then related work, from the end of the
paper to its beginning. What is left is shortened section by section, at paragraphs, all by the same share. Captions go
last, for they hold what the tables show. `[…]` stands wherever something is missing.

Tokens are estimated from characters (`ingest.models.chat.estimate`): near enough to choose by, never to bill by.

Owns: the order in which things go, and the budget.
Does not own: what a section is (text), how many tokens a model takes (settings).
"""

from dataclasses import replace

from ingest.fulltext.text import CAPTION, Kind, Part, Text
from ingest.models.chat import estimate

OMITTED = "[…]"
STEPS = 40
"""How finely the sections' share is sought; one step is a fortieth of each."""

# What is dropped whole, first to last; the other kinds are only shortened.
_DROPPED: tuple[Kind, ...] = ("appendix", "other", "related")


def fit(text: Text, max_tokens: int) -> str:
    """Return the paper as Markdown in at most `max_tokens` (estimated); the same text always gives the same.

    A section that is dropped leaves its captions behind, an appendix does not.
    """
    whole = text.markdown()
    if estimate(whole) <= max_tokens:
        return whole
    kept = list(text.blocks)
    for at in _order(text.blocks):
        if (shown := _shown(text, kept, max_tokens)) is not None:
            return shown
        kept[at] = _captions(kept[at])
    for step in range(STEPS, -1, -1):
        parts = [_shortened(part, step / STEPS) for part in kept]
        if (shown := _shown(text, parts, max_tokens)) is not None:
            return shown
    bare = [replace(part, heading="", text=OMITTED) for part in kept]
    return _shown(text, bare, max_tokens) or _cut(Text(text.source, text.title, text.abstract).markdown(), max_tokens)


def _order(parts: tuple[Part, ...]) -> list[int]:
    """Where the sections stand that may be dropped, first to go first."""
    return [at for kind in _DROPPED for at in range(len(parts) - 1, -1, -1) if parts[at].kind == kind]


def _shown(text: Text, parts: list[Part], max_tokens: int) -> str | None:
    """The paper with these sections, neighbouring gaps made one; None when that is too long."""
    merged: list[Part] = []
    for part in parts:
        gap = part.text == OMITTED and not part.heading
        if not (gap and merged and merged[-1].text.endswith(OMITTED)):
            merged.append(part)
    shown = replace(text, blocks=tuple(merged)).markdown()
    return shown if estimate(shown) <= max_tokens else None


def _captions(part: Part) -> Part:
    """What a dropped section leaves: a gap, and its captions unless it is an appendix."""
    captions = () if part.kind == "appendix" else part.captions
    return replace(part, heading=part.heading if captions else "", text="\n\n".join((*captions, OMITTED)))


def _shortened(part: Part, share: float) -> Part:
    """The section's captions, and its first paragraphs up to `share` of its length."""
    paragraphs = part.text.split("\n\n")
    left = len(part.text) * share - sum(map(len, part.captions))
    kept: list[str] = []
    cut = False
    for paragraph in paragraphs:
        caption = paragraph.startswith(CAPTION)
        fits = caption or (not cut and len(paragraph) <= left)
        left -= 0 if caption else len(paragraph)
        if fits:
            kept.append(paragraph)
        elif not cut:
            kept += [_sentences(paragraph, left + len(paragraph)), OMITTED] if not kept else [OMITTED]
            cut = True
    return replace(part, text="\n\n".join(filter(None, kept)))


def _sentences(paragraph: str, room: float) -> str:
    """The whole sentences that fit: a PDF's section may be a single paragraph."""
    head = paragraph[: max(0, int(room))]
    end = max(head.rfind(mark) for mark in (". ", "? ", "! ", "。", "？", "！"))
    return head[: end + 1].rstrip()


def _cut(text: str, max_tokens: int) -> str:
    """The longest beginning that fits with the mark behind it; less than the mark is nothing."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(text[:middle], max_tokens) else (low, middle - 1)
    return f"{text[:low].rstrip()} {OMITTED}".strip() if _fits(text[:low], max_tokens) else ""


def _fits(head: str, max_tokens: int) -> bool:
    return estimate(f"{head} {OMITTED}") <= max_tokens
