"""A paper as sentences, each with where it stands.

A sentence is a contiguous piece of the text it came from, up to white space: list marks, footnote numbers and what
lies outside are cut off its ends, nothing inside is changed.

Owns: where sentences end (English and Chinese), and which parts of a paper hold any.
Does not own: which are fit to be shown alone (quotable), or what they are about (cues).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.fulltext.text import CAPTION, Kind, Text
from store.words import HAN

MAX_CHARS = 200_000
"""How much of a paper's body is read."""

_LISTED = 10  # sentences after "our contributions are" that may belong to it
_MARKER = r"(?:[•‣▪◦]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-e])\)|[-*+](?=\s)|\d{1,2}\.(?=\s+[A-Z]))"
_COUNT = r"\(?(?:\d|[ivx]{1,3})\)"
_MARK = re.compile(rf"^{_MARKER}\s*")
_MATH = re.compile(r"\$[^$]{1,300}\$")
_STOP = re.compile(
    rf"""(?: (?<![.!?]) [.!?]++ ["'”’)\]]*+ (?= \s+ ["'“‘(\[$•]* [A-Z0-9{HAN}] )
      | (?<=[a-z][a-z]) \. (?P<note> \d{{1,2}} ) (?= \s+ [A-Z] | $ )
      | (?<![。！？]) [。！？]++ [”’）」』]*+
      | [:.] (?= \s+ (?:•|{_COUNT}) \s* [A-Z] (?! (?: (?!\.\s+[A-Z0-9(•]). ){{0,400}} \s{_COUNT} ) ) )""",
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|[Ff]igs?|[Ee]qs?|[Ss]ecs?|[Tt]abs?|[Rr]efs?|vs|cf|approx|resp|w\.r\.t|Dr|Prof|Mr|Ms|No|"
    r"Vol|Alg|App|St|a\.k\.a|Ph\.D|U\.S)|(?:^|[\s(.])[A-Z])\.$"
)
_CONTRIBUTIONS = re.compile(r"\bcontributions?\b|贡献", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `kind` and `heading` are its section's, `at` counts from the paper's start.

    `place` is how far into its section it stands, from 0 to 1; `listed`: it may be an item of the authors' own list
    of contributions.
    """

    text: str
    kind: Kind
    heading: str
    at: int
    place: float
    listed: bool = False


def occurs(sentence: str, source: str) -> bool:
    """Whether `sentence` stands in `source` word for word, white space apart."""
    return flat(sentence) in flat(source)


def flat(text: str) -> str:
    """`text` on one line, with single spaces."""
    return " ".join(text.split())


def split(paragraph: str) -> list[str]:
    """Cut a paragraph into sentences; so are the items of a list inside it, if they are whole ("are: 1) A. 2) B.")."""
    line = flat(paragraph)
    masked = _MATH.sub(lambda math: "$" + "x" * (len(math[0]) - 2) + "$", line)
    found: list[str] = []
    start = 0
    for stop in _STOP.finditer(masked):
        end = stop.start("note") if stop["note"] else stop.end()
        if not _ABBREVIATION.search(masked, max(start, end - 12), end):
            found.append(line[start:end])
            start = stop.end()
    found.append(line[start:])
    return [bare for piece in found if (bare := _MARK.sub("", piece.strip()))]


def read(text: Text, abstract: str) -> list[Sentence]:
    """Return the sentences of `abstract` and of the sections, in their order.

    Left out are captions, tables, notes, formulas on their own lines, thanks and appendices.
    """
    sections: list[tuple[Kind, str, list[str]]] = [("abstract", "", split(abstract))]
    left = MAX_CHARS
    for part in text.blocks:
        if part.kind == "appendix" or left <= 0:
            continue
        sections.append((part.kind, part.heading, [one for line in _lines(part.text[:left]) for one in split(line)]))
        left -= len(part.text)
    found: list[Sentence] = []
    for kind, heading, sentences in sections:
        last = max(len(sentences) - 1, 1)
        lead = -_LISTED - 1
        for index, one in enumerate(sentences):
            found.append(Sentence(one, kind, heading, len(found), index / last, index - lead <= _LISTED))
            lead = index if kind == "introduction" and _CONTRIBUTIONS.search(one) else lead
    return found


def _lines(text: str) -> Iterator[str]:
    """The lines of a section that are prose: there, a paragraph or an item of a list is one line."""
    for line in text.split("\n"):
        if line.strip() and not line.startswith((CAPTION, "Note: ", "```")) and " | " not in line:
            yield line
