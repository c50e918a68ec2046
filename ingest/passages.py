"""Embed what the store lacks: passages without a vector, and the means that questions are measured from.

Work is chosen by what is missing: a run that was killed goes on where it stopped, and running twice costs nothing.

Owns: in which order and in what batches the store's texts are embedded.
Does not own: embedding (embed), vectors (store.vectors), the index (store.folder).
"""

from collections.abc import Callable, Collection

import numpy as np

from ingest.embed import Embedder
from store import vectors
from store.db import Db
from store.folder import Folder
from store.index import BATCH
from store.lexicon import Lexicon
from store.types import LANGS, Lang, Vector

CENTRE_OF = 200
"""Terms of the glossary whose mean is a language's centre."""


def embed_lacking(
    folder: Folder,
    embedder: Embedder,
    progress: Callable[[int, int], None] = lambda done, of: None,
    among: Collection[str] | None = None,
) -> int:
    """Embed every passage that has no vector yet, and index it; return how many there were.

    With `among` (canonical ids) only those of these papers: others may be about to get another text.

    `progress` is told (done, of how many) before the first batch and after each. Blocks: some 70 ms of CPU a passage.

    Raises:
        EmbedderError: no vector could be made; what was done so far is kept.
        IndexMismatch: the store's vectors are another model's.
    """
    folder.connect(embedder.signature)
    total = vectors.count_lacking(folder.db)
    done = 0
    progress(done, total)
    while batch := vectors.lacking(folder.db, BATCH, among):
        made = embedder.passages([passage.text for passage in batch])
        vectors.put_made(folder.db, batch, made)
        folder.sync()
        done += len(batch)
        progress(done, total)
    return done


def embed_anew(folder: Folder, embedder: Embedder, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Embed every passage with `embedder`, whatever made the vectors in use, which answer until all are there.

    Returns how many passages there are. A run that was killed goes on where it stopped. `progress` is as above.

    Raises:
        EmbedderError: no vector could be made; those in use stay, what was done so far is kept.
    """
    done = vectors.begin_staging(folder.db, embedder.signature)
    total = int(folder.db.value("SELECT count(*) FROM passages"))
    progress(done, total)
    while batch := vectors.lacking(folder.db, BATCH, staged=True):
        vectors.stage(folder.db, batch, embedder.passages([passage.text for passage in batch]))
        done += len(batch)
        progress(min(done, total), total)
    folder.renew(embedder.signature)
    return total


def centres(db: Db, lexicon: Lexicon, embedder: Embedder) -> dict[Lang, Vector]:
    """Return the mean vector, shape (dim,), of short questions in each language.

    It is what all questions of a language share, and says nothing of what is asked. Made from the glossary's terms
    once, then kept in the store under the names of model and glossary.
    """
    made: dict[Lang, Vector] = {}
    for lang in LANGS:
        name = f"centre {lang} {lexicon.digest} {embedder.signature}"
        kept = vectors.fact(db, name)
        if kept is None:
            kept = embedder.queries(lexicon.heads(lang, CENTRE_OF)).mean(axis=0)
            vectors.put_fact(db, name, np.asarray(kept, "<f4").tobytes())
        made[lang] = kept
    return made
