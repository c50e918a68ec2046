"""Put the ingest floor together from the settings: sources, reader, summariser, pipeline; and fetching for people.

Owns: which parts the settings choose, and closing them.
Does not own: the parts.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from bot.app import App
from bot.fetching import Fetching
from ingest.fetch import HUB, Fetcher, agent
from ingest.fulltext.reading import Reader
from ingest.fulltext.worker import Worker
from ingest.models.batch import Pace
from ingest.models.chat import Chat
from ingest.models.chat_model import ChatModel
from ingest.models.gathered import MOST, Gathered
from ingest.overview import Overviews
from ingest.pipeline import Pipeline
from ingest.sources import SOURCES
from ingest.sources.arxiv import Arxiv, lane
from ingest.summaries.summarisers import ByModel, Extractive
from ingest.work import Parts, Summariser


@asynccontextmanager
async def pipeline(app: App, batch: bool = False) -> AsyncIterator[Pipeline]:
    """The pipeline that the app's settings describe; its connections and its worker end with the block.

    With `batch` the model is asked in batches, which take up to a day and cost half.
    """
    arxiv, hub = app.settings.sources.arxiv, app.settings.sources.hf_daily
    async with AsyncExitStack() as stack:
        now = app.now
        fetcher = await stack.enter_async_context(_fetcher(app))
        worker = await stack.enter_async_context(Worker())
        source = SOURCES["hf_daily"](
            fetcher, base_url=hub.base_url, token=hub.token.get_secret_value(), report=app.note
        )
        pages = Arxiv(fetcher, base_url=arxiv.base_url, api_url=arxiv.api_url)
        chat = model(app, stack)
        parts = Parts(
            app.folder,
            Reader(app.folder.db, fetcher, pages, worker, now),
            await _summariser(app, stack, chat, batch) if chat else Extractive(app.vectors, now),
            app.vectors,
            now,
            concurrency=MOST if batch else app.settings.ingest.concurrency,
        )
        written = Overviews(chat, app.folder.db, app.vectors, app.lexicon, app.langs, now) if chat else None
        yield Pipeline(source, pages, parts, written)


@asynccontextmanager
async def reading(app: App) -> AsyncIterator[None]:
    """Within the block a question about one paper is answered from its full text, fetched again at arXiv's pace."""
    arxiv = app.settings.sources.arxiv
    async with _fetcher(app) as fetcher, Worker() as worker:
        pages = Arxiv(fetcher, base_url=arxiv.base_url, api_url=arxiv.api_url)
        app.read = Reader(app.folder.db, fetcher, pages, worker, app.now).read
        try:
            yield
        finally:
            app.read = None


def _fetcher(app: App) -> Fetcher:
    arxiv = app.settings.sources.arxiv
    lanes = (HUB, lane(arxiv.base_url, arxiv.api_url, arxiv.pace_s))
    return Fetcher(agent(arxiv.contact, version("paperboy")), lanes)


@asynccontextmanager
async def fetching(app: App, pipeline: Pipeline) -> AsyncIterator[None]:
    """Within the block the app can fetch papers that people ask for, through this pipeline."""
    limiter = app.limiter if app.settings.llm.model else None
    async with Fetching(pipeline, limiter, app.now) as made:
        app.fetching = made
        try:
            yield
        finally:
            app.fetching = None


def model(app: App, stack: AsyncExitStack) -> ChatModel | None:
    """The configured model, if there is one; closed with the stack."""
    llm = app.settings.llm
    if not llm.model:
        return None
    chat = ChatModel(
        llm.base_url,
        llm.api_key.get_secret_value(),
        llm.model,
        llm.fallback_model,
        budget=app.budget,
        timeout_s=llm.timeout_s,
        concurrency=llm.concurrency,
        price_in=llm.price_in,
        price_out=llm.price_out,
    )
    stack.push_async_callback(chat.aclose)
    return chat


async def _summariser(app: App, stack: AsyncExitStack, chat: ChatModel, batch: bool) -> Summariser:
    """The model as it is asked: at once, or in batches."""
    asked: Chat = chat
    if batch:
        poll_s = app.settings.llm.batch_poll_s
        asked = await stack.enter_async_context(Gathered(chat, app.folder.db, quiet_s=poll_s, pace=Pace(poll_s=poll_s)))
    return ByModel(asked, app.langs, app.settings.ingest.max_input_tokens, app.now)
