"""Commands about what is sent by itself: deliver, deliveries."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import base
from bot.cli.base import AsJson

if TYPE_CHECKING:
    from store.parts import Delivery

Day = Annotated[str, typer.Option("--day", metavar="DAY", help="Of this day.", show_default=False)]


def deliver(
    day: Annotated[str, typer.Option("--day", metavar="DAY", help="The newest if left out.", show_default=False)] = "",
    now: Annotated[
        bool, typer.Option("--now", help="To every subscribed chat that wasn't sent it, whatever its hour.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send the digests that are due, and those that wait to be sent again; `paperboy run` does it by itself."""
    from dataclasses import asdict

    from bot import fronts, post
    from store.errors import ConfigError

    wanted = base.day(day) if day else None
    with base.opened(own=True) as app:
        platforms = fronts.configured(app.settings)
        if not platforms:
            raise ConfigError("There is no chat platform to deliver to: set token under [telegram].")
        done = asdict(base.run(post.once(app, platforms, wanted, due=not now)))
    of = done.pop("day")
    if as_json:
        base.say_json(done)
    else:
        told = ", ".join(f"{n} {name}" for name, n in done.items())
        base.say(f"{of or 'no day'}: {told}")


def deliveries(
    action: Annotated[
        str, typer.Argument(metavar="[resend|drop]", help="What to do with a parked one.", show_default=False)
    ] = "",
    number: Annotated[int, typer.Argument(metavar="[ID]", help="Which one.", show_default=False)] = 0,
    day: Day = "",
    parked: Annotated[bool, typer.Option("--parked", help="Only those that a person must decide on.")] = False,
    as_json: AsJson = False,
) -> None:
    """What was sent where, and what wasn't; resends or drops one. `resend` may double a message that had arrived."""
    from store import deliveries as sent
    from store.errors import InputError, NotStored

    if (action or number) and (action not in ("resend", "drop") or not number or day or parked):
        raise InputError("Say `deliveries resend ID`, `deliveries drop ID`, or neither.")
    wanted = base.day(day) if day else None
    with base.opened(own=None) as app:
        db = app.folder.db
        if not action:
            _list(sent.listed(db, wanted, "parked" if parked else None), as_json)
            return
        change = sent.resend if action == "resend" else sent.drop
        if not change(db, number, app.now()):
            states = "parked or failed" if action == "resend" else "waiting or parked"
            raise NotStored(f"No delivery {number} is {states}: `paperboy deliveries` lists them.")
    if as_json:
        base.say_json({"id": number, "state": "pending" if action == "resend" else "failed"})
    else:
        base.say(f"{number} will be sent again." if action == "resend" else f"{number} won't be sent.")


def _list(found: "list[Delivery]", as_json: bool) -> None:
    if as_json:
        base.say_json({"deliveries": [_as_dict(one) for one in found]})
        return
    if not found:
        base.say("No deliveries.")
        return
    from rich.table import Table

    table = Table("id", "day", "part", "chat", "state", "tries", "why")
    for one in found:
        chat = f"{one.chat.front} {one.chat.chat} {one.chat.thread}".strip()
        why = f"{one.code}: {one.reason}".strip(": ")
        table.add_row(str(one.id), one.day.isoformat(), str(one.part), chat, one.state, str(one.attempts), why)
    base.say_table(table)


def _as_dict(one: "Delivery") -> dict[str, Any]:
    return {
        "id": one.id, "front": one.chat.front, "chat": one.chat.chat, "thread": one.chat.thread,
        "subscription": one.number, "kind": one.kind, "day": one.day.isoformat(), "part": one.part, "state": one.state,
        "attempts": one.attempts,
        "next_at": one.next_at.isoformat(timespec="seconds") if one.state == "pending" else None,
        "code": one.code or None, "reason": one.reason or None, "message_id": one.message or None,
    }  # fmt: skip


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (deliver, deliveries):
        cli.command(command.__name__)(command)
