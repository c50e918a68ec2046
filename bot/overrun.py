"""A limit that is reached, said to who reached it.

Owns: the sentence, with the time at which the limit ends.
Does not own: the limits (limits), whether it is said at all.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.doc import Text, moment
from bot.lang import Words
from bot.limits import Refusal


def told(refusal: Refusal, now: datetime, zone: ZoneInfo, words: Words) -> Text:
    """Which limit is reached, and when it ends: in the chat's time `zone`, and in how long."""
    left = max(1, round((refusal.until - now).total_seconds()))
    hours, minutes = round(left / 3600), round(left / 60)
    if left < 90:
        wait = words("wait.seconds", n=left)
    elif left < 5400:
        wait = words("wait.minutes", n=minutes)
    else:
        wait = words("wait.hours", n=hours)
    time = f"{refusal.until.astimezone(zone):%H:%M}"
    return words.line(
        f"limit.{refusal.which}",
        n=int(refusal.limit),
        time=moment(time, refusal.until, "time"),
        wait=moment(wait, refusal.until, "distance"),
    )
