"""`paperboy run` killed by SIGKILL at given moments of a delivery, on either platform, while replies are lost.

    side = Telegram(tg)                       # or Discord(dc)
    tally = await killed(home, side, chats=300, parts=3, moments=[5, 60, 200], lost=0.02)

Owns: the digest that is delivered, the kills and lost replies, what became of every part of it.
Does not own: what is good enough.
"""

import asyncio
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot import buttons
from bot import lang as languages
from bot.doc import Doc, Para, Title
from bot.fronts.base import Front
from bot.fronts.discord import Discord as DiscordFront
from bot.fronts.telegram import Telegram as TelegramFront
from bot.outgoing import encode
from store.folder import Folder
from store.outbox import Made, Outbox
from tests.bot.fronts.conftest import shown
from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.flows import test_run_discord, test_run_telegram
from tests.flows.command import start
from tests.makers.subscribers import subscribe

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
DEADLINE_S = 300.0
"""For a part to arrive, or for all to be decided: a group's settling takes a minute."""


class Side(Protocol):
    """A platform, as it is seen from its server."""

    front: Front

    def configure(self, home: Path) -> None:
        """Write the settings of a bot there."""

    async def open(self, count: int) -> list[str]:
        """So many chats."""

    def ready(self) -> bool:
        """Whether the bot knows these chats, as it would if they had subscribed."""

    def lose(self, share: float) -> None:
        """From now on so many sends are done, and never answered."""

    def there(self) -> list[tuple[str, str, str]]:
        """(chat, message, text) of what the bot sent unasked, as it reads now."""

    def ask(self, chat: str) -> None:
        """Somebody asks the bot something there."""


class Telegram:
    """Private chats, and every tenth a supergroup, where somebody has just asked the bot something."""

    def __init__(self, server: TelegramServer) -> None:
        self.server, self.front = server, TelegramFront()

    def configure(self, home: Path) -> None:
        """See `Side`."""
        test_run_telegram.configured(home, self.server.url)

    async def open(self, count: int) -> list[str]:
        """See `Side`."""
        chats = [-1_000_000_000_000 - n if n % 10 == 0 else n for n in range(1, count + 1)]
        for chat in chats:
            self.server.add_chat(chat)
            if chat < 0:
                self.ask(str(chat))
        return [str(chat) for chat in chats]

    def ready(self) -> bool:
        """See `Side`."""
        return all(self.server.messages(chat) for chat in self.server.chats if chat < 0)

    def lose(self, share: float) -> None:
        """See `Side`."""
        self.server.fault("lost_reply", "sendMessage", times=None, share=share)

    def there(self) -> list[tuple[str, str, str]]:
        """See `Side`."""
        found = [(str(one.chat_id), str(one.id), one.text) for one in self.server.messages()]
        return [one for one in found if one[2].startswith("Daily")]

    def ask(self, chat: str) -> None:
        """See `Side`."""
        self.server.say(int(chat), f"/help@{self.server.bot.username}" if int(chat) < 0 else "/help")


class Discord:
    """Channels of one guild."""

    def __init__(self, server: DiscordServer) -> None:
        self.server, self.front = server, DiscordFront()
        self._asking: set[asyncio.Task[object]] = set()

    def configure(self, home: Path) -> None:
        """See `Side`."""
        test_run_discord.configured(home, self.server.api_url)

    async def open(self, count: int) -> list[str]:
        """See `Side`."""
        return [await self.server.add_channel(f"papers-{n}") for n in range(count)]

    def ready(self) -> bool:
        """See `Side`."""
        return True

    def lose(self, share: float) -> None:
        """See `Side`."""
        self.server.fail("POST /channels/*/messages", "lost", times=None, share=share)

    def there(self) -> list[tuple[str, str, str]]:
        """See `Side`."""
        channels = self.server.world.channels
        found = [(name, one["id"], shown(one)) for name in channels for one in self.server.messages(name)]
        return [one for one in found if one[2].startswith("Daily")]

    def ask(self, chat: str) -> None:
        """See `Side`."""
        task = asyncio.create_task(self.server.say(chat, f"<@{self.server.world.bot_id}> /help"))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the parts. `unfounded`: those called sent that weren't there, counted after every kill."""

    parts: int
    once: int
    twice: int
    missing: int
    parked: int
    unfounded: int
    seconds: float


async def killed(home: Path, side: Side, *, chats: int, parts: int, moments: Iterable[int], lost: float) -> Tally:
    """Deliver so many parts to so many chats, killed whenever one of so many has arrived; then it may finish. Of the
    replies a share is `lost`."""
    names = await side.open(chats)
    side.configure(home)
    with _running(home) as process:
        await _until(process, side.ready)
    side.lose(lost)
    _queued(home, side.front, names, parts)
    unfounded, began = 0, asyncio.get_running_loop().time()
    for n, moment in enumerate(sorted(moments)):
        with _running(home) as process:
            side.ask(names[7 * n % chats])
            await _arrived(process, side, max(moment, len(side.there()) + 1))
        unfounded += _unfounded(home, side)
    with _running(home) as process:
        await _until(process, lambda: not {row[2] for row in _rows(home)} & {"pending", "sending"}, 0.1)
    counted = Counter((chat, text) for chat, _, text in side.there())
    states = Counter(row[2] for row in _rows(home))
    return Tally(
        parts=chats * parts,
        once=sum(times == 1 for times in counted.values()),
        twice=sum(times > 1 for times in counted.values()),
        missing=chats * parts - len(counted),
        parked=states["parked"],
        unfounded=unfounded + _unfounded(home, side),
        seconds=asyncio.get_running_loop().time() - began,
    )


def _queued(home: Path, front: Front, names: Sequence[str], parts: int) -> None:
    """A digest of so many parts waits for all; its last part has buttons."""
    words = languages.load("en")
    docs = [Doc(Title(f"Daily Papers {n}"), Para("A <b>line</b> & more. " * 20)) for n in range(parts)]
    rows = buttons.row(("useful", "/help"), ("not for me", "/about"))
    dressed = [front.parts(doc, rows if doc is docs[-1] else (), None, words) for doc in docs]
    with Folder(home / "data", own=True) as folder:
        with folder.db.write():
            ids = [subscribe(folder.db, name, front=front.name).id for name in names]
        contents = [encode(part) for made in dressed for part in made]
        assert len(contents) == parts
        Outbox(folder.db).put(YESTERDAY, [Made(contents, ids)], datetime.now(UTC))


@contextmanager
def _running(home: Path) -> "Iterator[subprocess.Popen[str]]":
    with start("run", cwd=home) as process:
        try:
            yield process
        finally:
            process.kill()


async def _arrived(process: "subprocess.Popen[str]", side: Side, count: int) -> None:
    """Until so many messages are there; then it is killed at once, whatever it is doing."""
    await _until(process, lambda: len(side.there()) >= count)
    process.kill()
    await asyncio.to_thread(process.wait)


async def _until(process: "subprocess.Popen[str]", ready: Callable[[], bool], look_s: float = 0.0) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not ready():
            assert process.poll() is None, process.communicate()[1]
            await asyncio.sleep(look_s)


def _unfounded(home: Path, side: Side) -> int:
    there = {(chat, message) for chat, message, _ in side.there()}
    return sum(state == "sent" and (chat, message) not in there for chat, message, state in _rows(home))


def _rows(home: Path) -> list[tuple[str, str, str]]:
    """(chat, message, state) of every delivery."""
    with closing(sqlite3.connect(f"file:{home / 'data' / 'paperboy.db'}?mode=ro", uri=True)) as db:
        sql = """SELECT chats.chat, message, state FROM outbox
                 JOIN subscriptions ON subscriptions.id = outbox.subscription
                 JOIN chats ON chats.id = subscriptions.chat"""
        return db.execute(sql).fetchall()
