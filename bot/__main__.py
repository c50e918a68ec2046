"""The command line: `paperboy COMMAND`.

Exit codes: 0 done, 1 it failed and says why in one line, 2 wrong use or wrong config.

Owns: the global options, the table of commands, and turning errors into one line and a code.
Does not own: the commands (bot.cli).
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import delivering, digesting, doctor, ingesting, init, keeping, library, reading, subscribing, talk
from bot.cli.base import options
from store.errors import AppError, ConfigError, InputError

GLOBAL = ("--config", "--data")

cli = typer.Typer(
    name="paperboy",
    help="Reads Hugging Face Daily Papers every day, and answers questions about them.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (library, reading, digesting, talk, ingesting, delivering, subscribing, keeping, doctor, init):
    module.register(cli)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"paperboy {version('paperboy')}\n")
        raise typer.Exit


@cli.callback()
def _global(
    config: Annotated[Path | None, typer.Option(metavar="PATH", help="Settings; ./config.toml if it is there.")] = None,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="The data folder; ./data unless configured.")] = None,
    debug: Annotated[bool, typer.Option(help="Show where an unexpected error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    options.config, options.data, options.debug = config, data, debug


def main(arguments: list[str] | None = None) -> None:
    """Run a command line (sys.argv's by default) and exit with its code."""
    sys.exit(_run(_hoisted(sys.argv[1:] if arguments is None else arguments)))


def _run(arguments: list[str]) -> int:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # a terminal or pipe that isn't UTF-8 gives and gets question marks, not a traceback
            reconfigure(errors="replace")
    try:
        cli(arguments, standalone_mode=True)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # who read us has gone: to Typer a failure, to us none
            return 0
        return end.code if isinstance(end.code, int) else 1
    except AppError as error:
        return _failed(str(error), 2 if _wrong_use(error) else 1)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the last line of defence: one line, whatever it was
        if options.debug:
            raise
        return _failed(f"unexpected {type(error).__name__}: {error} (--debug shows where).", 1)
    return 0


def _wrong_use(error: AppError) -> bool:
    """A wrong argument or setting; a file with a wrong content is a failure of the file."""
    from store.errors import FormatError

    return isinstance(error, ConfigError | InputError) and not isinstance(error, FormatError)


def _failed(text: str, code: int) -> int:
    sys.stderr.write(f"paperboy: {' '.join(text.split())}\n")
    return code


def _hoisted(arguments: list[str]) -> list[str]:
    """`--config X`, `--data X` and `--debug` moved to the front: people write them after the command as well."""
    front: list[str] = []
    rest: list[str] = []
    given = iter(arguments)
    for argument in given:
        if argument == "--":
            rest += [argument, *given]
        elif argument == "--debug":
            front.append(argument)
        elif argument in GLOBAL:
            front += [argument, *[value for value in [next(given, None)] if value is not None]]
        elif argument.startswith(tuple(f"{name}=" for name in GLOBAL)):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


if __name__ == "__main__":
    main()
