"""Made-up papers, in both languages: none of them exists, and no test depends on a real one's words.

`paper`, `sections`, `summary` and `entry` make one, changed where a test says so; `LIBRARY` is a small day or two of
them, each about something of its own.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from store.types import Entry, Lang, Paper, Sections, Summary

DAY = date(2031, 5, 6)
NEXT_DAY = date(2031, 5, 7)
ARXIV_ID = "3105.00001"

_TEXTS: dict[Lang, tuple[str, str, str, str, str]] = {
    "en": ("Paper folding.", "Folds twice as fast.", "Give it a sheet.", "Both hands.", "9.5% fewer creases."),
    "zh": ("折纸。", "折得快一倍。", "给它一张纸。", "双手并用。", "折痕少了9.5%。"),
}


def paper(arxiv_id: str = ARXIV_ID, **changes: Any) -> Paper:
    """A paper about folding, with nothing but an id, a title and a day."""
    return replace(Paper(arxiv_id, "FoldNet: Folding Paper at Scale", DAY), **changes)


def sections(lang: Lang = "en", **changes: str) -> Sections:
    """Five short sections about folding."""
    return replace(Sections(*_TEXTS[lang]), **changes)


def summary(lang: Lang = "en", arxiv_id: str = ARXIV_ID, **changes: Any) -> Summary:
    """A summary; `changes` may name its own fields, or sections."""
    texts = {name: changes.pop(name) for name in list(changes) if name in Sections.__dataclass_fields__}
    return replace(Summary(arxiv_id, lang, sections(lang, **texts), "HTML"), **changes)


def entry(arxiv_id: str = ARXIV_ID, *langs: Lang, **changes: Any) -> Entry:
    """A paper with a summary in each of `langs`; `changes` are the paper's fields."""
    return Entry(paper(arxiv_id, **changes), tuple(summary(lang, arxiv_id) for lang in sorted(langs)))


def about(
    number: int, title: str, *, day: date = DAY, zh: str = "", en: str = "", abstract: str = "", upvotes: int = 0
) -> Entry:
    """Paper 3105.<number> whose summaries say `zh` and `en` as their contribution, and nothing else of any topic."""
    arxiv_id = f"3105.{number:05}"
    texts: dict[Lang, str] = {"en": en, "zh": zh}
    summaries = tuple(
        Summary(arxiv_id, lang, Sections(text, text, *(("none.",) if lang == "en" else ("无。",)) * 3), "HTML")
        for lang, text in texts.items()
        if text
    )
    return Entry(Paper(arxiv_id, title, day, abstract=abstract, upvotes=upvotes), summaries)


LIBRARY = (
    about(1, "SkyLark-2: Longer Clips", zh="一种视频生成模型，能生成一分钟的片段。", upvotes=40),
    about(2, "ReelForge", en="A video generation model that edits its own drafts.", upvotes=30),
    about(3, "TouchPilot", zh="面向手机的GUI智能体，看屏幕并点击按钮。", upvotes=20),
    about(4, "SplatGarden", zh="用3D高斯泼溅重建花园。", en="Rebuilds gardens with 3D Gaussian splatting.", upvotes=10),
    about(5, "Graspable", day=NEXT_DAY, en="Robot manipulation of soft fruit from touch alone.", upvotes=9),
    about(6, "HelixFold-Mini", day=NEXT_DAY, zh="用图网络预测蛋白质结构。", upvotes=8),
    about(7, "Ledgerless", day=NEXT_DAY, en="Federated learning without a central server.", upvotes=7),
    about(8, "Rainmaker", day=NEXT_DAY, abstract="Weather forecasting a month ahead from satellite images.", upvotes=6),
)
"""Eight papers of two days; some are summarised only in Chinese, some only in English, one not at all."""

VIDEO, GUI = {"3105.00001", "3105.00002"}, {"3105.00003"}
