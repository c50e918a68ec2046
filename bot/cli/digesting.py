"""The command digest: a day by topic, the round-up of a week or a month, and either as a platform would be sent it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import base
from bot.cli.base import AsJson, InLang

if TYPE_CHECKING:
    from datetime import date

    from bot.app import App
    from bot.fronts.base import Dresser
    from bot.outgoing import Part
    from bot.periods import Period
    from bot.roundup import Roundup
    from store.types import Lang

AsFront = Annotated[
    str, typer.Option("--as", metavar="telegram|discord|text", help="Exactly what would be sent.", show_default=False)
]


def digest(
    of: Annotated[
        str,
        typer.Argument(metavar="[DAY|WEEK|MONTH]", help="2026-02-26, 2026-W09, 2026-02; none: the newest day.",
                       show_default=False),
    ] = "",
    as_: AsFront = "",
    lang: InLang = "",
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Write the chart of a week or month to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """A day's papers by topic, or the round-up of a week or a month; with --as the messages as they would be sent."""
    from bot import lang as languages
    from bot import periods, roundup
    from store.errors import InputError, NotStored

    period = periods.read(of) if of else None
    if picture and period is None:
        raise InputError("Only a week (2026-W09) or a month (2026-02) has a picture.")
    with base.opened() as app:
        spoken = base.chosen(lang, app)
        if period is None:
            _day(app, _stored(app, of), as_, spoken, as_json)
            return
        found = roundup.of(app.folder.db, period)
        if found is None:
            raise NotStored(f"No papers are stored for {period.name}.")
        if picture:
            picture.write_bytes(roundup.picture(found, languages.load(spoken)))
        _period(app, found, as_, spoken, as_json)


def _stored(app: "App", of: str) -> "date":
    from store import papers
    from store.errors import NotStored

    days = papers.days(app.folder.db)
    if not days:
        raise NotStored("Nothing is stored yet: `paperboy import FILE` reads a report.")
    wanted = base.day(of) if of else days[-1][0]
    if not any(day == wanted for day, _ in days):
        raise NotStored(f"No papers are stored for {wanted}; the newest day is {days[-1][0]}.")
    return wanted


def _day(app: "App", day: "date", as_: str, lang: "Lang", as_json: bool) -> None:
    from bot import digest as digests
    from bot import edition
    from bot import lang as languages
    from bot.edition import Edition, Shelf
    from store import exchange

    shelf = Shelf(app)
    found = shelf.day(day)
    if as_:
        whole = Edition(day, lang, "headlines", tuple(entry.paper.arxiv_id for entry in found.voted))
        _sent(day.isoformat(), as_, lang, edition.parts(app, _front(as_), shelf, whole), as_json)
    elif as_json:
        groups = [
            {"topic": name, "papers": [exchange.to_dict(entry) for entry in group]} for name, group in found.groups
        ]
        base.say_json({"day": day.isoformat(), "papers": len(found.entries), "groups": groups})
    else:
        base.say_doc(digests.doc(found, languages.load(lang), app.prefer(lang)))


def _period(app: "App", found: "Roundup", as_: str, lang: "Lang", as_json: bool) -> None:
    from bot import lang as languages
    from bot import roundup
    from bot.doc import Doc

    period = found.period
    if as_:
        _sent(period.name, as_, lang, roundup.parts(app, _front(as_), found, lang), as_json)
    elif as_json:
        voted = [
            {"arxiv_id": one.paper.arxiv_id, "title": one.paper.title, "upvotes": one.paper.upvotes}
            for one in found.voted
        ]
        rose = [{"arxiv_id": one.paper.arxiv_id, "title": one.paper.title, "grown": more} for one, more in found.rose]
        themes = {name: {"papers": n, "change": found.change(name)} for name, n in found.counts}
        base.say_json({**_named(period), "papers": len(found.entries), "themes": themes, "voted": voted, "rose": rose})
    else:
        words = languages.load(lang)
        listed = roundup.reply(found, words, app.prefer(lang)).doc
        base.say_doc(Doc(*roundup.head(found, words).blocks, *listed.blocks))


def _named(period: "Period") -> dict[str, str]:
    return {"period": period.name, "first": period.first.isoformat(), "last": period.last.isoformat()}


def _front(name: str) -> "Dresser":
    from bot import fronts
    from store.errors import InputError

    found = fronts.dresser(name)
    if found is None:
        raise InputError(f"--as is {name!r}: it must be one of {', '.join(fronts.DRESSERS)}.")
    return found


def _sent(of: str, as_: str, lang: str, parts: "list[Part]", as_json: bool) -> None:
    """The messages as they are: text, what Discord is sent instead, the picture's size, the rows of buttons."""
    import json

    if as_json:
        shown: list[dict[str, Any]] = [
            {
                "text": part.text,
                "form": json.loads(part.form) if part.form else None,
                "picture_bytes": len(part.picture),
                "buttons": [
                    [{"label": one.label, "action": one.action or None, "url": one.url or None} for one in row]
                    for row in part.buttons
                ],
            }
            for part in parts
        ]
        base.say_json({"of": of, "as": as_, "lang": lang, "parts": shown})
        return
    for part in parts:
        picture = f"[picture, {len(part.picture):,} bytes]\n" if part.picture else ""
        rows = "\n".join(" ".join(f"[{one.label}]" for one in row) for row in part.buttons)
        base.say("\n".join(filter(None, (picture + part.text, rows))) + "\n")


def register(cli: typer.Typer) -> None:
    """Add this module's command."""
    cli.command("digest")(digest)
