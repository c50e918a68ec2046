"""Which papers a wish wants, why each, and in which order: what a subscription's digest is made of.

    a paper is wanted   by its group, topic, keyword or author: by any of those wished for, or where none is
    unless              it says an excluded keyword, or has too few votes
    the first `most`    of those, in the order given, shifted by what the chat found useful (taste)

Keywords are looked for where a paper says what it is: title, keywords, abstract, application and contribution, in all
languages that are stored; in any English form of the word, and in Chinese within any run of characters.

Owns: these rules, and the reasons that /why tells.
Does not own: topics by meaning (topics), the shift (taste), whose wish it is (store.subscriptions), layout (digest).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, TypeAlias

from bot import digest, topics
from bot.app import App
from bot.taste import Shift
from store.simplified import simplified
from store.types import Entry
from store.wishes import ALL, Wish
from store.words import inner, is_chinese, phrase

Why: TypeAlias = Literal["group", "topic", "include", "author"]
WhyNot: TypeAlias = Literal["nothing", "exclude", "votes", "most"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one paper. `why`: the parts of the wish that want it, none where all papers are wanted.

    `why_not` is None for a paper that is in; else "nothing" of the wish is about it, it says an excluded keyword
    (`word`), it has too few "votes", or "most" papers were before it. `place` counts from 1 among those that are wanted
    as far as their number goes, `unshifted` is what it would be without the chat's feedback; both 0 for the others.
    """

    entry: Entry
    why: tuple[tuple[Why, str], ...] = ()
    why_not: WhyNot | None = None
    word: str = ""
    place: int = 0
    unshifted: int = 0


def chosen(
    app: App, entries: Sequence[Entry], wish: Wish, shifts: Mapping[str, Shift] | None = None
) -> tuple[Entry, ...]:
    """Those of `entries` (stored papers, most voted first) that the wish wants, in the order in which they are shown.

    `shifts` are what the chat's feedback makes of the papers, by id. For many wishes on the same papers make one
    `Choice`.

    Raises:
        StoreError: the data folder can't be used.
    """
    return Choice(app, entries).chosen(wish, shifts)


class Choice:
    """The papers from which many wishes choose: what a paper says, and what a topic matches, is found out once."""

    def __init__(self, app: App, entries: Sequence[Entry]) -> None:
        self._app = app
        self._entries = tuple(entries)
        self._said: dict[str, frozenset[str]] = {}
        self.about = cache(lambda topic: topics.about(app, self._entries, topic))

    def chosen(self, wish: Wish, shifts: Mapping[str, Shift] | None = None) -> tuple[Entry, ...]:
        """As `wanted.chosen`."""
        if wish == ALL and not shifts:
            return self._entries
        return tuple(verdict.entry for verdict in self.verdicts(wish, shifts or {}) if verdict.why_not is None)

    def verdicts(self, wish: Wish, shifts: Mapping[str, Shift]) -> list[Verdict]:
        """What becomes of each paper: first those that are in or would be but for `most`, in the order in which they
        are shown, then the others as they were given."""
        judged = [self._judged(entry, wish) for entry in self._entries]
        fit = [one for one in judged if one.why_not is None]
        unshifted = {one.entry.paper.arxiv_id: place for place, one in enumerate(fit, 1)}
        placed = []
        for place, one in enumerate(sorted(fit, key=lambda one: -_weight(one.entry, shifts)) if shifts else fit, 1):
            over: WhyNot | None = "most" if wish.most and place > wish.most else None
            placed.append(Verdict(one.entry, one.why, over, "", place, unshifted[one.entry.paper.arxiv_id]))
        return placed + [one for one in judged if one.why_not is not None]

    def _judged(self, entry: Entry, wish: Wish) -> Verdict:
        arxiv_id = entry.paper.arxiv_id
        why: list[tuple[Why, str]] = [("topic", one) for one in wish.topics if arxiv_id in self.about(one)]
        why += [("include", one) for one in wish.include if arxiv_id in self._saying(one)]
        why += [("author", one) for one in wish.authors if any(is_by(name, one) for name in entry.paper.authors)]
        if wish.groups and self._groups[arxiv_id] in wish.groups:
            why.append(("group", self._groups[arxiv_id]))
        if not why and (wish.topics or wish.include or wish.authors or wish.groups):
            return Verdict(entry, why_not="nothing")
        if said := next((one for one in wish.exclude if arxiv_id in self._saying(one)), ""):
            return Verdict(entry, tuple(why), "exclude", said)
        few = (entry.paper.upvotes or 0) < wish.least_votes
        return Verdict(entry, tuple(why), "votes" if few else None)

    def _saying(self, keyword: str) -> frozenset[str]:
        """The ids of the papers that say the keyword."""
        if keyword not in self._said:
            self._said[keyword] = frozenset(one for one, text in self._texts.items() if says(text, keyword))
        return self._said[keyword]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {entry.paper.arxiv_id: itself(entry) for entry in self._entries}

    @cached_property
    def _groups(self) -> dict[str, str]:
        return {entry.paper.arxiv_id: digest.topic(entry) for entry in self._entries}


def itself(entry: Entry) -> str:
    """What a paper says that it is, for `says`: plain, then cut into tokens."""
    paper = entry.paper
    parts = [paper.title, *paper.keywords, paper.abstract]
    parts += [text for one in entry.summaries for text in (one.sections.application, one.sections.contribution)]
    cut = (phrase(f"{part}\n{inner(part)}") for part in parts)
    return f"{_plain(' . '.join(parts))}\n . {' . '.join(cut)} "


def says(text: str, keyword: str) -> bool:
    """Whether a text made by `itself` says the keyword, as whole words or characters; one without either is in none."""
    plain = _plain(keyword).strip()
    cut = phrase(plain)
    lone = len(plain) == 1 and is_chinese(plain)  # no pair of characters, so no token
    return bool(cut) and (plain in text if lone else f" {cut} " in text)


def is_by(author: str, name: str) -> bool:
    """Whether a stored author goes by `name`: in full, without middle names, in either order, or the family name."""
    there, wanted = _name(author), _name(name)
    if len(wanted) == 1:
        return there[-1:] == wanted or there == wanted
    return bool(wanted) and set(wanted) <= set(there)


def _name(text: str) -> tuple[str, ...]:
    letters = (one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return tuple("".join(letters).casefold().replace(".", " ").replace("-", " ").replace(",", " ").split())


def _plain(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text)).lower()


def _weight(entry: Entry, shifts: Mapping[str, Shift]) -> float:
    shift = shifts.get(entry.paper.arxiv_id)
    return ((entry.paper.upvotes or 0) + 1) * (shift.factor if shift else 1.0)
