"""The words that people use for a subscription's choices: hours, weekdays, how often, how.

Owns: what each of them means, in both languages.
Does not own: texts of several words (orders), time zones (zones).
"""

import re
from datetime import time
from typing import Any, Literal

NO_HOUR: Literal["no hour"] = "no hour"
"""What looks like an hour, and is none."""

WORDS: dict[str, tuple[str, Any]] = {
    word: choice
    for choice, words in {
        ("lang", "en"): "en english 英文 英语",
        ("lang", "zh"): "zh chinese 中文 汉语",
        ("lang", None): "auto 随提问",
        ("zone", ""): "host 默认时区",
        ("style", "headlines"): "headlines 简讯 标题 简要",
        ("style", "full"): "full 详细 全文",
        ("silent", True): "silent quiet 静音 安静 不响铃",
        ("silent", False): "loud sound 响铃 有声",
        ("rhythm", "daily"): "daily everyday 每天 每日 日报",
        ("rhythm", "weekly"): "weekly 每周 周报",
        ("rhythm", "monthly"): "monthly 每月 月报",
        ("late", "edit"): "late:edit 迟到:修改",
        ("late", "follow"): "late:follow 迟到:补发",
        ("late", "leave"): "late:leave 迟到:不管",
        ("hour", None): "ready 完整后",
    }.items()
    for word in words.split()
}
"""A word, the field of a subscription that it is about, and what is chosen."""

_CLOCK = re.compile(r"(\d{1,2}):(\d{1,2})(am|pm)?|(\d{1,2})(am|pm)")
_CHINESE_CLOCK = re.compile(
    r"(?:每[天日])?(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)?(\d{1,2})(?:[点时](?:(半)|(\d{1,2})分?)?|:(\d{1,2}))"
)
_LATER = ("下午", "傍晚", "晚上", "pm")

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""A word for each weekday."""

_DAYS = {
    day: at
    for at, days in enumerate(
        ("mon monday", "tue tues tuesday", "wed wednesday", "thu thur thurs thursday", "fri friday", "sat saturday",
         "sun sunday")
    )
    for day in days.split()
}  # fmt: skip
_CHINESE_DAYS = {sign: at for at, signs in enumerate(("一", "二", "三", "四", "五", "六", "日天")) for sign in signs}
_WEEK = r"(?:周|星期|礼拜)"
_CHINESE_SPAN = re.compile(rf"每?{_WEEK}([一二三四五六日天])[到至-]{_WEEK}?([一二三四五六日天])")
_CHINESE_LIST = re.compile(rf"每?{_WEEK}([一二三四五六日天]+)")
_SETS = {
    "weekdays": (0, 1, 2, 3, 4), "workdays": (0, 1, 2, 3, 4), "工作日": (0, 1, 2, 3, 4),
    "weekend": (5, 6), "weekends": (5, 6), "周末": (5, 6),
}  # fmt: skip


def hour(word: str) -> time | Literal["no hour"] | None:
    """The hour that a word is: "9:30", "9am", 晚上8点半; `NO_HOUR` for one that there isn't ("25:00"), else None."""
    if match := _CLOCK.fullmatch(word):
        said, minutes, half = match[1] or match[4], match[2] or "0", match[3] or match[5] or ""
    elif match := _CHINESE_CLOCK.fullmatch(word):
        said, half = match[2], match[1] or ""
        minutes = "30" if match[3] else match[4] or match[5] or "0"
    else:
        return None
    at = int(said)
    if half in _LATER and at < 12:
        at += 12
    elif half in ("am", "凌晨") and at == 12:
        at = 0
    return time(at, int(minutes)) if at < 24 and int(minutes) < 60 else NO_HOUR


def weekdays(word: str) -> tuple[int, ...] | None:
    """The weekdays that a word stands for, 0 being Monday: "mon-fri", "weekdays", 周一到周五; None for any other."""
    if word in _SETS:
        return _SETS[word]
    if match := _CHINESE_SPAN.fullmatch(word):
        return _span(_CHINESE_DAYS[match[1]], _CHINESE_DAYS[match[2]])
    if match := _CHINESE_LIST.fullmatch(word):
        return tuple(_CHINESE_DAYS[sign] for sign in match[1])
    first, dash, last = word.partition("-")
    if first not in _DAYS or (dash and last not in _DAYS):
        return None
    return _span(_DAYS[first], _DAYS[last]) if dash else (_DAYS[first],)


def _span(first: int, last: int) -> tuple[int, ...]:
    """From one weekday to another, round the end of the week where need be."""
    return tuple((first + by) % 7 for by in range((last - first) % 7 + 1))
