"""The days that a question speaks of: "last week", "since Monday", "24-26 Feb", "from 2025", 上周, 二月, 2月1日到28日.

Rules alone. "Recent" and 最近 without a number mean nothing that can be counted, and filter nothing.

Owns: reading days out of a text, given today.
Does not own: which papers were listed then (search), how days are written (bot.lang).
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

Span: TypeAlias = tuple[date, date]

_MONTHS = ["january", "february", "march", "april", "may", "june"]
_MONTHS += ["july", "august", "september", "october", "november", "december"]
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "a": 1, "few": 3}
_ZH_DIGITS = {character: at for at, character in enumerate("零一二三四五六七八九十")} | {"两": 2, "几": 3}
_ZH_DAYS = {character: at for at, character in enumerate("一二三四五六")} | {"日": 6, "天": 6}

_MONTH = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS) + r")\b\.?"
_DAY = "(?:" + "|".join(_DAYS) + ")"
_ISO = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_TH, _YEAR = "(?:st|nd|rd|th)?", r"(?:,?\s+\d{4})?"
_EN_DATE = rf"(?:{_ISO}|\d{{1,2}}{_TH}\s+(?:of\s+)?{_MONTH}{_YEAR}|{_MONTH}\s+\d{{1,2}}{_TH}\b{_YEAR})"
_EN_POINT = rf"(?:{_EN_DATE}|(?:last\s+)?{_DAY}|yesterday|today)"
_ZH_COUNT = "[0-9]{1,3}|[一二两三四五六七八九十几]{1,3}"
_ZH_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_ZH_DATE = rf"(?:{_ISO}|(?:\d{{4}}年)?{_ZH_NUMBER}月{_ZH_NUMBER}[日号])"
_ZH_POINT = rf"(?:{_ZH_DATE}|(?:本周|这周|上周|周|星期|礼拜)[一二三四五六日天]|昨天|前天|今天)"


def read(text: str, today: date) -> tuple[str, Span | None]:
    """`text` without the words about days, and the days, both included; (text, None) where it speaks of none.

    A day without a year is the last one there was; a span that is still going on ends today.
    """
    for pattern, meaning in _FORMS:
        for match in pattern.finditer(text):
            span = meaning(match, today)
            if span is not None:
                return f"{text[: match.start()]} {text[match.end() :]}".strip(), span
    return text, None


def _since(match: re.Match[str], today: date) -> Span | None:
    point = _point(match["a"], today)
    after = match["after"] if "after" in match.re.groupindex else None
    return point and (point[0] + timedelta(days=1 if after else 0), today)


def _until(match: re.Match[str], today: date) -> Span | None:
    point = _point(match["a"], today)
    return point and (date.min, point[0] - timedelta(days=1) if match["before"] else point[1])


def _between(match: re.Match[str], today: date) -> Span | None:
    first, last = _point(match["a"], today), _point(match["b"], today)
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _of_month(match: re.Match[str], today: date) -> Span | None:
    """Two days of one month, the last one named in full: "1 to 28 February 2026", 2月1日到28日."""
    parts = match.groupdict()
    joint, between = parts.get("joint") or "", parts.get("between") or ""
    month, year = (parts["month"] or "").lower(), parts["year"]
    first, last = (_count(parts[name] or "") for name in ("a", "b"))
    if joint.strip().lower() in ("and", "&", "和") and not between and last - first != 1:
        return None  # "3 and 20 February" are two days, not a stretch
    number = int(month) if month.isdigit() else _count(month) if month[0] in _ZH_DIGITS else _named(month, _MONTHS)
    for one in [int(year)] if year else [today.year, today.year - 1]:
        try:
            span = date(one, number, first), date(one, number, last)
        except ValueError:
            return None
        if year or span[0] <= today:
            return span if span[0] <= span[1] else None
    return None


def _years(match: re.Match[str], today: date) -> Span | None:
    parts = match.groupdict()
    first, last = int(parts["year"]), int(parts.get("last") or parts["year"])
    how = (parts.get("how") or "").strip().lower()
    if how in ("since", "以来", "至今", "之后", "以后", "起"):
        return (date(first, 1, 1), today) if first <= today.year else None
    if how in ("before", "之前", "以前"):
        return date.min, date(first - 1, 12, 31)
    if how == "after":
        return (date(first + 1, 1, 1), today) if first < today.year else None
    return (date(first, 1, 1), date(last, 12, 31)) if first <= last else None


def _at(match: re.Match[str], today: date) -> Span | None:
    return _point(match["a"], today)


def _past(match: re.Match[str], today: date) -> Span | None:
    count = _count(match["n"] or "1")
    unit = match["unit"].lower()
    days = count * (
        30 if unit.startswith(("month", "个月")) else 7 if unit.startswith(("week", "周", "星期", "个星期")) else 1
    )
    return (today - timedelta(days=days - 1), today) if 0 < days <= 3660 else None


def _period(match: re.Match[str], today: date) -> Span | None:
    back = 1 if match["which"].lower() in ("last", "previous", "上", "上个") else 0
    if match["unit"].lower() in ("week", "周", "星期", "礼拜"):
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, min(today, monday + timedelta(days=6))
    if match["unit"].lower() in ("month", "月"):
        last = today.replace(day=1) - timedelta(days=1) if back else today
        return last.replace(day=1), last
    return date(today.year - back, 1, 1), date(today.year - back, 12, 31) if back else today


def _month(match: re.Match[str], today: date) -> Span | None:
    name = match["month"].lower()
    number = int(name) if name.isdigit() else _count(name) if name[0] in _ZH_DIGITS else _named(name, _MONTHS)
    if not 1 <= number <= 12:
        return None
    year = int(match["year"]) if match["year"] else today.year - (number > today.month)
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def _point(text: str, today: date) -> Span | None:
    """A day (or a span of one day) that `text` names."""
    text = text.lower().strip()
    if text in ("today", "今天", "yesterday", "昨天", "前天"):
        day = today - timedelta(days={"today": 0, "今天": 0, "前天": 2}.get(text, 1))
        return day, day
    if weekday := re.search(rf"({_DAY})|(?:周|星期|礼拜)([一二三四五六日天])", text):
        number = _DAYS.index(weekday[1]) if weekday[1] else _ZH_DAYS[weekday[2]]
        if text.startswith("上周"):
            day = today - timedelta(days=today.weekday() + 7 - number)
        else:
            day = today - timedelta(days=(today.weekday() - number) % 7 or (7 if text.startswith("last") else 0))
        return day, day
    day_ = _date(text, today)
    return (day_, day_) if day_ else None


def _date(text: str, today: date) -> date | None:
    numbers = re.findall(r"\d+", text)
    try:
        if re.fullmatch(_ISO, text):
            return date(*map(int, numbers))
        if zh := re.fullmatch(r"(?:(\d{4})年)?(.+?)月(.+?)[日号]", text):
            month, number = (int(part) if part.isdigit() else _count(part) for part in zh.group(2, 3))
            year = int(zh[1]) if zh[1] else None
        else:
            month = next(at for at, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name[:3]}", text))
            number = int(numbers[0])
            year = int(numbers[1]) if len(numbers) > 1 else None
        return date(year or today.year - ((month, number) > (today.month, today.day)), month, number)
    except (ValueError, StopIteration):
        return None


def _named(text: str, names: list[str]) -> int:
    return next((at for at, name in enumerate(names, 1) if name.startswith(text.rstrip(".")[:3])), 0)


def _count(text: str) -> int:
    text = text.lower()
    if text.isdigit() or text in _NUMBERS:
        return _NUMBERS.get(text) or int(text)
    tens, ten, ones = text.rpartition("十")
    if not all(character in _ZH_DIGITS for character in text):
        return 0
    return (_ZH_DIGITS.get(tens, 1) * 10 if ten else 0) + (_ZH_DIGITS[ones] if ones else 0)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span | None]], ...] = tuple(
    (re.compile(pattern, re.I), meaning)
    for pattern, meaning in (
        (
            rf"\b(?P<between>between\s+|from\s+)?(?:(?:on|of|in|for|during)\s+)?(?:the\s+)?(?P<a>\d{{1,2}}){_TH}"
            rf"(?P<joint>\s*(?:-|–|—|~|/|&)\s*|\s+(?:to|until|till|through|and)\s+)(?:the\s+)?(?P<b>\d{{1,2}}){_TH}\s+"
            rf"(?:of\s+)?(?P<month>{_MONTH})(?:,?\s+(?P<year>\d{{4}}))?",
            _of_month,
        ),
        (
            rf"\b(?P<between>between\s+|from\s+)?(?:(?:on|of|in|for|during)\s+)?(?P<month>{_MONTH})\s+(?P<a>\d{{1,2}}){_TH}"
            rf"(?P<joint>\s*(?:-|–|—|~|&)\s*|\s+(?:to|until|till|through|and)\s+)(?:the\s+)?(?P<b>\d{{1,2}}){_TH}"
            r"(?![\d:])(?:,?\s+(?P<year>\d{4}))?",
            _of_month,
        ),
        (
            rf"从?(?:(?P<year>\d{{4}})\s*年\s*)?(?P<month>{_ZH_NUMBER})\s*月\s*(?P<a>{_ZH_NUMBER})\s*[日号]?\s*"
            rf"(?P<joint>到|至|-|–|~|—|和)\s*(?P<b>{_ZH_NUMBER})\s*[日号](?:之间|期间)?的?",
            _of_month,
        ),
        (rf"\b(?:from|between)\s+(?P<a>{_EN_POINT})\s+(?:to|until|and|till|through)\s+(?P<b>{_EN_POINT})", _between),
        (rf"从?(?P<a>{_ZH_POINT})\s*(?:到|至|-|~|—)\s*(?P<b>{_ZH_POINT})(?:之间)?的?", _between),
        (rf"(?:\b(?:on|of|in)\s+)?(?P<a>{_EN_DATE})\s*(?:-|–|—|~|\bto\b|\bthrough\b)\s*(?P<b>{_EN_DATE})", _between),
        (
            rf"\b(?:since|(?P<after>after)|starting(?:\s+(?:on|from))?)\s+(?P<a>{_EN_POINT})(?:\s+on(?:wards?)?\b)?",
            _since,
        ),
        (rf"\bfrom\s+(?P<a>{_EN_POINT})\s+on(?:wards?)?\b(?!\s+[a-z])", _since),
        (rf"\bfrom\s+(?P<a>{_EN_POINT})\s+(?:to|until)\s+(?:now|date)\b", _since),
        (rf"(?:自从?|从)?(?P<a>{_ZH_POINT})(?:以来|之后|以后|起|开始|至今|到现在)的?", _since),
        (rf"\b(?:(?P<before>before)|until|till|up to)\s+(?P<a>{_EN_POINT})", _until),
        (rf"(?P<a>{_ZH_POINT})(?P<before>之前|以前)的?", _until),
        (
            r"\b(?:in|of|from|over|during|within)?\s*(?:the\s+)?(?:past|last)\s+(?:(?P<n>\d{1,3}|one|two|three|four|five|six|"
            r"seven|ten|few)\s+)(?P<unit>days?|weeks?|months?)\b",
            _past,
        ),
        (r"\b(?:in|of|from|over|during|within)\s+(?:the\s+)?past\s+(?P<n>)(?P<unit>day|week|month)\b", _past),
        (rf"(?:最近|过去|近)(?:的)?(?P<n>{_ZH_COUNT})(?P<unit>天|日|周|个?星期|个月)(?:以?内|里)?的?", _past),
        (r"\b(?:in|of|from|during)?\s*\b(?P<which>this|last|previous)\s+(?P<unit>week|month|year)(?:'s)?\b", _period),
        (r"(?P<which>本|这个?|上个?)(?P<unit>周|星期|礼拜|月)(?![一二三四五六日天])(?:份)?的?", _period),
        (rf"\b(?:on|of|from|for)?\s*\b(?P<a>{_EN_DATE})", _at),
        (rf"\b(?:on|of|from|for)\s+(?P<a>(?:last\s+)?{_DAY})\b(?:['’]s)?", _at),
        (rf"(?P<a>{_ZH_POINT})(?:当天)?的?", _at),
        (r"\b(?:of|from|for)?\s*\b(?P<a>yesterday|today)(?:'s)?\b", _at),
        (rf"\b(?:in|of|from|during)\s+(?P<month>{_MONTH})(?:\s+(?P<year>20\d\d))?(?!\s*\d)", _month),
        (r"(?:(?P<year>20\d\d)年)?(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?(?!\d)的?", _month),
        (r"\b(?:from|between)\s+(?P<year>20\d\d)\s+(?:to|and|until|through)\s+(?P<last>20\d\d)\b", _years),
        (r"\b(?P<how>since|before|after|in|of|from|during)\s+(?:the\s+year\s+)?(?P<year>20\d\d)\b(?![-/.\d])", _years),
        (r"(?P<year>20\d\d)\s*年?\s*(?:到|至|-|~)\s*(?P<last>20\d\d)\s*年(?:之间)?的?", _years),
        (r"(?P<year>20\d\d)\s*年(?!代)(?P<how>以来|至今|之后|以后|之前|以前|起)?(?:发表|发布)?的?", _years),
    )
)
