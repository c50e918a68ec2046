"""An answer as it streams in, cut into sentences with the citations that belong to them.

A citation behind the full stop belongs to the sentence before it. What a model thinks aloud before its answer
(<think>…</think>) and the fences around it are no sentences.

Owns: when a streamed sentence is whole, reading citations and taking them out.
Does not own: where sentences end (summaries.sentences), whether one may be shown (checks).
"""

import re
from dataclasses import dataclass

from ingest.fulltext.text import clean
from ingest.summaries.sentences import split

_LIST = r"\d{1,3}(?:\s*[,，、;；]\s*\d{1,3})*"
_CITATION = re.compile(rf"\s*[\[【［]\s*\^?({_LIST})\s*[\]】］](?!\()")
_LEADING = re.compile(rf"^(?:\s*[\[【［]\s*\^?{_LIST}\s*[\]】］](?!\())+")
_OPEN = re.compile(r"^\s*[\[【［][\s\d,，、;；^]*$")
_MARK = re.compile(r"\s*(?:[-*+•]\s+|\(?\d{1,2}[.)）]\s+|\d{1,2}、)")
_AFTER = re.compile(r"(?<=[\]】］][.!?])\s+")  # behind a citation and a full stop, whatever comes next
_STOP = re.compile(r"([.!?。！？；;]+[”’\"')）*_]*)$")
_THOUGHT = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the model wrote it, and the line it stands in (from 0); `listed`: the line is a list's."""

    text: str
    line: int = 0
    listed: bool = False

    @property
    def cites(self) -> tuple[int, ...]:
        """The numbers that it cites, each once."""
        found = (number for group in _CITATION.findall(self.text) for number in re.findall(r"\d+", group))
        return tuple(dict.fromkeys(map(int, found)))

    @property
    def bare(self) -> str:
        """The sentence without its citations."""
        return _CITATION.sub("", self.text).strip()


def marked(bare: str, numbers: tuple[int, ...]) -> str:
    """A sentence with citations before its full stop: 65.3 K token/s [1]。"""
    marks = " " + "".join(f"[{number}]" for number in numbers)
    stop = _STOP.search(bare)
    return bare[: stop.start()] + marks + stop[0] if stop else bare + marks


class Stream:
    """Takes an answer piece by piece; gives each sentence once it is whole."""

    def __init__(self) -> None:
        self._rest = ""
        self._line = 0
        self._listed = False
        self._begun = False

    def feed(self, piece: str) -> list[Sentence]:
        """The sentences that `piece` made whole."""
        self._rest += piece
        if not self._begun and not self._begins():
            return []
        found: list[Sentence] = []
        while "\n" in self._rest:
            line, self._rest = self._rest.split("\n", 1)
            found += self._of(self._pieces(line))
            self._line += 1
            self._listed = False
        pieces = self._pieces(self._rest)
        if len(pieces) > 1 and not _OPEN.match(pieces[-1]):
            space = self._rest[len(self._rest.rstrip()) :]
            found += self._of(pieces[:-1])
            self._rest = pieces[-1] + space
        return found

    def end(self) -> list[Sentence]:
        """What is left when the answer has ended; of one that broke off it is no sentence."""
        found, self._rest = (self._of(self._pieces(self._rest)) if self._begun else []), ""
        return found

    def _begins(self) -> bool:
        """Whether the answer has begun: thoughts before it are thrown away."""
        opening, closing = _THOUGHT
        start = self._rest.lstrip()
        if start.startswith(opening):
            _, closed, after = start.partition(closing)
            if not closed:
                return False
            start = after
        elif opening.startswith(start):
            return False
        self._rest, self._begun = start.lstrip("\n"), True
        return True

    def _pieces(self, line: str) -> list[str]:
        """A line's sentences, each with the citations that follow it."""
        line = clean(line).lstrip("#> ")
        if mark := _MARK.match(line):
            line, self._listed = line[mark.end() :], True
        found: list[str] = []
        for piece in (part for one in split(line) for part in _AFTER.split(one)):
            if found and (moved := _LEADING.match(piece)):
                found[-1] += f" {moved[0].strip()}"
                piece = piece[moved.end() :].strip()
            if piece:
                found.append(piece)
        return found

    def _of(self, pieces: list[str]) -> list[Sentence]:
        return [Sentence(one, self._line, self._listed) for one in pieces if one.strip("`*_ -—")]
