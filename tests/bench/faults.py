"""Count what is stored when a model misbehaves: `python -m tests.bench.faults [--json]`, some five minutes.

Each failure mode of the fake model strikes every call of a made-up day and, where it lies beside the checkout, of a
real one; of that also with the server which other projects are tried with: it answers a call in one language only.
What the store then holds is counted anew, by simple rules and from the pages as they were served, not by the checks
that it went through. Then the model is well again, and a second run must complete the day.

A line a mode goes to stderr: papers with a summary, summaries (two a paper), papers recorded as failed; stored faults;
papers that lack a summary though nothing says why; calls; papers complete after the second run.
"""

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

from store import failures, papers
from store.db import Db
from store.types import LANGS, Entry, Lang, Paper
from tests.bench.figures import SHARED, Figure, main
from tests.bench.ingesting import ingest, served, tell, variables
from tests.fakes.llm_answers import OTHER_PAPER, Prompt, Writer
from tests.fakes.llm_server import FAULTS
from tests.fakes.paper_library import Library, make_papers
from tests.fakes.paper_pages import html_page

MADE, REAL = date(2026, 3, 2), date(2026, 2, 26)
PAPERS, AT_ONCE = 12, 20
ORIGINAL = SHARED.parent / "fakes"

MODES: dict[str, dict[str, Any]] = {
    "none": {},
    **{fault: {"fault": fault} for fault in FAULTS if fault},
    "no json_schema": {"refuse_schema": True},
    "every third call 500": {"fail_every": 3},
    "429 above 2 at once": {"max_concurrent": 2, "retry_after_s": 0.2, "latency_s": 0.1},
    "another key": {"api_key": "not-a-key"},
    "2,000 tokens of context": {"context_tokens": 2_000},
}
STORED = ("wrong language", "invented numbers", "placeholders", "foreign links", "other paper")

_TAG = re.compile(r"<math alttext=\"(.*?)\".*?</math>|<[^>]*>", re.DOTALL)
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_HAN, _LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{2,}")
_ENGLISH = re.compile(r"(?:[A-Za-z'-]+[ ,;:]+){12}")
_LINK = re.compile(r"https?://[^\s)\]，。]+|\]\([^)]*\)|(?<!\w)@\w+|<[@#!]|\b[\w-]+\.(?:com|net|org|io)\b")
_PLACEHOLDER = re.compile(
    r"sorry|can't help|cannot help|\bN/A\b|\bTODO\b|\bTBD\b|lorem|placeholder|Here is the summary|Let me know|```|"
    r"抱歉|无法生成|生成失败|暂无|待补充|\"\s*[,}]|ignore all",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class World:
    """A day on the papers' server, and a model's server; `pages` is each paper's page as it reads."""

    name: str
    papers: str
    model: str
    day: date
    pages: dict[str, str]


@dataclass(frozen=True)
class Row:
    """What one mode led to in one world; `lost` papers lack a summary, and nothing says why."""

    world: str
    mode: str
    listed: int
    summarised: int
    both: int
    summaries: int
    failed: int
    stored: Counter[str]
    lost: int
    calls: int
    healed: int

    def __str__(self) -> str:
        counts = "  ".join(f"{self.stored[kind]:{len(kind)}}" for kind in STORED)
        done = f"{self.summarised:5}/{self.listed:<2}{self.summaries:6}{self.failed:8}"
        return f"{self.world:15}{self.mode:25}{done}  {counts}{self.lost:6}{self.calls:7}{self.healed:5}/{self.listed}"


HEAD = f"{'world':15}{'mode':25}papers  made  failed  {'  '.join(STORED)}  lost  calls  healed"


def page_text(library: Library, arxiv_id: str) -> str:
    """What a made-up page shows to a reader, formulas as TeX, without its list of references."""
    page = library.page(arxiv_id)
    assert page is not None
    body = html_page(page).split("<article", 1)[1].split('<section id="bib"')[0]
    return unescape(_TAG.sub(lambda found: f" {found[1] or ''} ", "<article" + body))


def faults(text: str, lang: Lang, page: str, entry: Entry) -> Iterator[str]:
    """The kinds of fault that a stored section has."""
    prose = re.sub(r"\$[^$]*\$|`[^`]*`", " ", text)
    han, words = len(_HAN.findall(prose)), len(_LATIN.findall(prose))
    if (lang == "zh" and (han < words or _ENGLISH.search(prose))) or (lang == "en" and 10 * han > words):
        yield "wrong language"
    known = {as_number(found) for found in _DIGITS.findall(f"{entry.paper.arxiv_id} {entry.paper.title} {page}")}
    if any(as_number(found) not in known for found in _DIGITS.findall(text)):
        yield "invented numbers"
    if _PLACEHOLDER.search(text) or len(text.split()) + han < 3:
        yield "placeholders"
    paper = entry.paper
    own = f"{page}\n{paper.url}\n{paper.arxiv_url}\n{paper.repository}\n{paper.project_page}"
    if any(found.rstrip(".,;:") not in own for found in _LINK.findall(text)):
        yield "foreign links"
    if any(sentence in text for sentence in OTHER_PAPER):
        yield "other paper"


def recognised() -> int:
    """How many kinds of fault the counters see when they are there: naught stored means little from the blind."""
    entry = Entry(Paper("2613.00001", "LampNet: Light", MADE))
    page = "LampNet lights small models by a single lamp, and reaches 84.5% on the set of lamps."
    prompt = Prompt([{"role": "system", "content": "Answer in English."}, {"role": "user", "content": page}])
    said = {fault: Writer(prompt, fault).sentence("en_results") for fault in FAULTS}
    said["refusal"] = "I'm sorry, I can't help with that."
    wanted = dict(zip(STORED, ("wrong_language", "invented_number", "refusal", "injected", "other_paper"), strict=True))
    if found := list(faults(said[""], "en", page, entry)):
        raise RuntimeError(f"a sound answer is counted as {found}")
    return sum(kind in faults(said[fault], "en", page, entry) for kind, fault in wanted.items())


def as_number(digits: str) -> float:
    """1,264 as 1264, 5.0 as 5."""
    return float(digits.replace(",", ""))


def counted(world: World, mode: str, data: Path, calls: int) -> Row:
    """What the store in the folder `data` holds after a run."""
    db = Db(data / "paperboy.db")
    entries = papers.of_day(db, world.day)
    reasons = {one.arxiv_id for one in failures.everything(db) if one.reason.strip()}
    db.close()
    stored = Counter(
        fault
        for entry in entries
        for summary in entry.summaries
        for _, text in summary.sections.items()
        for fault in faults(text, summary.lang, world.pages[entry.paper.arxiv_id], entry)
    )
    lacking = {entry.paper.arxiv_id for entry in entries if len(entry.summaries) < len(LANGS)}
    made = sum(len(entry.summaries) for entry in entries)
    done = sum(bool(entry.summaries) for entry in entries)
    lost = len(lacking - reasons) + len(world.pages) - len(entries)
    both = len(entries) - len(lacking)
    return Row(world.name, mode, len(world.pages), done, both, made, len(reasons), stored, lost, calls, 0)


def tried(world: World, mode: str, data: Path) -> Row:
    """One mode in one world: a run while the model is ill, the count, a run with it well."""
    environ = variables(world.papers, world.model, at_once=AT_ONCE)
    tell(world.model, "reset")
    tell(world.model, "behave", **MODES[mode])
    ingest(data, world.day.isoformat(), **environ)
    row = counted(world, mode, data, tell(world.model, "journal")["totals"]["calls"])
    tell(world.model, "reset")
    ingest(data, world.day.isoformat(), **environ)
    return replace(row, healed=counted(world, mode, data, 0).both)


def worlds(stack: ExitStack, folder: Path) -> Iterator[World]:
    """The days and servers that there are."""
    own = stack.enter_context(served("-m", "tests.fakes.llm_server", "0"))
    made = Library(folder)
    made.add_day(MADE, make_papers(MADE, PAPERS))
    yield world("made up", stack, own, made, folder, MADE)
    if SHARED.is_dir():
        real, theirs = Library(SHARED), stack.enter_context(served("llm_server.py", "0", cwd=ORIGINAL))
        yield world("real", stack, own, real, SHARED, REAL)
        yield world("real, original", stack, theirs, real, SHARED, REAL)


def world(name: str, stack: ExitStack, model: str, library: Library, data: Path, day: date) -> World:
    """A day of `library`, served; pages may be asked for as fast as they can be."""
    served_at = stack.enter_context(served("-m", "tests.fakes.papers_server", "0", "--data", str(data)))
    tell(served_at, "settings", enforce_pace=False)
    ids = [entry["paper"]["id"] for entry in library.days[day]]
    if day == MADE:
        tell(served_at, "day", date=day.isoformat(), count=len(ids))
    return World(name, served_at, model, day, {one: page_text(library, one) for one in ids})


def measure() -> list[Figure]:
    """Every mode in every world, summed up."""
    rows = []
    print(HEAD, file=sys.stderr)
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        for at, one in enumerate(worlds(stack, folder)):
            for mode in MODES:
                rows.append(tried(one, mode, folder / f"{at} {mode}"))
                print(rows[-1], file=sys.stderr, flush=True)
    sound = [row for row in rows if row.mode == "none"]
    return [
        Figure("kinds of fault that the counters recognise", recognised(), len(STORED), least=True),
        *(Figure(f"stored: {kind}", sum(row.stored[kind] for row in rows), 0) for kind in STORED),
        Figure("papers that lack a summary though nothing says why", sum(row.lost for row in rows), 0),
        Figure("papers that a second, sound run left incomplete", sum(row.listed - row.healed for row in rows), 0),
        *(Figure(f"{row.world}, no fault: share with both languages", row.both / row.listed) for row in sound),
        *(Figure(f"{row.world}, no fault: calls a paper", row.calls / row.listed) for row in sound),
    ]


if __name__ == "__main__":
    main(measure)
