"""Another embedding model than the one that made the stored vectors: they are made anew while questions are answered.

Until all are there words alone find papers; then they take the old ones' place at once, and what is learnt from the
stored papers is learnt again. A process that was killed meanwhile goes on where it stopped.

Owns: when that is needed, and what is done of it in `paperboy run`.
Does not own: making vectors (ingest.passages), putting them in use (store.folder).
"""

import asyncio

import structlog

from bot.app import App
from ingest import learn, passages
from ingest.calibrate import calibrate
from store import vectors
from store.errors import AppError

log = structlog.get_logger()

AGAIN_S = 60.0
"""Seconds before another try, where the embedder's server fails."""


def needed(app: App) -> bool:
    """Whether the stored vectors are another model's."""
    return vectors.signature(app.folder.db) not in (None, app.vectors.signature)


async def renew(app: App) -> None:
    """Make all vectors anew if that is needed, however long the embedder's server is away."""
    while app.renewing:
        try:
            log.info("re-indexing", model=app.vectors.signature)
            done = await asyncio.to_thread(_renew, app)
            app.renewing = False
            log.info("re-indexed", passages=done)
        except AppError as error:
            app.notices.tell("problem", reason=str(error))
            await asyncio.sleep(AGAIN_S)


def _renew(app: App) -> int:
    done = passages.embed_anew(app.folder, app.vectors)
    learn.from_papers(app.folder.db, app.lexicon, app.vectors)
    calibrate(app.folder, app.search, app.vectors, app.lexicon)
    return done
