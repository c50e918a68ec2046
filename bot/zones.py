"""Time zones as people name them: "Europe/Berlin", "berlin", UTC+8, 北京.

Owns: reading a zone's name, and how it is shown.
Does not own: which zone a chat chose (commands.settings).
"""

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

_OFFSET = re.compile(r"(?:utc|gmt)?\s*(?P<sign>[+−–-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?|utc|gmt|z", re.I)
_ETC = re.compile(r"Etc/GMT(?P<sign>[+-])(?P<hours>\d{1,2})")
_CLOCKS = {"+5:30": "Asia/Kolkata", "+5:45": "Asia/Kathmandu", "+9:30": "Australia/Darwin", "-3:30": "America/St_Johns"}
"""Where clocks stand so, for offsets that no zone is named after."""

PLACES = {
    name: zone
    for zone, names in {
        "Asia/Shanghai": "北京 上海 广州 深圳 杭州 南京 成都 重庆 武汉 西安 天津 苏州 中国 东八区 beijing "
        "shenzhen guangzhou hangzhou china",
        "Asia/Hong_Kong": "香港",
        "Asia/Macau": "澳门 澳門",
        "Asia/Taipei": "台北 臺北 台湾 臺灣",
        "Asia/Tokyo": "东京 東京 大阪 日本",
        "Asia/Seoul": "首尔 首爾 韩国",
        "Asia/Singapore": "新加坡",
        "Asia/Bangkok": "曼谷",
        "Asia/Kolkata": "印度 孟买 新德里 delhi mumbai bangalore india",
        "Asia/Dubai": "迪拜",
        "Europe/Moscow": "莫斯科",
        "Europe/Berlin": "柏林 慕尼黑 德国 munich",
        "Europe/Paris": "巴黎 法国",
        "Europe/London": "伦敦 倫敦 英国",
        "Europe/Zurich": "苏黎世",
        "America/New_York": "纽约 紐約 波士顿 华盛顿 boston",
        "America/Toronto": "多伦多",
        "America/Chicago": "芝加哥",
        "America/Los_Angeles": "洛杉矶 洛杉磯 旧金山 舊金山 西雅图 san_francisco seattle",
        "America/Vancouver": "温哥华",
        "Australia/Sydney": "悉尼",
        "Australia/Melbourne": "墨尔本",
    }.items()
    for name in names.split()
}
"""Cities that have no zone of their own name, and what Chinese calls those that have."""

_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_WORDS = frozenset(
    [
        "acre",
        "center",
        "central",
        "davis",
        "east",
        "easter",
        "factory",
        "midway",
        "north",
        "south",
        "troll",
        "universal",
        "wake",
        "west",
    ]
)
"""Cities that are also words of a sentence: these need their area."""


def named(text: str) -> str | None:
    """The IANA name of a time zone as people write it, or None. UTC+8 is east of Greenwich."""
    wanted = "_".join(unicodedata.normalize("NFKC", text).casefold().split())
    if match := _OFFSET.fullmatch(wanted.replace("_", " ")):
        return _at_offset(match)
    if place := PLACES.get(wanted) or PLACES.get(wanted.removesuffix("时间")):
        return place
    return _whole().get(wanted) or _last().get(wanted)


def place(text: str) -> str | None:
    """The same of a word within other words, of which few are meant as a zone: no abbreviation but UTC and GMT."""
    zone = named(text)
    wanted = "_".join(unicodedata.normalize("NFKC", text).casefold().split())
    if zone is None or wanted in _WORDS or wanted == "z":
        return None
    sure = "/" in text or _OFFSET.fullmatch(wanted.replace("_", " ")) or zone in PLACES.values()
    return zone if sure or zone.startswith(_AREAS) else None


def is_meant(text: str) -> bool:
    """Whether a word can only be meant as a zone, known or not: "Europe/Atlantis"."""
    area, slash, _ = text.partition("/")
    return bool(slash) and area.casefold() in {one.casefold() for one in _AREAS}


def shown(zone: str) -> str:
    """A zone's IANA name as people read it: Etc/GMT-8, whose sign is the other way round, is UTC+8."""
    match = _ETC.fullmatch(zone)
    return f"UTC{'-' if match['sign'] == '+' else '+'}{match['hours']}" if match else zone


@cache
def _whole() -> dict[str, str]:
    """IANA's names by themselves in small letters."""
    return {name.casefold(): name for name in available_timezones()}


@cache
def _last() -> dict[str, str]:
    """IANA's names by their last part, those that have an area first."""
    known = sorted(available_timezones(), key=lambda name: ("/" not in name, name), reverse=True)
    return {name.casefold().rpartition("/")[2]: name for name in known}


def _at_offset(match: re.Match[str]) -> str | None:
    hours = int(match["hours"] or 0)
    sign = "+" if match["sign"] == "+" else "-"
    if match["minutes"] not in (None, "00"):
        return _CLOCKS.get(f"{sign}{hours}:{match['minutes']}")
    if not hours:
        return "UTC"
    # The signs of these names are POSIX's (https://data.iana.org/time-zones/tzdb/etcetera).
    name = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"
    return name if name in available_timezones() else None
