"""A day's papers as a message: how many about what, then a line each, grouped by topic.

What /today shows and what subscribers get is one and the same: `reply`.

Owns: the groups, how a day is laid out, the buttons below it.
Does not own: which papers a day has (store.papers), one paper's page (pages), when it is sent to whom (delivery).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot import buttons, pages
from bot.doc import Block, Doc, Item, Para, Span, Title, link
from bot.lang import Words
from bot.request import Reply
from store import overviews, papers
from store.db import Db
from store.talks import Talk
from store.types import Entry, Lang
from store.words import phrase

_TERMS: dict[str, str] = {
    "video_audio": "video|audio|speech|music|sound|talking head|视频|音频|语音|音乐|声音|音视频|视听",
    "robotics": "robot|robotic|manipulation|embodied|vision-language-action|VLA|autonomous driving|navigation|humanoid|"
    "机器人|操控|具身|自动驾驶|机械臂|导航",
    "agents": "agent|agentic|tool use|MCP|computer use|GUI agent|deep research|智能体|工具调用|工具描述|代理",
    "retrieval": "recommendation|recommender|retrieval|search engine|reranking|RAG|推荐|检索|召回|重排",
    "efficiency": "acceleration|accelerating|efficient inference|quantization|pruning|KV cache|caching|distillation|"
    "speculative decoding|sparse attention|加速|量化|剪枝|缓存|蒸馏|高效推理|稀疏注意力",
    "data": "benchmark|dataset|evaluation|leaderboard|基准|数据集|评测|评估",
    "multimodal": "multimodal|vision-language|MLLM|VLM|LVLM|any-to-any|多模态|视觉语言|视觉-语言|图文",
    "vision": "image|visual|3D|segmentation|detection|diffusion|rendering|Gaussian splatting|glyph|vector graphics|"
    "图像|视觉|三维|分割|检测|扩散|渲染|字体|矢量",
    "language": "language model|LLM|reasoning|text|pretraining|alignment|语言模型|大模型|推理|文本|预训练|对齐",
}
"""What a group's papers say of themselves. On a tie the earlier group wins: the special before the general."""

TOPICS = (*_TERMS, "other")
"""The names of the groups."""

MINE, VOTES = "my", "votes"
"""What stands after a day for "what the chat's subscription wants" ("my2" for its second), and for "by votes, not by
topic": /day 2026-02-26 my votes p2. A language that is to be spoken stands there too: /day 2026-02-26 zh."""

FULL_PAGE = 3
"""Papers on a page in the full style: with their contributions and guides they are one message."""

_WEIGHTS = (3, 2, 1)
"""What a term counts for in title and keywords, in the application area, in the contribution."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A day's papers by group, the largest group first, "other" last; if these are some of the day's, `of` all of them,
    and asked for as `mine`; so are all of them in an order of their own.

    `overviews` are the paragraphs about the day as a whole, by language.
    """

    day: date
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    of: int = 0
    overviews: tuple[tuple[Lang, str], ...] = ()
    mine: str = ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All papers in the order in which they are shown."""
        return tuple(entry for _, entries in self.groups for entry in entries)

    @property
    def voted(self) -> tuple[Entry, ...]:
        """All papers, the most voted first."""
        return tuple(sorted(self.entries, key=lambda entry: -(-1 if (n := entry.paper.upvotes) is None else n)))


def of_day(db: Db, day: date) -> Digest:
    """The papers that the day listed, and what was written about it."""
    return group(day, papers.of_day(db, day), tuple(overviews.of_day(db, day).items()))


def group(day: date, entries: Sequence[Entry], overviews: tuple[tuple[Lang, str], ...] = ()) -> Digest:
    """Sort a day's papers into groups; within a group they keep their order (most voted first)."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(topic(entry), []).append(entry)
    names = sorted(found, key=lambda name: (name == "other", -len(found[name])))
    return Digest(day, tuple((name, tuple(found[name])) for name in names), overviews=overviews)


def some(digest: Digest, entries: Sequence[Entry], mine: str) -> Digest:
    """Only these of its papers, in this order, which are asked for as `mine`; "": all of them in its own."""
    if not mine:
        return digest
    if len(entries) == len(digest.entries):
        return replace(group(digest.day, entries, digest.overviews), mine=mine)
    return replace(group(digest.day, entries), of=len(digest.entries), mine=mine)


@lru_cache(maxsize=2000)  # a day is grouped for thousands of subscriptions, each time of the same papers
def topic(entry: Entry) -> str:
    """The group that a paper speaks of most; "other" when it speaks of none."""
    sections = [summary.sections for summary in entry.summaries]
    texts = (
        " . ".join([entry.paper.title, *entry.paper.keywords]),
        " . ".join(part.application for part in sections),
        " . ".join(part.contribution for part in sections) or entry.paper.abstract,
    )
    cut = [f" {phrase(text)} " for text in texts]
    scores = {
        name: sum(
            weight * sum(f" {term} " in text for term in terms) for text, weight in zip(cut, _WEIGHTS, strict=True)
        )
        for name, terms in _PHRASES.items()
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else "other"


def doc(
    digest: Digest,
    words: Words,
    langs: tuple[Lang, ...],
    lines: range | None = None,
    *,
    full: bool = False,
    by_votes: bool = False,
) -> Doc:
    """The message: a heading with counts, the overview if there is one, then each group's papers, numbered through, or
    (`by_votes`) all of them without groups.

    Only those of `lines` (numbers from 1) are shown, if given, and the overview only with the first; `full` adds each
    contribution, folded.
    """
    counts = " · ".join(
        words("digest.topic", topic=words(f"topic.{name}"), n=len(entries)) for name, entries in digest.groups
    )
    n = len(digest.entries)
    counted = words("digest.some", n=n, of=digest.of, topics=counts) if digest.of else ""
    blocks: list[Block] = [
        Title(words("digest.title", day=words.day(digest.day))),
        Para(counted or words("digest.counts", n=n, topics=counts)),
    ]
    overview = dict(digest.overviews).get(words.lang)
    if overview and (lines is None or 1 in lines):
        blocks.append(Para(overview))
    number = 0
    for name, entries in (("", digest.voted),) if by_votes else digest.groups:
        numbered = list(enumerate(entries, number + 1))
        number += len(entries)
        shown = [one for one in numbered if lines is None or one[0] in lines]
        if shown:
            label = words(f"topic.{name}") if name else words("button.by_votes")
            blocks.append(Para((Span(label[:1].upper() + label[1:], bold=True),)))
        for at, entry in shown:
            blocks.append(item(entry, at, words, langs))
            blocks += pages.more(entry, words, langs) if full else ()
    pictured = (entry.paper.thumbnail for at, entry in enumerate(digest.entries, 1) if lines is None or at in lines)
    return Doc(*blocks, *pages.quoted(digest.entries, words, langs), picture=next(filter(None, pictured), ""))


def reply(
    digest: Digest,
    words: Words,
    langs: tuple[Lang, ...],
    page: int | None = 1,
    *,
    full: bool = False,
    by_votes: bool = False,
    told: bool = False,
) -> Reply:
    """The message with its buttons, and what it leaves in mind: a page of the papers, or (None) all. There are some.

    The buttons lead to other pages of the same, to the other order, to the other language, and from a digest that is
    about chosen topics to the whole day. `told`: the language was asked for, so the other pages are in it too.
    """
    ids = tuple(entry.paper.arxiv_id for entry in (digest.voted if by_votes else digest.entries))
    size = FULL_PAGE if full else buttons.PAGE
    at = min(page or 1, -(-len(ids) // size))
    lines = buttons.lines(at, size)
    mine, votes, spoken = f" {digest.mine}" * bool(digest.mine), f" {VOTES}" * by_votes, f" {words.lang}" * told
    listed = f"/day {digest.day}{mine}{votes}{spoken}"
    rows = buttons.numbers(ids, shown=lines) + buttons.pages(at, len(ids), f"{listed} p{{}}", words, size)
    if digest.of:
        rows += buttons.row((words("button.whole_day", n=digest.of), f"/day {digest.day}{spoken}"))
    rows += buttons.row(*_views(digest, words, f"/day {digest.day}{mine}", votes, spoken))
    talk = Talk(ids, listed=listed + (f" p{at}" if at > 1 else ""))
    shown = doc(digest, words, langs, lines if page else None, full=full, by_votes=by_votes)
    return Reply(shown, rows, talk=talk)


def _views(digest: Digest, words: Words, day: str, votes: str, spoken: str) -> list[tuple[str, str]]:
    """The ways to the other order, where it is another one, and to the other language, where papers speak it; and to
    say which papers were useful, or not."""
    other: Lang = "en" if words.lang == "zh" else "zh"
    found = []
    if digest.voted != digest.entries:
        order, way = ("by_topic", "") if votes else ("by_votes", f" {VOTES}")
        found.append((words(f"button.{order}"), day + way + spoken))
    if any(summary.lang == other for entry in digest.entries for summary in entry.summaries):
        found.append((words(f"button.in_{other}"), f"{day}{votes} {other}"))
    return found + [(words(f"button.{name}"), f"/{name}") for name in ("useful", "notforme")]


def item(entry: Entry, number: int, words: Words, langs: tuple[Lang, ...]) -> Item:
    """A paper's line: its title, votes and code, and its contribution in a sentence."""
    paper = entry.paper
    text = list(pages.linked(paper))
    facts = [words("digest.votes", n=paper.upvotes)] if paper.upvotes is not None else []
    text += [Span("  " + " · ".join(facts))] if facts else []
    if paper.repository:
        text += [Span(" · " if facts else "  "), *link(words("digest.code"), paper.repository)]
    note = pages.one_line(entry, langs)
    if not entry.summaries and note:
        note += " · " + words("digest.failed" if entry.failed else "digest.abstract")
    return Item(tuple(text), number=number, note=note)


_PHRASES = {name: tuple(dict.fromkeys(map(phrase, terms.split("|")))) for name, terms in _TERMS.items()}
