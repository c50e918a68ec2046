"""The words everything else is written in: papers, their summaries, and what a search finds.

All are frozen values. A `day` is the day on Hugging Face Daily Papers (of a paper that was never listed there, the day
when it was first on arXiv); a `lang` is "zh" or "en".
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Lang: TypeAlias = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

SectionName: TypeAlias = Literal["application", "contribution", "usage", "innovations", "results"]
SECTIONS: tuple[SectionName, ...] = ("application", "contribution", "usage", "innovations", "results")

Source: TypeAlias = Literal["HTML", "PDF", "ArXiv Abs"]
SOURCES: tuple[Source, ...] = ("HTML", "PDF", "ArXiv Abs")

Vector: TypeAlias = NDArray[np.float32]
"""Shape (dim,), length 1."""

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (n, dim), each row of length 1."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as Daily Papers lists it, or (not `listed`) as arXiv knows one that somebody asked for.

    `arxiv_id` is canonical: no version ("2602.15030").

    `upvotes` and the repository's `stars` are None when nobody counted them; empty strings stand for what is not known.
    `ai_summary` is one sentence by Hugging Face's model; `thumbnail` is the URL of a picture.
    """

    arxiv_id: str
    title: str
    day: date
    authors: tuple[str, ...] = ()
    abstract: str = ""
    upvotes: int | None = None
    keywords: tuple[str, ...] = ()
    repository: str = ""
    project_page: str = ""
    ai_summary: str = ""
    stars: int | None = None
    organisation: str = ""
    thumbnail: str = ""
    listed: bool = True

    @property
    def url(self) -> str:
        """The paper's page on Hugging Face; on arXiv, where it was never listed."""
        return f"https://huggingface.co/papers/{self.arxiv_id}" if self.listed else self.arxiv_url

    @property
    def arxiv_url(self) -> str:
        """The paper's abstract page on arXiv."""
        return f"https://arxiv.org/abs/{self.arxiv_id}"


@dataclass(frozen=True, slots=True)
class Sections:
    """The five sections of a summary, as light Markdown (lists, **bold**, `code`, $tex$); none is empty once stored."""

    application: str
    contribution: str
    usage: str
    innovations: str
    results: str

    def __getitem__(self, name: SectionName) -> str:
        return str(getattr(self, name))

    def items(self) -> tuple[tuple[SectionName, str], ...]:
        """The sections in their order, as (name, text)."""
        return tuple((name, self[name]) for name in SECTIONS)

    def missing(self) -> tuple[SectionName, ...]:
        """The names of the sections that hold nothing but space."""
        return tuple(name for name, text in self.items() if not text.strip())


EXTRACTIVE = "extractive"
"""The `model` of a summary made without one, of the paper's own sentences: whoever shows it says so."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One paper's five sections in one language.

    `source` is what was read (阅读来源); `model` is the name of the model that wrote it ("unknown" when a
    file doesn't say); `made_at` is an aware UTC time, None when not known. `tokens` (in and out together) and
    `cost_usd` are this summary's share of the calls that made it, 0 when not known.
    """

    arxiv_id: str
    lang: Lang
    sections: Sections
    source: Source
    model: str = "unknown"
    prompt_version: str = ""
    made_at: datetime | None = None
    tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper with what is known about it: at most one summary a language; `failed`: one could not be made."""

    paper: Paper
    summaries: tuple[Summary, ...] = ()
    failed: bool = False

    def summary(self, *langs: Lang) -> Summary | None:
        """The summary in the first of `langs` that there is, else any, else None."""
        by_lang = {summary.lang: summary for summary in self.summaries}
        return next((by_lang[lang] for lang in langs if lang in by_lang), next(iter(self.summaries), None))


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that a search found. `score`, -1 to 2, compares between questions and corpora; listed from about .6."""

    entry: Entry
    score: float


assert tuple(field.name for field in fields(Sections)) == SECTIONS  # noqa: S101 - the names are written twice above
