"""Regulation Z by year and amount: QM price limit, caps on points and fees, HPML and high-cost thresholds."""

from datetime import date
from functools import cache

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import Group, Terms, at, closing_date, is_manufactured
from loans.domain.months import month_number


def _lien() -> pl.Expr:
    position = pl.col("lien_position")
    return (
        pl.when(position == "FirstLien").then(pl.lit("first")).when(position.is_not_null()).then(pl.lit("subordinate"))
    )


def _by_lien(first: float, other: float) -> pl.Expr:
    return pl.when(_lien() == "first").then(first).when(_lien() == "subordinate").then(other)


@cache
def _max_spread() -> pl.Expr:
    """The bands of all years as one chain: a year has at most seven, so no join on ranges is needed."""
    manufactured = pl.when(is_manufactured().fill_null(value=False)).then(pl.lit("yes")).otherwise(pl.lit("no"))
    chain: list[pl.Expr] = []
    for row in reference.frame("qm_price_spread").rows(named=True):
        in_band = (
            (pl.col("_year") == row["year"])
            & (pl.col("_lien") == row["lien"])
            & (pl.col("note_amount") >= row["amount_from"])
        )
        if row["amount_below"] is not None:
            in_band = in_band & (pl.col("note_amount") < row["amount_below"])
        if row["manufactured"] != "any":
            in_band = in_band & (manufactured == row["manufactured"])
        chain.append(pl.when(in_band).then(row["max_spread"]))
    return pl.coalesce(chain)


def _fee_cap() -> pl.Expr:
    amount, total = pl.col("note_amount"), pl.col("regz_total_loan_amount")
    return (
        pl.when(amount >= pl.col("tier1_from"))
        .then(total * pl.col("tier1_pct") / 100)
        .when(amount >= pl.col("tier2_from"))
        .then("tier2_usd")
        .when(amount >= pl.col("tier3_from"))
        .then(total * pl.col("tier3_pct") / 100)
        .when(amount >= pl.col("tier4_from"))
        .then("tier4_usd")
        .when(amount < pl.col("tier4_from"))
        .then(total * pl.col("tier5_pct") / 100)
    )


def _high_cost_fees() -> pl.Expr:
    total = pl.col("regz_total_loan_amount")
    small = pl.min_horizontal(total * 0.08, "hoepa_fee_usd")
    return pl.when(total >= pl.col("hoepa_amount")).then(total * 0.05).when(total < pl.col("hoepa_amount")).then(small)


def _hpml() -> pl.Expr:
    amount, limit = pl.col("note_amount"), pl.col("limit_applied")
    first = pl.when(amount > limit).then(2.5).when(amount <= limit).then(1.5)
    return pl.when(_lien() == "first").then(first).when(_lien() == "subordinate").then(3.5)


@cache
def _thresholds() -> pl.DataFrame:
    """The thresholds of every year from the first to the last."""
    table = reference.frame("regz_thresholds").drop("status", "source")
    years = table["year"].to_list()
    every_year = pl.DataFrame({"year": range(min(years), max(years) + 1)})
    return every_year.join(table, on="year", how="left", maintain_order="left")


def _join(frame: pl.LazyFrame, _terms: Terms, _as_of: date) -> pl.LazyFrame:
    years, *thresholds = _thresholds()
    keyed = frame.with_columns(_year=month_number(closing_date()) // 12, _lien=_lien())
    place = pl.when(pl.col("_year") >= years[0]).then(pl.col("_year") - years[0])
    found = keyed.with_columns(at(values, place).alias(values.name) for values in thresholds)
    return found.with_columns(
        qm_max_spread=_max_spread(),
        points_fees_cap=_fee_cap().round(2),
        high_cost_fees=_high_cost_fees().round(2),
        high_cost_spread=_by_lien(6.5, 8.5),
        hpml_spread=_hpml(),
        safe_harbor_spread=_by_lien(1.5, 3.5),
    ).drop("_lien", "_year", *(values.name for values in thresholds))


GROUP = Group("lending", _join)
