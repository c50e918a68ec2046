"""A parser that hangs, crashes or eats memory harms only its own task."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.fulltext.html import parse_html
from ingest.fulltext.worker import Worker
from store.errors import SourceError
from tests.makers.pages import page

ROOT = Path(__file__).resolve().parents[3]
HANG = (re.fullmatch, "(a+)+b", "a" * 60)  # tries for longer than the sun will shine, and never lets go of Python


@pytest.fixture
async def worker():
    async with Worker() as made:
        yield made


async def test_a_result_comes_back(worker):
    text = await worker.run(parse_html, page().encode(), None, "2601.00001", timeout_s=60)
    assert text.title == "PaperNet: Folding Papers"


async def test_the_process_is_kept_for_the_next_task(worker):
    assert await worker.run(os.getpid, timeout_s=30) == await worker.run(os.getpid, timeout_s=30)


async def test_the_process_is_replaced_after_many_tasks():
    async with Worker(max_tasks=1) as worker:
        assert await worker.run(os.getpid, timeout_s=30) != await worker.run(os.getpid, timeout_s=30)


async def test_tasks_wait_for_their_turn(worker):
    results = await asyncio.gather(*(worker.run(pow, 2, n, timeout_s=30) for n in range(5)))
    assert results == [1, 2, 4, 8, 16]


async def test_what_hangs_is_killed_and_the_next_task_runs(worker):
    before = await worker.run(os.getpid, timeout_s=30)
    with pytest.raises(SourceError, match=r"more than 0\.5 s"):
        await worker.run(*HANG, timeout_s=0.5)
    assert await worker.run(os.getpid, timeout_s=30) != before
    with pytest.raises(ProcessLookupError):  # gone, and no zombie either
        os.kill(before, 0)


@pytest.mark.parametrize(
    ("function", "args", "reason"),
    [
        pytest.param(parse_html, (b"",), "no paper", id="a refused page"),
        pytest.param(int, ("x",), "ValueError: invalid literal", id="another exception"),
        pytest.param(bytearray, (4 << 30,), "memory", id="four gigabytes"),
        pytest.param(os._exit, (3,), r"died \(exit 3\)", id="an end without a word"),
        pytest.param(os.abort, (), r"died \(exit -6\)", id="a crash"),
    ],
)
async def test_what_fails_is_a_source_error_with_its_reason(worker, function, args, reason):
    with pytest.raises(SourceError, match=reason) as caught:
        await worker.run(function, *args, timeout_s=30)
    assert not caught.value.retry
    assert await worker.run(pow, 2, 3, timeout_s=30) == 8


async def test_a_reason_to_retry_crosses_the_border(worker):
    with pytest.raises(SourceError, match="later") as caught:
        await worker.run(refuse, timeout_s=30)
    assert caught.value.retry


def refuse() -> None:
    """Raise, in the worker's process."""
    raise SourceError("later", retry=True)


async def test_what_a_library_prints_does_not_spoil_the_answer(worker, capfd):
    await worker.run(print, "noise", timeout_s=30)
    assert await worker.run(pow, 2, 3, timeout_s=30) == 8
    assert capfd.readouterr().out == ""


async def test_a_cancelled_task_leaves_no_process(worker):
    pid = await worker.run(os.getpid, timeout_s=30)
    task = asyncio.create_task(worker.run(*HANG, timeout_s=60))
    for _ in range(5):  # steps of the loop: the task is sent
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_closing_ends_the_process():
    worker = Worker()
    pid = await worker.run(os.getpid, timeout_s=30)
    await worker.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


PARENT = """
import asyncio, os, re, sys
sys.path.insert(0, {root!r})
from ingest.fulltext.worker import Worker
async def main():
    worker = Worker()
    print(await worker.run(os.getpid, timeout_s=30), flush=True)
    await worker.run({task}, timeout_s=1)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.mark.parametrize(
    "task",
    [
        pytest.param("os.getpid", id="while it waits"),
        pytest.param('re.fullmatch, "(a+)+b", "a" * 60', id="in a task that hangs"),
    ],
)
def test_the_worker_ends_when_its_program_is_killed(task):
    program = [sys.executable, "-c", PARENT.format(root=str(ROOT), task=task)]
    with subprocess.Popen(program, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert ended(pid)


def ended(pid: int) -> bool:
    """Whether the process ends within ten seconds; one that nobody has reaped counts as ended."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False
