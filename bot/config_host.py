"""The settings of whoever hosts a Paperboy: what it notes, what it keeps for a bad day.

Owns: their keys, defaults and checks.
Does not own: reading the file (config), what they do.
"""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from bot.config_talk import Part


def _server(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("write it as http://127.0.0.1:8000, or leave it empty")
    return url.rstrip("/")


class Log(Part):
    """`level` of what goes to stderr; `json` for one JSON object a line."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    as_json: Annotated[bool, Field(alias="json")] = False


class VectorServer(Part):
    """A Chroma server that holds the index in place of the data folder; "" is none. `collection` is this Paperboy's."""

    url: Annotated[str, AfterValidator(_server)] = ""
    token: SecretStr = SecretStr("")
    collection: Annotated[str, Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]$")] = "passages-of-papers"


class Store(Part):
    """Where the index of the vectors lies."""

    vectors: VectorServer = VectorServer()


class Backup(Part):
    """`paperboy run` makes a backup every `hours` into `folder` ("": `backups` in the data folder) and keeps the newest
    `keep`. 0 hours: none are made."""

    folder: str = ""
    hours: Annotated[float, Field(ge=0)] = 24.0
    keep: Annotated[int, Field(ge=1)] = 3


class Watch(Part):
    """A `port` for /live, /ready and /metrics on `host`; 0 is none."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0
