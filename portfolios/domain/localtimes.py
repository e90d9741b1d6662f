"""Times as people in a zone say them, and the moments they mean."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def day_in(at: datetime, zone: str) -> date:
    """The date of a moment in a zone (IANA name)."""
    return at.astimezone(ZoneInfo(zone)).date()


def moment_in(day: date, at: time, zone: str) -> datetime:
    """The moment that a day and a time mean in a zone (IANA name).

    ValueError, with the sentence for a person, where clocks are put forward over that time, or back so that it comes
    twice: a deadline must mean one moment to everybody.
    """
    first, second = (datetime.combine(day, at, ZoneInfo(zone)).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    said = f"{at:%H:%M} on {day:%b} {day.day}, {day.year}"
    if first.utcoffset() < second.utcoffset():  # type: ignore[operator]  # both are aware
        raise ValueError(f"There is no {said} there: clocks are put forward. Choose another time.")
    raise ValueError(f"{said} comes twice there: clocks are put back. Choose another time.")
