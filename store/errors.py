"""Every error that Paperboy raises on purpose.

    AppError                  str() is one line that a person can act on
    ├── ConfigError           a setting is unknown, missing or of the wrong kind
    ├── InputError            what was asked for makes no sense: a date, an id, a file that can't be read
    │   └── FormatError       a file isn't in the form it should be: path, line, what is missing
    ├── NotStored             the paper or the day is not in the store
    ├── StoreError            the data folder can't be used: corrupt, read-only, full
    │   ├── StoreBusy         another Paperboy has it
    │   └── IndexMismatch     another embedding model made the index
    ├── FrontRefused          a chat platform won't have this process: a wrong token, a second poller
    ├── EmbedderError         no vector could be made
    ├── SourceError           a paper source could not be read
    │   └── NotOpenYet        it has not opened that day
    └── ModelError            a model server gave no usable answer
        └── BudgetSpent       nor was it asked: the day's budget for models is spent

The last four carry `retry`: true when waiting may help, false when a person must look.
"""

from datetime import date
from pathlib import Path


class AppError(Exception):
    """The root. `str(error)` is one line for people: what happened, and what to do about it."""


class ConfigError(AppError):
    """A setting is unknown, missing or of the wrong kind; the text names the key."""


class InputError(AppError):
    """What was asked for makes no sense: a date, an id, a file that is not there."""


class FormatError(InputError):
    """A file is not in the form it should be.

    `line` counts from 1; the text reads `path:line: what is missing`.
    """

    def __init__(self, path: Path | str, line: int, what: str) -> None:
        super().__init__(f"{path}:{line}: {what}")
        self.path, self.line, self.what = Path(path), line, what


class NotStored(AppError):
    """The paper or the day is not in the store."""


class StoreError(AppError):
    """The data folder can't be used: corrupt, read-only or full. The text says what to do."""


class StoreBusy(StoreError):
    """Another Paperboy process has the data folder."""


class IndexMismatch(StoreError):
    """Another embedding model made the index: `paperboy reindex` makes it anew."""


class FrontRefused(AppError):
    """A chat platform won't have this process: the token is wrong, or another process uses it. A person must look."""


class _Outside(AppError):
    """Something beyond this process failed; `retry` says whether waiting may help."""

    def __init__(self, text: str, *, retry: bool) -> None:
        super().__init__(text)
        self.retry = retry


class EmbedderError(_Outside):
    """No vector could be made: the model's file is another one, or its server failed."""


class SourceError(_Outside):
    """A paper source could not be read.

    `retry` is true when waiting may help (time-out, 429, 5xx), false when a person must look (404, another shape).
    """


class NotOpenYet(SourceError):
    """The source has not opened that day: no outage, and nothing to read yet."""


class ModelError(_Outside):
    """A model server gave no usable answer; `retry` as for `SourceError`.

    `hopeless`: it would answer nothing else either until a person changes something: the key, the model's name.
    """

    hopeless = False


class BudgetSpent(ModelError):
    """The day's budget for models is spent: no call was made. `until` is the day on which it begins anew."""

    def __init__(self, text: str, until: date) -> None:
        super().__init__(text, retry=True)
        self.until = until
