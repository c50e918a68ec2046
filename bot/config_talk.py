"""The settings of conversations and of the platforms they are held on, as tables of the settings file.

Owns: their keys, defaults and checks.
Does not own: reading the file (config), what they do.
"""

from typing import Annotated, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return url.rstrip("/")


Address: TypeAlias = Annotated[str, AfterValidator(_address)]


class Part(BaseModel):
    """A table of the settings file: a key that isn't known is an error, a value never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Chat(Part):
    """Conversations. "It" and "the second one" are understood for `follow_up_minutes` after the last answer."""

    follow_up_minutes: Annotated[int, Field(ge=0, le=10_080)] = 30


class Answers(Part):
    """Answers that the model of [llm] writes, if `write`.

    After `timeout_s` seconds in all there is what was written and checked so far, else quotes; `max_input_tokens`
    bounds the passages that it sees (estimated).
    """

    write: bool = True
    timeout_s: Annotated[float, Field(gt=0)] = 60.0
    max_input_tokens: Annotated[int, Field(ge=500)] = 6000


class Delivery(Part):
    """Digests. What is not delivered `alarm_after_minutes` past its moment is reported to the operators, and so is a
    day whose list isn't whole so long after the first look at it."""

    alarm_after_minutes: Annotated[int, Field(ge=1, le=10_080)] = 180


class Budgets(Part):
    """US dollars a day for what a model writes because somebody asks: for one person, one chat, all. 0 is no limit."""

    user: Annotated[float, Field(ge=0)] = 0.0
    chat: Annotated[float, Field(ge=0)] = 0.0
    total: Annotated[float, Field(ge=0)] = 0.0


class Limits(Part):
    """How many messages are answered. 0 is no limit; days are those of `ingest.timezone`."""

    per_user_minute: Annotated[int, Field(ge=0)] = 20
    per_user_day: Annotated[int, Field(ge=0)] = 300
    per_chat_day: Annotated[int, Field(ge=0)] = 1000
    daily_budget_usd: Budgets = Budgets()


class Telegram(Part):
    """The Telegram front; without a `token` there is none. `api_base` is a self-hosted Bot API server, without /bot.

    `operators` are user ids. With `allowed_chats` or a `pairing_code` the bot is private: it talks in these chats and
    in those where somebody sent the code. `fetch_unknown`: a paper that isn't stored may be fetched when asked for.
    """

    token: SecretStr = SecretStr("")
    api_base: Address = "https://api.telegram.org"
    operators: tuple[int, ...] = ()
    allowed_chats: tuple[int, ...] = ()
    pairing_code: SecretStr = SecretStr("")
    fetch_unknown: bool = False


class Discord(Part):
    """The Discord front; without a `token` there is none. `api_base` is Discord's REST API, or a proxy of it; where the
    gateway is, is asked there.

    `operators` are user ids. An answer to a mention opens a thread everywhere (`threads` true), nowhere (false), or in
    these guilds and channels (ids). `fetch_unknown`: a paper that isn't stored may be fetched when asked for.
    `shard_ids` are the shards of `shard_count` that this process runs; none: as many as Discord advises.
    """

    token: SecretStr = SecretStr("")
    api_base: Address = "https://discord.com/api/v10"
    operators: tuple[int, ...] = ()
    threads: bool | tuple[int, ...] = True
    fetch_unknown: bool = False
    shard_ids: tuple[int, ...] = ()
    shard_count: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _shards(self) -> Self:
        if self.shard_ids and not 0 <= min(self.shard_ids) <= max(self.shard_ids) < self.shard_count:
            raise ValueError("shard_ids count from 0 and are below shard_count, which must be set with them")
        return self
