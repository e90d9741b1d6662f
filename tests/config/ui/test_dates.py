from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from config.ui import dates

TODAY = date(2026, 9, 23)
AT = datetime(2026, 9, 23, 14, 5, 9, tzinfo=ZoneInfo("America/New_York"))


def test_a_date_names_its_year_unless_it_is_this_one():
    assert dates.day(date(2026, 9, 3), today=TODAY) == "Sep 3"
    assert dates.day(date(2025, 12, 31), today=TODAY) == "Dec 31, 2025"
    assert dates.day_year(date(2026, 9, 23)) == "Sep 23, 2026"
    assert dates.weekday(date(2026, 9, 25), today=TODAY) == "Fri, Sep 25"
    assert dates.month(date(2026, 1, 1)) == "Jan 2026"


@pytest.mark.parametrize(("hour", "written"), [(0, "12:05 AM"), (9, "9:05 AM"), (12, "12:05 PM"), (23, "11:05 PM")])
def test_the_clock_has_twelve_hours(hour, written):
    assert dates.clock(AT.replace(hour=hour)) == written


def test_a_deadline_has_seconds_and_the_zone_as_people_say_it():
    assert dates.deadline(AT, today=TODAY) == "Wed, Sep 23, 2:05:09 PM ET"
    assert dates.deadline(AT.astimezone(UTC), today=TODAY) == "Wed, Sep 23, 6:05:09 PM UTC"
    assert dates.deadline(AT.replace(tzinfo=None), today=TODAY) == "Wed, Sep 23, 2:05:09 PM"
    assert dates.zone(AT.astimezone(timezone(timedelta(hours=3)))) == "UTC+03:00"


def test_an_activity_says_today_by_its_time_and_yesterday_by_its_name():
    assert dates.ago(AT, today=TODAY) == "2:05 PM"
    assert dates.ago(AT - timedelta(days=1), today=TODAY) == "Yesterday, 2:05 PM"
    assert dates.ago(AT - timedelta(days=2), today=TODAY) == "Sep 21, 2:05 PM"
    assert dates.moment(AT - timedelta(days=300), today=TODAY) == "Nov 27, 2025, 2:05 PM"


@pytest.mark.parametrize("write", [dates.day, dates.weekday, dates.moment, dates.deadline, dates.ago])
def test_no_date_is_a_dash(write):
    assert write(None, today=TODAY) == "–"
