"""The list of a chat's subscriptions, and changing one by its keyboard.

    /subscriptions                 all of them, a button each
    /subscriptions 2               one, a button for each choice
    /subscriptions 2 hour          its choices
    /subscriptions 2 hour 09:00    chosen; the keyboard again

Owns: these pages.
Does not own: which choices there are (choices), beginning and ending (subscribing).
"""

from dataclasses import replace

from bot import buttons, choices, orders, pages
from bot.choices import ALL_NAMES
from bot.commands.base import Call, doors
from bot.commands.subscribing import when
from bot.doc import Block, Doc, Item, Note, Para, Span, Title
from bot.orders import Misread
from bot.request import Reply
from store import subscriptions
from store.subscriptions import Subscription

SWITCHES = ("topics", "days", "rhythm")
"""Choices of which several can be made: their keyboard stays."""


async def listed(call: Call) -> Reply:
    """What this chat is sent; with a number one of it, with a name and a choice that is made."""
    number, _, rest = call.argument.removeprefix("#").partition(" ")
    name, _, wanted = rest.strip().partition(" ")
    found = next((one for one in call.subscriptions if str(one.number) == number), None)
    if found is None or not call.request.may_change:
        if number and call.request.pressed and not call.request.may_change:
            return replace(call.say("mistake.not_admin"), aside=True)
        return _all(call)
    if name.lower() not in ALL_NAMES:
        return _one(call, found)
    if not wanted.strip():
        return _choices(call, found, name.lower())
    return _change(call, found, name.lower(), wanted.strip())


def _all(call: Call) -> Reply:
    had = call.subscriptions
    if not had:
        return replace(call.say("unsubscribe.none"), buttons=doors(call, "subscribe"))
    blocks: list[Block] = [Title(call.words("subscriptions.title", n=len(had)))]
    blocks += [Item(_line(call, one), number=one.number) for one in had]
    if not call.request.may_change:
        return Reply(Doc(*blocks, Note(call.words("mistake.not_admin"))))
    blocks.append(Note(call.words("subscriptions.more")))
    return Reply(Doc(*blocks), buttons.row(*((f"#{one.number}", f"/subscriptions {one.number}") for one in had)))


def _line(call: Call, one: Subscription) -> str:
    """A subscription in one line: when it comes, what it wants, what is unusual about it."""
    parts = [when(call, one), choices.wish_told(one.wish, call.words)]
    plain = Subscription(one.chat)
    names = [name for name in ("style", "lang", "silent") if getattr(one, name) != getattr(plain, name)]
    return " · ".join([*parts, *(choices.told(one, name, call.words, call.host) for name in names)])


def _one(call: Call, one: Subscription) -> Reply:
    """Every choice of a subscription, with a button to change it."""
    title = Title(call.words("subscriptions.single", number=one.number))
    items = [
        Item((Span(_name(call, name), bold=True), Span("  " + choices.told(one, name, call.words, call.host))))
        for name in ALL_NAMES
    ]
    rows = buttons.grid(((_name(call, name), f"/subscriptions {one.number} {name}") for name in ALL_NAMES), 3)
    ends = (call.words("button.unsubscribe"), f"/unsubscribe {one.number}")
    back = (call.words("button.back"), "/subscriptions")
    return Reply(Doc(title, *items), rows + buttons.row(back, ends))


def _choices(call: Call, one: Subscription, name: str) -> Reply:
    """One choice: what it does, and what may be chosen."""
    told = Doc(Title(_name(call, name)), Para(call.words(f"subscriptions.what.{name}", number=one.number)))
    rows = choices.keyboard(one, name, f"/subscriptions {one.number}", call.words, call.host)
    return Reply(told, rows + buttons.row((call.words("button.back"), f"/subscriptions {one.number}")))


def _change(call: Call, one: Subscription, name: str, wanted: str) -> Reply:
    changed = choices.change(one, name, wanted)
    if changed is None and name == "topics":
        changed = _wished(one, wanted)
    if changed is None:
        return call.say(f"settings.{name}.mistake", text=pages.shortened(wanted))
    subscriptions.save(call.app.folder.db, changed)
    return _choices(call, changed, name) if name in SWITCHES else _one(call, changed)


def _wished(one: Subscription, text: str) -> Subscription | None:
    """The subscription with a wish in words: "video generation, -survey"."""
    try:
        order = orders.read(text)
    except Misread:
        return None
    return replace(one, wish=replace(one.wish, **order.parts)) if order.parts else None


def _name(call: Call, name: str) -> str:
    return call.words(f"settings.{name}.name")
