"""The console as a chat platform: it takes the same text as the others, from a terminal or a pipe.

Owns: reading lines, showing answers, what is sent elsewhere as plain text.
Does not own: what is answered (respond); its buttons, for what they do can be typed.
"""

import asyncio
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

from bot import lang as languages
from bot import respond, unstored
from bot.app import App
from bot.dialect import ANSI, PLAIN, Dialect
from bot.doc import Doc
from bot.fronts.base import texts
from bot.lang import Words
from bot.outgoing import Part
from bot.render import render
from bot.request import Buttons, Request
from store.talks import Talk
from store.types import Lang

LEAVE = {"/quit", "/exit", "/bye"}


class Live:
    """One answer on a stream: on a terminal (`shown`) as it is written, elsewhere when it is whole.

    What was printed can't be taken back: a whole that differs from what was shown is printed after it.
    """

    def __init__(self, sink: TextIO, dialect: Dialect, *, shown: bool) -> None:
        self._sink, self._dialect, self._shown = sink, dialect, shown
        self._out = ""

    def show(self, doc: Doc) -> None:
        """Print what has come since the last one."""
        text = "\n\n".join(render(doc, self._dialect))
        if self._shown and text.startswith(self._out):
            self._print(text[len(self._out) :])
            self._out = text

    def end(self, doc: Doc, last: str = "\n") -> None:
        """Print the rest of the answer, or all of it, and `last`."""
        text = "\n\n".join(render(doc, self._dialect))
        if text.startswith(self._out):
            self._print(text[len(self._out) :] + last)
        else:
            self._print(f"\n\n{text}{last}")

    def _print(self, text: str) -> None:
        self._sink.write(text)
        self._sink.flush()


class Console:
    """A conversation over two streams. `lang` is the chat's language; None: each text's own."""

    def __init__(self, source: TextIO = sys.stdin, sink: TextIO = sys.stdout, lang: Lang | None = None) -> None:
        self._source = source
        self._sink = sink
        self._lang = lang
        self._shown = source.isatty() and sink.isatty()
        self.dialect: Dialect = ANSI if self._shown else PLAIN

    async def run(self, app: App) -> None:
        """Answer line by line until the source ends, or somebody leaves."""
        words = languages.load(self._lang or app.langs[0])
        if self._shown:
            with suppress(ImportError):
                import readline  # noqa: F401 - line editing and history for input()
            held = unstored.holdings(app, words, "console.holdings")
            self._write(words("console.banner", holdings=held))
        while (line := await asyncio.to_thread(self._line, words("console.prompt"))) is not None:
            if line.strip().lower() in LEAVE:
                break
            if line.strip():
                await self.tell(app, line)
        if self._shown:
            self._write(words("goodbye"))

    async def tell(self, app: App, text: str) -> None:
        """Answer one line. What can't be answered now is said, and the conversation goes on."""
        request = Request(text, chat="console", user="console", is_operator=True, chosen=self._lang)
        live = Live(self._sink, self.dialect, shown=self._shown)
        reply = await respond.respond(app, request, live.show)
        if reply.later is not None:  # nobody else is held up here
            reply = await reply.later()
        live.end(reply.doc, "\n\n")
        self._write(*(file.content.decode() for file in reply.files if not file.name.endswith(".png")))

    async def tour(self, app: App, lines: Iterable[tuple[str, str]]) -> None:
        """Show a scripted conversation: (caption, what somebody says)."""
        words = languages.load(self._lang or app.langs[0])
        for caption, text in lines:
            self._write(f"{caption}\n\n{words('console.prompt')}{text}")
            await self.tell(app, text)

    def _line(self, prompt: str) -> str | None:
        """The next line, or None at the end."""
        if self._shown:
            try:
                return input(prompt)
            except EOFError:
                return None
        return self._source.readline() or None

    def _write(self, *messages: str) -> None:
        for message in messages:
            self._sink.write(message + "\n\n")
        self._sink.flush()


class Plain:
    """Dresses what is sent unasked as plain text (a `bot.fronts.base.Dresser`)."""

    def parts(self, doc: Doc, buttons: Buttons, talk: Talk | None, words: Words, *, below: bool = False) -> list[Part]:
        """One part, however long."""
        return texts(doc, buttons, talk, PLAIN)
