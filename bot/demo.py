"""The sample day that comes with the project, and a tour through it.

Its papers are real; what is said of them was written by hand for this project.

Owns: which questions the tour asks.
Does not own: the answers, which are given as to anybody.
"""

from collections.abc import Callable
from datetime import date
from importlib.resources import as_file, files

from bot import digest
from bot import lang as languages
from bot.app import App
from bot.doc import Doc, Note
from ingest import passages
from store import exchange, papers
from store.types import Lang

DAY = date(2026, 2, 26)

_TOUR: dict[Lang, tuple[tuple[str, str], ...]] = {
    "en": (
        ("demo.listing", "which papers are about video generation?"),
        ("demo.fact", "Which decoding method improved POPE accuracy by 7.21% on Qwen-VL-7B?"),
        ("demo.guide", "/guide 2602.15030"),
        ("demo.crossing", "哪些论文与具身智能有关？"),
        ("demo.nothing", "any paper on protein folding?"),
    ),
    "zh": (
        ("demo.listing", "哪些论文与视频生成有关"),
        ("demo.fact", "HyTRec 在序列长度 5k 时的吞吐量是多少？"),
        ("demo.guide", "/guide 2602.15030"),
        ("demo.crossing", "papers about recommender systems"),
        ("demo.nothing", "有没有蛋白质折叠相关的论文？"),
    ),
}


def load(app: App, progress: Callable[[int, int], None]) -> None:
    """Store the sample day; a second time changes nothing."""
    with as_file(files("bot").joinpath("sample.jsonl")) as path:
        entries = exchange.read(path)
    papers.save(app.folder.db, entries)
    passages.embed_lacking(app.folder, app.vectors, progress)


def opening(app: App, lang: Lang) -> Doc:
    """The day's digest, introduced."""
    words = languages.load(lang)
    shown = digest.doc(digest.of_day(app.folder.db, DAY), words, app.prefer(lang))
    return Doc(Note(words("demo.intro")), *shown.blocks)


def script(lang: Lang) -> list[tuple[str, str]]:
    """The tour: (caption, what somebody says)."""
    words = languages.load(lang)
    return [(words(caption), text) for caption, text in _TOUR[lang]]
