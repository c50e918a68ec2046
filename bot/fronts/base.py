"""What a chat platform is to the rest: a dialect, and a way to take requests and send messages.

Owns: the port that every front fulfils.
Does not own: any one platform.
"""

from typing import Protocol

from bot.app import App
from bot.dialect import Dialect


class Front(Protocol):
    """A platform. `run` turns what people send there into Requests, and the answering Docs into messages.

    It gives `respond` a `Draft` where it can show how far an answer is, awaits `Reply.later` beside the chat's other
    requests, and says by `Request.may_fetch` whether its host lets people have papers fetched.
    """

    dialect: Dialect

    async def run(self, app: App) -> None:
        """Serve until the platform or the operator ends it."""
