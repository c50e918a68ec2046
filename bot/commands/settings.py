"""What a chat chooses: subscribe, unsubscribe, settings (a keyboard), language.

    /settings                 all of it, a button each
    /settings topics          one of them, a button a choice
    /settings topics agents   chosen; the keyboard again

Owns: reading and changing a chat's choices.
Does not own: the chats (store.chats), who may change them (the table's rows).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import TypeAlias

from bot import buttons, delivery, pages, zones
from bot import lang as languages
from bot.commands.base import Call
from bot.commands.rights import lacking
from bot.delivery import First
from bot.digest import TOPICS
from bot.doc import Block, Doc, Item, Note, Para, Span, Text, Title, moment
from bot.lang import Words
from bot.request import Reply
from store import chats
from store.chats import STYLES, Chat
from store.outbox import Outbox
from store.types import LANGS

NAMES = ("lang", "hour", "zone", "topics", "style", "silent")
"""The settings in the order in which they are shown."""

ZONES = (
    "UTC", "Asia/Shanghai", "Asia/Tokyo", "Asia/Kolkata", "Europe/London", "Europe/Berlin",
    "America/New_York", "America/Chicago", "America/Los_Angeles", "Australia/Sydney",
)  # fmt: skip
"""The time zones that have a button; any other can be written."""

AUTO, READY, ALL, HOST = "auto", "ready", "all", "host"

Change: TypeAlias = Callable[[Chat, str], Chat | None]
"""A chat with a choice made, as it is written; None when there is no such choice."""


async def settings(call: Call) -> Reply:
    """What the chat chose; with a name the choices that there are, with a choice it is made."""
    name, _, wanted = call.argument.partition(" ")
    name, wanted = name.lower(), wanted.strip()
    if call.request.pressed and not call.request.may_change:  # it would take the keyboard from who may
        return replace(call.say("mistake.not_admin"), aside=True)
    if name not in NAMES:
        return _all(call)
    if not call.request.may_change:
        return replace(call.say("mistake.not_admin"), aside=True)
    if not wanted:
        return _one(call, name)
    changed = _CHANGES[name](call.chat, wanted)
    if changed is None:
        return call.say(f"settings.{name}.mistake", text=pages.shortened(wanted))
    changed = save(call, changed)
    told = replace(call, chat=changed, words=languages.load(changed.lang) if changed.lang else call.words)
    return _one(told, name) if name == "topics" else _all(told)


async def language(call: Call) -> Reply:
    """The chat's language."""
    return await settings(call.with_(f"lang {call.argument}".strip()))


async def subscribe(call: Call) -> Reply:
    """The digest comes to this chat from now on: first the next one that is due, never those before; not where it
    can't be written to."""
    if call.request.access is not None and call.request.access.lacking:
        return Reply(lacking(call.request.access, call.words), aside=True)
    chat = save(call, replace(call.chat, subscribed=True, paused=""))
    if chat.hour:
        when = call.words("subscribe.at", time=f"{chat.hour:%H:%M}", zone=zones.shown(str(call.zone)))
    else:
        when = call.words("subscribe.ready")
    if call.chat.subscribed:
        said = call.words.line("subscribe.again", when=when)
    else:
        first = delivery.begin(call.app, chat, call.words.lang)
        said = call.words.line("subscribe.done", when=when, first=_first(call, first))
    return Reply(Doc(Para(said)), buttons.row((call.words("button.settings"), "/settings")))


async def unsubscribe(call: Call) -> Reply:
    """It doesn't any more; what the chat chose is kept."""
    if not call.chat.subscribed:
        return call.say("unsubscribe.none")
    save(call, replace(call.chat, subscribed=False))
    chat = call.chat
    Outbox(call.app.folder.db).withdraw(chat.front, chat.chat, chat.thread, "unwanted", call.app.now())
    return call.say("unsubscribe.done")


def save(call: Call, chat: Chat) -> Chat:
    """Keep the chat's choices, and whose it is."""
    owned = replace(chat, user=call.request.user if call.request.private else "")
    chats.save(call.app.folder.db, owned, call.app.now())
    return owned


def offered(name: str, words: Words, zone: str) -> list[tuple[str, str]]:
    """The (label, value) of every choice that a setting has; of every setting where it is none. `zone`: the host's."""
    if name not in NAMES:
        return [(words(f"settings.{one}.name"), one) for one in NAMES]
    return [(_label(words, zone, name, value), value) for value in _choices(name)]


def _first(call: Call, first: First) -> Text:
    """When the first digest comes, in the chat's zone."""
    if first.at is None:
        return call.words.line(f"subscribe.first.{first.how}")
    at, until = first.at.astimezone(call.zone), (first.until or first.at).astimezone(call.zone)
    when = call.words("moment.on", day=call.words.day(at.date()), time=f"{at:%H:%M}")
    return call.words.line(
        f"subscribe.first.{first.how}",
        when=moment(when, at),
        until=moment(f"{until:%H:%M}", until, "time"),
    )


def _all(call: Call) -> Reply:
    """Every setting with its value, and a button for each where the person may change them."""
    blocks: list[Block] = [Title(call.words("settings.title"))]
    for name in NAMES:
        label = Span(call.words(f"settings.{name}.name"), bold=True)
        blocks.append(Item((label, Span("  " + _value(call, name)))))
    subscribed = "settings.subscribed" if call.chat.subscribed else "settings.not_subscribed"
    blocks.append(Note(call.words(subscribed)))
    if not call.request.may_change:
        return Reply(Doc(*blocks, Note(call.words("mistake.not_admin"))))
    rows = buttons.grid(((call.words(f"settings.{name}.name"), f"/settings {name}") for name in NAMES), 3)
    switch = "unsubscribe" if call.chat.subscribed else "subscribe"
    return Reply(Doc(*blocks), rows + buttons.row((call.words(f"button.{switch}"), f"/{switch}")))


def _one(call: Call, name: str) -> Reply:
    """One setting: what it does, and its choices."""
    told = Doc(Title(call.words(f"settings.{name}.name")), Para(call.words(f"settings.{name}.what")))
    chosen = _chosen(call.chat, name)
    wanted = [
        (("✓ " if value in chosen else "") + _labelled(call, name, value), f"/settings {name} {value}")
        for value in _choices(name)
    ]
    rows = buttons.grid(wanted, {"hour": 6, "zone": 2, "topics": 2}.get(name, 3))
    return Reply(told, rows + buttons.row((call.words("button.back"), "/settings")))


def _choices(name: str) -> tuple[str, ...]:
    return {
        "lang": (*LANGS, AUTO),
        "hour": (READY, *(f"{hour:02}:00" for hour in range(24))),
        "zone": (HOST, *ZONES),
        "topics": (ALL, *TOPICS),
        "style": STYLES,
        "silent": ("on", "off"),
    }[name]


def _chosen(chat: Chat, name: str) -> tuple[str, ...]:
    """The choices that are made."""
    return {
        "lang": (chat.lang or AUTO,),
        "hour": (f"{chat.hour:%H:%M}" if chat.hour else READY,),
        "zone": (chat.zone or HOST,),
        "topics": chat.topics or (ALL,),
        "style": (chat.style,),
        "silent": ("on" if chat.silent else "off",),
    }[name]


def _labelled(call: Call, name: str, value: str) -> str:
    return _label(call.words, call.app.settings.ingest.timezone, name, value)


def _label(words: Words, host: str, name: str, value: str) -> str:
    if name == "hour":
        return words("settings.hour.ready") if value == READY else value
    if name == "zone":
        return words("settings.zone.host", zone=zones.shown(host)) if value == HOST else zones.shown(value)
    if name == "topics":
        return words("settings.topics.all") if value == ALL else words(f"topic.{value}")
    return words(f"settings.{name}.{value}")


def _value(call: Call, name: str) -> str:
    return call.words("settings.joint").join(_labelled(call, name, value) for value in _chosen(call.chat, name))


def _lang(chat: Chat, text: str) -> Chat | None:
    found = next(
        (one for one in LANGS if text.lower() in (one, languages.load(one)(f"settings.lang.{one}").lower())), None
    )
    return replace(chat, lang=found) if found or text.lower() == AUTO else None


def _hour(chat: Chat, text: str) -> Chat | None:
    if text.lower() == READY:
        return replace(chat, hour=None)
    hours, colon, minutes = text.replace("：", ":").partition(":")
    if not hours.isdecimal() or not (minutes.isdecimal() if colon else True) or len(text) > 5:
        return None
    hour, minute = int(hours), int(minutes or 0)
    return replace(chat, hour=time(hour, minute)) if hour < 24 and minute < 60 else None


def _zone(chat: Chat, text: str) -> Chat | None:
    if text.lower() == HOST:
        return replace(chat, zone="")
    found = zones.named(text)
    return replace(chat, zone=found) if found else None


def _topics(chat: Chat, text: str) -> Chat | None:
    """The topics with this one switched; all again where none is left, or each is there."""
    if text.lower() == ALL:
        return replace(chat, topics=())
    names = {languages.load(lang)(f"topic.{name}").lower(): name for name in TOPICS for lang in LANGS}
    name = names.get(text.lower(), text.lower())
    if name not in TOPICS:
        return None
    kept = {*chat.topics} ^ {name}
    return replace(chat, topics=tuple(one for one in TOPICS if one in kept) if kept < {*TOPICS} else ())


def _style(chat: Chat, text: str) -> Chat | None:
    style = next((one for one in STYLES if one == text.lower()), None)
    return replace(chat, style=style) if style else None


def _silent(chat: Chat, text: str) -> Chat | None:
    return replace(chat, silent=text.lower() == "on") if text.lower() in ("on", "off") else None


_CHANGES: dict[str, Change] = {
    "lang": _lang, "hour": _hour, "zone": _zone, "topics": _topics, "style": _style, "silent": _silent,
}  # fmt: skip
