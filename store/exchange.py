"""Papers as files: what `paperboy import` reads and `paperboy export` writes.

    .md                  the daily report (store.report)
    .jsonl, .jsonl.gz    one paper a line:
        {"arxiv_id", "title", "day", "abstract", "authors", "upvotes", "keywords", "repository", "project_page",
         "listed",
         "summaries": {"zh": {"application", "contribution", "usage", "innovations", "results", "source", "model",
                              "prompt_version", "made_at", "tokens", "cost_usd"}, "en": …}}
        all but id, title and day may be missing; an unknown key is ignored
    .json                a day's papers as one object; .bib: BibTeX. Both are only written.

A file is read whole before anything of it is used: an error at its end leaves nothing of it behind.

Owns: the shape of a line, and BibTeX.
Does not own: the report's format (report), storing (papers).
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, ValidationError, field_validator

from store import find, report
from store.errors import FormatError, InputError
from store.types import SECTIONS, Entry, Lang, Paper, Sections, Source, Summary

MAX_LINE = 4_000_000
"""Bytes of one line: far more than any paper's, and a bound for a compressed bomb."""

Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Full = Annotated[Text, StringConstraints(min_length=1)]


class _Summary(BaseModel):
    application: Full
    contribution: Full
    usage: Full
    innovations: Full
    results: Full
    source: Source = "ArXiv Abs"
    model: Full = "unknown"
    prompt_version: Text = ""
    made_at: datetime | None = None
    tokens: Annotated[int, Field(ge=0)] = 0
    cost_usd: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0

    def value(self, arxiv_id: str, lang: Lang) -> Summary:
        sections = Sections(**{name: report.canonical(getattr(self, name)) for name in SECTIONS})
        made = (self.source, self.model, self.prompt_version, self.made_at, self.tokens, self.cost_usd)
        return Summary(arxiv_id, lang, sections, *made)


class _Line(BaseModel):
    arxiv_id: str
    title: Full
    day: date
    abstract: Text = ""
    authors: tuple[Full, ...] = ()
    upvotes: Annotated[int, Field(ge=0)] | None = None
    keywords: tuple[Full, ...] = ()
    repository: Text = ""
    project_page: Text = ""
    listed: bool = True
    summaries: dict[Lang, _Summary] = {}

    @field_validator("arxiv_id")
    @classmethod
    def canonical(cls, text: str) -> str:
        found = find.ids(text)
        if len(found) != 1:
            raise ValueError("it is no arXiv id")
        return found[0]

    def value(self) -> Entry:
        known = {name: getattr(self, name) for name in Paper.__dataclass_fields__ if name in type(self).model_fields}
        known["title"] = " ".join(self.title.split())
        summaries = (self.summaries[lang].value(self.arxiv_id, lang) for lang in sorted(self.summaries))
        return Entry(Paper(**known), tuple(summaries))


def read(path: Path) -> list[Entry]:
    """The papers of a report or of a file of lines, by the file's name.

    Raises:
        InputError: the file can't be read, or its name ends otherwise.
        FormatError: a line is not as it should be.
    """
    if path.suffix == ".md":
        return list(report.read(path).entries)
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        try:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                return [_entry(path, number, line) for number, line in _lines(path, file)]
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{path} can't be read ({error}): check the file and import it again.") from error
    raise InputError(f"{path} is no report: import reads .md, .jsonl and .jsonl.gz files.")


def to_jsonl(entries: Iterable[Entry]) -> str:
    """One paper a line, as `read` takes them."""
    return "".join(json.dumps(to_dict(entry), ensure_ascii=False) + "\n" for entry in entries)


def to_dict(entry: Entry) -> dict[str, Any]:
    """A paper as one line's object; `url` is there for readers, and ignored on reading."""
    summaries = {}
    for summary in entry.summaries:
        made_at = summary.made_at.isoformat() if summary.made_at else None
        rest = {"source": summary.source, "model": summary.model, "prompt_version": summary.prompt_version}
        cost = {"tokens": summary.tokens, "cost_usd": summary.cost_usd}
        summaries[summary.lang] = {**asdict(summary.sections), **rest, "made_at": made_at, **cost}
    paper = entry.paper
    return {**asdict(paper), "day": paper.day.isoformat(), "url": paper.url, "summaries": summaries}


def to_bibtex(entries: Iterable[Entry]) -> str:
    """The papers as BibTeX `@misc` entries, as arXiv itself writes them."""
    return "\n".join(_bibtex(entry.paper) for entry in entries)


def _lines(path: Path, file: Any) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise FormatError(path, number, f"the line is longer than {MAX_LINE:,} bytes.")
        if line.strip():
            yield number, line


def _entry(path: Path, number: int, line: bytes) -> Entry:
    try:
        return _Line.model_validate_json(line).value()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the line"
        raise FormatError(path, number, f"{where}: {first['msg'].removeprefix('Value error, ')}.") from error


def _bibtex(paper: Paper) -> str:
    year = 2000 + int(paper.arxiv_id[:2])
    surname = " ".join(["arxiv", *paper.authors[:1]]).split()[-1]
    key = re.sub(r"\W", "", f"{surname.lower()}{year}") + paper.arxiv_id.replace(".", "")
    fields = {
        "title": f"{{{_escaped(paper.title)}}}",
        "author": _escaped(" and ".join(paper.authors)),
        "year": str(year),
        "eprint": paper.arxiv_id,
        "archivePrefix": "arXiv",
        "url": paper.arxiv_url,
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{body}}}\n"


def _escaped(text: str) -> str:
    """Text for a BibTeX value: braces would unbalance it, and TeX reads these characters."""
    plain = re.sub(r"[{}\\]", "", text)
    return re.sub(r"([&%#_])", r"\\\1", plain)
