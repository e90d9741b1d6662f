"""Conforming loan limits: baseline, ceiling, and the limit of the county in the year that counts.

Limits stand in tables with a place for every month, number of units and kind of state, and for every year, county and
number of units, so that a loan's limits are found by its place.
"""

from datetime import date, timedelta
from functools import cache

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import Group, Terms, at, closing_date, state_code, state_place
from loans.domain.months import month_number

NEW_LOAN_DAYS = 183
"""A loan closed at most this long before the check is judged by the year of the check: limits go by purchase."""

_UNITS = 4
_FIPS_CODES = 100_000


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


@cache
def _first_month() -> int:
    return min(_month(first) for first in reference.frame("loan_limits_national")["effective_from"])


@cache
def _national(contiguous: str, island: str) -> pl.Series:
    """Limits by month, units and whether the state is an island: months, because limits changed within a year, USD."""
    held: dict[int, float | None] = {}
    for row in reference.frame("loan_limits_national").rows(named=True):
        for month in range(_month(row["effective_from"]), _month(row["effective_to"]) + 1):
            place = ((month - _first_month()) * _UNITS + row["units"] - 1) * 2
            held |= {place: row[contiguous], place + 1: row[island]}
    return pl.Series([held.get(place) for place in range(max(held) + 1)], dtype=pl.Float64)


def _national_place() -> pl.Expr:
    months, units = pl.col("_month") - _first_month(), pl.col("units")
    known = (months >= 0) & units.is_between(1, _UNITS)
    return pl.when(known).then((months * _UNITS + units - 1) * 2 + _island())


def _island() -> pl.Expr:
    """1 for a state with the limits of islands, 0 for the others."""
    classes = reference.frame("states")["limit_class"]
    return at((classes == "island").cast(pl.Int64), state_place(state_code()))


@cache
def _own_counties() -> tuple[str, ...]:
    """Counties that are listed above the baseline in some year, or that were there for a while only."""
    spans = reference.frame("counties").filter(pl.col("limits_from").is_not_null() | pl.col("limits_to").is_not_null())
    listed = reference.frame("loan_limits_high_cost_counties")["county_fips"]
    return tuple(sorted({*listed, *spans["county_fips"]}))


@cache
def _places_of_counties() -> pl.Series:
    """The place among `_own_counties` of every county code; null for all others."""
    places = {int(code): place for place, code in enumerate(_own_counties())}
    return pl.Series([places.get(code) for code in range(_FIPS_CODES)], dtype=pl.Int64)


def _county_place() -> pl.Expr:
    return at(_places_of_counties(), pl.col("county_fips").cast(pl.Int32, strict=False))


@cache
def _listed_years() -> tuple[int, ...]:
    return tuple(reference.frame("loan_limits_high_cost_counties")["year"].unique().sort())


@cache
def _listed() -> pl.Series:
    """Limits of counties above the baseline by year, county and units, USD."""
    rows = {
        (row["year"], row["county_fips"]): row
        for row in reference.frame("loan_limits_high_cost_counties").rows(named=True)
    }
    limits = [
        rows[year, county][f"limit_{units}_unit"] if (year, county) in rows else None
        for year in range(_listed_years()[0], _listed_years()[-1] + 1)
        for county in _own_counties()
        for units in range(1, _UNITS + 1)
    ]
    return pl.Series(limits, dtype=pl.Float64)


def _listed_limit() -> pl.Expr:
    years, units = pl.col("limit_year") - _listed_years()[0], pl.col("units")
    known = (years >= 0) & units.is_between(1, _UNITS)
    place = (years * len(_own_counties()) + pl.col("_county")) * _UNITS + units - 1
    return at(_listed(), pl.when(known).then(place))


@cache
def _spans() -> tuple[pl.Series, pl.Series]:
    """First and last year of the limits of each of `_own_counties`; null where there is no end."""
    table = reference.frame("counties").select("county_fips", "limits_from", "limits_to")
    spans = {code: (first and first.year, last and last.year) for code, first, last in table.rows()}
    first, last = (pl.Series([spans[code][end] for code in _own_counties()], dtype=pl.Int64) for end in (0, 1))
    return first, last


def _within_span() -> pl.Expr:
    """Whether the county was there in the year of the limit."""
    year, begun, over = pl.col("limit_year"), *(at(years, pl.col("_county")) for years in _spans())
    return (begun.is_null() | (year >= begun)) & (over.is_null() | (year <= over))


def limit_date(as_of: date) -> pl.Expr:
    """The day whose limit counts (CRIT-065): the closing, or the check for a loan that closed shortly before it.

    FHFA sets limits for the year of purchase, so a loan closed in December and sold in January has the new one.
    A year whose limits are not shipped yet never replaces the closing.
    """
    shipped_to = reference.frame("loan_limits_national")["effective_to"].max()
    closed = closing_date()
    if not isinstance(shipped_to, date) or as_of > shipped_to:
        return closed
    new = closed.is_between(as_of - timedelta(days=NEW_LOAN_DAYS), as_of)
    return pl.when(new).then(pl.lit(as_of)).otherwise(closed)


def _join(frame: pl.LazyFrame, _terms: Terms, as_of: date) -> pl.LazyFrame:
    dated = frame.with_columns(_month=month_number(limit_date(as_of)), _county=_county_place())
    placed = dated.with_columns(limit_year=pl.col("_month") // 12, _place=_national_place())
    national = placed.with_columns(
        limit_baseline=at(_national("baseline", "island_baseline"), pl.col("_place")),
        limit_ceiling=at(_national("high_cost_ceiling", "island_ceiling"), pl.col("_place")),
    )
    limited = national.with_columns(_county_limit()).with_columns(*_applied()).with_columns(_class())
    return limited.drop("_month", "_county", "_place")


def _county_limit() -> pl.Expr:
    known = pl.col("limit_baseline").is_not_null() & pl.col("county_fips").is_not_null()
    listed = known & pl.col("limit_year").is_in(_listed_years()) & _within_span()
    return pl.when(listed).then(pl.coalesce(_listed_limit(), "limit_baseline")).alias("limit_county")


def _applied() -> list[pl.Expr]:
    known = pl.when(pl.col("limit_baseline").is_not_null()).then(pl.col("limit_county").is_not_null())
    return [known.alias("limit_known_county"), pl.coalesce("limit_county", "limit_ceiling").alias("limit_applied")]


def _class() -> pl.Expr:
    amount = pl.col("note_amount")
    return (
        pl.when(amount <= pl.col("limit_baseline"))
        .then(pl.lit("conforming"))
        .when(amount <= pl.col("limit_applied"))
        .then(pl.lit("high_balance"))
        .when(amount > pl.col("limit_applied"))
        .then(pl.lit("above"))
        .alias("loan_class")
    )


GROUP = Group("limits", _join)
