"""Long polling: updates fetched as they come, through time-outs, bad gateways and days without network.

The updates stay raw: one that can't be read must not take the others with it.

Owns: getUpdates, the offset, telling what waiting can't heal.
Does not own: what an update means (telegram_updates).

Source: https://core.telegram.org/bots/api#getupdates
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.fronts.backoff import Backoff
from bot.fronts.telegram_send import waiting_s
from bot.fronts.telegram_updates import FRONT
from store.errors import FrontRefused

Raw = dict[str, Any]

POLL_S = 25
"""How long the server holds a poll without updates."""

REPLY_S = 10.0
"""How long its answer may take beyond that."""

PARTING_S = 1.5
"""How long ending waits until the server knows which updates were taken."""

log = structlog.get_logger()


def refused(error: TelegramError) -> NoReturn:
    """Tell what no waiting heals; the text names no token, as PTB's would.

    Raises:
        FrontRefused: always.
    """
    if isinstance(error, Conflict):
        raise FrontRefused(
            "Telegram: another process polls with this token, so this one stops. Stop the other, or use its own token."
        ) from None
    raise FrontRefused("Telegram refuses the token: check token and api_base under [telegram].") from None


def asked_s(error: TelegramError) -> float:
    """The seconds that Telegram asks to wait after this error: after most of them none."""
    return waiting_s(error) if isinstance(error, RetryAfter) else 0.0


class Poller:
    """One bot's updates. `address` is the URL that ends with the token; `kinds` are those asked for."""

    def __init__(
        self, address: str, kinds: tuple[str, ...], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._address = address
        self._kinds = json.dumps(kinds)
        self._wire = HTTPXRequest(connection_pool_size=2, read_timeout=POLL_S + REPLY_S)
        self._backoff = Backoff(FRONT, sleep)
        self._offset = 0

    async def next(self) -> list[Raw]:
        """The updates that have come; waits for them, and for the network.

        Raises:
            FrontRefused: another process polls, or the token is refused.
        """
        while True:
            try:
                found = await self._get(timeout=POLL_S)
            except (Conflict, InvalidToken) as error:
                refused(error)
            except TelegramError as error:
                await self._backoff.after(error.message, asked_s(error))
                continue
            self._backoff.over()
            if found:
                return found

    async def close(self, *, confirm: bool = True) -> None:
        """Tell the server which updates were taken, so that they aren't sent again, and hang up."""
        try:
            if self._offset and confirm:
                await asyncio.wait_for(self._get(timeout=0, limit=1, keep=True), PARTING_S)
        except TelegramError as error:
            log.warning("updates unconfirmed", reason=error.message)
        except TimeoutError:
            log.warning("updates unconfirmed", reason="no answer")
        finally:
            await self._wire.shutdown()

    async def _get(self, *, keep: bool = False, **query: int) -> list[Raw]:
        """One call; what it returns is taken, unless `keep` leaves it for another time."""
        asked = {"offset": self._offset, "allowed_updates": self._kinds, **query}
        result: Any = await self._wire.post(f"{self._address}/getUpdates?{urlencode(asked)}")
        updates = [one for one in result if isinstance(one, dict)] if isinstance(result, list) else []
        ids = [one["update_id"] for one in updates if isinstance(one.get("update_id"), int)]
        if ids and not keep:
            self._offset = max(ids) + 1
        return updates
