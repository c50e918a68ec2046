"""The secrets among the settings: what must appear nowhere.

Owns: finding them in settings that were read, and in the text of a settings file.
Does not own: which settings are secret (each is a SecretStr where it is defined).
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from bot import config


def secrets(part: BaseModel) -> list[str]:
    """Every secret that is set, in any table: what must appear nowhere."""
    found: list[str] = []
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, BaseModel):
            found += secrets(value)
    return [secret for secret in found if secret]


def without_secrets(path: Path) -> str | None:
    """The text of a settings file with every secret in it blank, for a backup; None if it can't be read as one."""
    try:
        text = path.read_text(encoding="utf-8")
        for secret in _written(config.Settings, tomllib.loads(text)):
            text = text.replace(secret, "")
        return text if not _written(config.Settings, tomllib.loads(text)) else None
    except (OSError, ValueError):
        return None


def holds_secrets(path: Path) -> bool:
    """Whether a secret stands in a settings file; False for one that can't be read."""
    try:
        return bool(_written(config.Settings, tomllib.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError):
        return False


def _written(model: type[BaseModel], table: Mapping[str, Any]) -> list[str]:
    """The secrets that stand in a table of a settings file, the longest first."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        value, inner = table.get(field.alias or name), field.annotation
        if inner is SecretStr and isinstance(value, str) and value:
            found.append(value)
        elif isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, BaseModel):
            found += _written(inner, value)
    return sorted(found, key=len, reverse=True)
