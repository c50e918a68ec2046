"""What the commands of the command line share: settings and app, output, progress, exit codes.

Heavy imports stay inside functions: `paperboy --help` must not wait for Chroma or a model.

Owns: `--config`, `--data`, how a result or an error is printed.
Does not own: the commands.
"""

import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from bot.app import App
    from bot.config import Settings
    from bot.doc import Doc
    from bot.fronts.console import Live
    from store.types import Lang

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, and nothing else.")]
InLang = Annotated[str, typer.Option("--lang", metavar="zh|en", help="The language to answer in.", show_default=False)]


@dataclass
class Options:
    """The global options, as given."""

    config: Path | None = None
    data: Path | None = None
    debug: bool = False


options = Options()
"""Set once by the callback in bot.__main__, before any command runs."""


def settings() -> "Settings":
    """The settings, with `--data` in place of the configured folder."""
    from bot import config

    loaded = config.load(options.config)
    return loaded.model_copy(update={"data": options.data}) if options.data else loaded


@contextmanager
def opened(*, own: bool | None = False) -> "Iterator[App]":
    """The app on the data folder; `own` for commands that write, None for those that stay."""
    from bot import config, config_secrets, log
    from bot.app import App

    read = settings()
    log.setup(read.log, config_secrets.secrets(read))
    with App(read, own=own, config=config.found(options.config)) as app:
        yield app


def run(work: Coroutine[Any, Any, T], app: "App | None" = None) -> T:
    """Run one asynchronous piece of work to its end; `app` is one that may talk to a model, and read papers for it."""
    import asyncio

    async def whole() -> T:
        if app is None:
            return await work
        try:
            if app.model is None:
                return await work
            from bot import intake

            async with intake.reading(app):
                return await work
        finally:
            await app.aclose()

    return asyncio.run(whole())


def say(text: str) -> None:
    """Print to stdout what was asked for."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Tell the person at the terminal something beside the result."""
    sys.stderr.write(f"paperboy: {text}\n")


def say_table(table: "Table") -> None:
    """Print a table; as wide as it wants where no terminal bounds it."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 200).print(table)


def say_json(value: object) -> None:
    """Print one JSON object."""
    say(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def say_doc(doc: "Doc") -> None:
    """Print a message, with colours and links where they can be seen."""
    live().end(doc)


def live() -> "Live":
    """An answer that is printed as it is written, where somebody watches."""
    from bot.fronts.console import Live
    from bot.render import ANSI, PLAIN

    watched = sys.stdout.isatty()
    return Live(sys.stdout, ANSI if watched and "NO_COLOR" not in os.environ else PLAIN, shown=watched)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr for work that takes longer than a moment; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def chosen(lang: str, app: "App") -> "Lang":
    """`--lang`, else the language of the user's locale if it is a configured one, else the first configured one."""
    if lang:
        return known_lang(lang)
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return next((one for one in app.langs if locale.startswith(one)), app.langs[0])


def known_lang(lang: str) -> "Lang":
    """`lang` if Paperboy speaks it."""
    from store.errors import InputError
    from store.types import LANGS

    found = next((one for one in LANGS if one == lang), None)
    if found is None:
        raise InputError(f"--lang is {lang!r}: it must be one of {', '.join(LANGS)}.")
    return found


def day(text: str) -> date:
    """A day as people write it."""
    from bot import dates
    from bot.app import local_today
    from store.errors import InputError

    found = dates.read(text, local_today())
    if found is None:
        raise InputError(f"{text!r} is no date: write it as 2026-02-26.")
    return found
