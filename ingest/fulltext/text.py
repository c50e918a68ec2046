"""What was read of a paper: a title, an abstract, and sections of plain text.

A section's text is light Markdown, paragraphs apart by an empty line. Formulas are `$tex$`; a caption is a paragraph
that begins with `> `; a table has a row per line and ` | ` between its cells; a footnote follows its paragraph as
`Note: …`. So a long paper can later be cut by section and still keep its captions.

Owns: these values, which kind of section a heading names, and what is taken out of foreign text (`clean`).
Does not own: reading a page (latexml, pdf), or how much of a paper is worth a model's time (whoever cuts).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from store.types import Source

Kind: TypeAlias = Literal[
    "abstract", "introduction", "related", "method", "experiments", "conclusion", "appendix", "other"
]
CAPTION = "> "

# The first that fits names the section: "Experimental methods" is about experiments, "Concluding discussion" concludes.
_WORDS: tuple[tuple[Kind, str], ...] = (
    ("appendix", r"appendi|supplement"),
    ("abstract", r"(?:extended )?abstract\b|executive summary|tl;?dr"),
    ("introduction", r"introduc|motivation\b|overview of contributions|our contributions"),
    ("related", r"related|prior work|previous work|background|preliminar|literature"),
    ("experiments", r"experiment|evaluat|result|ablation|benchmark|case stud|empirical|analys[ie]s"),
    ("conclusion", r"conclu|discussion|limitation|future work|summary|outlook|broader impact"),
    ("method", r"method|approach|model|architectur|algorithm|framework|formulation|training|system|design|proposed"),
)
_KINDS = tuple((kind, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for kind, words in _WORDS)
_ASIDES = re.compile(r"acknowledg|author contribution|funding|ethic|conflicts? of interest", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One section. `heading` is as printed, with its number ("3.2 Attention"); empty for text before the first one.

    `level` is 1 for a section, 2 for a subsection, to 5; `text` holds the section without its subsections.
    """

    heading: str
    level: int
    kind: Kind
    text: str

    @property
    def captions(self) -> tuple[str, ...]:
        """The captions of the figures and tables in this section."""
        return tuple(block for block in self.text.split("\n\n") if block.startswith(CAPTION))

    def markdown(self) -> str:
        """The section as Markdown under a heading of its level; the paper's title has level 0."""
        heading = f"{'#' * min(self.level + 1, 6)} {self.heading}" if self.heading else ""
        return "\n\n".join(filter(None, (heading, self.text)))


@dataclass(frozen=True, slots=True)
class Text:
    """What was read, and from which form of the paper.

    `blocks` never repeat the abstract, and are empty where only that was read. `title` and `abstract` are empty where
    the page doesn't show one.
    """

    source: Source
    title: str
    abstract: str
    blocks: tuple[Part, ...] = ()

    def markdown(self) -> str:
        """The whole as one Markdown text."""
        front = (Part(self.title, 0, "other", ""), Part("Abstract", 1, "abstract", self.abstract))
        shown = [part for part in front if part.heading and (part.level == 0 or part.text)]
        return "\n\n".join(part.markdown() for part in (*shown, *self.blocks))

    def __len__(self) -> int:
        """How many characters the sections hold, headings and abstract not counted."""
        return sum(len(part.text) for part in self.blocks)


@dataclass(slots=True)
class Draft:
    """A section under construction. `appendix`: it stands where only appendices stand, whatever it is called."""

    heading: str
    level: int
    appendix: bool = False
    paragraphs: list[str] = field(default_factory=list)


def parse_abstract(title: str, abstract: str) -> Text:
    """Return what can be told without any page: the title and the abstract that the paper's list gave."""
    return Text("ArXiv Abs", _one_line(title), clean(abstract))


def kind_of(heading: str) -> Kind:
    """Return the kind of section that a heading names by itself, "other" when it names none."""
    return next((kind for kind, words in _KINDS if words.search(heading)), "other")


def arrange(drafts: Sequence[Draft]) -> tuple[Part, ...]:
    """Return the sections with their kinds; those without heading and text are left out.

    A subsection is of its section's kind, but for thanks and the like, which are "other" anywhere. Authors name the
    section of their method after the method ("PaperNet"): one that no heading explains and that stands before the
    experiments is the method.
    """
    kept = [draft for draft in drafts if draft.heading or draft.paragraphs]
    above = _above(kept)
    kinds = [_kind(draft) for draft in kept]
    tops = [at for at in range(len(kept)) if above[at] is None]
    tried = next((at for at in tops if kinds[at] == "experiments"), 0)
    for at in range(len(kept)):
        top = above[at]
        if _ASIDES.search(kept[at].heading):
            continue
        if top is None:
            unnamed = kinds[at] == "other" and kept[at].heading
            kinds[at] = "method" if unnamed and at < tried else kinds[at]
        elif kinds[top] != "other":
            kinds[at] = kinds[top]
    return tuple(
        Part(draft.heading, draft.level, kind, "\n\n".join(draft.paragraphs))
        for draft, kind in zip(kept, kinds, strict=True)
    )


def _above(drafts: Sequence[Draft]) -> list[int | None]:
    """Return for each section where the one stands that it is part of."""
    above: list[int | None] = []
    path: list[int] = []
    for at, draft in enumerate(drafts):
        while path and drafts[path[-1]].level >= draft.level:
            path.pop()
        above.append(path[-1] if path else None)
        path.append(at)
    return above


def _kind(draft: Draft) -> Kind:
    if draft.appendix:
        return "appendix"
    if _ASIDES.search(draft.heading):
        return "other"
    if not draft.heading:  # some papers begin without a heading; a line or two is only keywords
        return "introduction" if sum(map(len, draft.paragraphs)) > 500 else "other"
    return kind_of(draft.heading)


class _Characters(dict[int, str | int]):
    """What becomes of a character: filled as characters are met, for Unicode is large and papers are not."""

    def __missing__(self, point: int) -> str | int:
        self[point] = made = _replacement(point)
        return made


# Letters, marks and symbols that show nothing, and could carry a text that people don't see.
_BLANKS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)}
_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def _replacement(point: int) -> str | int:
    """Newlines stay, other spaces become one kind of space; controls, invisible and private characters go."""
    category = unicodedata.category(chr(point))
    if chr(point) in "\n\r\v\f\x85" or category in ("Zl", "Zp"):
        return "\n"
    if chr(point) == "\t" or category == "Zs":
        return " "
    hidden = category in ("Cc", "Cf", "Cs", "Co") or point in _BLANKS or point in _SELECTORS
    return "" if hidden else point


_CHARACTERS = _Characters()


def clean(text: str) -> str:
    """Return `text` without what people can't see: controls, zero-width and bidirectional marks, private characters.

    Runs of spaces become one, and at most one line is left empty. Cleaning twice changes nothing more.
    """
    text = text.replace("\r\n", "\n").translate(_CHARACTERS)
    text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
