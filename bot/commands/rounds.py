"""Commands about weeks and months: week, month.

Owns: which week or month is meant. Does not own: what its round-up holds (roundup), the last seven days (days).
"""

import asyncio
from dataclasses import replace

from bot import pages, periods, roundup
from bot.commands.base import Call
from bot.commands.days import week as seven_days
from bot.doc import Doc
from bot.fronts.base import PICTURE_NAME
from bot.periods import Period
from bot.request import File, Reply
from bot.roundup import Roundup
from store import papers


async def week(call: Call) -> Reply:
    """The last seven days, or the round-up of a week that is named: "2026-W09"."""
    period = periods.read(call.argument)
    return await _roundup(call, period) if period else await seven_days(call)


async def month(call: Call) -> Reply:
    """The round-up of a month: the newest one that has papers, or one that is named: "2026-02"."""
    if call.argument:
        period = periods.read(call.argument)
        if period is None:
            return call.say("mistake.month", text=pages.shortened(call.argument))
        return await _roundup(call, period)
    held = papers.days(call.app.folder.db)
    return await _roundup(call, periods.containing("monthly", held[-1][0])) if held else call.say("nothing.at_all")


async def _roundup(call: Call, period: Period) -> Reply:
    """The round-up in one message, its chart beside it; a message that takes another's place can't have one."""
    found = await asyncio.to_thread(roundup.of, call.app.folder.db, period)
    if found is None:
        return call.say(f"roundup.none.{period.kind}", days=roundup.spoken(period, call.words))
    if call.request.pressed:
        return whole(call, found)
    drawn = await asyncio.to_thread(roundup.picture, found, call.words)
    return replace(whole(call, found), files=(File(PICTURE_NAME, drawn),))


def whole(call: Call, found: Roundup) -> Reply:
    """All that a round-up says, without its chart."""
    listed = roundup.reply(found, call.words, call.langs)
    return replace(listed, doc=Doc(*roundup.head(found, call.words).blocks, *listed.doc.blocks))
