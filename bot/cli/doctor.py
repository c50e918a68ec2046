"""`paperboy doctor`: is all well, here and outside?"""

import typer

from bot.cli import base
from bot.cli.base import AsJson
from bot.cli.keeping import say_findings
from store.errors import ConfigError


def doctor(as_json: AsJson = False) -> None:
    """Look at settings, data, clock, sources, model and platforms; exit code 1 when something is broken.

    Nothing is sent and nothing is changed, but for a call to the model of a few tokens.
    """
    from bot import doctor as looking
    from store.check import Finding

    try:
        base.settings()
    except ConfigError as error:
        todo = "mend that key; config.example.toml has them all"
        say_findings([Finding("config", "broken", str(error), todo)], as_json)
        return
    with base.opened() as app:
        found = base.run(looking.findings(app))
    say_findings(found, as_json)


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    cli.command("doctor")(doctor)
