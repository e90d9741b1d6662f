"""Business days of the agencies' release calendar, with the federal holidays by their rules.

Holidays and releases are data (`portfolios/reference/federal_holidays.toml`, `release_calendar.csv`). "Today" is always
handed in: nothing here reads a clock.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from portfolios.domain.programs import REFERENCE, convention
from portfolios.domain.securities import Program

FACTOR = "factor"
SATURDAY, SUNDAY = 5, 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Release:
    """When an issuer's file comes out: a business day of the month, and the hour in New York ("" = not known)."""

    issuer: str
    kind: str
    files: str
    business_day: int
    time_eastern: str
    certainty: str
    source: str


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday's rule: a day of the month, or the nth weekday (−1 = the last)."""

    name: str
    month: int
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    since: int = 1
    source: str = "5 U.S.C. 6103(a)"

    def in_year(self, year: int) -> date | None:
        """The day on which it is kept; None in years before it was one."""
        if year < self.since:
            return None
        return _observed(date(year, self.month, self.day)) if self.day else self._floating(year)

    def _floating(self, year: int) -> date:
        weekday, nth = self.weekday or 0, self.nth or 1
        if nth < 0:
            last = _next_month(date(year, self.month, 1)) - DAY
            return last - timedelta(days=(last.weekday() - weekday) % 7)
        first = date(year, self.month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


@cache
def releases() -> tuple[Release, ...]:
    """The release calendar, in the order of the file."""
    with (REFERENCE / "release_calendar.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_release(row) for row in csv.DictReader(file))


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """Days of `year` on which federal holidays are kept, New Year's Day of the next year included when kept in it."""
    kept = {day for rule in _rules() for of in (year, year + 1) if (day := rule.in_year(of))}
    return frozenset(day for day in kept if day.year == year)


def is_business_day(day: date) -> bool:
    """Whether federal offices work."""
    return day.weekday() < SATURDAY and day not in federal_holidays(day.year)


def business_day(month: date, nth: int) -> date:
    """The nth business day of the month of `month`, from 1; ValueError where the month has fewer."""
    day, left = month.replace(day=1), nth
    if nth < 1:
        raise ValueError("Business days are counted from 1.")
    while day.month == month.month:
        left -= is_business_day(day)
        if not left:
            return day
        day += DAY
    raise ValueError(f"{month:%B %Y} has fewer than {nth} business days.")


def next_business_day(day: date) -> date:
    """The first business day after `day`."""
    following = day + DAY
    while not is_business_day(following):
        following += DAY
    return following


def factor_due(program: Program | str, month: date) -> date:
    """The day on which the factor of `month` comes out: the 4th business day of that month for the agencies."""
    issuer = convention(program).issuer
    release = next(each for each in releases() if each.issuer == issuer and each.kind == FACTOR)
    return business_day(month, release.business_day)


def factor_is_missing(program: Program | str, month: date, *, today: date) -> bool:
    """Whether a factor of `month` that is not here by `today` should be: from the business day after it was due."""
    return today >= next_business_day(factor_due(program, month))


def _release(row: dict[str, str]) -> Release:
    day = int(row.pop("business_day"))
    return Release(business_day=day, **row)


@cache
def _rules() -> tuple[Holiday, ...]:
    rows = tomllib.loads((REFERENCE / "federal_holidays.toml").read_text(encoding="utf-8"))["holiday"]
    return tuple(Holiday(**row) for row in rows)


def _observed(day: date) -> date:
    if day.weekday() == SATURDAY:
        return day - DAY
    return day + DAY if day.weekday() == SUNDAY else day


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
