"""Papers side by side: which ones are meant, and the page without a model.

Owns: reading "A and B", the layout.
Does not own: finding a paper (base), a comparison in words (written).
"""

import re

from bot import pages
from bot.answer import Answer, Citation
from bot.commands.base import Call, found
from bot.doc import Block, Doc, Fold, Item, Note, Para, Span, Title
from bot.written import COMPARED
from store import find, report
from store.types import SECTIONS, Entry, SectionName

OPEN: tuple[SectionName, ...] = ("application", "contribution")
"""Sections that are shown at once; the others are folds."""

MAX_ASKED = 300
"""Characters in which papers are looked for: a few titles."""

_ASKED_EN = re.compile(
    r"(?:please )?(?:compare|what(?:['’]s| is| are) the differences? between|how are)\s+(?P<papers>.+?)"
    r"(?: different(?: from each other)?)?[\s?.]*",
    re.IGNORECASE,
)
_ASKED_ZH = re.compile(
    r"(?:比较|对比)?\s*(?P<papers>.+?)\s*(?:之间)?(?:的|有什么|有何|有哪些)(?:区别|不同|差别|差异|异同)[\s？?。]*"
)
_BETWEEN = re.compile(r"\s*(?:\bvs\.?|\bversus\b|\band\b|\bwith\b|[,，、;；/]|和|与|跟|对比)\s*", re.IGNORECASE)


def asked(text: str) -> str:
    """The papers' part of a question how some differ: "compare A and B", A 和 B 有什么区别; "" of any other."""
    if len(text) > MAX_ASKED:
        return ""
    found = _ASKED_EN.fullmatch(text) or _ASKED_ZH.fullmatch(text)
    return found["papers"].strip() if found else ""


def papers_meant(call: Call) -> list[Entry]:
    """The papers of "A and B", "2602.1 2602.2" or "1 3", each once; fewer than two where it isn't clear."""
    stored = find.ids_stored(call.app.folder.db, call.argument)
    if len(find.ids(call.argument)) >= 2:
        return stored[:COMPARED]
    text = call.argument[:MAX_ASKED]
    for parts in (_BETWEEN.split(text), text.split()):
        entries = [entries for part in parts if part.strip() and (entries := found(call.with_(part)))]
        once = {one[0].paper.arxiv_id: one[0] for one in entries if len(one) == 1}
        if len(once) >= 2:
            return list(once.values())[:COMPARED]
    return []


def side_by_side(call: Call, entries: list[Entry]) -> Answer:
    """Section by section, what each paper says."""
    blocks: list[Block] = [Title(" · ".join(pages.label(entry.paper) for entry in entries))]
    for name in SECTIONS:
        title = report.SECTION_NAMES[call.words.lang][name]
        lines = tuple(Item(_said(entry, name, call)) for entry in entries)
        blocks += [Para((Span(title, bold=True),)), *lines] if name in OPEN else [Fold(title, lines)]
    blocks += [Note(pages.linked(entry.paper)) for entry in entries]
    blocks += pages.quoted(entries, call.words, call.langs)
    cited = tuple(
        Citation(n, entry.paper.arxiv_id, "contribution", summary.sections.contribution)
        for n, entry in enumerate(entries, 1)
        if (summary := entry.summary(*call.langs)) is not None
    )
    papers = tuple(entry.paper for entry in entries)
    return Answer(call.argument, call.words.lang, "listing", Doc(*blocks), papers, cited)


def _said(entry: Entry, name: SectionName, call: Call) -> tuple[Span, ...]:
    """The paper's name, and its section; of a paper without a summary its abstract, once."""
    summary = entry.summary(*call.langs)
    text = summary.sections[name] if summary else entry.paper.abstract if name == "contribution" else "–"
    return (Span(f"{pages.label(entry.paper)}: ", bold=True), *pages.flat(text))
