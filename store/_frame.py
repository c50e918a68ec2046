"""The frame of a report file: which lines hold it together, and which are text.

A line is part of the frame when it opens a paper, separates two, or heads one of the five sections; each is known by
its own pattern, at the start of the line. A section's line that would pass for one of them is written behind a
backslash, and so is such a line that has backslashes already; reading takes one off. Other lines stand as they are.

Owns: the patterns, the escape, and how a file falls into papers and a paper into headings.
Does not own: what a paper must have (report).
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from store.errors import FormatError
from store.types import SECTIONS, Lang, SectionName

SECTION_NAMES: dict[Lang, dict[SectionName, str]] = {
    "zh": {
        "application": "应用领域",
        "contribution": "一句话核心贡献",
        "usage": "使用指南",
        "innovations": "主要创新点",
        "results": "实验效果",
    },
    "en": {
        "application": "Application area",
        "contribution": "One-sentence contribution",
        "usage": "Usage guide",
        "innovations": "Innovations",
        "results": "Results",
    },
}

Label: TypeAlias = Literal["date", "link", "source", "model", "upvotes", "repository", "project_page"]
LABELS: dict[Lang, dict[Label, str]] = {
    "zh": {
        "date": "日期",
        "link": "链接",
        "source": "阅读来源",
        "model": "模型",
        "upvotes": "点赞",
        "repository": "代码",
        "project_page": "项目主页",
    },
    "en": {
        "date": "Date",
        "link": "Link",
        "source": "Read from",
        "model": "Model",
        "upvotes": "Upvotes",
        "repository": "Repository",
        "project_page": "Project page",
    },
}

TITLE = "# Hugging Face Daily Papers Report"
RULE = "=" * 60

_SECTION_OF = {name.lower(): (lang, key) for lang, names in SECTION_NAMES.items() for key, name in names.items()}
_LABEL_OF = {name.lower(): key for names in LABELS.values() for key, name in names.items()}

# Each pattern is matched at the start of one line that has no trailing space, in time linear in its length.
_PAPER = re.compile(r"## *📄(?P<title>.*)")
_SEPARATOR = re.compile(r"={20,}$")
_NAME = f"(?P<name>{'|'.join(_SECTION_OF)})"
_FLAGS = re.ASCII | re.IGNORECASE  # without ASCII, "ı" would match an i and then not be found in _SECTION_OF
_HEADINGS = (
    re.compile(rf"#{{1,6}} *\d{{1,2}}\. *(?:\*\*)?{_NAME}(?:\*\*)? *(?:$|[：:](?P<text>.*))", _FLAGS),
    re.compile(rf"\d{{1,2}}\. *\*\*{_NAME}(?:\*\*$|\*\* *[：:]|[：:]\*\*)(?P<text>.*)", _FLAGS),
)
_LABELLED = re.compile(r"(?:[-*] +)?\*\*(?P<label>[^*：:]+)(?:\*\* *[：:]|[：:]\*\*)(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paper as it stands in the file: its title is in line `line` (from 1), `lines` are those below it."""

    line: int
    title: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading: line `at` of its block (from 0) fits the pattern `style` and goes on with `text`."""

    at: int
    style: int
    lang: Lang
    section: SectionName
    text: str


def split(lines: list[str], name: str) -> tuple[Block, list[Block]]:
    """Return the file's header (a block in line 0) and its papers.

    Raises:
        FormatError: text between a separator and the next paper, or a paper without a title.
    """
    header = Block(0, "", [])
    papers: list[Block] = []
    body: list[str] | None = header.lines
    for number, line in enumerate(lines, 1):
        if match := _PAPER.match(line):
            papers.append(Block(number, one_line(match["title"]), body := []))
            if not papers[-1].title:
                raise FormatError(name, number, "no title: expected `## 📄 Title`")
        elif _SEPARATOR.match(line):
            body = None
        elif body is not None:
            body.append(line)
        elif line:
            raise FormatError(name, number, "text outside a paper: expected `## 📄 Title`")
    return header, papers


def headings(block: Block, lang: Lang | None = None) -> list[Heading]:
    """Return the block's section headings in `lang` (None: in any language), in the order of the file.

    A model keeps to one style within a paper, so when the style of the first heading is good for all five sections,
    a line in the other style is text: an item `1. **Results**: …` under `### 4. Innovations`.
    """
    found = [
        Heading(at, style, *_SECTION_OF[match["name"].lower()], (match["text"] or "").strip())
        for at, line in enumerate(block.lines)
        for style, pattern in enumerate(_HEADINGS)
        if (match := pattern.match(line))
    ]
    found = [heading for heading in found if lang in (None, heading.lang)]
    alike = [heading for heading in found if heading.style == found[0].style]
    return alike if {heading.section for heading in alike} == set(SECTIONS) else found


def labels(lines: list[str]) -> dict[Label, tuple[int, str]]:
    """Return what the lines `- **label**: value` say, as (index of the line, value); the first of a label holds."""
    found: dict[Label, tuple[int, str]] = {}
    for at, line in enumerate(lines):
        if (match := _LABELLED.match(line)) and (label := _LABEL_OF.get(match["label"].lower())):
            found.setdefault(label, (at, match["value"].strip()))
    return found


def escape(line: str) -> str:
    """Return a section's line so that it can't be taken for the frame."""
    return "\\" + line if _framelike(line.lstrip("\\")) else line


def unescape(line: str) -> str:
    """Return the line that `escape` was given; a line that it left alone stays as it is."""
    return line[1:] if line.startswith("\\") and _framelike(line.lstrip("\\")) else line


def one_line(text: str) -> str:
    """Return the text with every run of white space made one space, and none around it."""
    return " ".join(text.split())


def _framelike(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_PAPER, _SEPARATOR, *_HEADINGS))
