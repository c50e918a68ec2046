from collections.abc import Iterator
from pathlib import Path

import pytest

from store.db import Db
from tests.makers.library import Library
from tests.makers.papers import LIBRARY


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Db]:
    """An empty database."""
    opened = Db(tmp_path / "paperboy.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The eight papers of `LIBRARY`, searchable; for tests that only read."""
    opened = Library(tmp_path_factory.mktemp("library"), LIBRARY)
    yield opened
    opened.close()
