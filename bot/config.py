"""Settings: one TOML file and the environment, read once, checked, and passed down as values.

`PAPERBOY_EMBEDDING__API_KEY=…` sets `embedding.api_key`; the environment wins over the file. A key that isn't here is
an error that names it. `config.example.toml` lists them all.

Owns: which settings there are, their defaults, and errors that name the key.
Does not own: what they do.
"""

import os
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config_host import Backup, Log, Store, Watch
from bot.config_talk import Answers, Chat, Delivery, Discord, Limits, Part, Telegram
from store.errors import ConfigError
from store.types import Lang

PREFIX = "PAPERBOY_"
DEFAULT_PATH = Path("config.toml")


class Search(Part):
    """`glossary`: a file with the host's own terms, in the form of the shipped one; "" for none."""

    glossary: str = ""


class Embedding(Part):
    """Who makes vectors: "local" (bundled) or "openai" (any OpenAI-compatible server, which needs the other keys)."""

    provider: Literal["local", "openai"] = "local"
    base_url: str = ""
    api_key: SecretStr = SecretStr("")
    model: str = ""


class Ingest(Part):
    """When a day is read, and how much at once.

    From the local `time` in `timezone` on the day's list is looked at, every `settle_minutes` until two looks
    agree; `keep_fulltext_days` of 0 keeps no text longer than the run.
    """

    time: str = "08:00"
    timezone: str = "UTC"
    settle_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    max_input_tokens: Annotated[int, Field(ge=1000)] = 30_000
    keep_fulltext_days: Annotated[int, Field(ge=0)] = 30

    @field_validator("time")
    @classmethod
    def _time(cls, text: str) -> str:
        time.fromisoformat(text)
        return text

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no time zone is called so; write it as Europe/Berlin") from error
        return name


class HfDaily(Part):
    """Hugging Face Daily Papers, or a mirror; a (free) `token` doubles the quota."""

    base_url: str = "https://huggingface.co"
    token: SecretStr = SecretStr("")


class Arxiv(Part):
    """arXiv, or a mirror. `pace_s`: seconds between requests; `contact`: a mail address or URL for the User-Agent."""

    base_url: str = "https://arxiv.org"
    api_url: str = "https://export.arxiv.org/api/query"
    pace_s: Annotated[float, Field(ge=0)] = 3.0
    contact: str = ""


class Sources(Part):
    """Where papers come from."""

    hf_daily: HfDaily = HfDaily()
    arxiv: Arxiv = Arxiv()


class Llm(Part):
    """The model that writes summaries: any OpenAI-compatible server. Without `model` they are quoted from the papers.

    Prices are US dollars per million tokens. A budget of 0 is no limit. `batch_poll_s` is how long a batch waits for
    one more question, and between two looks at it.
    """

    base_url: str = ""
    api_key: SecretStr = SecretStr("")
    model: str = ""
    fallback_model: str = ""
    timeout_s: Annotated[float, Field(gt=0)] = 120.0
    concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    batch_poll_s: Annotated[float, Field(gt=0)] = 60.0
    daily_budget_usd: Annotated[float, Field(ge=0)] = 0.0
    daily_budget_tokens: Annotated[int, Field(ge=0)] = 0
    price_in: Annotated[float, Field(ge=0)] = 0.0
    price_out: Annotated[float, Field(ge=0)] = 0.0

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.daily_budget_usd and not (self.price_in or self.price_out):
            raise ValueError("daily_budget_usd needs price_in and price_out, or nothing is ever spent")
        return self


class Settings(BaseSettings):
    """All settings. `languages` are those of summaries, the preferred one first."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data: Path = Path("data")
    languages: Annotated[tuple[Lang, ...], Field(min_length=1)] = ("zh", "en")
    search: Search = Search()
    embedding: Embedding = Embedding()
    ingest: Ingest = Ingest()
    sources: Sources = Sources()
    llm: Llm = Llm()
    answers: Answers = Answers()
    chat: Chat = Chat()
    delivery: Delivery = Delivery()
    limits: Limits = Limits()
    telegram: Telegram = Telegram()
    discord: Discord = Discord()
    store: Store = Store()
    backup: Backup = Backup()
    watch: Watch = Watch()
    log: Log = Log()

    @model_validator(mode="after")
    def _priced(self) -> Self:
        budgets, llm = self.limits.daily_budget_usd, self.llm
        if llm.model and (budgets.user or budgets.chat or budgets.total) and not (llm.price_in or llm.price_out):
            raise ValueError("limits.daily_budget_usd needs llm.price_in and llm.price_out, or nothing is ever spent")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then the file (whose content comes as arguments): no .env files, no secret files."""
        return env_settings, init_settings


def load(path: Path | None = None) -> Settings:
    """Read the settings from `path`, which must be there if it is given; else from ./config.toml if that is there.

    Raises:
        ConfigError: no such file, no TOML, or a key that is unknown or of the wrong kind; it names the key.
    """
    file = found(path)
    _known_variables(Settings, os.environ)
    return of(_toml(file) if file else {}, str(file) if file else "the environment")


def of(table: dict[str, Any], where: str) -> Settings:
    """The settings of a table, and of the environment; `where` is what an error calls it.

    Raises:
        ConfigError: a key is unknown or of the wrong kind; it names the key.
    """
    try:
        return Settings(**table)
    except ValidationError as error:
        raise ConfigError(_first(error, where)) from error


def found(path: Path | None) -> Path | None:
    """The settings file that is read: the one named, else ./config.toml if it is there."""
    return path or (DEFAULT_PATH if DEFAULT_PATH.exists() else None)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path} is not there: copy config.example.toml, or leave --config out.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read ({error}).") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no TOML: {error}.") from error


def keys(model: type[BaseModel] = Settings, above: str = "") -> list[str]:
    """Every key there is, dotted: "embedding.api_key"."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        name = above + (field.alias or name)
        inner = field.annotation
        found += keys(inner, f"{name}.") if isinstance(inner, type) and issubclass(inner, BaseModel) else [name]
    return found


def _known_variables(settings: type[Settings], environment: Any) -> None:
    """A misspelt variable would be passed over in silence: name it instead."""
    known = {PREFIX + key.replace(".", "__").upper() for key in keys(settings)} | {f"{PREFIX}DEBUG"}
    known |= {PREFIX + name.upper() for name in settings.model_fields}  # a whole table as JSON
    for name in environment:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise ConfigError(f"The environment variable {name} sets no key that there is: see config.example.toml.")


def _first(error: ValidationError, where: str) -> str:
    """The first problem as one line; the value itself is left out, for it may be a secret."""
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"{where}: there is no setting {key!r}: see config.example.toml for those that there are."
    return f"{where}: {key}: {first['msg']}." if key else f"{where}: {first['msg']}."
