"""What a chat platform is to the rest: a way to take requests and answer, a way to dress what is sent unasked, and to
send it.

Owns: the port that every front fulfils, and what several of them share.
Does not own: any one platform, what is sent unasked (delivery, notices).
"""

import gc
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from bot.app import App
from bot.dialect import Dialect
from bot.doc import Doc
from bot.lang import Words
from bot.outgoing import Carrier, Part
from bot.render import render
from bot.request import Buttons
from store.check import Finding
from store.errors import AppError
from store.talks import Talk
from store.types import LANGS, Lang

PICTURE_NAME = "chart.png"
"""What a digest's picture is called where a platform shows files by name."""

log = structlog.get_logger()


class Dresser(Protocol):
    """Makes messages of what is sent unasked, without sending anything."""

    def parts(self, doc: Doc, buttons: Buttons, talk: Talk | None, words: Words, *, below: bool = False) -> list[Part]:
        """A message that is sent unasked, dressed as it will be sent: the same in, the same out.

        The last part has the buttons; nothing to see is no part. `words` are for what the front says around it.
        `below`: it goes on where parts made before end, and begins nothing of its own.
        """


class Front(Dresser, Protocol):
    """A platform. `run` turns what people send there into Requests, and the answering Docs into messages.

    It gives `respond` a `Draft` where it can show how far an answer is, awaits `Reply.later` beside the chat's other
    requests, and says by `Request.may_fetch` whether its host lets people have papers fetched.

    `name` is what its chats are stored under.
    """

    name: str

    async def run(self, app: App) -> None:
        """Serve until the platform or the operator ends it."""

    def sending(self, app: App) -> AbstractAsyncContextManager[Carrier]:
        """A way to send, open within the block, beside `run` or without it; they share the platform's limits.

        Raises:
            FrontRefused: the token is refused.
        """

    def operators(self, app: App) -> tuple[str, ...]:
        """The private chats of those who run this Paperboy."""

    def check(self, app: App) -> AsyncIterator[Finding]:
        """Whether the token is good, and what it may do in the subscribed chats; nothing is sent, changed or taken.

        Yields each finding as it is made: who stops waiting has those there are. What can't be reached is a finding.
        """


def texts(doc: Doc, buttons: Buttons, talk: Talk | None, dialect: Dialect) -> list[Part]:
    """`Front.parts` of a platform whose messages are texts with buttons below."""
    made = render(doc, dialect)
    return [Part(text, buttons if n == len(made) else (), talk) for n, text in enumerate(made, 1)]


class Undelivered(Exception):
    """It was not sent (`parked`: nobody knows); str() is the platform's reason, `code` its number for it.

    `shut`: nothing can be sent to that chat. `again_s`: it may be tried again after so long (0: with the network).
    """

    def __init__(
        self, reason: str, *, parked: bool = False, shut: bool = False, code: int = 0, again_s: float | None = None
    ) -> None:
        super().__init__(reason)
        self.parked, self.shut, self.code, self.again_s = parked, shut, code, again_s


def language(code: str | None) -> Lang | None:
    """The language of a client, if Paperboy speaks it: "zh-hans" is Chinese."""
    return next((lang for lang in LANGS if (code or "").lower().split("-")[0] == lang), None)


def warm(app: App) -> None:
    """Load the model and open the index before anybody waits for them."""
    try:
        _ = app.search
    except AppError as error:
        log.warning("operator", text=str(error))
    gc.collect()
    gc.freeze()  # what is loaded now stays: looking through it for garbage would stop everybody for 60 ms
