"""Learn from the stored papers how far the one paper that is meant stands out from its neighbours.

A sentence of a paper is asked while that paper is hidden: whatever is found then is only near. Of such sentences one in
five may be answered as if a paper stood out; the others are told the closest papers.

Owns: which sentences are asked, the share that may pass.
Does not own: ranking (store.search), which keeps the figure and uses it.
"""

import numpy as np

from ingest.embed import Embedder
from store import facts, papers, question, quote
from store.folder import Folder
from store.search import MARGIN, RIVALS, STANDS_OUT, Search
from store.types import Entry

ASKED = 120
"""Sentences asked, of as many papers, spread evenly over the store: some seconds."""

FEWEST = 40
"""With fewer papers the shipped figure stays: a handful of sentences tells little."""

MAY_PASS = 0.2
"""Share of the sentences without a paper that may be taken for one that has it."""

BOUNDS = (STANDS_OUT / 2, 2 * STANDS_OUT)
"""A store of one subject, or of copies, must not move the figure out of all reason."""


def calibrate(folder: Folder, search: Search, embedder: Embedder) -> tuple[float, int]:
    """Set and return the margin by which a paper must stand out, and how many sentences it was learnt from.

    Raises:
        EmbedderError: a sentence could not be embedded; the earlier figure stays.
    """
    rows = np.array([row["id"] for row in folder.db.read("SELECT id FROM papers ORDER BY id")], np.int64)
    chosen = rows[:: max(1, len(rows) // ASKED)][:ASKED].tolist()
    margins = []
    for row, entry in papers.by_rowid(folder.db, chosen).items():
        if text := _sentence(entry):
            asked = question.read(text)
            vector = embedder.queries([asked.topic])[0]
            margins.append(search.rank(asked, vector, limit=1 + RIVALS, among=rows[rows != row]).margin)
    learnt = float(np.clip(np.quantile(margins, 1 - MAY_PASS), *BOUNDS)) if len(margins) >= FEWEST else STANDS_OUT
    facts.put(folder.db, MARGIN, repr(learnt))
    return learnt, len(margins)


def _sentence(entry: Entry) -> str:
    """A sentence of the paper without its name, long enough to be taken for one; "" for none."""
    told = [summary.sections for summary in entry.summaries]
    for text in [*(one.innovations for one in told), *(one.contribution for one in told), entry.paper.abstract]:
        for line in quote.sentences(text):
            if question.read(line).is_statement:
                return line
    return ""
