"""What a chat chooses for itself, and for its subscription where it has one: settings (a keyboard), language.

    /settings                 all of it, a button each
    /settings topics          one of them, a button a choice
    /settings topics agents   chosen; the keyboard again

Owns: showing and changing a chat's choices.
Does not own: which choices there are (choices), the chats (store.chats), further subscriptions (subscribing), who may
change them (the table's rows).
"""

from dataclasses import replace

from bot import buttons, choices, pages
from bot import lang as languages
from bot.choices import NAMES
from bot.commands.base import Call
from bot.doc import Block, Doc, Item, Note, Para, Span, Title
from bot.request import Reply
from store import chats, subscriptions
from store.chats import Chat
from store.subscriptions import Subscription

OWN = ("lang", "zone", "style")
"""What is left to the chat itself where it has several subscriptions."""


async def settings(call: Call) -> Reply:
    """What the chat chose; with a name the choices that there are, with a choice it is made."""
    name, _, wanted = call.argument.partition(" ")
    name, wanted = name.lower(), wanted.strip()
    if call.request.pressed and not call.request.may_change:  # it would take the keyboard from who may
        return replace(call.say("mistake.not_admin"), aside=True)
    if name not in _names(call):
        return _all(call)
    if not call.request.may_change:
        return replace(call.say("mistake.not_admin"), aside=True)
    if not wanted:
        return _one(call, name)
    changed = choices.change(current(call), name, wanted)
    if changed is None:
        return call.say(f"settings.{name}.mistake", text=pages.shortened(wanted))
    chat = _kept(call, changed)
    told = replace(call, chat=chat, words=languages.load(chat.lang) if chat.lang else call.words)
    return _one(told, name) if name == "topics" else _all(told)


async def language(call: Call) -> Reply:
    """The chat's language."""
    return await settings(call.with_(f"lang {call.argument}".strip()))


def current(call: Call) -> Subscription:
    """The subscription that the settings are of: the chat's only one, or, before and after it, what one would begin
    with; language and zone are the chat's where it has none of its own."""
    had = subscriptions.of_chat(call.app.folder.db, call.chat, ended=True)
    live = [one for one in had if one.live]
    found = live or had[:1]
    if len(live) > 1 or not found:
        return replace(subscriptions.by_default(call.chat), lang=call.chat.lang, zone=call.chat.zone)
    return replace(found[0], lang=found[0].lang or call.chat.lang, zone=found[0].zone or call.chat.zone)


def save(call: Call, chat: Chat) -> Chat:
    """Keep the chat's choices, and whose it is."""
    owned = replace(chat, user=call.request.user if call.request.private else "")
    chats.save(call.app.folder.db, owned, call.app.now())
    return owned


def _kept(call: Call, changed: Subscription) -> Chat:
    """The chat with these choices, kept; its subscription follows it in language and zone."""
    db = call.app.folder.db
    chosen = replace(
        call.chat, lang=changed.lang, hour=changed.hour, zone=changed.zone, topics=changed.wish.groups,
        style=changed.style, silent=changed.silent,
    )  # fmt: skip
    with db.write():
        if changed.id:
            subscriptions.save(db, replace(changed, lang=None, zone=""))
        return save(call, chosen)


def _names(call: Call) -> tuple[str, ...]:
    return OWN if len(call.subscriptions) > 1 else NAMES


def _all(call: Call) -> Reply:
    """Every setting with its value, and a button for each where the person may change them."""
    now, names, n = current(call), _names(call), len(call.subscriptions)
    blocks: list[Block] = [Title(call.words("settings.title"))]
    for name in names:
        label = Span(call.words(f"settings.{name}.name"), bold=True)
        blocks.append(Item((label, Span("  " + choices.told(now, name, call.words, call.host)))))
    several = call.words("settings.several", n=n) if n > 1 else call.words("settings.subscribed")
    blocks.append(Note(several if n else call.words("settings.not_subscribed")))
    if not call.request.may_change:
        return Reply(Doc(*blocks, Note(call.words("mistake.not_admin"))))
    rows = buttons.grid(((call.words(f"settings.{name}.name"), f"/settings {name}") for name in names), 3)
    door = "subscriptions" if n > 1 else "unsubscribe" if n else "subscribe"
    return Reply(Doc(*blocks), rows + buttons.row((call.words(f"button.{door}"), f"/{door}")))


def _one(call: Call, name: str) -> Reply:
    """One setting: what it does, and its choices."""
    told = Doc(Title(call.words(f"settings.{name}.name")), Para(call.words(f"settings.{name}.what")))
    rows = choices.keyboard(current(call), name, "/settings", call.words, call.host)
    return Reply(told, rows + buttons.row((call.words("button.back"), "/settings")))
