from datetime import date

import pytest

from store import when

TODAY = date(2026, 2, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "rest", "first", "last"),
    [
        pytest.param("video papers from last week", "video papers", (2, 16), (2, 22), id="last week"),
        pytest.param("video papers since Monday", "video papers", (2, 23), (2, 26), id="since a weekday"),
        pytest.param("papers in the past 3 days", "papers", (2, 24), (2, 26), id="some days back"),
        pytest.param("papers of 24 February", "papers", (2, 24), (2, 24), id="a day"),
        pytest.param("yesterday's papers", "papers", (2, 25), (2, 25), id="yesterday"),
        pytest.param("from 2026-02-16 to 2026-02-22", "", (2, 16), (2, 22), id="from a day to a day"),
        pytest.param("papers in January", "papers", (1, 1), (1, 31), id="a month"),
        pytest.param("agents this month", "agents", (2, 1), (2, 26), id="this month, as far as it goes"),
        pytest.param("上周的视频论文", "视频论文", (2, 16), (2, 22), id="last week, in Chinese"),
        pytest.param("周一以来的论文", "论文", (2, 23), (2, 26), id="since a weekday, in Chinese"),
        pytest.param("最近三天的论文", "论文", (2, 24), (2, 26), id="some days back, in Chinese"),
        pytest.param("二月有哪些论文", "有哪些论文", (2, 1), (2, 28), id="a month, in Chinese"),
        pytest.param("2月20日到2月22日的论文", "论文", (2, 20), (2, 22), id="from a day to a day, in Chinese"),
        pytest.param("上周三的论文", "论文", (2, 18), (2, 18), id="a weekday of last week, in Chinese"),
    ],
)
def test_days_are_read_and_taken_out(text, rest, first, last):
    found, span = when.read(text, TODAY)
    assert (" ".join(found.split()), span) == (rest, (date(2026, *first), date(2026, *last)))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("papers of 3 May", date(2025, 5, 3)),
        ("3月1日的论文", date(2025, 3, 1)),
        ("papers of 3 May 2024", date(2024, 5, 3)),
    ],
)
def test_a_day_without_a_year_is_the_last_there_was(text, day):
    assert when.read(text, TODAY)[1] == (day, day)


@pytest.mark.parametrize(
    "text",
    [
        "recent papers",
        "what may help agents march on",
        "second-order methods",
        "最近的论文",
        "on 31 February",
        "3 月球",
        "",
    ],
)
def test_what_speaks_of_no_days_is_left_as_it_is(text):
    assert when.read(text, TODAY) == (text, None)


def test_what_comes_before_a_day_has_no_beginning():
    assert when.read("papers before 20 Feb", TODAY)[1] == (date.min, date(2026, 2, 19))
