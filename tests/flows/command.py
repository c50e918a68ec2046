"""The real command in a process of its own, as a shell or another program runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "bot"]
TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Done:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout, which must be one JSON object and nothing else."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line that says why it failed."""
        assert (self.code, self.out) == (1, "")
        assert self.err.startswith("paperboy: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err


def environment(**more: str) -> dict[str, str]:
    """This environment with an English locale and without Paperboy's own variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERBOY_", "LC_"))}
    return kept | {"LANG": "en_US.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | more


def paperboy(
    *arguments: str | Path,
    cwd: Path,
    typed: str | bytes = "",
    limits: Callable[[], None] | None = None,
    **variables: str,
) -> Done:
    """Run `paperboy ARGUMENTS` in the folder `cwd`; `typed` is what it gets on stdin."""
    ended = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        env=environment(**variables),
        timeout=TIMEOUT_S,
        preexec_fn=limits,
        check=False,
    )
    return Done(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def start(*arguments: str | Path, cwd: Path) -> "subprocess.Popen[str]":
    """Begin `paperboy ARGUMENTS`, with pipes to talk through."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*COMMAND, *map(str, arguments)], cwd=cwd, env=environment(), text=True, **pipes)
