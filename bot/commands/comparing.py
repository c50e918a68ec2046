"""Papers side by side: which ones are meant, and the page without a model.

Owns: reading "A and B", the layout.
Does not own: finding a paper (base), a comparison in words (written).
"""

import re

from bot import pages
from bot.commands.base import Call, found
from bot.doc import Block, Doc, Fold, Item, Note, Para, Span, Title
from bot.given import Answer, Citation
from bot.written import COMPARED
from store import find, report
from store.types import SECTIONS, Entry, SectionName

OPEN: tuple[SectionName, ...] = ("application", "contribution")
"""Sections that are shown at once; the others are folds."""

_MARKS = " 。.！!？?，,"

MAX_ASKED = 300
"""Characters in which papers are looked for: a few titles."""

_ASKED_EN = re.compile(
    r"(?:please )?(?:compare|what(?:['’]s| is| are) the differences? between|how are)\s+(?P<papers>.+?)"
    r"(?: different(?: from each other)?| differ)?[\s?.]*|(?P<versus>.+? (?:vs\.?|versus) .+?)[\s?.]*",
    re.IGNORECASE,
)
_ASKED_ZH = re.compile(
    r"(?:比较|对比)?\s*(?P<papers>.+?)\s*(?:之间)?(?:的|有什么|有何|有哪些)(?:区别|不同|差别|差异|异同)[\s？?。]*"
)
_ALL = re.compile(
    r"(?:please |can you |could you )*(?:compare|contrast) (?:them|these|those|all|both|the two|the papers|"
    r"these papers|"
    r"them all|all of them|the list)(?: (?:please|with each other|side by side))?|how do they (?:compare|differ)|"
    r"what(?:['’]s| is| are) the differences?(?: between (?:them|these|the two))?|"
    r"(?:请|帮我)?(?:比较|对比)(?:一下|下)?(?:它们|这些|这几篇|这两篇|这些论文|两篇|所有|全部)?|"
    r"(?:它们|这些|这几篇|这两篇|两篇)(?:论文)?(?:之间)?(?:的|有什么|有何|有哪些)(?:区别|不同|差别|差异|"
    r"异同)(?:是什么)?",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"(?:please )?(?:compare|contrast) the first (?P<en>two|three|four|[2-4])(?: papers| ones)?|"
    r"(?:请|帮我)?(?:比较|对比)(?:一下|下)?前(?P<zh>[两二三四2-4])篇(?:论文)?|"
    r"前(?P<of>[两二三四2-4])篇(?:论文)?有什么(?:区别|不同)",
    re.IGNORECASE,
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "两": 2, "二": 2, "三": 3, "四": 4}
_BETWEEN = re.compile(r"\s*(?:\bvs\.?|\bversus\b|\band\b|\bwith\b|[,，、;；/]|和|与|跟|对比)\s*", re.IGNORECASE)


def asked(text: str) -> str:
    """The papers' part of a question how some differ: "compare A and B", A 和 B 有什么区别; "" of any other."""
    if len(text) > MAX_ASKED:
        return ""
    found = _ASKED_EN.fullmatch(text) or _ASKED_ZH.fullmatch(text)
    if found is None:
        return ""
    return (found.groupdict().get("versus") or found["papers"]).strip()


def asks_all(text: str) -> bool:
    """Whether all that is in mind is to be set side by side: "compare them", 它们有什么区别."""
    return len(text) <= MAX_ASKED and bool(_ALL.fullmatch(text.strip(_MARKS)))


def first_of(text: str, shown: tuple[str, ...]) -> tuple[str, ...]:
    """The papers of "compare the first two", 比较前三篇; none where that isn't asked or there are fewer."""
    found = _FIRST.fullmatch(text.strip(_MARKS)) if len(text) <= MAX_ASKED else None
    said = (found["en"] or found["zh"] or found["of"]).lower() if found else ""
    n = (_COUNTS.get(said) or int(said)) if said else 0
    return shown[:n] if n <= len(shown) else ()


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


def beside(call: Call, named: str) -> str:
    """The paper (its id) that the one in mind is compared with, 和 JavisDiT++ 有什么区别 after its page; or ""."""
    entries = found(call.with_(named.lstrip("和与跟同 "))) if call.talk.about else []
    other = entries[0].paper.arxiv_id if len(entries) == 1 else ""
    return other if other != call.talk.about else ""


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
