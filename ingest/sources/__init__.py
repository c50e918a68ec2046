"""Where papers come from: the port, and one line for each source.

To add a source: one file in this folder, one line in `SOURCES`.
"""

from datetime import date
from typing import Protocol

from ingest.fetch import Fetcher
from ingest.sources.hf_daily import HfDaily, Report
from store.types import Paper


class PaperSource(Protocol):
    """A list of papers by day."""

    @property
    def name(self) -> str:
        """The source's name in settings and logs."""

    async def papers(self, day: date) -> list[Paper]:
        """Return the papers listed for `day` (the source's calendar day), most voted first.

        A day without papers is an empty list, not an error.

        Raises:
            SourceError: unreachable (retry=True), or a payload of another shape (retry=False).
        """


class Make(Protocol):
    """Makes a source; what is left out is the source's own default."""

    def __call__(self, fetcher: Fetcher, *, base_url: str = ..., token: str = ..., report: Report = ...) -> PaperSource:
        """Return the source, reading through `fetcher`."""


SOURCES: dict[str, Make] = {
    HfDaily.name: HfDaily,
}
