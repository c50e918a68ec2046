"""Days as people write them, read; and as the bot writes them, read again."""

from datetime import date, timedelta

import pytest

from bot import dates
from bot import lang as languages
from store.types import Lang
from tests.makers.papers import DAY, NEXT_DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("2031-05-06", DAY, id="ISO"),
        pytest.param("2031-5-6", DAY, id="without zeros"),
        pytest.param("20310506", DAY, id="eight digits"),
        pytest.param("2031/05/06", DAY, id="slashes"),
        pytest.param("2031.5.6", DAY, id="dots"),
        pytest.param("2031年5月6日", DAY, id="Chinese"),
        pytest.param("2031 年 5 月 6 日", DAY, id="Chinese with spaces"),
        pytest.param("2031年5月6", DAY, id="Chinese without its last character"),
        pytest.param(" 2031-05-06\n", DAY, id="space around it"),
        pytest.param("today", NEXT_DAY, id="today"),
        pytest.param("Yesterday", DAY, id="yesterday"),
        pytest.param("今天", NEXT_DAY, id="今天"),
        pytest.param("今日", NEXT_DAY, id="今日"),
        pytest.param("昨天", DAY, id="昨天"),
        pytest.param("昨日", DAY, id="昨日"),
        pytest.param("前天", date(2031, 5, 5), id="前天"),
        pytest.param("6 May", DAY, id="day and month"),
        pytest.param("May 6th", DAY, id="month and day"),
        pytest.param("6 may 2031", DAY, id="day, month and year"),
        pytest.param("May 6, 2031", DAY, id="as Americans write it"),
        pytest.param("8 May", date(2030, 5, 8), id="a day that is still to come is last year's"),
        pytest.param("29 Feb", date(2028, 2, 29), id="the last 29 February"),
        pytest.param("06.05.2031", DAY, id="day first"),
        pytest.param("6.5.", DAY, id="day and month with dots"),
        pytest.param("5月6日", DAY, id="Chinese without a year"),
        pytest.param("5 月 6 号", DAY, id="号"),
        pytest.param("２０３１年５月６日", DAY, id="full-width digits"),
        pytest.param("Tuesday", DAY, id="a weekday"),
        pytest.param("wed", NEXT_DAY, id="today's weekday"),
        pytest.param("last thursday", date(2031, 5, 1), id="last Thursday"),
        pytest.param("星期四", date(2031, 5, 1), id="星期四"),
        pytest.param("周日", date(2031, 5, 4), id="周日"),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, day: date) -> None:
    assert dates.read(text, NEXT_DAY) == day


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("2031-13-01", id="a thirteenth month"),
        pytest.param("2031-02-29", id="29 February of a short year"),
        pytest.param("0000-01-01", id="year 0"),
        pytest.param("2031-05", id="a month"),
        pytest.param("31 Apr", id="a day that no year has"),
        pytest.param("30.5.31", id="a year of two digits"),
        pytest.param("5 papers", id="a number"),
        pytest.param("2031-05-06 or so", id="words behind it"),
        pytest.param("²031-05-06", id="a digit that is none"),
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert dates.read(text, NEXT_DAY) is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_day_that_the_bot_writes_can_be_sent_back(lang: Lang) -> None:
    words = languages.load(lang)
    for day in (NEXT_DAY - timedelta(days=n) for n in range(365)):
        assert {dates.read(text, NEXT_DAY) for text in (words.day(day), words.date(day), words.short(day))} == {day}
