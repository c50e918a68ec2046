"""What an answer is: its kind, what it says, which papers it names, and where each part of it comes from.

Owns: these values.
Does not own: making one (answer, within, written).
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.doc import Block, Doc
from bot.render import PLAIN, render
from store.filters import Filters
from store.search import Ranking
from store.types import Lang, Paper

Kind: TypeAlias = Literal["listing", "fact", "paper", "closest", "none"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a part of an answer comes from: each line of `quote` stands word for word in that section of that paper."""

    n: int
    arxiv_id: str
    section: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one question. `papers` are those it names as its answer, best first; `answered` is false when there
    is nothing to answer from (then `kind` is "none"). `ranking` is what it was chosen from, None where nothing was
    searched for, `wanted` what of it alone, and `above` how that is said; `written_by`: whether its sentences are
    stored ones, or a model's; of the `said` sentences that a model wrote for it `kept` passed the checks."""

    question: str
    lang: Lang
    kind: Kind
    doc: Doc
    papers: tuple[Paper, ...] = ()
    citations: tuple[Citation, ...] = ()
    ranking: Ranking | None = None
    wanted: Filters | None = None
    above: tuple[Block, ...] = ()
    written_by: Literal["quotes", "model"] = "quotes"
    said: int = field(default=0, compare=False)
    kept: int = field(default=0, compare=False)

    @property
    def answered(self) -> bool:
        """Whether something stored answers the question."""
        return self.kind != "none"

    @property
    def text(self) -> str:
        """The answer as plain text."""
        return "\n\n".join(render(self.doc, PLAIN))
