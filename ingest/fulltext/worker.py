"""Run a function in another process that can be killed: parsers hang on hostile pages, and no thread can be stopped.

One process, kept for the next call, started anew after a time-out, a crash, or many tasks (parsers leak). Messages are
length-prefixed pickles over its stdin and stdout; it is no `multiprocessing` child, which would import the program's
main module again and bring a second helper process.

Its end is sure: it leaves when its stdin ends (so when this process dies, by whatever signal), and an alarm of the
kernel ends it in the middle of a task that has no time left. Its memory is capped.

Owns: the process, its limits, and how errors come back.
Does not own: what is run (html, pdf), or how long that may take.
"""

import asyncio
import contextlib
import logging
import os
import pickle
import signal
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from typing import Any, BinaryIO, Self, TypeVar, cast

from store.errors import SourceError

T = TypeVar("T")

_SIZE = struct.Struct(">Q")
_START = "import sys; sys.path[:] = sys.argv[1:]; from ingest.fulltext.worker import serve; serve()"
_LEAVING_S = 5.0  # for a process to end by itself, once its stdin has ended
_START_S = 60.0  # a busy machine may take long to start Python; a task's own time begins after that


class Worker:
    """One process that runs one task at a time; callers wait for their turn. An async context manager.

    `memory_bytes` caps its address space, 0 for no cap (there is none on Windows); after `max_tasks` it is replaced.
    """

    def __init__(self, *, memory_bytes: int = 2 << 30, max_tasks: int = 100) -> None:
        self._memory_bytes, self._max_tasks = memory_bytes, max_tasks
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._tasks = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def run(self, function: Callable[..., T], *args: object, timeout_s: float) -> T:
        """Return `function(*args)`, run in the process; both must be such that pickle can send them by name or value.

        The time begins when the task's turn comes. Cancelling kills the process, so nothing is left running.

        Raises:
            SourceError: what the function raised as one; (retry=False) another exception, no end in `timeout_s`
                seconds, too much memory, a crash. `str()` says which.
        """
        async with self._turn:
            process = await self._ready()
            try:
                async with asyncio.timeout(timeout_s):
                    reply = await _ask(process, (timeout_s, function, args))
            except TimeoutError:
                await self._end()
                raise _failed(f"it took more than {timeout_s:g} s") from None
            except (asyncio.IncompleteReadError, ConnectionError):
                code = await self._end(_LEAVING_S)
                raise _failed(f"the process that read it died (exit {code})") from None
            except BaseException:
                await self._end()
                raise
            self._tasks += 1
            if reply[0] == "exhausted" or self._tasks >= self._max_tasks:
                await self._end(_LEAVING_S)
        match reply:
            case ("done", value):
                return cast(T, value)
            case ("refused", text, retry):
                raise SourceError(text, retry=retry)
            case _:
                raise _failed(reply[1])

    async def aclose(self) -> None:
        """End the process, after the task that it is at. Another `run` would start it again."""
        async with self._turn:
            await self._end(_LEAVING_S)

    async def _ready(self) -> Process:
        """Return the process, started if there is none."""
        if self._process and self._process.returncode is None:
            return self._process
        await self._end()
        self._tasks = 0
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _START, *sys.path, stdin=PIPE, stdout=PIPE
        )
        try:
            async with asyncio.timeout(_START_S):
                await _ask(process, self._memory_bytes)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            code = await self._end(_LEAVING_S)
            raise SourceError(f"the process that reads papers didn't start (exit {code})", retry=True) from None
        except BaseException:
            await self._end()
            raise
        return process

    async def _end(self, patience_s: float = 0) -> int | None:
        """End the process: it may leave by itself for so long, then it is killed. No zombie stays, no pipe open.

        Patience also for one that seems dead: to kill it just then would take its exit code from asyncio.
        """
        process, self._process = self._process, None
        if process is None or process.stdin is None or process.stdout is None:
            return None
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await process.wait()
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.stdout.read()
        with contextlib.suppress(ConnectionError):
            await process.stdin.wait_closed()
        return await process.wait()


def _failed(reason: str) -> SourceError:
    return SourceError(f"the paper can't be read: {reason}", retry=False)


async def _ask(process: Process, message: object) -> Any:
    """Send a message and return the answer to it."""
    assert process.stdin is not None  # noqa: S101 - both are PIPE
    assert process.stdout is not None  # noqa: S101
    sent = pickle.dumps(message)
    process.stdin.write(_SIZE.pack(len(sent)) + sent)
    await process.stdin.drain()
    size = _SIZE.unpack(await process.stdout.readexactly(_SIZE.size))[0]
    return pickle.loads(await process.stdout.readexactly(size))  # noqa: S301 - our own process wrote it


def serve() -> None:
    """The process's side: answer until stdin ends. The first message is the memory cap."""
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the program, which ends this process
    _limit(_receive(source))
    _send(target, ("done", None))
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            try:
                timeout_s, function, args = _receive(source)
                _alarm(timeout_s + 1)
                reply = _call(function, args)
            except MemoryError:
                reply = ("exhausted", "it needs too much memory")
            _alarm(0)
            _send(target, reply)


def _call(function: Callable[..., object], args: tuple[object, ...]) -> tuple[object, ...]:
    try:
        return "done", function(*args)
    except SourceError as error:
        return "refused", str(error), error.retry
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a parser raises, the caller hears of it in words
        return "failed", f"{type(error).__name__}: {str(error)[:200]}"


def _receive(source: BinaryIO) -> Any:
    head = source.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    return pickle.loads(source.read(_SIZE.unpack(head)[0]))  # noqa: S301 - the program that started us wrote it


def _send(target: BinaryIO, reply: tuple[object, ...]) -> None:
    sent = pickle.dumps(reply)
    target.write(_SIZE.pack(len(sent)) + sent)
    target.flush()


def _alarm(seconds: float) -> None:
    """Let the kernel end this process in so many seconds, should nobody be left to do it; 0 takes that back.

    No handler is set: one would wait for the parser to return to Python.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit(memory_bytes: int) -> None:
    """Cap the memory of this process, where the system knows such a cap."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # Unix only

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory_bytes:
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
