"""How dates and times are written. Pure functions of a value and, where the year may be left out, of today.

Times are shown in the zone the value carries; the filters convert to the person's zone first.
"""

from datetime import date, datetime, timedelta

from config.ui.numbers import MISSING

# The abbreviations people in the market use all year round, whatever the season.
ZONES = {"EST": "ET", "EDT": "ET", "CST": "CT", "CDT": "CT", "MST": "MT", "MDT": "MT", "PST": "PT", "PDT": "PT"}


def day_year(value: date | None) -> str:
    """A date that must not be misread: Sep 23, 2026."""
    return MISSING if value is None else f"{value:%b} {value.day}, {value:%Y}"


def day(value: date | None, *, today: date) -> str:
    """A date near today: Sep 23, with its year when that is another one."""
    if value is None:
        return MISSING
    return f"{value:%b} {value.day}" if value.year == today.year else day_year(value)


def weekday(value: date | None, *, today: date) -> str:
    """A date people act by: Fri, Sep 25."""
    return MISSING if value is None else f"{value:%a}, {day(value, today=today)}"


def month(value: date | None) -> str:
    """A month on an axis: Jan 2026."""
    return MISSING if value is None else f"{value:%b} {value:%Y}"


def clock(value: datetime, *, seconds: bool = False) -> str:
    """A time of day: 9:14 AM, or 9:14:05 AM."""
    hour = value.hour % 12 or 12
    return f"{hour}:{value:%M:%S} {value:%p}" if seconds else f"{hour}:{value:%M} {value:%p}"


def moment(value: datetime | None, *, today: date) -> str:
    """When something happened: Sep 23, 9:14 AM."""
    return MISSING if value is None else f"{day(value.date(), today=today)}, {clock(value)}"


def deadline(value: datetime | None, *, today: date) -> str:
    """A time that binds, to the second and with its zone: Fri, Sep 25, 2:00:00 PM ET."""
    if value is None:
        return MISSING
    return f"{weekday(value.date(), today=today)}, {clock(value, seconds=True)} {zone(value)}".rstrip()


def zone(value: datetime) -> str:
    """The zone as people in the market say it: ET, CT, UTC, UTC+08; empty for a time without one."""
    name = value.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else ZONES.get(name, name)


def ago(value: datetime | None, *, today: date) -> str:
    """A time in an activity list: 10:21 AM; Yesterday, 4:47 PM; Sep 22, 4:18 PM."""
    if value is None:
        return MISSING
    if value.date() == today:
        return clock(value)
    if value.date() == today - timedelta(days=1):
        return f"Yesterday, {clock(value)}"
    return moment(value, today=today)
