"""The composition root: settings in, one object out that holds the parts, each made when it is first needed.

Owns: which parts there are and how they are put together.
Does not own: what they do.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

import structlog

from bot.config import Settings
from bot.limits import Limiter
from bot.notices import Notices
from bot.recent import Recent
from bot.turns import Turns
from ingest import embed, passages
from ingest.answers.prompts import Restated
from ingest.embed import Embedder
from ingest.fulltext.text import Text
from ingest.models.budget import Budget
from ingest.models.chat_model import ChatModel
from ingest.models.patience import Patience
from store import lexicon
from store.folder import Folder
from store.index import Server
from store.lexicon import Lexicon
from store.search import Search
from store.types import Lang, Paper, Vector

if TYPE_CHECKING:
    from bot.fetching import Fetching
    from bot.metrics import Metrics

PATIENCE_S = 5.0
"""How long a command that writes waits for a shorter one to let go of the folder."""

KEPT_TOPICS = 10_000
"""Topics of subscriptions whose vectors are kept at hand: 15 MB."""


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def local_today() -> date:
    """Today in the machine's time zone."""
    return datetime.now().astimezone().date()


@dataclass
class App:
    """Paperboy with its parts. `embedder` overrides the configured one; `today` and `now` are the clock; the settings
    are from the file `config`.

    `fetching` gets papers that people ask for by id and that aren't stored; None: nothing here can (see `intake`).
    `read` gives the full text of a stored paper, fetched again if need be; None: only what is kept is read.
    `renewing`: another model's vectors are being made anew (`renewal`), words find papers meanwhile.
    `turns` keeps the order of each chat's messages; `restated` and `judged` what a model was asked already, `topics`
    and `matched` the vectors of subscriptions' topics and which papers were about them (`bot.topics`).

    `own` asks for the data folder's index for this process alone, None leaves it to others (`store.folder`).
    """

    settings: Settings
    own: bool | None = False
    embedder: Embedder | None = None
    today: Callable[[], date] = local_today
    now: Callable[[], datetime] = utc_now
    config: Path | None = None
    fetching: "Fetching | None" = None
    read: Callable[[Paper], Awaitable[Text]] | None = None
    turns: Turns = field(default_factory=Turns)
    renewing: bool = False
    restated: Recent[Restated] = field(default_factory=Recent)
    judged: Recent[frozenset[str]] = field(default_factory=Recent)
    topics: Recent[Vector] = field(default_factory=lambda: Recent(KEPT_TOPICS))
    matched: Recent[frozenset[str]] = field(default_factory=lambda: Recent(KEPT_TOPICS))

    def __post_init__(self) -> None:
        self._turn = RLock()  # two threads may be the first to ask

    @cached_property
    def folder(self) -> Folder:
        """The data folder, its database open, its index not yet."""
        wanted = self.settings.store.vectors
        server = Server(wanted.url, wanted.token.get_secret_value(), wanted.collection) if wanted.url else None
        return Folder(self.settings.data, own=self.own, patience_s=PATIENCE_S, server=server)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The glossary, with the host's own terms."""
        extra = self.settings.search.glossary
        return lexicon.load(Path(extra) if extra else None)

    @cached_property
    def vectors(self) -> Embedder:
        """Whoever makes vectors; the bundled model takes half a second."""
        if self.embedder is not None:
            return self.embedder
        wanted = self.settings.embedding
        return embed.make(wanted.provider, wanted.base_url, wanted.api_key.get_secret_value(), wanted.model)

    @property
    def search(self) -> Search:
        """Search over the folder, the index open; made by the first thread that asks."""
        with self._turn:
            return self._search

    @cached_property
    def _search(self) -> Search:
        self.folder.connect(self.vectors.signature, renewing=self.renewing)
        return Search(self.folder, self.lexicon, passages.centres(self.folder.db, self.lexicon, self.vectors))

    @property
    def search_loaded(self) -> bool:
        """Whether a question needs to wait for nothing more."""
        return "_search" in self.__dict__

    @cached_property
    def metrics(self) -> "Metrics":
        """What is counted for who watches."""
        from bot.metrics import Metrics  # not before it is needed: the command line answers without

        return Metrics()

    @cached_property
    def limiter(self) -> Limiter:
        """What people and chats may ask."""
        return Limiter(self.folder.db, self.settings.limits, ZoneInfo(self.settings.ingest.timezone))

    @cached_property
    def notices(self) -> Notices:
        """What the people who run this are told."""
        return Notices(self.folder.db, lambda: self.now())

    @cached_property
    def budget(self) -> Budget:
        """The day's budget for models, one for all that is asked of them."""
        llm, zone = self.settings.llm, ZoneInfo(self.settings.ingest.timezone)
        return Budget(
            self.folder.db,
            lambda: self.now().astimezone(zone).date(),
            usd=llm.daily_budget_usd,
            tokens=llm.daily_budget_tokens,
        )

    @cached_property
    def model(self) -> ChatModel | None:
        """The model that writes answers, None where there is none: people don't queue behind the day's summaries, and
        wait less for a server that fails. Belongs to one event loop until `aclose`."""
        llm, answers = self.settings.llm, self.settings.answers
        if not llm.model or not answers.write:
            return None
        return ChatModel(
            llm.base_url,
            llm.api_key.get_secret_value(),
            llm.model,
            llm.fallback_model,
            budget=self.budget,
            timeout_s=min(llm.timeout_s, answers.timeout_s),
            total_s=answers.timeout_s,
            concurrency=llm.concurrency,
            price_in=llm.price_in,
            price_out=llm.price_out,
            patience=Patience(tries=2, backoff_s=0.5, max_wait_s=5.0),
        )

    @property
    def langs(self) -> tuple[Lang, ...]:
        """The configured languages, the preferred one first."""
        return self.settings.languages

    def note(self, text: str) -> None:
        """Note a line for the person who runs this."""
        structlog.get_logger().warning("noted", text=text)

    def prefer(self, lang: Lang) -> tuple[Lang, ...]:
        """All languages, `lang` first: for choosing among a paper's summaries."""
        return tuple(dict.fromkeys((lang, *self.langs)))

    async def aclose(self) -> None:
        """Close the connections to the model that writes answers; another loop makes its own."""
        model = self.__dict__.pop("model", None)
        if model is not None:
            await model.aclose()

    def close(self) -> None:
        """Let go of the data folder."""
        if "folder" in self.__dict__:
            self.folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
