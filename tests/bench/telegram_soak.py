"""Updates of mixed kinds for the soak: questions, commands, buttons, groups, inline queries, and what is malformed.

Owns: making them, counting the answers that are owed. Does not own: measuring (telegram).
"""

import random
from typing import Any

from tests.fakes.telegram_inline import InlineServer

ASKED = "/paper 3105.00003"
GROUPS = -1_000_000_000_000


class Soak:
    """Mixed updates; every request that is to be answered is counted."""

    def __init__(self, tg: InlineServer) -> None:
        self.tg = tg
        self.owed = 0
        self.inline = 0
        self._random = random.Random(11)

    def one(self, n: int) -> None:
        """Push one update."""
        chat = 1 + n % 400
        kinds = (self._asks, self._asks, self._group, self._chatter, self._presses, self._writes, self._poison)
        kinds[self._random.randrange(len(kinds))](chat, n)

    def _asks(self, chat: int, n: int) -> None:
        texts = ("/help", ASKED, "papers about video generation", "/search robots", "😀" * 50, "/nope", "3105.00001")
        self.tg.say(chat, texts[n % len(texts)])
        self.owed += 1

    def _group(self, chat: int, _n: int) -> None:
        self.tg.say(GROUPS - chat, "@fake_bot " + ASKED, user=chat)
        self.owed += 1

    def _chatter(self, chat: int, n: int) -> None:
        self.tg.say(GROUPS - chat, f"/weather{n}@other_bot", user=chat)

    def _presses(self, chat: int, n: int) -> None:
        if chat not in self.tg.chats:
            self.tg.add_chat(chat)
        message = {"message_id": 10_000_000 + n, "date": 0, "chat": self.tg.chats[chat].json()}
        query = {"id": str(n), "from": self.tg.users[chat].json(), "chat_instance": "1", "data": ASKED}
        self.tg.push("callback_query", query | {"message": message})
        self.owed += 1

    def _writes(self, chat: int, n: int) -> None:
        self.tg.write(1_000_000 + n, str(n), "video generation")
        self.inline += 1

    def _poison(self, chat: int, n: int) -> None:
        spoilt: list[Any] = [{"message_id": n}, "text", [], {"message_id": "x", "date": "y", "chat": chat}, None, 5]
        kind = ("message", "callback_query", "channel_post", "my_chat_member")[n % 4]
        self.tg.push(kind, spoilt[n % len(spoilt)])
