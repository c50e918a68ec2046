"""The trail that a bot leaves on Telegram: each of its sends, before it begins and when its message is known.

A supergroup and a channel number their messages by themselves; all private chats and basic groups of a bot are numbered
together (https://core.telegram.org/api/messages). Where the chat's kind is learnt is the answer to a send.

Owns: noting the sends of one bot, and the numbers that it sees.
Does not own: what follows from them (telegram_settle), the table (store.traces).
"""

from collections.abc import Awaitable

import structlog
from telegram import Bot, Chat, ChatFullInfo, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from store import traces
from store.db import Db
from store.errors import StoreError

UNSENT = ("ConnectError", "ConnectTimeout", "PoolTimeout")
"""httpx's errors after which nothing has left this machine."""

_REFUSED = (BadRequest, RetryAfter, Forbidden, ChatMigrated, InvalidToken)
_REMEMBERED = 10_000  # chats of which the highest number seen is kept in mind

log = structlog.get_logger()


class Trail:
    """One bot's; all that send for the bot share it."""

    def __init__(self, db: Db, bot: Bot) -> None:
        self.db, self.bot = db, bot.token.split(":")[0]
        self._seen: dict[str, int] = {}
        self._seen_all = 0
        self._known = False
        self._flying: set[int] = set()
        self._untold: set[str] = set()
        traces.lose(db, self.bot, [])  # what the last process had under way is over

    def saw(self, message: Message) -> None:
        """Somebody's message came in."""
        if not apart(message.chat):
            self._seen_all = max(self._seen_all, message.message_id)
            return
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[str(message.chat.id)] = max(self._seen.get(str(message.chat.id), 0), message.message_id)

    def known(self) -> bool:
        """Whether any number is known of the chats that are numbered together."""
        self._known = self._known or self._seen_all > 0 or traces.known(self.db, self.bot)
        return self._known

    def begin(self, chat: int, key: str = "") -> int:
        """A message is about to be sent; return its trace, 0 if it can't be kept."""
        name = str(chat)
        try:
            trace = traces.begin(self.db, self.bot, name, key, self._seen.get(name, 0), self._seen_all)
        except StoreError as error:
            log.warning("send not noted", chat=chat, reason=str(error))
            self._untold.add(name)
            return 0
        self._flying.add(trace)
        return trace

    async def follow(self, trace: int, call: Awaitable[Message]) -> Message:
        """Await a call that sends, and note what came of it.

        Raises:
            TelegramError: the call's own.
        """
        try:
            message = await call
        except TelegramError as error:
            if surely_unsent(error):
                self.drop(trace)
            raise
        else:
            self._note(trace, message)
            return message
        finally:
            self._flying.discard(trace)

    def drop(self, trace: int) -> None:
        """It surely was not sent."""
        self._flying.discard(trace)
        try:
            traces.drop(self.db, trace)
        except StoreError as error:  # it then counts as lost, which is only less than could be known
            log.warning("send not noted", reason=str(error))

    def last(self, chat: int, key: str) -> traces.Trace | None:
        """The last send of that content to the chat; all that is over now counts as over."""
        traces.lose(self.db, self.bot, self._flying)
        return traces.last(self.db, self.bot, str(chat), key)

    def found(self, trace: traces.Trace, message: int, *, apart: bool) -> None:
        """A lost message is there."""
        traces.sent(self.db, trace.id, message, apart=apart)

    def hidden(self, trace: traces.Trace, *, apart: bool) -> bool:
        """Whether the bot may have sent something else there since `trace.after`, of which nobody knows where it is."""
        return trace.chat in self._untold or traces.shadowed(self.db, trace, apart=apart)

    def _note(self, trace: int, message: Message) -> None:
        try:
            traces.sent(self.db, trace, message.message_id, apart=apart(message.chat))
        except StoreError as error:
            log.warning("send not noted", chat=message.chat.id, reason=str(error))


def apart(chat: Chat | ChatFullInfo) -> bool:
    """Whether a chat numbers its messages by itself."""
    return chat.type in (Chat.SUPERGROUP, Chat.CHANNEL)


def surely_unsent(error: TelegramError) -> bool:
    """Whether what was asked for was surely not done."""
    return isinstance(error, _REFUSED) or type(error.__cause__).__name__ in UNSENT
