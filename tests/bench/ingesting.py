"""Measure a day's ingest: `python -m tests.bench.ingesting [--json]`, some two and a half minutes.

The real command in a process of its own, against a made-up day and a model on loopback, both in other processes, so
that their work isn't counted. Two languages, the bundled embedder. Of wall times the quickest of up to TRIES runs, in
case that other programs were in the way.

wall, models slow     50 papers, a page each 0.3 s, 8 answers at a time that take 4 s each: over the least time that
                      reading or the models take, whichever is more; start-up, checks and embedding come on top
wall, reading slow    arXiv's real pace of 3 s and the same model, a fifth of both: the models hide behind reading
CPU                   of the command and the process that parses, a paper; with a model and without one
memory                resident at most, of both processes together, over a day of 90 pages of 1 MB each
"""

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.bench.figures import Figure, main
from tests.flows.command import COMMAND, ROOT, environment

DAY = "2026-03-02"
PAPERS, LARGE_PAPERS, LARGE_BYTES = 50, 90, 1_000_000
AT_ONCE, LATENCY_S, PACE_S, REAL_PACE_S = 8, 4.0, 0.3, 3.0
SCALE, TRIES, MOST = 5, 3, 1.15
_TICK_S = 0.05
_MB = 2**20


@contextmanager
def served(*command: str, cwd: Path = ROOT) -> Iterator[str]:
    """A fake in a process of its own, on a free port (`command` ends in it); yields its address without a path."""
    process = subprocess.Popen([sys.executable, *command], cwd=cwd, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        if found is None:
            raise RuntimeError(f"{command} did not start: {said!r}")
        yield found[0]
    finally:
        process.terminate()
        process.wait()


def tell(url: str, verb: str, **given: object) -> Any:
    """Give a fake a word of its `/_ctl/`, and return its answer; the journal is asked for, the rest is told."""
    data = None if verb == "journal" else json.dumps(given).encode()
    with urlopen(Request(f"{url}/_ctl/{verb}", data, {"Content-Type": "application/json"})) as answer:  # noqa: S310
        return json.load(answer)


def variables(papers: str, model: str = "", *, pace_s: float = 0.0, at_once: int = AT_ONCE) -> dict[str, str]:
    """The environment that leads to the fakes; without `model` summaries are quoted from the papers."""
    chosen = {
        "sources__hf_daily__base_url": papers,
        "sources__arxiv__base_url": papers,
        "sources__arxiv__api_url": f"{papers}/api/query",
        "sources__arxiv__pace_s": str(pace_s),
        "ingest__concurrency": str(at_once),
        "llm__concurrency": str(at_once),
    }
    if model:
        chosen |= {"llm__base_url": f"{model}/v1", "llm__api_key": "a-key", "llm__model": "fake-small"}
    return {f"PAPERBOY_{name.upper()}": value for name, value in chosen.items()}


@dataclass(frozen=True)
class Ran:
    """What the command printed and what it took, with the processes that it started; `peak_mb` is resident memory."""

    report: dict[str, Any]
    wall_s: float
    cpu_s: float
    peak_mb: float


def ingest(data: Path, day: str, **environ: str) -> Ran:
    """Run `paperboy ingest` on the folder `data`; its JSON is {} when nothing could be listed."""
    with tempfile.TemporaryFile("w+") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [*COMMAND, "--data", str(data), "ingest", "--date", day, "--json"],
            cwd=ROOT, env=environment(**environ), stdout=out, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        peak, ended = 0, 0
        while not ended:
            peak = max(peak, resident(process.pid))
            time.sleep(_TICK_S)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        wall_s = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return Ran(json.loads(out.read() or "{}"), wall_s, used.ru_utime + used.ru_stime, peak / _MB)


def resident(pid: int) -> int:
    """Bytes that a process and its children hold in memory now, files included; 0 where /proc doesn't say."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):  # it has ended
        return 0
    return own + sum(resident(int(child)) for child in children)


def complete(ran: Ran, count: int) -> Ran:
    """`ran`, if it summarised all papers: figures of half a day would say nothing."""
    if ran.report.get("summarised") != count or ran.report["failed"]:
        raise RuntimeError(f"{count} papers were to be summarised: {str(ran.report)[:500]}")
    return ran


def quickest(folder: Path, least_s: float, environ: dict[str, str]) -> float:
    """Seconds of the first run, each in a new folder, that takes at most MOST times `least_s`, or of the best one."""
    found: list[float] = []
    while len(found) < TRIES and min(found, default=math.inf) > MOST * least_s:
        found.append(complete(ingest(folder / str(len(found)), DAY, **environ), PAPERS).wall_s)
    return min(found)


def measure() -> list[Figure]:
    """Every figure, each in a new folder."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        served("-m", "tests.fakes.papers_server", "0", "--data", temporary) as papers,
        served("-m", "tests.fakes.llm_server", "0") as model,
    ):
        folder = Path(temporary)
        tell(papers, "day", date=DAY, count=PAPERS)
        bound_s = max(PAPERS * PACE_S, math.ceil(PAPERS / AT_ONCE) * LATENCY_S)
        tell(papers, "settings", pace_s=PACE_S)
        tell(model, "behave", latency_s=LATENCY_S)
        slow_models_s = quickest(folder / "models", bound_s, variables(papers, model, pace_s=PACE_S))
        pace_s = REAL_PACE_S / SCALE
        tell(papers, "settings", pace_s=pace_s)
        tell(model, "behave", latency_s=LATENCY_S / SCALE)
        slow_reading_s = quickest(folder / "reading", PAPERS * pace_s, variables(papers, model, pace_s=pace_s))
        tell(papers, "settings", pace_s=0)
        tell(model, "behave", latency_s=0)
        written = complete(ingest(folder / "2", DAY, **variables(papers, model)), PAPERS)
        keyless = complete(ingest(folder / "3", DAY, **variables(papers)), PAPERS)
        tell(papers, "settings", page_bytes=LARGE_BYTES)
        tell(papers, "day", date=DAY, count=LARGE_PAPERS)
        large = complete(ingest(folder / "4", DAY, **variables(papers, model)), LARGE_PAPERS)
        large_keyless = complete(ingest(folder / "5", DAY, **variables(papers)), LARGE_PAPERS)
    return [
        Figure("wall, models slow, s", slow_models_s),
        Figure("wall / the models' time", slow_models_s / bound_s, MOST),
        Figure("wall, reading slow, s", slow_reading_s),
        Figure("wall / the time of reading", slow_reading_s / (PAPERS * pace_s), MOST),
        Figure("CPU a paper, with a model, s", written.cpu_s / PAPERS, 1),
        Figure("CPU a paper, without a model, s", keyless.cpu_s / PAPERS, 1),
        Figure("CPU a paper of 1 MB, with a model, s", large.cpu_s / LARGE_PAPERS, 1),
        Figure("CPU a paper of 1 MB, without a model, s", large_keyless.cpu_s / LARGE_PAPERS, 1),
        Figure("memory, 90 papers of 1 MB, with a model, MB", large.peak_mb, 750),
        Figure("memory, 90 papers of 1 MB, without a model, MB", large_keyless.peak_mb, 750),
    ]


if __name__ == "__main__":
    main(measure)
