"""The few settings that a first start needs: put together, checked live, and written where no file is yet.

What is asked together is checked together: a model's name says nothing without its server.

Owns: which settings are asked for, whether answers hold, the file.
Does not own: asking (cli.init), how a server is checked (doctor).
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import config, doctor
from bot.app import App
from bot.config import Settings
from store.check import Finding
from store.errors import InputError, StoreError


@dataclass(frozen=True, slots=True)
class Question:
    """One setting, in words; an empty answer is `default`."""

    key: str
    text: str
    default: str = ""
    secret: bool = False


GROUPS = (
    (Question("telegram.token", "Telegram's token, from @BotFather (empty: no Telegram)", secret=True),),
    (Question("discord.token", "Discord's token, from discord.com/developers (empty: no Discord)", secret=True),),
    (
        Question("llm.model", "The model that writes summaries (empty: they are quoted from the papers)"),
        Question("llm.base_url", "Its server, as http://127.0.0.1:8080/v1 (empty: OpenAI's own)"),
        Question("llm.api_key", "Its key (empty: none)", secret=True),
    ),
    (Question("languages", "Languages of summaries, the preferred one first", "zh, en"),),
    (Question("ingest.time", "The hour at which the day's list is looked at", "08:00"),),
    (Question("ingest.timezone", "The time zone, as Europe/Berlin", "UTC"),),
)
"""What is asked, in this order. Where the first of a group is left empty, the rest of it is not asked."""

Answers = Mapping[str, str]


def settings(answers: Answers) -> Settings:
    """The settings that the answers make, with the environment's.

    Raises:
        ConfigError: one of them makes no sense; the text names its key.
    """
    table: dict[str, Any] = {}
    for key, value in _values(answers).items():
        part, _, name = key.rpartition(".")
        (table.setdefault(part, {}) if part else table)[name] = value
    return config.of(table, "the answers")


async def check(answers: Answers, group: tuple[Question, ...]) -> list[Finding]:
    """What the servers say that a group of answers leads to; nothing is kept of it.

    Raises:
        ConfigError: as for `settings`.
    """
    part = group[0].key.partition(".")[0]
    wanted = settings(answers)
    if not answers.get(group[0].key) or part not in ("telegram", "discord", "llm"):
        return []
    with (
        TemporaryDirectory(prefix="paperboy-") as folder,
        App(wanted.model_copy(update={"data": Path(folder)}), own=True) as app,
    ):
        return await (doctor.model(app) if part == "llm" else doctor.platform(app, part))


def write(answers: Answers, file: Path) -> None:
    """Write the settings file, for its owner's eyes alone.

    Raises:
        InputError: it is there already, and stays as it is.
        StoreError: it can't be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise there(file) from None
    except OSError as error:
        raise StoreError(f"{file} can't be written ({error.strerror}): name another with --config.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(_toml(_values(answers)))


def there(file: Path) -> InputError:
    """The file is there already."""
    return InputError(f"{file} is there already, and stays: change it by hand, or name another with --config.")


def _values(answers: Answers) -> dict[str, str | list[str]]:
    """The answers that say something, as the settings want them."""
    given = {key: value.strip() for key, value in answers.items() if value.strip()}
    split = [one.strip() for one in given.get("languages", "").split(",")]
    return {key: [one for one in split if one] if key == "languages" else value for key, value in given.items()}


def _toml(values: Mapping[str, str | list[str]]) -> str:
    """A string of JSON is one of TOML, too."""
    lines, under = ["# Paperboy's settings; config.example.toml has all that there are."], ""
    for key, value in sorted(values.items(), key=lambda one: "." in one[0]):
        part, _, name = key.rpartition(".")
        if part != under:
            lines += ["", f"[{part}]"]
            under = part
        lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
