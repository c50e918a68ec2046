"""When a digest is due in a chat: its hour in its zone, once a local date, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.slots import around, due

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
NINE = time(9)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begun", "following"),
    [
        pytest.param("2026-02-26 07:59", "2026-02-25 08:00", "2026-02-26 08:00", id="before the hour"),
        pytest.param("2026-02-26 08:00", "2026-02-26 08:00", "2026-02-27 08:00", id="at the hour"),
        pytest.param("2026-02-26 23:30", "2026-02-26 08:00", "2026-02-27 08:00", id="the next day there already"),
        pytest.param("2026-03-28 12:00", "2026-03-28 08:00", "2026-03-29 07:00", id="summer time begins"),
        pytest.param("2026-10-24 12:00", "2026-10-24 07:00", "2026-10-25 08:00", id="summer time ends"),
    ],
)
def test_a_slot_is_the_chats_hour(now: str, begun: str, following: str) -> None:
    assert around(NINE, BERLIN, utc(now)) == (utc(begun), utc(following))


@pytest.mark.parametrize(
    ("day", "slot"),
    [
        pytest.param("2026-03-29", "2026-03-29 01:30", id="an hour that is skipped is the moment after"),
        pytest.param("2026-10-25", "2026-10-25 00:30", id="an hour that comes twice is the first"),
    ],
)
def test_half_past_two_comes_once(day: str, slot: str) -> None:
    noon = utc(f"{day} 12:00")
    begun, following = around(time(2, 30), BERLIN, noon)
    before, _ = around(time(2, 30), BERLIN, noon - timedelta(days=1))
    assert begun == utc(slot)
    assert before.astimezone(BERLIN).date() + timedelta(days=2) == following.astimezone(BERLIN).date()


def distinct_zones() -> list[ZoneInfo]:
    """Every zone there is, those that are one and the same for the whole of 2026 only once."""
    moments = [utc("2026-01-01 00:00") + timedelta(hours=6 * n) for n in range(4 * 366)]
    zones = (ZoneInfo(name) for name in sorted(available_timezones()))
    return list({tuple(moment.astimezone(zone).utcoffset() for moment in moments): zone for zone in zones}.values())


@pytest.mark.parametrize("hour", [time(0), time(2, 30), time(23, 59)])
def test_every_zone_has_one_slot_a_local_date(hour: time) -> None:
    first, last = utc("2026-01-01 00:00"), utc("2027-01-02 00:00")
    for zone in distinct_zones():
        slots, now = [], first
        while (now := around(hour, zone, now)[1]) < last:
            slots.append(now)
        dates = [slot.astimezone(zone).date() for slot in slots]
        assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))], zone
        assert len(dates) in (365, 366), zone


@pytest.mark.parametrize(
    ("settled", "had", "now", "wanted"),
    [
        pytest.param("26 07:00", "25 08:00", "26 07:59", False, id="before its hour"),
        pytest.param("26 07:00", "25 08:00", "26 08:00", True, id="at its hour"),
        pytest.param("26 07:00", "25 08:00", "26 19:00", True, id="long after it, when nobody was there"),
        pytest.param("26 07:00", None, "26 08:00", True, id="for the first time"),
        pytest.param("26 08:40", "25 08:00", "26 08:40", True, id="settled a little late"),
        pytest.param("26 09:00", "25 08:00", "26 09:00", True, id="settled as late as may be"),
        pytest.param("26 09:01", "25 08:00", "26 09:01", False, id="settled too late"),
        pytest.param("26 09:01", "25 08:00", "27 08:00", True, id="then at the next hour"),
        pytest.param("26 08:40", "26 08:00", "26 08:40", False, id="the slot has had its digest"),
        pytest.param("26 08:40", "26 08:00", "27 08:00", True, id="then in the next slot"),
    ],
)
def test_a_day_is_due_in_the_chats_slot(settled: str, had: str | None, now: str, wanted: bool) -> None:
    before = utc(f"2026-02-{had}") if had else None
    assert due(NINE, BERLIN, utc(f"2026-02-{settled}"), before, utc(f"2026-02-{now}")) is wanted


@pytest.mark.parametrize(("minutes", "wanted"), [(-1, False), (0, True), (600, True)])
def test_without_an_hour_a_day_is_due_once_it_has_settled(minutes: int, wanted: bool) -> None:
    settled = utc("2026-02-26 08:30")
    assert due(None, BERLIN, settled, settled - MINUTE, settled + minutes * MINUTE) is wanted


def test_an_hour_whose_gap_reaches_into_the_next_date_stays_on_its_own() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    slot, _ = around(time(23, 59), nuuk, utc("2026-03-29 12:00"))
    assert slot.astimezone(nuuk).isoformat(" ", "minutes") == "2026-03-28 22:59-02:00"


ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana",
         "Pacific/Apia", "Pacific/Chatham", "Asia/Kathmandu", "America/Nuuk", "Africa/Casablanca")  # fmt: skip


def delivered(zone: ZoneInfo, hour: time, jitter: int) -> dict[date, datetime]:
    """When each day of a year is delivered, if its list is whole at 8:30 or up to `jitter` minutes later."""
    begin = date(2026, 1, 1)
    days = [begin + timedelta(days=n) for n in range(365)]
    late = {day: timedelta(minutes=day.toordinal() * 7 % (jitter + 1)) for day in days}
    settled = {day: datetime.combine(day, time(8, 30), UTC) + late[day] for day in days}
    had: dict[date, datetime] = {}
    last: datetime | None = None
    for moment in sorted({*settled.values(), *slots_of(hour, zone, begin)}):
        newest = max((day for day in days if settled[day] <= moment), default=None)
        if newest and newest not in had and due(hour, zone, settled[newest], last, moment):
            had[newest] = last = moment
    return had


@pytest.mark.parametrize("hour", [time(0), time(2, 30), time(8, 40), time(23, 59)])
@pytest.mark.parametrize("name", ZONES)
def test_in_a_year_every_day_is_delivered_once_and_no_date_has_two(name: str, hour: time) -> None:
    zone = ZoneInfo(name)
    had = delivered(zone, hour, jitter=0)
    dates = [moment.astimezone(zone).date() for moment in had.values()]
    assert sorted(had) == [date(2026, 1, 1) + timedelta(days=n) for n in range(len(had))]
    assert len(had) >= 364
    assert len(set(dates)) == len(dates)


@pytest.mark.parametrize("hour", [time(7, 25), time(7, 45), time(8, 30), time(8, 50), time(9, 15)])
def test_a_list_that_is_whole_sooner_or_later_within_the_hour_misses_no_day(hour: time) -> None:
    had = delivered(ZoneInfo("UTC"), hour, jitter=50)
    assert sorted(had) == [date(2026, 1, 1) + timedelta(days=n) for n in range(len(had))]
    assert len(had) >= 364


def paper_days(year: int = 2026) -> list[tuple[date, datetime]]:
    """The days with papers, Monday to Friday, and when the list of each is whole."""
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    return [(day, datetime.combine(day, time(8, 30), UTC)) for day in days if day.weekday() < 5]


def served(zone: ZoneInfo, hour: time, weekdays: tuple[int, ...] = ()) -> list[tuple[date, datetime]]:
    """What a subscription is sent in a year in which it is looked after at every slot, and whenever a list is whole."""
    days, sent, last = paper_days(), list[tuple[date, datetime]](), None
    moments = sorted({settled for _, settled in days} | {*slots_of(hour, zone, date(2026, 1, 1))})
    at = -1
    for moment in moments:
        while at + 1 < len(days) and days[at + 1][1] <= moment:
            at += 1
        day, settled = days[max(at, 0)]
        had = sent[-1][0] if sent else date.min
        if day > had and due(hour, zone, settled, last, moment, weekdays):
            sent.append((day, moment))
            last = moment
    return sent


@pytest.mark.parametrize("hour", [time(0), time(2, 30), time(9), time(23, 30)])
def test_in_every_zone_a_year_brings_each_day_with_papers_once_and_no_date_has_two(hour: time) -> None:
    every = [day for day, _ in paper_days()]
    for zone in distinct_zones():
        sent = served(zone, hour)
        days, dates = [day for day, _ in sent], [moment.astimezone(zone).date() for _, moment in sent]
        assert days == every[: len(days)], zone
        assert len(days) >= len(every) - 1, zone  # the last one comes next year
        assert len({*dates}) == len(dates), zone


@pytest.mark.parametrize("weekdays", [(0,), (0, 2, 4), (5, 6)])
def test_in_every_zone_its_weekdays_are_kept(weekdays: tuple[int, ...]) -> None:
    for zone in distinct_zones():
        sent = served(zone, time(2, 30), weekdays)
        dates = [moment.astimezone(zone).date() for _, moment in sent]
        assert {day.weekday() for day in dates} <= {*weekdays}, zone
        assert len({*dates}) == len(dates), zone
        least = 51 * len([day for day in weekdays if day != 6])  # what came on Saturday is not sent again on Sunday
        assert len(dates) >= least, zone


def slots_of(hour: time, zone: ZoneInfo, begin: date) -> list[datetime]:
    slots, now = [], datetime.combine(begin, time(), UTC)
    for _ in range(366):
        now = around(hour, zone, now)[1]
        slots.append(now)
    return slots
