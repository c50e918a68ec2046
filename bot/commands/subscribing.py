"""Subscribing to the digest, and ending it.

Owns: what is said of a subscription that begins or ends.
Does not own: its choices (choices, settings), the subscriptions (store), when they are due (delivery).
"""

from dataclasses import replace

from bot import buttons, delivery, zones
from bot.commands.base import Call
from bot.commands.rights import lacking
from bot.commands.settings import current, save
from bot.delivery import First
from bot.doc import Doc, Para, Text, moment
from bot.request import Reply
from store import subscriptions
from store.outbox import Outbox
from store.subscriptions import Subscription


async def subscribe(call: Call) -> Reply:
    """The digest comes to this chat from now on: first the next one that is due, never those before; not where it
    can't be written to."""
    if call.request.access is not None and call.request.access.lacking:
        return Reply(lacking(call.request.access, call.words), aside=True)
    save(call, replace(call.chat, paused=""))
    if had := call.subscriptions:
        said = call.words.line("subscribe.again", when=_when(call, had[0]))
    else:
        one, first = delivery.begin(call.app, replace(current(call), lang=None, zone=""), call.words.lang)
        said = call.words.line("subscribe.done", when=_when(call, one), first=_first(call, one, first))
    return Reply(Doc(Para(said)), buttons.row((call.words("button.settings"), "/settings")))


async def unsubscribe(call: Call) -> Reply:
    """It doesn't any more; what the chat chose is kept."""
    had, db = call.subscriptions, call.app.folder.db
    if not had:
        return call.say("unsubscribe.none")
    with db.write():
        subscriptions.end(db, had)
        Outbox(db).unwanted([one.id for one in had], call.app.now())
    return call.say("unsubscribe.done")


def _when(call: Call, one: Subscription) -> str:
    if one.hour is None:
        return call.words("subscribe.ready")
    return call.words("subscribe.at", time=f"{one.hour:%H:%M}", zone=zones.shown(str(delivery.zone(call.app, one))))


def _first(call: Call, one: Subscription, first: First) -> Text:
    """When the first digest comes, in its zone."""
    if first.at is None:
        return call.words.line(f"subscribe.first.{first.how}")
    zone = delivery.zone(call.app, one)
    at, until = first.at.astimezone(zone), (first.until or first.at).astimezone(zone)
    when = call.words("moment.on", day=call.words.day(at.date()), time=f"{at:%H:%M}")
    return call.words.line(
        f"subscribe.first.{first.how}",
        when=moment(when, at),
        until=moment(f"{until:%H:%M}", until, "time"),
    )
