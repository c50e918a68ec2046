"""Subscribing to the digest, and ending it.

    /subscribe                              the digest, as the chat has chosen
    /subscribe 09:00 berlin agents          what is written goes in any order (bot.orders)
    /subscribe #2 18:00                     the second subscription, changed
    /subscribe new robotics                 one more, whatever there is

Without a number it changes the subscription that is about the same; one without a topic changes the only one there is;
anything else begins another. The answer says which it was, and shows what that subscription would be sent now.

Owns: which subscription is meant, what is said of one that begins, changes or ends.
Does not own: reading what is asked for (orders), the list of subscriptions (subscribed), when they are due (delivery).
"""

import asyncio
from dataclasses import replace

from bot import buttons, choices, delivery, edition, orders, pages, periods, roundup, zones
from bot.commands.base import Call, doors
from bot.commands.rights import lacking
from bot.commands.rounds import whole
from bot.commands.settings import save
from bot.delivery import First
from bot.doc import Block, Doc, Note, Para, Text, moment
from bot.edition import Shelf
from bot.fronts.base import PICTURE_NAME
from bot.orders import Misread, Order
from bot.periods import Kind
from bot.request import Buttons, File, Reply
from store import papers, subscriptions
from store.errors import InputError
from store.outbox import Outbox
from store.subscriptions import MOST, Subscription
from store.wishes import ALL

DAILY = ("daily",)
"""How often a subscription comes that says nothing of it."""


async def subscribe(call: Call) -> Reply:
    """The digest comes to this chat from now on: first the next one that is due, never those before; not where it
    can't be written to."""
    if call.request.access is not None and call.request.access.lacking:
        return Reply(lacking(call.request.access, call.words), aside=True)
    try:
        order = orders.read(call.argument)
    except Misread as error:
        said = call.say(f"subscribe.mistake.{error.wrong}", text=pages.shortened(str(error)))
        ways = doors(call, "unsubscribe", "subscriptions") if error.wrong == "off" and call.subscriptions else ()
        return replace(said, buttons=ways)
    had = call.subscriptions
    if order.number and not any(one.number == order.number for one in had):
        return replace(call.say("subscribe.mistake.number", n=order.number), buttons=doors(call, "subscriptions"))
    found = meant(had, order)
    if len(found) > 1:
        return _which(call, found)
    save(call, replace(call.chat, paused=""))
    return await (_changed(call, found[0], order) if found else _begun(call, order))


async def unsubscribe(call: Call) -> Reply:
    """It doesn't any more, or one of several doesn't; what the chat chose is kept."""
    had, db = call.subscriptions, call.app.folder.db
    if not had:
        return call.say("unsubscribe.none")
    wanted = call.argument.removeprefix("#").strip()
    ended = [one for one in had if str(one.number) == wanted] if wanted else had
    if not ended:
        said = call.say("subscribe.mistake.number", n=pages.shortened(wanted))
        return replace(said, buttons=doors(call, "subscriptions"))
    with db.write():
        subscriptions.end(db, ended)
        Outbox(db).unwanted([one.id for one in ended], call.app.now())
    if len(ended) < len(had):
        said = call.say("unsubscribe.ended", number=ended[0].number, n=len(had) - len(ended))
        return replace(said, buttons=doors(call, "subscriptions"))
    said = call.say("unsubscribe.all", n=len(had)) if len(had) > 1 else call.say("unsubscribe.done")
    return replace(said, buttons=doors(call, "subscribe"))


def when(call: Call, one: Subscription) -> str:
    """When a subscription's digests come."""
    if one.hour is None:
        said = call.words("subscribe.ready")
    else:
        at, zone = f"{one.hour:%H:%M}", zones.shown(str(delivery.zone(call.app, one)))
        key = "at" if one.weekdays or one.rhythm != DAILY else "daily"
        said = call.words(f"subscribe.{key}", time=at, zone=zone)
    if one.rhythm != DAILY:
        said = call.words("subscribe.on", when=said, days=choices.told(one, "rhythm", call.words, call.host))
    if one.weekdays and "daily" in one.rhythm:
        days = choices.told(one, "days", call.words, call.host)
        said = call.words("subscribe.on", when=said, days=days)
    return said


def meant(had: list[Subscription], order: Order) -> list[Subscription]:
    """The subscription that an order changes; none where it begins one, several where it could be any of them."""
    if order.new or not had:
        return []
    if order.number:
        return [one for one in had if one.number == order.number]
    if order.subject:
        asked = order.on(Subscription(had[0].chat)).wish
        return [one for one in had if orders.same_subject(one.wish, asked)][:1]
    return had[:1] if len(had) == 1 or not (order.choices or order.parts) else had


def _which(call: Call, had: list[Subscription]) -> Reply:
    """It could be any of them: a button each, and one for another."""
    ways = [(f"#{one.number}", f"/subscribe #{one.number} {call.argument}") for one in had]
    ways.append((call.words("button.another"), f"/subscribe new {call.argument}"))
    said = call.say("subscribe.which", n=len(had), text=pages.shortened(call.argument))
    fitting = [way for way in ways if len(way[1].encode()) <= 64]
    return replace(said, buttons=buttons.row(*fitting) + doors(call, "subscriptions"))


async def _begun(call: Call, order: Order) -> Reply:
    """A subscription that begins: the chat's first with what it chose before, a further one with nothing chosen."""
    former = subscriptions.of_chat(call.app.folder.db, call.chat, ended=True)
    fresh = bool(call.subscriptions) or not former
    base = subscriptions.by_default(call.chat) if fresh else former[0]
    if order.subject or order.new:
        base = replace(base, wish=ALL)
    try:
        one, first = delivery.begin(call.app, order.on(base), call.words.lang)
    except InputError:
        return replace(call.say("subscribe.mistake.most", n=MOST), buttons=doors(call, "subscriptions"))
    comes = {"when": when(call, one), "first": _first(call, one, first)}
    several = one.number > 1
    said = call.words.line("subscribe.added", number=one.number, **comes) if several else None
    return await _shown(call, one, said or call.words.line("subscribe.done", **comes), ended=several)


async def _changed(call: Call, one: Subscription, order: Order) -> Reply:
    changed = order.on(one)
    if changed == one:
        return await _shown(call, one, call.words.line("subscribe.again", when=when(call, one)))
    subscriptions.save(call.app.folder.db, changed)
    said = call.words.line("subscribe.changed", number=one.number, when=when(call, changed))
    return await _shown(call, changed, said)


async def _shown(call: Call, one: Subscription, said: Text, *, ended: bool = False) -> Reply:
    """What is said of a subscription, what it wants, and its digest as it would be now."""
    blocks: list[Block] = [Para(said)]
    if one.wish:
        blocks.append(Note(call.words("subscribe.wants", wish=choices.wish_told(one.wish, call.words))))
    rows = _ways(call, one, ended=ended)
    preview = await asyncio.to_thread(_preview if "daily" in one.rhythm else _round_up, call, one)
    if isinstance(preview, str):
        return Reply(Doc(*blocks, *([Note(preview)] if preview else [])), rows)
    blocks.append(Note(call.words("subscribe.preview")))
    doc = Doc(*blocks, *preview.doc.blocks, picture=preview.doc.picture)
    return Reply(doc, preview.buttons + rows, files=preview.files, talk=preview.talk)


def _preview(call: Call, one: Subscription) -> Reply | str:
    """The newest digest that this subscription would be sent, made as those are; or why there is none."""
    app = call.app
    days = [whole.day for whole in delivery.settled(app, app.now())]
    days = days or [day for day, _ in papers.days(app.folder.db)[-1:]]
    if not days:
        return ""
    shelf = Shelf(app)
    found = next((made for day in days if (made := edition.of(app, shelf, one, day))), None)
    if found is None:
        return call.words("subscribe.nothing", day=call.words.day(days[-1]))
    return edition.reply(app, shelf, found)


def _round_up(call: Call, one: Subscription) -> Reply | str:
    """The round-up of the newest week, or month, as it would be now, its chart beside it."""
    held = papers.days(call.app.folder.db)
    kind: Kind = "weekly" if "weekly" in one.rhythm else "monthly"
    found = roundup.of(call.app.folder.db, periods.containing(kind, held[-1][0])) if held else None
    if found is None:
        return ""
    return replace(whole(call, found), files=(File(PICTURE_NAME, roundup.picture(found, call.words)),))


def _ways(call: Call, one: Subscription, *, ended: bool) -> Buttons:
    door = "settings" if len(call.subscriptions) == 1 else "subscriptions"
    ways = [(call.words(f"button.{door}"), f"/{door}")]
    if ended:
        ways.append((call.words("button.unsubscribe"), f"/unsubscribe {one.number}"))
    return buttons.row(*ways)


def _first(call: Call, one: Subscription, first: First) -> Text:
    """When the first digest comes, in its zone; of round-ups alone, where to see one."""
    if "daily" not in one.rhythm:
        return call.words.line("subscribe.first.round")
    if first.at is None:
        return call.words.line(f"subscribe.first.{first.how}")
    zone = delivery.zone(call.app, one)
    at, until = first.at.astimezone(zone), (first.until or first.at).astimezone(zone)
    return call.words.line(
        f"subscribe.first.{first.how}",
        when=moment(call.words("moment.on", day=call.words.day(at.date()), time=f"{at:%H:%M}"), at),
        until=moment(f"{until:%H:%M}", until, "time"),
    )
