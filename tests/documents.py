"""The documents that are made of the code: `python -m tests.documents` writes them, a test holds them equal.

Owns: docs/configure.md, docs/commands.md and their Chinese twins.
Does not own: what settings and commands mean (docs/meanings.toml, the command line, bot.lang).
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
import typer.core
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot import lang as languages
from bot.__main__ import cli
from bot.commands.table import ROWS
from bot.config import Settings
from store.types import Lang

ROOT = Path(__file__).parent.parent
MEANINGS = tomllib.loads((ROOT / "docs/meanings.toml").read_text("utf-8"))
BY = "<!-- Made by `python -m tests.documents`. -->"

HEAD = {
    "en": (
        "# Settings\n\nCopy `config.example.toml` to `config.toml`. Each key can be set by environment too:\n"
        "`PAPERBOY_LLM__MODEL=…` sets `llm.model`. An unknown key is an error that names it.\n\n"
        "| key | type | default | what it does |",
        "# Commands\n\n## In the terminal\n\n`--config PATH` and `--data DIR` go with every command; "
        "`--help` after a command tells more.\n\n| command | what it does |",
        "## In a chat\n\nOn Discord by the menu of `/`. (A): in groups for administrators; (O): for operators.\n\n"
        "| command | in Chinese | what it does |",
    ),
    "zh": (
        "# 设置\n\n把 `config.example.toml` 复制为 `config.toml`。每一项也可用环境变量设置：\n"
        "`PAPERBOY_LLM__MODEL=…` 即 `llm.model`。写错的键会被指出来。\n\n| 键 | 类型 | 默认值 | 作用 |",
        "# 命令\n\n## 在终端里\n\n`--config PATH` 和 `--data DIR` 适用于每个命令；"
        "命令后加 `--help` 有详细说明。\n\n| 命令 | 作用 |",
        "## 在聊天里\n\nDiscord 上从 `/` 菜单选用。(A)：群里仅管理员可用；(O)：仅运营者可用。\n\n"
        "| 命令 | 中文名 | 作用 |",
    ),
}


def documents() -> dict[Path, str]:
    """Each document's path and whole text."""
    made: dict[Path, str] = {}
    for lang, folder in (("en", ROOT / "docs"), ("zh", ROOT / "docs/zh")):
        made[folder / "configure.md"] = configure(lang)
        made[folder / "commands.md"] = commands(lang)
    return made


def configure(lang: Lang) -> str:
    """Every setting: key, type, default, meaning."""
    at = 1 if lang == "zh" else 0
    rows = [(f"`{key}`", _type(field), _default(field), MEANINGS["settings"][key][at]) for key, field in fields()]
    return _page(HEAD[lang][0], rows)


def commands(lang: Lang) -> str:
    """Every command: those of the terminal, then those of a chat."""
    group = typer.main.get_command(cli)
    assert isinstance(group, typer.core.TyperGroup)
    typed = [
        (_usage(name, command), MEANINGS["commands"][name] if lang == "zh" else _plain(command.help or ""))
        for name, command in group.commands.items()
        if not command.hidden
    ]
    words, marks = languages.load(lang), {"admin": " (A)", "operator": " (O)", "everyone": ""}
    said = [
        (f"`{words(f'help.{row.name}.usage')}`", " ".join(row.aliases), words(f"help.{row.name}.what") + marks[row.who])
        for row in ROWS
        if row.shown
    ]
    return _page(HEAD[lang][1], typed) + "\n" + _table(HEAD[lang][2], said)


def fields(model: type[BaseModel] = Settings, above: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Each key of the settings, dotted, and its field."""
    for name, field in model.model_fields.items():
        key, inner = above + (field.alias or name), field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from fields(inner, f"{key}.")
        else:
            yield key, field


def _type(field: FieldInfo) -> str:
    if field.annotation is SecretStr:
        return "secret"
    shown = field.annotation.__name__ if isinstance(field.annotation, type) else str(field.annotation)
    shown = re.sub(r"typing\.|, \.\.\.", "", shown)
    return re.sub(r"tuple\[(.*)\]", r"list of \1", shown).replace("Literal[", "").replace("]", "").replace("|", "or")


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if isinstance(value, SecretStr) or value in ("", ()):
        return "—"
    if isinstance(value, tuple):
        return f"`{list(value)}`".replace("'", '"')
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _usage(name: str, command: Any) -> str:
    names = [(p.metavar or p.name.upper()).replace("|", "/") for p in command.params if p.param_type_name == "argument"]
    options = [p.opts[0] for p in command.params if p.param_type_name == "option" and p.opts[0] != "--help"]
    return f"`{' '.join(['paperboy', name, *names])}`" + "".join(f" `{one}`" for one in options)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _page(head: str, rows: list[tuple[str, ...]]) -> str:
    return f"{BY}\n{_table(head, rows)}"


def _table(head: str, rows: list[tuple[str, ...]]) -> str:
    lines = [("---",) * len(rows[0]), *rows]
    shown = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines]
    return "\n".join([head, *shown]) + "\n"


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, "utf-8")
