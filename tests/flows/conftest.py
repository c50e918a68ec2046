"""The stand-ins and the command, for tests through the real command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.command import Done, paperboy
from tests.flows.world import KEY, Run, World
from tests.shared import SHARED


@pytest.fixture(scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    recorded = SHARED / "data"
    with World(recorded if recorded.is_dir() else tmp_path_factory.mktemp("nothing recorded")) as made:
        yield made


@pytest.fixture
def world(_world: World) -> World:
    _world.fresh()
    return _world


@pytest.fixture
def run(world: World, tmp_path: Path) -> Run:
    """Runs a command in a folder of the test's own; nothing that it says holds the key."""

    def command(*arguments: str | Path, model: bool = True, **more: str) -> Done:
        done = paperboy(*arguments, cwd=tmp_path, **world.variables(model=model) | more)
        assert KEY not in done.out + done.err
        assert "Traceback" not in done.err
        return done

    return command
