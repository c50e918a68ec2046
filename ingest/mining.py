"""Pairs of an English and a Chinese term that mean one idea, read out of the papers themselves.

    glosses    扩散变换器（Diffusion Transformer）, in two papers at least: there somebody said so
    parallels  a term of English titles, keywords and summaries, and what stands in the Chinese summaries of just those
               papers; the embedder must find the two near in meaning, too

Papers are data from strangers: a pair is two short terms or nothing, and a term that the glossary has is left alone.

Owns: which pairs are read, and how sure of one to be.
Does not own: keeping pairs, and searching by them (store.learnt), the glossary (store.lexicon).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import TypeAlias

from store import categories
from store.lexicon import BROAD
from store.types import Entry
from store.words import HAN, STOP, phrase, stem, without_shell

Pair: TypeAlias = tuple[str, str]
"""An English term and a Chinese one."""

Nearness: TypeAlias = Callable[[Sequence[Pair]], Sequence[float]]
"""The centred cosine (-1 to 1) of each pair's two terms."""

MOST_READ = 3000
"""Papers that are read: pairs are the field's, and a few thousand papers say them all."""

MOST_WORDS = 4
LONGEST = 10
"""Characters of a Chinese term."""

LONGEST_RUN = 6
"""The same of one that no gloss delimits."""

TOLD = 2
"""Papers that a gloss must stand in: one alone may have made it up."""

SEEN = 3
"""Papers that each term of a parallel must stand in."""

TOGETHER = 2
"""Papers that both must stand in."""

COMMON = 0.15
"""A Chinese term in more than this share of the papers is no counterpart of a rarer one."""

SHARED = 0.5
"""Share of the rarer term's papers in which its counterpart must stand."""

OFFERED = 12
"""Counterparts of one term that are compared by meaning."""

NEAR = 0.3
"""Cosine that two terms of one idea have at least (measured: one in a thousand of unlike terms has it)."""

SURE = 0.6
"""Cosine and Dice's coefficient together, from which a parallel is taken for a pair."""

SAID = 0.2
"""What it counts, in place of Dice's coefficient, that one paper glosses a term so."""

WHOLE = 0.8
"""Share of a term's papers in which it stands within a longer one: then it is a piece of that."""

_TERM = re.compile(r"[A-Za-z][A-Za-z0-9+-]{0,24}(?: [A-Za-z0-9][A-Za-z0-9+-]{0,24}){0,3}")
_RUN = re.compile(f"[{HAN}]{{2,}}")
_GLOSS = re.compile(rf"([{HAN}]{{2,24}})\s?[（(]\s?({_TERM.pattern})\s?[）)]")
_GLOSS_EN = re.compile(rf"({_TERM.pattern})\s?[（(]\s?([{HAN}]{{2,{LONGEST}}})\s?[）)]")
_BINDS = re.compile(
    "^(?:提出|采用|使用|基于|引入|利用|通过|结合|包含|包括|现有|当前|传统|一种|一个|针对|传统的?|以及|例如|实现|设计|构建|发现|获得|称为|"
    "即|将|对|在|的|和|与|或|及|为|是|等|从|到|用|以|种|个|本|该|其|了|不同|新|现)+|(?:的|和|与|或|等|中|上|在|为)+$"
)
_WORD = re.compile("[A-Za-z0-9][A-Za-z0-9+-]*|[^A-Za-z0-9 ]")


def pairs(entries: Sequence[Entry], known: Callable[[str], bool], near: Nearness) -> list[Pair]:
    """The pairs that `entries` tell, the surest first. `known`: whether the glossary has all that a term says."""
    told, once = _glosses(entries)
    sure = {pair: float(n) for pair, n in told.items() if not known(pair[0])}
    said = {phrase(english) for english, _ in told}
    offered = dict.fromkeys(once, SAID) | _parallels(entries)
    offered = {pair: dice for pair, dice in offered.items() if phrase(pair[0]) not in said and not known(pair[0])}
    nearness = near(list(offered)) if offered else ()
    best: dict[str, tuple[float, Pair]] = {}
    for (pair, dice), cosine in zip(offered.items(), nearness, strict=True):
        if cosine >= NEAR and cosine + dice >= SURE:
            best[phrase(pair[0])] = max(best.get(phrase(pair[0]), (0.0, pair)), (cosine + dice, pair))
    found = sure | {pair: sum_ for sum_, pair in best.values()}
    return sorted(found, key=lambda pair: (-found[pair], pair))


def is_pair(english: str, chinese: str) -> bool:
    """Whether the two look like terms at all: a few words that say something, and characters enough for them."""
    words = english.lower().split()
    return (
        _TERM.fullmatch(english) is not None
        and len(words) <= MOST_WORDS
        and not {words[0], words[-1]} & (STOP | BROAD)
        and len(english) > 1
        and max(2, len(words) + (len(words) > 1)) <= len(chinese) <= LONGEST
        and _RUN.fullmatch(chinese) is not None
        and chinese not in BROAD
        and without_shell(chinese) == chinese
    )


@dataclass
class _Glossed:
    """An English term in brackets (or before them): each paper's run of characters beside it."""

    english: str
    runs: dict[int, str] = field(default_factory=dict)

    def shared(self) -> Iterator[tuple[str, int]]:
        """The longest ending that two papers and half of all share, and how many do."""
        counts = Counter(run[-n:] for run in self.runs.values() for n in range(2, min(len(run), LONGEST) + 1))
        enough = [ending for ending, n in counts.items() if n >= max(TOLD, len(self.runs) / 2)]
        if enough:
            longest = max(enough, key=len)
            yield _BINDS.sub("", longest), counts[longest]

    def endings(self) -> set[str]:
        """All that the brackets may belong to."""
        return {_BINDS.sub("", run[-n:]) for run in self.runs.values() for n in range(2, min(len(run), LONGEST) + 1)}


def _glosses(entries: Iterable[Entry]) -> tuple[dict[Pair, int], list[Pair]]:
    """Pairs that stand as 中文（English） or English（中文）, with how many papers say so.

    And of the terms that one paper alone glosses, all that may be meant.
    """
    glossed: dict[str, _Glossed] = {}
    for at, entry in enumerate(entries):
        for text in _texts(entry):
            glosses = [(match[2], match[1]) for match in _GLOSS.finditer(text)]
            glosses += [(match[1], match[2]) for match in _GLOSS_EN.finditer(text)]
            for english, run in glosses:
                glossed.setdefault(phrase(english), _Glossed(english)).runs.setdefault(at, run)
    told = {(one.english, term): n for one in glossed.values() if len(one.runs) >= TOLD for term, n in one.shared()}
    once = [(one.english, term) for one in glossed.values() if len(one.runs) < TOLD for term in one.endings()]
    return {pair: n for pair, n in told.items() if is_pair(*pair)}, [pair for pair in once if is_pair(*pair)]


def _parallels(entries: Sequence[Entry]) -> dict[Pair, float]:
    """English terms with the few Chinese ones that stand in the same papers most, and Dice's coefficient of the two."""
    english, spelling = _english(entries)
    chinese = _chinese(entries)
    at: dict[int, list[str]] = defaultdict(list)
    for term, papers in chinese.items():
        for paper in papers:
            at[paper].append(term)
    found: dict[Pair, float] = {}
    for term, papers in english.items():
        both = Counter(one for paper in papers for one in at[paper])
        gains = {
            one: n * log(n * len(entries) / len(papers) / len(chinese[one]))
            for one, n in both.items()
            if n >= TOGETHER and n >= SHARED * min(len(papers), len(chinese[one]))
        }
        for one in sorted(gains, key=lambda one: (-gains[one], one))[:OFFERED]:
            if is_pair(spelling[term], one):
                found[spelling[term], one] = 2 * both[one] / (len(papers) + len(chinese[one]))
    return found


def _english(entries: Sequence[Entry]) -> tuple[dict[str, set[int]], Mapping[str, str]]:
    """Runs of a few words in titles and keywords, stemmed: the papers of each, and how it is written."""
    papers: dict[str, set[int]] = defaultdict(set)
    spelling: dict[str, str] = {}
    for at, entry in enumerate(entries):
        names = [one for one in entry.paper.keywords if not categories.is_code(one)]
        for text in (entry.paper.title, *names):
            for gram in _grams(text):
                key = " ".join(map(stem, gram.lower().split()))
                papers[key].add(at)
                spelling.setdefault(key, gram)
    frequent = {key: found for key, found in papers.items() if len(found) >= SEEN}
    pieces = {
        piece
        for key, found in frequent.items()
        for piece in (key.partition(" ")[2], key.rpartition(" ")[0])
        if len(found) >= WHOLE * len(papers.get(piece, ()))
    }
    return {key: found for key, found in frequent.items() if key not in pieces}, spelling


def _grams(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    for start in range(len(words)):
        for n in range(1, MOST_WORDS + 1):
            part = words[start : start + n]
            ends = {part[0].lower(), part[-1].lower()}
            if len(part) == n and all(word[0].isalnum() for word in part) and not ends & (STOP | BROAD):
                yield " ".join(part)


def _chinese(entries: Sequence[Entry]) -> dict[str, set[int]]:
    """Whole terms of Chinese summaries, with their papers: neither rare nor common ones, nor pieces of others."""
    papers: dict[str, set[int]] = defaultdict(set)
    for at, entry in enumerate(entries):
        text = "\n".join(_texts(entry))
        for run in _RUN.findall(without_shell(text)):
            for n in range(2, LONGEST_RUN + 2):  # one more, to see of what a term is a piece
                for start in range(len(run) - n + 1):
                    papers[run[start : start + n]].add(at)
    most = COMMON * len(entries)
    frequent = {term: found for term, found in papers.items() if SEEN <= len(found) <= most}
    pieces = {
        piece
        for term, found in frequent.items()
        for piece in (term[1:], term[:-1])
        if len(found) >= WHOLE * len(papers.get(piece, ()))
    }
    whole = {term: found for term, found in frequent.items() if term not in pieces and len(term) <= LONGEST_RUN}
    return {term: found for term, found in whole.items() if not _BINDS.search(term)}


def _texts(entry: Entry) -> list[str]:
    return [text for one in entry.summaries for _, text in one.sections.items()] + [entry.paper.abstract]
