"""Commands that talk: chat, demo."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import base
from bot.cli.base import InLang

if TYPE_CHECKING:
    from bot.app import App
    from store.types import Lang


def chat(lang: InLang = "") -> None:
    """Ask questions and give commands at the console, as in a chat."""
    from bot.fronts.console import Console

    with base.opened(own=None) as app:
        _at_home(app, base.chosen(lang, app))
        base.run(Console(sys.stdin, sys.stdout, base.known_lang(lang) if lang else None).run(app), app)


def demo(
    lang: InLang = "",
    tour: Annotated[bool, typer.Option("--tour", help="Run the scripted tour even on a terminal.")] = False,
) -> None:
    """Load a sample day and talk about it: the console on a terminal, a scripted tour elsewhere."""
    from bot import demo as scripted
    from bot.fronts.console import Console

    with base.opened(own=True) as app:
        spoken = base.chosen(lang, app)
        _at_home(app, spoken)
        with base.progress("Embedding") as progress:
            scripted.load(app, progress)
        base.say_doc(scripted.opening(app, spoken))
        base.say("")
        if sys.stdin.isatty() and sys.stdout.isatty() and not tour:
            base.run(Console().run(app), app)
        else:
            console = Console(sys.stdin, sys.stdout)
            base.run(console.tour(app, scripted.script(spoken)), app)


def _at_home(app: "App", lang: "Lang") -> None:
    """What has no language of its own, an id or /today, is answered in `lang`."""
    app.settings = app.settings.model_copy(update={"languages": app.prefer(lang)})


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    cli.command("chat")(chat)
    cli.command("demo")(demo)
