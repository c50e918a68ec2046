"""The server's side of the reply bench, in a process of its own, as the real one is.

Prints its address. Then for every line on stdin (what everybody asks) N_CHATS people ask it at once, and a line of JSON
tells the milliseconds until each had the first reply.
"""

import asyncio
import json
import sys
import time

from tests.fakes.telegram_server import TelegramServer

TOKEN = "424242:" + "B" * 35
N_CHATS = 20


async def ask(tg: TelegramServer, first: int, text: str) -> list[float]:
    """Have new people ask, each in private."""
    chats = range(first, first + N_CHATS)
    began = time.time()
    for chat in chats:
        tg.say(chat, text)
    await tg.until(lambda: all(tg.messages(chat) for chat in chats), timeout=30)
    at = {call.params["chat_id"]: call.at for call in reversed(tg.calls("sendMessage"))}
    tg.clear_journal()
    return [1000 * (at[str(chat)] - began) for chat in chats]


async def serve() -> None:
    """Until stdin ends."""
    async with TelegramServer(token=TOKEN) as tg:
        print(tg.url, flush=True)
        first = 1
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(
                json.dumps({"ms": await ask(tg, first, line.strip()), "429": tg.stats()["too_many_requests"]}),
                flush=True,
            )
            first += N_CHATS


if __name__ == "__main__":
    asyncio.run(serve())
