"""A data folder with papers in it, ready to be searched: real SQLite and real Chroma under `path`."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from ingest import passages
from ingest.embed import Embedder
from store import lexicon, papers, question
from store.folder import Folder
from store.lexicon import Lexicon
from store.search import Ranking, Search
from store.types import Entry
from tests.makers.hash_embedder import HashEmbedder


@cache
def glossary() -> Lexicon:
    """The shipped glossary, read once: it is immutable."""
    return lexicon.load()


class Library:
    """An owned folder whose papers are embedded and indexed. Close it when done."""

    def __init__(self, path: Path, entries: Iterable[Entry] = (), embedder: Embedder | None = None) -> None:
        self.embedder = embedder or HashEmbedder()
        self.folder = Folder(path, own=True)
        self.db = self.folder.db
        self.add(*entries)
        centres = passages.centres(self.db, glossary(), self.embedder)
        self.search = Search(self.folder, glossary(), centres)

    def add(self, *entries: Entry) -> int:
        """Save papers and embed them; how many passages that took."""
        papers.save(self.db, entries)
        return passages.embed_lacking(self.folder, self.embedder)

    def rank(self, text: str, *, limit: int = 100, since: date = date.min, until: date = date.max) -> Ranking:
        """What `paperboy search` does with `text`."""
        asked = question.read(text)
        vector = self.embedder.queries([asked.topic])[0]
        return self.search.rank(asked, vector, limit=limit, since=since, until=until)

    def close(self) -> None:
        self.folder.close()


def ids(ranking: Ranking) -> list[str]:
    """The ids of all hits, best first."""
    return [hit.entry.paper.arxiv_id for hit in ranking.hits]


def listed(ranking: Ranking) -> set[str]:
    """The ids of the papers that are on the topic."""
    return set(ids(ranking)[: ranking.listed])
