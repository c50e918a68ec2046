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
        pytest.param(
            "papers between 1 and 28 February on video", "papers on video", (2, 1), (2, 28), id="between days"
        ),
        pytest.param("papers from 20 to 26 February", "papers", (2, 20), (2, 26), id="days of one month"),
        pytest.param("papers of 24-26 Feb 2026", "papers", (2, 24), (2, 26), id="days with a dash"),
        pytest.param("Feb 24–26 papers", "papers", (2, 24), (2, 26), id="the month first"),
        pytest.param("papers of 24 and 25 February", "papers", (2, 24), (2, 25), id="two days in a row"),
        pytest.param("20 Feb to 26 Feb", "", (2, 20), (2, 26), id="from a day to a day, without from"),
        pytest.param("papers from yesterday about video", "papers about video", (2, 25), (2, 25), id="from a day"),
        pytest.param("papers from Monday", "papers", (2, 23), (2, 23), id="from a weekday"),
        pytest.param("papers from Monday onwards", "papers", (2, 23), (2, 26), id="from a day onwards"),
        pytest.param("papers after 20 Feb", "papers", (2, 21), (2, 26), id="after a day"),
        pytest.param("RAG papers in 2026", "RAG papers", (1, 1), (12, 31), id="a year"),
        pytest.param("2月1日到28日的视频论文", "视频论文", (2, 1), (2, 28), id="days of one month, in Chinese"),
        pytest.param("2月20到26日的论文", "论文", (2, 20), (2, 26), id="days of one month, said once"),
        pytest.param("2月24日和25日的论文", "论文", (2, 24), (2, 25), id="two days in a row, in Chinese"),
        pytest.param("2026年的扩散模型论文", "扩散模型论文", (1, 1), (12, 31), id="a year, in Chinese"),
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
    ("text", "first", "last"),
    [
        ("papers from 2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("papers since 2025", date(2025, 1, 1), TODAY),
        ("papers from 2024 to 2025", date(2024, 1, 1), date(2025, 12, 31)),
        ("2025年以来的论文", date(2025, 1, 1), TODAY),
        ("2024年到2025年的论文", date(2024, 1, 1), date(2025, 12, 31)),
        ("papers before 2025", date.min, date(2024, 12, 31)),
    ],
)
def test_years_are_read(text, first, last):
    assert when.read(text, TODAY)[1] == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "recent papers",
        "20 to 30 agents",
        "1 to 31 February",
        "HalluSearch at SemEval-2025 Task 3",
        "a 2025 benchmark",
        "20世纪90年代",
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
