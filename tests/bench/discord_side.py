"""The server's side of the interactions' bench, in a process of its own, as the real one is.

Prints its address and token as JSON. Then, when a bot has made its commands known, for each number on stdin so many
people use a command, PER_S in a second whether or not the ones before are answered; a line of JSON tells how that went.
"""

import asyncio
import json
import sys
from typing import Any

from tests.fakes.discord_interactions import Interaction
from tests.fakes.discord_server import DiscordServer

PER_S = 40
EACH = 10
"""Of so many commands, one was filled in with the help of completions."""

CHANNELS = 200
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("paper", {"paper": "3105.00003"}),
    ("help", {}),
    ("day", {"date": "2031-05-06"}),
    ("search", {"words": "video generation"}),
)

TYPED = ("video gen", "3105.0", "touch", "视频")
"""What was typed of a paper's id, its title, what it is about."""


async def use(dc: DiscordServer, channels: list[str], count: int) -> dict[str, Any]:
    """Have so many commands used."""
    waiting: list[asyncio.Task[Interaction]] = []
    typing: list[asyncio.Task[Interaction]] = []
    began = asyncio.get_running_loop().time()
    for n in range(count):
        name, options = ASKED[n % len(ASKED)]
        used = dc.slash(name, options, channel=channels[n % len(channels)], wait="answered", timeout_s=60)
        waiting.append(asyncio.create_task(used))
        if n % EACH == 0:
            here = channels[n % len(channels)]
            typed = dc.autocomplete("paper", {"paper": TYPED[n // EACH % len(TYPED)]}, "paper", channel=here)
            typing.append(asyncio.create_task(typed))
        await asyncio.sleep(max(0.0, began + (n + 1) / PER_S - asyncio.get_running_loop().time()))
        dc.world.journal.entries.clear()
    done = await asyncio.gather(*waiting)
    completed = await asyncio.gather(*typing)
    stats = dc.stats()
    return {
        "completed_ms": [1000 * one.acked_after_s for one in completed if one.acked_after_s is not None],
        "uncompleted": sum(not one.choices for one in completed),
        "ms": [1000 * one.acked_after_s for one in done if one.acked_after_s is not None],
        "unacknowledged": sum(one.acked_after_s is None for one in done),
        "too late": sum("10062" in error for one in done for error in one.errors),
        "unanswered": sum(not one.answered for one in done),
        "refused": stats["counts"].get("400", 0) + stats["counts"].get("403", 0) + stats["counts"].get("404", 0),
        "429": stats["429"],
        "heartbeats": stats["heartbeats"],
        "heartbeat_late_s": stats["heartbeat_late_s"],
    }


async def serve() -> None:
    """Until stdin ends."""
    async with DiscordServer() as dc:
        dc.gateway.heartbeat_ms = 10_000  # four times as often as in earnest: more of them to be late
        channels = [await dc.add_channel(f"papers-{n}") for n in range(CHANNELS)]
        print(json.dumps({"api_base": dc.api_url, "token": dc.token}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            await dc.wait_ready(60)
            while not dc.commands():
                await asyncio.sleep(0.05)
            print(json.dumps(await use(dc, channels, int(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
