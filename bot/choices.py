"""The choices of a subscription: which there are, what they are called, and making one as people write it.

Owns: their values, labels, and reading them.
Does not own: whose they are, and who may change them (commands), the subscriptions (store).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from functools import cache
from typing import TypeAlias

from bot import buttons, terms, zones
from bot import lang as languages
from bot.digest import TOPICS
from bot.lang import Words
from bot.request import Buttons
from store.chats import STYLES
from store.subscriptions import LATES, RHYTHMS, Subscription
from store.types import LANGS
from store.wishes import Wish

NAMES = ("lang", "hour", "zone", "topics", "style", "silent")
"""Those of a chat and of its subscriptions, in the order in which they are shown."""

ALL_NAMES = ("hour", "zone", "days", "rhythm", "topics", "style", "lang", "silent", "late")
"""Those of a subscription."""

DAYS: dict[str, tuple[int, ...]] = {"every": (), "weekdays": (0, 1, 2, 3, 4), "weekends": (5, 6)}
"""Weekdays that have a button together."""

ZONES = (
    "UTC", "Asia/Shanghai", "Asia/Tokyo", "Asia/Kolkata", "Europe/London", "Europe/Berlin",
    "America/New_York", "America/Chicago", "America/Los_Angeles", "Australia/Sydney",
)  # fmt: skip
"""The time zones that have a button; any other can be written."""

AUTO, READY, ALL, HOST = "auto", "ready", "all", "host"

Change: TypeAlias = Callable[[Subscription, str], Subscription | None]
"""A subscription with a choice made, as it is written; None when there is no such choice."""


def offered(name: str, words: Words, host: str) -> list[tuple[str, str]]:
    """The (label, value) of every value of a choice; of every choice where `name` is none. `host`: the host's zone."""
    if name not in ALL_NAMES:
        return [(words(f"settings.{one}.name"), one) for one in NAMES]
    return [(label(words, host, name, value), value) for value in values(name)]


def values(name: str) -> tuple[str, ...]:
    """What may be chosen by a button."""
    return {
        "lang": (*LANGS, AUTO),
        "hour": (READY, *(f"{hour:02}:00" for hour in range(24))),
        "zone": (HOST, *ZONES),
        "topics": (ALL, *TOPICS),
        "style": STYLES,
        "silent": ("on", "off"),
        "days": (*DAYS, *map(str, range(1, 8))),
        "rhythm": RHYTHMS,
        "late": LATES,
    }[name]


def made(one: Subscription, name: str) -> tuple[str, ...]:
    """What is chosen."""
    return {
        "lang": (one.lang or AUTO,),
        "hour": (f"{one.hour:%H:%M}" if one.hour else READY,),
        "zone": (one.zone or HOST,),
        "topics": one.wish.groups or (ALL,),
        "style": (one.style,),
        "silent": ("on" if one.silent else "off",),
        "days": _days_made(one),
        "rhythm": one.rhythm,
        "late": (one.late,),
    }[name]


def _days_made(one: Subscription) -> tuple[str, ...]:
    """The name of a set of weekdays, or their numbers, Monday being 1."""
    known = next((name for name, days in DAYS.items() if days == one.weekdays), None)
    return (known,) if known else tuple(str(day + 1) for day in one.weekdays)


def label(words: Words, host: str, name: str, value: str) -> str:
    """What a value is called."""
    if name == "hour":
        return words("settings.hour.ready") if value == READY else value
    if name == "zone":
        return words("settings.zone.host", zone=zones.shown(host)) if value == HOST else zones.shown(value)
    if name == "days" and value not in DAYS:
        return words.weekday(int(value) - 1)
    if name == "topics":
        return words("settings.topics.all") if value == ALL else words(f"topic.{value}")
    return words(f"settings.{name}.{value}")


def told(one: Subscription, name: str, words: Words, host: str) -> str:
    """What is chosen, in words."""
    if name == "topics":
        return wish_told(one.wish, words)
    return words("settings.joint").join(label(words, host, name, value) for value in made(one, name))


def wish_told(wish: Wish, words: Words) -> str:
    """What a wish asks for, in words."""
    parts = [label(words, "", "topics", name) for name in wish.groups]
    parts += [words("wish.topic", topic=topic) for topic in wish.topics]
    parts += [f"+{word}" for word in wish.include] + [f"-{word}" for word in wish.exclude]
    parts += [words("wish.by", name=name) for name in wish.authors]
    if not (wish.groups or wish.topics or wish.include or wish.authors):
        parts.insert(0, words("settings.topics.all"))
    parts += [words("wish.votes", n=wish.least_votes)] if wish.least_votes else []
    parts += [words("wish.most", n=wish.most)] if wish.most else []
    return words("settings.joint").join(parts)


def keyboard(one: Subscription, name: str, command: str, words: Words, host: str) -> Buttons:
    """A button for every value, which `command` is sent with; what is chosen is marked."""
    chosen = made(one, name)
    wanted = [
        (("✓ " if value in chosen else "") + called, f"{command} {name} {value}")
        for called, value in offered(name, words, host)
    ]
    return buttons.grid(wanted, {"hour": 6, "zone": 2, "topics": 2, "late": 1}.get(name, 3))


def change(one: Subscription, name: str, text: str) -> Subscription | None:
    """The subscription with this chosen, as people write it; None when there is no such choice."""
    return _CHANGES[name](one, text)


def _lang(one: Subscription, text: str) -> Subscription | None:
    found = next(
        (lang for lang in LANGS if text.lower() in (lang, languages.load(lang)(f"settings.lang.{lang}").lower())), None
    )
    return replace(one, lang=found) if found or text.lower() == AUTO else None


def _hour(one: Subscription, text: str) -> Subscription | None:
    if text.lower() == READY:
        return replace(one, hour=None)
    hours, colon, minutes = text.replace("：", ":").partition(":")
    if not hours.isdecimal() or not (minutes.isdecimal() if colon else True) or len(text) > 5:
        return None
    hour, minute = int(hours), int(minutes or 0)
    return replace(one, hour=time(hour, minute)) if hour < 24 and minute < 60 else None


def _zone(one: Subscription, text: str) -> Subscription | None:
    if text.lower() == HOST:
        return replace(one, zone="")
    found = zones.named(text)
    return replace(one, zone=found) if found else None


def _topics(one: Subscription, text: str) -> Subscription | None:
    """The topics with this one switched; all again where none is left, or each is there."""
    if text.lower() == ALL:
        return replace(one, wish=replace(one.wish, groups=()))
    name = named_groups().get(text.casefold())
    if name is None:
        return None
    kept = {*one.wish.groups} ^ {name}
    groups = tuple(each for each in TOPICS if each in kept) if kept < {*TOPICS} else ()
    return replace(one, wish=replace(one.wish, groups=groups))


@cache
def named_groups() -> dict[str, str]:
    """The digest's groups by what they are called in any language, and by their own names; case-folded."""
    called = {languages.load(lang)(f"topic.{name}").casefold(): name for name in TOPICS for lang in LANGS}
    return called | {name: name for name in TOPICS}


def _style(one: Subscription, text: str) -> Subscription | None:
    style = next((each for each in STYLES if each == text.lower()), None)
    return replace(one, style=style) if style else None


def _silent(one: Subscription, text: str) -> Subscription | None:
    return replace(one, silent=text.lower() == "on") if text.lower() in ("on", "off") else None


def _days(one: Subscription, text: str) -> Subscription | None:
    """A set of weekdays, or the one of this number (Monday is 1) switched; every day where none is left."""
    if text in DAYS:
        return replace(one, weekdays=DAYS[text])
    if text not in values("days"):
        found = terms.weekdays(text.casefold())
        return replace(one, weekdays=found) if found else None
    kept = {*one.weekdays} ^ {int(text) - 1}
    return replace(one, weekdays=tuple(sorted(kept)) if len(kept) < 7 else ())


def _rhythm(one: Subscription, text: str) -> Subscription | None:
    """That rhythm switched; one is left in any case."""
    if text not in RHYTHMS:
        return None
    kept = {*one.rhythm} ^ {text}
    return replace(one, rhythm=tuple(each for each in RHYTHMS if each in kept) or one.rhythm)


def _late(one: Subscription, text: str) -> Subscription | None:
    late = next((each for each in LATES if each == text), None)
    return replace(one, late=late) if late else None


_CHANGES: dict[str, Change] = {
    "lang": _lang, "hour": _hour, "zone": _zone, "topics": _topics, "style": _style, "silent": _silent, "days": _days,
    "rhythm": _rhythm, "late": _late,
}  # fmt: skip
