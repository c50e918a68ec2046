"""The glossary: how one idea is spelled in English and in Chinese, so that a question in either finds papers in both.

A line is `English|English=中文|中文`; `#` begins a comment. A spelling behind `?` is understood in a question, and not
looked for in papers: 量化 asks for quantization, and stands where anything is quantified. A host may add a file of the
same form.

Owns: reading glossaries, and cutting a text into units, each with all its spellings.
Does not own: tokens (words), the shell of a question (question), finding papers (search).
"""

from collections.abc import Iterable
from copy import copy
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from store.errors import FormatError, InputError
from store.types import Lang
from store.words import STOP, atoms, stem, tokens, without_shell

Unit: TypeAlias = tuple[str, ...]
"""The spellings of one idea in the question, the question's own first."""

Key: TypeAlias = tuple[str, ...]

_BROAD = """model models method methods approach approaches technique techniques system systems task tasks problem
problems issue issues application applications algorithm algorithms framework frameworks domain domains field area
模型 方法 技术 系统 任务 问题 应用 算法 框架 领域 场景"""
BROAD = frozenset(_BROAD.split())
"""Words that say nothing beside others: 幻觉问题 is 幻觉, "medical applications" is "medical"."""

FEW = 4
"""Units up to which broad words are left out; in a sentence they help to tell papers apart."""

ASKED_ONLY = "?"
"""Before a spelling that is understood in questions alone."""


class Lexicon:
    """Glossary lines by their spellings. Immutable once made, so threads may share it.

    `lines` are pairs of English and Chinese spellings; a spelling that stands in several lines has all their spellings.
    """

    def __init__(self, lines: Iterable[tuple[Unit, Unit]]) -> None:
        self._lines = tuple(lines)
        self._spellings: dict[Key, Unit] = {}
        self._asked_only: set[Key] = set()
        self._lengths: dict[str, tuple[int, ...]] = {}
        for english, chinese in self._lines:
            sought = tuple(spelling for spelling in (*english, *chinese) if not spelling.startswith(ASKED_ONLY))
            for spelling in (*english, *chinese):
                key = _key(atoms(spelling))
                self._spellings[key] = tuple(dict.fromkeys((*self._spellings.get(key, ()), *sought)))
                if spelling.startswith(ASKED_ONLY):
                    self._asked_only.add(key)
        for key in sorted(self._spellings, key=len, reverse=True):
            lengths = self._lengths.get(key[0], ())
            self._lengths[key[0]] = tuple(dict.fromkeys((*lengths, len(key))))

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def digest(self) -> str:
        """Names the content: another glossary has another digest."""
        return sha256(repr(self._lines).encode()).hexdigest()[:16]

    def heads(self, lang: Lang, n: int) -> list[str]:
        """At most `n` leading spellings in one language, spread evenly over the glossary."""
        step = max(1, len(self._lines) // n)
        return [pair[lang == "zh"][0].lstrip(ASKED_ONLY) for pair in self._lines[::step]][:n]

    def explains(self, text: str) -> bool:
        """Whether all that `text` says is in the glossary already."""
        return all(len(unit) > 1 for unit in self.units(text))

    def grown(self, pairs: Iterable[tuple[str, str]]) -> "Lexicon":
        """This glossary, with pairs of an English and a Chinese term that were learnt (store.learnt) beside it.

        No spelling of the glossary's own means anything else by them: what a stranger wrote adds, and changes nothing.
        A learnt term that stands beside one of the glossary's is understood as that. `digest` and `heads` stay.
        """
        grown = copy(self)
        grown._spellings, grown._lengths = dict(self._spellings), dict(self._lengths)
        for pair in pairs:
            for own, other in (pair, pair[::-1]):
                key = _key(atoms(own))
                if key and key not in self._spellings:
                    also = (own, other, *self._spellings.get(_key(atoms(other)), ()))
                    grown._spellings[key] = tuple(dict.fromkeys((*grown._spellings.get(key, ()), *also)))
                    lengths = {*grown._lengths.get(key[0], ()), len(key)}
                    grown._lengths[key[0]] = tuple(sorted(lengths, reverse=True))
        return grown

    def units(self, text: str) -> list[Unit]:
        """Cut `text` into units, each once: the longest glossary terms first come, else words and character pairs.

        Words that carry no topic are left out.
        """
        units: list[Unit] = []
        rest = ""
        for piece, spellings in self._cut(atoms(text)):
            if spellings:
                own = () if _key(atoms(piece)) in self._asked_only else (piece,)
                units.append(tuple(dict.fromkeys((*own, *spellings))))
                rest += " "
            elif not piece.isascii():
                rest += piece
            else:
                units += [(piece,)] if piece not in STOP else []
                rest += " "
        # A lone Chinese character is in no paper's tokens, which are pairs.
        units += [(token,) for run in without_shell(rest).split() if len(run) > 1 for token in tokens(run)]
        units = list(dict.fromkeys(units))
        if len(units) > FEW:
            return units
        return [unit for unit in units if unit[0] not in BROAD] or units

    def _cut(self, parts: list[str]) -> Iterable[tuple[str, Unit]]:
        """Greedy longest match from the left: (text, its spellings or none) until the parts are used up."""
        at = 0
        while at < len(parts):
            for length in self._lengths.get(stem(parts[at]), ()):
                part = parts[at : at + length]
                spellings = self._spellings.get(_key(part))
                if spellings and len(part) == length and not (length == 1 and part[0] in STOP):
                    break
            else:
                length, spellings, part = 1, (), parts[at : at + 1]
            yield _join(part), spellings or ()
            at += length


def load(extra: Path | None = None) -> Lexicon:
    """The shipped glossary, and the host's own lines from `extra`.

    Raises:
        InputError: `extra` can't be read.
        FormatError: a line without spellings on both sides.
    """
    shipped = files("store").joinpath("glossary.txt")
    lines = parse(shipped.read_text(encoding="utf-8"), "glossary.txt")
    if extra is not None:
        try:
            text = extra.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"The glossary {extra} can't be read: check search.glossary ({error}).") from error
        lines += parse(text, str(extra))
    return Lexicon(lines)


def parse(text: str, name: str) -> list[tuple[Unit, Unit]]:
    """Glossary lines as (English spellings, Chinese spellings); `name` is the file's, for errors."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        english, _, chinese = (_spellings(side) for side in line.partition("="))
        if not english or not chinese:
            raise FormatError(name, number, "a glossary line is `English|English=中文|中文`, with words on both sides.")
        lines.append((english, chinese))
    return lines


def _spellings(side: str) -> Unit:
    return tuple(word for word in (spelling.strip() for spelling in side.split("|")) if tokens(word))


def _key(parts: Iterable[str]) -> Key:
    return tuple(stem(part) for part in parts)


def _join(parts: list[str]) -> str:
    """Atoms as text again: a space between Latin words, none beside Chinese."""
    text = ""
    for part in parts:
        text += f" {part}" if text and text[-1].isascii() and part[0].isascii() else part
    return text
