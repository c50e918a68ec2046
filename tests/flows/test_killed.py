"""`kill -9` in the middle of a delivery, with replies that get lost: every part comes once, on both platforms."""

from pathlib import Path

from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.flows import test_run_discord, test_run_telegram
from tests.flows.killing import Discord, Tally, Telegram, killed

LOST = 0.1
"""The share of the replies that get lost."""


def once(tally: Tally) -> bool:
    """Every part came once; one may be parked: the first send of all, before which no number is known."""
    return tally.parts - tally.once == tally.missing <= tally.parked <= 1 and (tally.twice, tally.unfounded) == (0, 0)


async def test_on_telegram_every_part_comes_once(tmp_path: Path) -> None:
    async with TelegramServer(token=test_run_telegram.TOKEN) as tg:
        tally = await killed(tmp_path, Telegram(tg), chats=20, parts=3, moments=(3, 25, 45), lost=LOST)
    assert once(tally), tally
    assert tg.stats()["too_many_requests"] == 0
    assert [one.text for one in tg.messages() if one.text != one.sent_text] == []


async def test_on_discord_every_part_comes_once(tmp_path: Path) -> None:
    async with DiscordServer(token=test_run_discord.TOKEN) as dc:
        tally = await killed(tmp_path, Discord(dc), chats=20, parts=3, moments=(3, 25, 45), lost=LOST)
    assert once(tally), tally
    assert tally.parked == 0
    assert dc.stats()["429"] == 0
