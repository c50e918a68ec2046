"""Days as people write them, and as the bot does: 2026-02-26, 26 Feb, Thu 26 Feb 2026, 2月26日, 26.2., yesterday, 周四.

Owns: reading one day.
Does not own: how a date is written (lang), which days are stored.
"""

import re
from datetime import date, timedelta

_AGO = {
    "today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1,
    "the day before yesterday": 2, "day before yesterday": 2, "前天": 2, "前日": 2, "大前天": 3,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_WEEKDAY_ZH = r"(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]?",
        r"(?P<day>\d{1,2})\.\s*(?P<month>\d{1,2})\.?(?:(?<=\.)\s*(?P<year>\d{4}))?",
        rf"{_DAY}\s*(?:of\s+)?{_MONTH}(?:,?\s*(?P<year>\d{{4}}))?",
        rf"{_MONTH}\s*{_DAY}(?:,?\s*(?P<year>\d{{4}}))?",
    )
)

LEAP = 8
"""Years between two 29ths of February, at most."""


def read(text: str, today: date) -> date | None:
    """The day that `text` is, and nothing else; or None. Without a year, or a weekday: the last one to `today`."""
    text = " ".join(text.lower().split())
    if text in _AGO:
        return today - timedelta(days=_AGO[text])
    if match := re.fullmatch(rf"(?:last\s+)?{_WEEKDAY}", text):
        return _last(_WEEKDAYS.index(match["weekday"][:3]), today)
    if match := re.fullmatch(_WEEKDAY_ZH, text):
        return _last("一二三四五六日".find(match["weekday"].replace("天", "日")), today)
    text = re.sub(rf"^{_WEEKDAY},?\s+|,?\s*{_WEEKDAY_ZH.replace('<weekday>', '<after>')}$", "", text)
    match = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    return _of(match.groupdict(), today) if match else None


def _of(parts: dict[str, str | None], today: date) -> date | None:
    """The day of a year, month and number; without a year the last such day up to `today`, or None."""
    month = _MONTHS.index(name[:3]) + 1 if (name := parts.get("name")) else int(parts["month"] or 0)
    number, year = int(parts["day"] or 0), parts.get("year")
    years = [int(year)] if year else range(today.year, max(today.year - LEAP, 1) - 1, -1)
    for one in years:
        try:
            day = date(one, month, number)
        except ValueError:
            continue
        if year or day <= today:
            return day
    return None


def _last(weekday: int, today: date) -> date:
    """The last such weekday up to `today`; Monday is 0."""
    return today - timedelta(days=(today.weekday() - weekday) % 7)
