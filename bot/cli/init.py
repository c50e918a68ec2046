"""`paperboy init`: a first settings file, by a few questions or by options."""

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import base

if TYPE_CHECKING:
    from bot.init import Question

TRIES = 3
"""How often a question is asked before giving up."""

Given = Annotated[str | None, typer.Option(show_default=False)]


def init(
    telegram_token: Given = None,
    discord_token: Given = None,
    model: Given = None,
    base_url: Given = None,
    api_key: Given = None,
    languages: Given = None,
    time: Given = None,
    timezone: Given = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: what no option says stays as it is by default.")
    ] = False,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Don't ask the servers whether it works.")] = False,
) -> None:
    """Ask for the few settings of a first start, check each with its server, and write config.toml (rights 600).

    What an option says is not asked. On a command line others may see a token: a question or a pipe is safer.
    """
    from bot import config
    from bot import init as first

    file = base.options.config or config.DEFAULT_PATH
    if file.exists():
        raise first.there(file)
    given = {
        "telegram.token": telegram_token, "discord.token": discord_token, "llm.model": model, "llm.base_url": base_url,
        "llm.api_key": api_key, "languages": languages, "ingest.time": time, "ingest.timezone": timezone,
    }  # fmt: skip
    options = {key: value for key, value in given.items() if value is not None}
    answers = {"data": str(base.options.data)} if base.options.data else {}
    for group in first.GROUPS:
        _group(group, answers, options, asks=not yes, checks=not unchecked)
    first.write(answers, file)
    _next(file)


def _group(
    group: "tuple[Question, ...]", answers: dict[str, str], options: dict[str, str], *, asks: bool, checks: bool
) -> None:
    """Add the answers to a group of questions that hold; asks again what doesn't, with what is wrong."""
    from store.errors import InputError

    asked = asks and any(question.key not in options for question in group)
    for _ in range(TRIES if asked else 1):
        for n, question in enumerate(group):
            wanted = asks and question.key not in options and (not n or bool(answers[group[0].key]))
            answers[question.key] = _ask(question) if wanted else options.get(question.key, question.default)
        wrong = _wrong(group, answers, checks=checks)
        if not wrong:
            return
        if asked:
            base.note(wrong)
    last = "" if not asked else f", {TRIES} times"
    raise InputError(f"{group[0].key} does not hold{last}: {wrong} Nothing was written.")


def _wrong(group: "tuple[Question, ...]", answers: dict[str, str], *, checks: bool) -> str:
    """What keeps the answers from being used, "" if nothing does; what is found beside it is noted."""
    from bot import config_secrets, log
    from bot import init as first
    from store.errors import ConfigError

    try:
        made = first.settings(answers)
        log.setup(made.log, config_secrets.secrets(made))
        found = base.run(first.check(answers, group)) if checks else []
    except ConfigError as error:
        return str(error)
    for one in found:
        base.note(f"{one.state}: {one.name}: {one.text}")
    return next((f"{one.text}: {one.todo}." for one in found if one.state == "broken"), "")


def _ask(question: "Question") -> str:
    """One line from the terminal or a pipe; a secret isn't shown while it is typed."""
    from store.errors import InputError

    words = f"{question.text}{f' [{question.default}]' if question.default else ''}: "
    if question.secret and sys.stdin.isatty():
        return getpass.getpass(words).strip() or question.default
    sys.stderr.write(words)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        sys.stderr.write("\n")
    if not line:
        raise InputError(f"The input ended before {question.key}. Nothing was written; --yes asks nothing.")
    return line.strip() or question.default


def _next(file: Path) -> None:
    base.say(f"{file} is written. `paperboy doctor` looks at everything, `paperboy run` starts.")


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    cli.command("init")(init)
