"""Conforming loan limits: baseline, ceiling, and the limit of the county in the year that counts."""

from datetime import date, timedelta
from functools import cache

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import Group, Terms, closing_date, state_code

NEW_LOAN_DAYS = 183
"""A loan closed at most this long before the check is judged by the year of the check: limits go by purchase."""


@cache
def _national() -> pl.DataFrame:
    """One row a month and number of units, so that limits that changed within a year join as simply as the others."""
    table = reference.frame("loan_limits_national")
    months = table.with_columns(_month=pl.date_ranges("effective_from", "effective_to", "1mo")).explode("_month")
    return months.select(
        _limit_key=_limit_key(pl.col("_month"), pl.col("units")),
        contiguous_baseline="baseline",
        contiguous_ceiling="high_cost_ceiling",
        island_baseline="island_baseline",
        island_ceiling="island_ceiling",
    )


def _limit_key(day: pl.Expr, units: pl.Expr) -> pl.Expr:
    month = day.dt.year().cast(pl.Int64) * 12 + day.dt.month()
    return pl.when(units.is_between(1, 4)).then(month * 8 + units)


@cache
def _high_cost() -> pl.DataFrame:
    table = reference.frame("loan_limits_high_cost_counties")
    limits = table.unpivot(
        [f"limit_{units}_unit" for units in range(1, 5)], index=["year", "county_fips"], value_name="_listed"
    )
    units = pl.col("variable").str.extract(r"(\d)").cast(pl.Int64)
    return limits.select(_county_key=_county_key(pl.col("year"), units), _listed="_listed")


def _county_key(year: pl.Expr, units: pl.Expr) -> pl.Expr:
    return (year * 8 + units) * 100_000 + pl.col("county_fips").cast(pl.Int64, strict=False)


@cache
def _listed_years() -> tuple[int, ...]:
    return tuple(reference.frame("loan_limits_high_cost_counties")["year"].unique().sort())


@cache
def _spans() -> pl.DataFrame:
    table = reference.frame("counties")
    return table.select("county_fips", _from=pl.col("limits_from").dt.year(), _to=pl.col("limits_to").dt.year())


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
    dated = frame.with_columns(_day=limit_date(as_of)).with_columns(limit_year=pl.col("_day").dt.year().cast(pl.Int64))
    keyed = dated.with_columns(
        _limit_key=_limit_key(pl.col("_day"), pl.col("units")),
        _county_key=_county_key(pl.col("limit_year"), pl.col("units")),
    )
    joined = keyed.join(_national().lazy(), on="_limit_key", how="left", maintain_order="left")
    joined = joined.join(_high_cost().lazy(), on="_county_key", how="left", maintain_order="left")
    joined = joined.join(_spans().lazy(), on="county_fips", how="left", maintain_order="left")
    limited = joined.with_columns(*_by_state()).with_columns(_county_limit()).with_columns(*_applied())
    return limited.with_columns(_class()).drop("^_(day|limit_key|county_key|listed|from|to)$", *_national().columns[1:])


def _by_state() -> list[pl.Expr]:
    states = reference.frame("states")
    islands = states.filter(pl.col("limit_class") == "island")["state"].to_list()
    known = state_code().is_in(states["state"].to_list())
    island = state_code().is_in(islands)
    return [
        pl.when(known & island).then(f"island_{kind}").when(known).then(f"contiguous_{kind}").alias(f"limit_{kind}")
        for kind in ("baseline", "ceiling")
    ]


def _county_limit() -> pl.Expr:
    year = pl.col("limit_year")
    in_span = (pl.col("_from").is_null() | (year >= pl.col("_from"))) & (
        pl.col("_to").is_null() | (year <= pl.col("_to"))
    )
    known = pl.col("limit_baseline").is_not_null() & pl.col("county_fips").is_not_null()
    listed = known & year.is_in(_listed_years()) & in_span
    return pl.when(listed).then(pl.coalesce("_listed", "limit_baseline")).alias("limit_county")


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
