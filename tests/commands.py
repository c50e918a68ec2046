"""The commands that a text tells people to type, read against the real command line."""

import re
import shlex

import typer
import typer.core

from bot.__main__ import cli

GLOBAL = ("--config", "--data", "--debug", "--version", "--help")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_COMMAND = re.compile(r"(?:^|[\s/`：])paperboy((?: +[^\s`#|]+)+)")


def told(text: str) -> list[list[str]]:
    """The words after `paperboy` of each command in a text's code."""
    code = " \n".join(_CODE.findall(text))
    found = [match[1] for line in code.splitlines() for match in _COMMAND.finditer(line)]
    return [shlex.split(one.rstrip(".,;:`")) for one in found]


def problem(words: list[str]) -> str:
    """What the command line would not know in these words, "" if it knows all."""
    known = typer.main.get_command(cli)
    assert isinstance(known, typer.core.TyperGroup)
    while words and words[0] in GLOBAL:
        words = words[1:] if words[0] in ("--debug", "--version", "--help") else words[2:]
    if not words:
        return ""
    command = known.commands.get(words[0])
    if command is None:
        return f"no command {words[0]!r}"
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    strange = [word for word in words[1:] if re.match(r"--?[a-z]", word) and word.split("=")[0] not in options]
    strange = [word for word in strange if word not in GLOBAL]
    return f"{words[0]} has no {strange[0]}" if strange else ""
