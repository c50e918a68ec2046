"""Read and write the daily report: one Markdown file with a day's papers and their five sections in one language.

    # Hugging Face Daily Papers Report
    **Date**: 2026-02-26
    **Source URL**: https://huggingface.co/papers/date/2026-02-26

    ============================================================

    ## 📄 A title

    - **链接**: https://huggingface.co/papers/2602.00001
    - **阅读来源**: HTML

    ### 1. 应用领域
    …

`write` knows this one style. `read` also takes what models make of it: `1. **应用领域**：` with the text behind it or
below, a heading without its colon, indented text, a title repeated above the sections, sections in any order.
A section may hold any line at all, also one that looks like these (see `_frame`).

What comes back equal: the day and the language; of a paper its id, title, upvotes, repository and project page; of a
summary its sections, source and model (what is not known has no line). Titles are made one line, sections `canonical`.
Authors, abstract, keywords, prompt version and the time of making are not in the file.

Owns: the form of the file, and what its parts are called in both languages.
Does not own: where papers are kept (papers), or how a summary looks in a chat (bot).
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent

from store._frame import (
    LABELS,
    RULE,
    SECTION_NAMES,
    TITLE,
    Block,
    Heading,
    Label,
    escape,
    headings,
    labels,
    one_line,
    split,
    unescape,
)
from store.errors import FormatError, InputError
from store.types import SECTIONS, SOURCES, Entry, Lang, Paper, SectionName, Sections, Source, Summary

__all__ = ["LABELS", "SECTION_NAMES", "Report", "canonical", "parse", "read", "write"]

_SOURCE_OF: dict[str, Source] = {source.lower(): source for source in SOURCES}
_ARXIV_ID = re.compile(
    r"\b(?:huggingface\.co/papers|arxiv\.org/(?:abs|pdf|html))/"
    r"(?P<id>[0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?(?:\.pdf)?(?!\w)"
)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Report:
    """One day's papers in one language.

    Every report can be written and read back: it has at least one paper and none twice; each is of that day, has a
    title, and exactly one summary, in that language, that lacks no section. Anything else is a ValueError.
    """

    day: date
    lang: Lang
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if not self.entries or len({entry.paper.arxiv_id for entry in self.entries}) < len(self.entries):
            raise ValueError("a report has at least one paper, and none twice")
        for paper, summaries in ((entry.paper, entry.summaries) for entry in self.entries):
            if paper.day != self.day or not paper.title.strip():
                raise ValueError(f"{paper.arxiv_id} is not a paper of {self.day} with a title")
            if [summary.lang for summary in summaries] != [self.lang] or summaries[0].sections.missing():
                raise ValueError(f"{paper.arxiv_id} has not one whole summary, in {self.lang!r}")


def canonical(text: str) -> str:
    """Return a section's text as a report gives it back.

    Without common indentation, space at the end of lines, and blank lines around it; lines end in a newline alone.
    """
    return dedent("\n".join(_lines(text)).strip("\n"))


def write(report: Report) -> str:
    """Return the report as text in the clean style; `parse` gives it back."""
    day = report.day.isoformat()
    header = f"{TITLE}\n**Date**: {day}\n**Source URL**: https://huggingface.co/papers/date/{day}"
    parts = [header, *(_paper(entry, report.lang) for entry in report.entries)]
    return f"\n\n{RULE}\n\n".join(parts) + f"\n\n{RULE}\n"


def read(path: Path) -> Report:
    """Return the report in the file, all of it or nothing.

    Raises:
        InputError: the file can't be opened.
        FormatError: it is not a report, or one of its papers lacks something.
    """
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}): check its name and permissions") from error
    except UnicodeDecodeError as error:
        raise FormatError(path, 1, "not a daily report: it is not text in UTF-8") from error
    return parse(text, str(path))


def parse(text: str, name: str) -> Report:
    """Return the report that `text` holds, all of it or nothing; errors call the file `name`.

    Its language is that of the first section heading.

    Raises:
        FormatError: it is not a report, or one of its papers lacks something.
    """
    lines = _lines(text.removeprefix("\ufeff"))
    if next(filter(None, lines), "").lower() != TITLE.lower():
        raise FormatError(name, 1, f"not a daily report: expected `{TITLE}`")
    header, papers = split(lines, name)
    day = _day(header, name)
    if not papers:
        raise FormatError(name, len(lines), "no paper: expected `## 📄 Title`")
    lang: Lang = next((heading.lang for block in papers for heading in headings(block)), "zh")
    entries: dict[str, Entry] = {}
    for block in papers:
        entry = _entry(block, day, lang, name)
        if entries.setdefault(entry.paper.arxiv_id, entry) is not entry:
            raise FormatError(name, block.line, f"the paper {entry.paper.arxiv_id} a second time")
    return Report(day, lang, tuple(entries.values()))


def _lines(text: str) -> list[str]:
    """Return the lines without the space at their end, whichever of CRLF, CR and LF ends them."""
    return [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _paper(entry: Entry, lang: Lang) -> str:
    paper, (summary,) = entry.paper, entry.summaries
    values: dict[Label, str] = {
        "link": paper.url,
        "source": summary.source,
        "model": "" if summary.model == "unknown" else summary.model,
        "upvotes": "" if paper.upvotes is None else str(paper.upvotes),
        "repository": paper.repository,
        "project_page": paper.project_page,
    }
    parts = [
        f"## 📄 {one_line(paper.title)}",
        "\n".join(
            f"- **{LABELS[lang][label]}**: {one_line(value)}" for label, value in values.items() if value.strip()
        ),
    ]
    for number, (section, text) in enumerate(summary.sections.items(), 1):
        body = "\n".join(map(escape, canonical(text).split("\n")))
        parts.append(f"### {number}. {SECTION_NAMES[lang][section]}\n{body}")
    return "\n\n".join(parts)


def _day(header: Block, name: str) -> date:
    at, value = labels(header.lines).get("date", (0, ""))
    try:
        return date.fromisoformat(value if _DAY.fullmatch(value) else "")
    except ValueError:
        raise FormatError(name, at + 1, "no date: expected `**Date**: YYYY-MM-DD`") from None


def _entry(block: Block, day: date, lang: Lang, name: str) -> Entry:
    found = headings(block, lang)
    said = labels(block.lines[: found[0].at] if found else block.lines)
    values = {label: value for label, (_, value) in said.items()}

    def fault(label: Label, expected: str) -> FormatError:
        at, value = said.get(label, (-1, ""))
        where = f" in {value[:60]!r}" if value else ""
        return FormatError(name, block.line + 1 + at, f"no {LABELS[lang][label]}{where}: expected {expected}")

    link = _ARXIV_ID.search(values.get("link", ""))
    if not link:
        raise fault("link", "https://huggingface.co/papers/ID or https://arxiv.org/abs/ID")
    source = _SOURCE_OF.get(values.get("source", "").lower())
    if not source:
        raise fault("source", f"one of {', '.join(SOURCES)}")
    if not _COUNT.fullmatch(values.get("upvotes", "0")):
        raise fault("upvotes", "a number")
    paper = Paper(
        link["id"],
        block.title,
        day,
        upvotes=int(values["upvotes"]) if "upvotes" in values else None,
        repository=values.get("repository", ""),
        project_page=values.get("project_page", ""),
    )
    sections = _sections(block, found, lang, name)
    return Entry(paper, (Summary(paper.arxiv_id, lang, sections, source, values.get("model") or "unknown"),))


def _sections(block: Block, found: list[Heading], lang: Lang, name: str) -> Sections:
    ends = [heading.at for heading in found[1:]] + [len(block.lines)]
    texts: dict[SectionName, str] = {}
    for heading, end in zip(found, ends, strict=False):
        line, title = block.line + 1 + heading.at, SECTION_NAMES[lang][heading.section]
        if heading.section in texts:
            raise FormatError(name, line, f"the section {title} a second time")
        below = dedent("\n".join(map(unescape, block.lines[heading.at + 1 : end])))
        texts[heading.section] = canonical(f"{heading.text}\n{below}")
        if not texts[heading.section]:
            raise FormatError(name, line, f"the section {title} is empty")
    missing = [SECTION_NAMES[lang][section] for section in SECTIONS if section not in texts]
    if missing:
        raise FormatError(name, block.line, f"no section {', '.join(missing)}")
    return Sections(**texts)
