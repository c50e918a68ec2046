"""What a subscription is asked to be, as people write it: in any order, in either language, all of it optional.

    09:00 berlin en mon-fri video generation, agents -survey min:20
    8点 北京 工作日 具身智能 作者:李飞飞 最多5篇

What is no hour, zone, weekday or other choice is a topic: a group of the digest where it is called so, else one in
plain words. Commas part topics; quotation marks keep a topic from being read as anything else.

Owns: reading such a text, and what it leaves of a subscription.
Does not own: which subscription is meant (commands.subscribing), the words of single choices (terms).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from bot import terms, zones
from bot.choices import named_groups
from store.simplified import simplified
from store.subscriptions import Subscription
from store.wishes import Wish

MOST_PARTS, LONGEST = 12, 60
"""Topics, or keywords of a kind, in a wish; characters of one."""

SUBJECT = ("groups", "topics", "include", "authors")
"""The parts of a wish that say which papers are wanted; the others narrow it."""

Wrong: TypeAlias = Literal["hour", "zone", "count", "empty", "long", "many", "off"]

_TOKEN = re.compile(r'(?:[+-]|[^\W\d_]+:)?"[^"]*"|[^\s,;"、]+|[,;、]')
_QUOTES = str.maketrans("“”„«»「」『』–—−", '"""""' + '""""' + "---")
SEPARATORS = (",", ";", "、")

_NUMBER = re.compile(r"#(\d{1,2})|第(\d{1,2})[个项]?")
_OFFSET = re.compile(r"(?:utc|gmt)?[+-]\d{1,2}(?::?\d\d)?", re.IGNORECASE)
MOST_NAMES = 4
"""Words that a person's name has at most."""

_NAME = re.compile(r"[A-Z](?:\.|[a-z]+(?:[A-Z-][a-z]*)*)")
_AUTHOR, _VOTES, _MOST = (
    re.compile(form, re.IGNORECASE | re.DOTALL)
    for form in (r'(?:by|author|作者):"?([^"]*)"?', r"min:(.*)|至少(\d+)[赞票]", r"max:(.*)|最多(\d+)篇?")
)
_ALL = frozenset(("all", "everything", "全部", "所有"))
_NEW = frozenset(("new", "another", "新增", "另加", "再加"))
_OFF = frozenset(("off", "stop", "none", "cancel", "取消", "停止", "关闭", "退订"))
_IDLE = frozenset(("at", "on", "every", "about", "and", "关于", "和"))
"""Words that lead to something else, and are no topic by themselves."""

_HEAD = re.compile(r'("[^"]*")|(?<![^\s,])(?:topics?|主题):', re.IGNORECASE)
"""What a topic may be announced by, and is no part of it; what is quoted stays whole."""


class Misread(Exception):
    """Something in the text can't be what it looks like: `wrong` says what, and str() is that part of the text."""

    def __init__(self, wrong: Wrong, text: str) -> None:
        super().__init__(text)
        self.wrong: Wrong = wrong


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: choices by their field in `Subscription`, parts of the wish by theirs in `Wish`.

    `number` names a subscription, 0 none; `new`: it is to be one more.
    """

    choices: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    new: bool = False

    @property
    def subject(self) -> bool:
        """Whether it says which papers are wanted, and not only how many, when and how."""
        return not self.parts.keys().isdisjoint(SUBJECT)

    def on(self, one: Subscription) -> Subscription:
        """The subscription with all that was asked for; whatever was not stays."""
        return replace(one, wish=replace(one.wish, **self.parts), **self.choices)


def read(text: str) -> Order:
    """What a text asks for.

    Raises:
        Misread: a part of it looks like a choice, and is none.
    """
    if simplified(text).strip().casefold() in _OFF:
        raise Misread("off", text)
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    tokens = _TOKEN.findall(_HEAD.sub(lambda found: found[1] or ", ", plain))
    found = _Reading()
    at = 0
    while at < len(tokens):
        at += found.take(tokens, at)
    return found.order()


def same_subject(one: Wish, other: Wish) -> bool:
    """Whether two wishes are about the same, however many papers they let through."""
    return all(
        set(getattr(one, name)) == set(getattr(other, name)) for name in ("groups", "topics", "include", "authors")
    )


class _Reading:
    """An order while it is read."""

    def __init__(self) -> None:
        self._choices: dict[str, Any] = {}
        self._parts: dict[str, Any] = {}
        self._phrases: list[list[str]] = [[]]
        self._number, self._new = 0, False

    def take(self, tokens: Sequence[str], at: int) -> int:
        """Read what begins at a token; return how many tokens it took."""
        said = tokens[at]
        plain = simplified(said).casefold()
        if said in SEPARATORS:
            self._apart()
        elif said.startswith('"'):
            self._apart()
            self._phrases.append([said])
            self._apart()
        elif taken := self._author(tokens, at) or self._zone(tokens, at):
            return taken
        elif self._named(plain) or self._chosen(plain) or self._wished(said):
            self._apart()
        else:
            self._phrases[-1].append(said)
        return 1

    def order(self) -> Order:
        """All that was read."""
        in_groups: list[str] = []
        topics: list[str] = []
        for phrase in self._phrases:
            named, rest = _grouped(phrase)
            in_groups += named
            topics += rest
        if in_groups or topics:
            self._parts |= {"groups": _bounded(in_groups), "topics": _bounded(topics)}
        if "daily" in self._choices.get("rhythm", ()):
            self._choices.setdefault("weekdays", ())
        return Order(self._choices, self._parts, self._number, self._new)

    def _apart(self) -> None:
        if self._phrases[-1]:
            self._phrases.append([])

    def _named(self, plain: str) -> bool:
        """Which subscription is meant, or that it is one more, or that all papers are wanted."""
        if match := _NUMBER.fullmatch(plain):
            self._number = int(match[1] or match[2])
        elif plain in _ALL:
            self._parts |= dict.fromkeys(("groups", "topics", "include", "authors"), ())
        elif plain in _NEW:
            self._new = True
        else:
            return False
        return True

    def _author(self, tokens: Sequence[str], at: int) -> int:
        """An author; the further parts of a name may follow, each with a capital: by:Yann LeCun."""
        match = _AUTHOR.fullmatch(tokens[at])
        if match is None:
            return 0
        name = [match[1]]
        whole = '"' in tokens[at] or not match[1]
        for token in () if whole else tokens[at + 1 : at + MOST_NAMES]:
            other = zones.place(token) or _grouped([token])[0] or terms.weekdays(token.casefold())
            if other or not _NAME.fullmatch(token):
                break
            name.append(token)
        self._add("authors", " ".join(name), tokens[at])
        self._apart()
        return len(name)

    def _zone(self, tokens: Sequence[str], at: int) -> int:
        """A zone's name may have up to three words."""
        for count in (3, 2, 1):
            words = tokens[at : at + count]
            if len(words) == count and (zone := zones.place(" ".join(words))):
                self._choices["zone"] = zone
                self._apart()
                return count
        if zones.is_meant(tokens[at]) or _OFFSET.fullmatch(tokens[at]):
            raise Misread("zone", tokens[at])
        return 0

    def _chosen(self, plain: str) -> bool:
        """An hour, weekdays, or a word that stands for a choice."""
        if (hour := terms.hour(plain)) is not None:
            if hour is terms.NO_HOUR:
                raise Misread("hour", plain)
            self._choices["hour"] = hour
        elif (days := terms.weekdays(plain)) is not None:
            before = self._choices.get("weekdays", ())
            self._choices["weekdays"] = tuple(sorted({*before, *days}))
        elif (choice := terms.WORDS.get(plain)) is not None:
            name, value = choice
            before = self._choices.get(name, ())
            self._choices[name] = tuple(dict.fromkeys((*before, value))) if name == "rhythm" else value
        else:
            return False
        return True

    def _wished(self, token: str) -> bool:
        """A keyword, an author, a number of votes or papers."""
        if token[0] in "+-" and len(token) > 1:
            self._add("include" if token[0] == "+" else "exclude", token[1:], token)
        elif match := _VOTES.fullmatch(token):
            self._parts["least_votes"] = _count(match, token)
        elif match := _MOST.fullmatch(token):
            self._parts["most"] = _count(match, token)
        else:
            return False
        return True

    def _add(self, part: str, text: str, token: str) -> None:
        said = text.strip('"').strip()
        if not said:
            raise Misread("empty", token)
        self._parts[part] = _bounded([*self._parts.get(part, ()), said])


def _count(match: re.Match[str], token: str) -> int:
    said = match[1] if match[1] is not None else match[2]
    if not said.isdecimal() or len(said) > 6:
        raise Misread("count", token)
    return int(said)


def _bounded(parts: Sequence[str]) -> tuple[str, ...]:
    once = tuple(dict.fromkeys(parts))
    if len(once) > MOST_PARTS:
        raise Misread("many", once[MOST_PARTS])
    if too_long := next((part for part in once if len(part) > LONGEST), ""):
        raise Misread("long", too_long)
    return once


def _grouped(phrase: Sequence[str]) -> tuple[list[str], list[str]]:
    """A phrase as names of groups, where it is made of nothing else; or as one topic."""
    words = list(phrase)
    while words and words[0].casefold() in _IDLE:
        del words[0]
    while words and words[-1].casefold() in _IDLE:
        del words[-1]
    if words and words[0].startswith('"'):
        topic = words[0].strip('"').strip()
        return [], [topic] if topic else []
    names, at = [], 0
    while at < len(words):
        length = next((n for n in (4, 3, 2, 1) if " ".join(words[at : at + n]).casefold() in named_groups()), 0)
        if not length:
            return [], [" ".join(words)]
        names.append(named_groups()[" ".join(words[at : at + length]).casefold()])
        at += length
    return names, []
