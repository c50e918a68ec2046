"""Commands about who is sent what: subscribe, unsubscribe, chats. They are for channels, where nobody can write."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import base
from bot.cli.base import AsJson

if TYPE_CHECKING:
    from bot.delivery import First
    from bot.orders import Order
    from store.chats import Chat
    from store.subscriptions import Subscription

FRONTS = ("telegram", "discord")

OnFront = Annotated[str, typer.Argument(metavar="telegram|discord", show_default=False)]
InChat = Annotated[str, typer.Argument(metavar="CHAT", help="The platform's number for it.", show_default=False)]
InThread = Annotated[str, typer.Option("--thread", metavar="T", help="A thread of it.", show_default=False)]


def subscribe(
    front: OnFront,
    chat: InChat,
    thread: InThread = "",
    at: Annotated[str, typer.Option("--time", metavar="HH:MM", help="None: as soon as the list is whole.",
                                    show_default=False)] = "",
    zone: Annotated[str, typer.Option("--timezone", metavar="Z", help="Europe/Paris, a city, UTC+8.",
                                      show_default=False)] = "",
    lang: Annotated[str, typer.Option("--lang", metavar="zh|en", show_default=False)] = "",
    topics: Annotated[str, typer.Option("--topics", metavar="WORDS", show_default=False,
                                        help="With commas; also +word, -word, by:Name, min:20, max:5, mon-fri.")] = "",
    style: Annotated[str, typer.Option("--style", metavar="headlines|full", show_default=False)] = "",
    number: Annotated[int, typer.Option("--number", metavar="N", help="Change this one.", show_default=False)] = 0,
    new: Annotated[bool, typer.Option("--new", help="One more, whatever there is.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Send a chat the digest, or change what it is sent; as `/subscribe` there, by who runs this."""
    from dataclasses import replace

    from bot import delivery
    from bot.commands.subscribing import meant
    from store import chats, subscriptions
    from store.errors import InputError

    order = replace(_order(at, zone, lang, topics, style), number=number, new=new)
    with base.opened(own=None) as app:
        db = app.folder.db
        place = _chat(front, chat, thread)
        with db.write():
            known = chats.get(db, front, place.chat, thread)
            had = subscriptions.of_chat(db, known)
            found = meant(had, order)
            if (number and not found) or len(found) > 1:
                raise InputError(f"Which of its {len(had)} subscriptions? `paperboy chats` lists them: say --number N.")
            chats.save(db, replace(known, user=known.user or place.user, paused=""), app.now())
            if found:
                subscriptions.save(db, order.on(found[0]))
            wanted = order.on(subscriptions.by_default(known))
            began = None if found else delivery.begin(app, wanted, None)
            one = began[0] if began else subscriptions.of_chat(db, known)[had.index(found[0])]
    when = began[1] if began else None
    told = {"front": front, "chat": place.chat, "thread": thread, **described(one)}
    first = {"how": when.how, "at": when.at.isoformat() if when.at else None} if when else None
    if as_json:
        base.say_json({**told, "first": first})
        return
    comes = f" The first digest comes {_comes(when)}." if when else ""
    base.say(f"{front} {place.chat}: subscription {one.number} {'begins' if began else 'is changed'}.{comes}")


def unsubscribe(
    front: OnFront,
    chat: InChat,
    thread: InThread = "",
    number: Annotated[
        int, typer.Option("--number", metavar="N", help="Only this one; none: all of them.", show_default=False)
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Send a chat the digest no more; what waits for it isn't sent."""
    from store import subscriptions
    from store.errors import NotStored
    from store.outbox import Outbox

    place = _chat(front, chat, thread)
    with base.opened(own=None) as app, app.folder.db.write():
        had = subscriptions.of_chat(app.folder.db, place)
        ended = [one for one in had if number in (0, one.number)]
        if not ended:
            raise NotStored(f"{front} {chat} has no such subscription: `paperboy chats` lists them.")
        subscriptions.end(app.folder.db, ended)
        Outbox(app.folder.db).unwanted([one.id for one in ended], app.now())
    numbers = [one.number for one in ended]
    if as_json:
        base.say_json({"front": front, "chat": chat, "thread": thread, "ended": numbers})
    else:
        base.say(f"{front} {chat}: ended {', '.join(map(str, numbers))}, {len(had) - len(ended)} left.")


def chats(as_json: AsJson = False) -> None:
    """The chats that chose anything, what each is sent, which are paused and why."""
    from store import chats as known
    from store import subscriptions

    with base.opened(own=None) as app:
        found, sent = known.everything(app.folder.db), subscriptions.everything(app.folder.db)
    of_chat: dict[int, list[Subscription]] = {}
    for one in sent:
        of_chat.setdefault(one.chat.id, []).append(one)
    rows: list[dict[str, Any]] = [
        {
            "front": one.front, "chat": one.chat, "thread": one.thread, "lang": one.lang, "timezone": one.zone or None,
            "paused": one.paused or None,
            "created": one.created.isoformat(timespec="seconds") if one.created else None,
            "subscriptions": [described(each) for each in of_chat.get(one.id, ())],
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        base.say_json({"chats": rows})
    else:
        _table(rows)


def described(one: "Subscription") -> dict[str, Any]:
    """A subscription for programs; what follows the chat is None. Weekdays are numbers, 0 being Monday."""
    from dataclasses import asdict

    return {
        "number": one.number, "lang": one.lang, "time": f"{one.hour:%H:%M}" if one.hour else None,
        "timezone": one.zone or None, "weekdays": list(one.weekdays), "style": one.style, "silent": one.silent,
        "rhythm": list(one.rhythm), "late": one.late,
        "wants": {name: value for name, value in asdict(one.wish).items() if value},
    }  # fmt: skip


def _comes(first: "First") -> str:
    moment = f"on {first.at:%Y-%m-%d at %H:%M} UTC" if first.at else ""
    return {
        "at": moment,
        "from": f"{moment}, or with the first new list after that",
        "open": f"if the day's list is whole within the hour, else {moment}",
        "ready": "with the next new list",
    }[first.how]


def _order(at: str, zone: str, lang: str, topics: str, style: str) -> "Order":
    """The options as one order, each in its own place: a city is no topic, and a topic no city."""
    from dataclasses import replace

    from bot import orders, terms, zones
    from bot.orders import Misread
    from store.chats import STYLES
    from store.errors import InputError

    choices: dict[str, Any] = {"lang": base.known_lang(lang)} if lang else {}
    if at:
        choices["hour"] = terms.hour(at)
        if choices["hour"] in (None, terms.NO_HOUR):
            raise InputError(f"--time is {at!r}: write it as 07:30.")
    if zone:
        choices["zone"] = zones.named(zone)
        if choices["zone"] is None:
            raise InputError(f"--timezone is {zone!r}: write it as Europe/Paris, or UTC+8.")
    if style:
        choices["style"] = style
        if style not in STYLES:
            raise InputError(f"--style is {style!r}: it must be one of {', '.join(STYLES)}.")
    try:
        order = orders.read(topics)
    except Misread as error:
        raise InputError(f"--topics can't be read at {str(error)!r}.") from error
    return replace(order, choices={**order.choices, **choices})


def _chat(front: str, chat: str, thread: str) -> "Chat":
    """The chat; a person's, where its number says so."""
    from store.chats import Chat
    from store.errors import InputError

    if front not in FRONTS:
        raise InputError(f"{front!r} is no platform: it must be one of {', '.join(FRONTS)}.")
    for name, value in (("CHAT", chat), ("--thread", thread)):
        digits = value.removeprefix("-")
        if value and not (digits.isascii() and digits.isdigit()):
            raise InputError(f"{name} is {value!r}: give its number; `paperboy chats` lists those that are known.")
    if not chat:
        raise InputError("CHAT is empty: give its number.")
    own = front == "telegram" and not chat.startswith("-")
    return Chat(front, chat, thread, user=chat if own else "")


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table("front", "chat", "thread", "no.", "hour", "time zone", "language", "wants", "paused")
    for row in rows:
        for each in row["subscriptions"] or [dict.fromkeys(("number", "time", "timezone", "lang", "wants"))]:
            cells = [row["front"], row["chat"], row["thread"], each["number"], each["time"],
                     each["timezone"] or row["timezone"], each["lang"] or row["lang"]]  # fmt: skip
            wants = "; ".join(f"{name}: {_listed(value)}" for name, value in (each["wants"] or {}).items())
            table.add_row(*("" if cell is None else str(cell) for cell in cells), wants, row["paused"] or "")
    base.say_table(table)


def _listed(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (subscribe, unsubscribe, chats):
        cli.command(command.__name__, context_settings=NUMBERS)(command)


NUMBERS = {"ignore_unknown_options": True}
"""Telegram's groups have numbers below zero, which would be read as options."""
