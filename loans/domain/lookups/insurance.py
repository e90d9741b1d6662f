"""Mortgage insurance: the coverage asked for, and whether the insurer is one the agencies know."""

from datetime import date
from functools import cache

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import (
    Group,
    Terms,
    closing_date,
    is_manufactured,
    whole_percent,
)
from loans.domain.programs import relief_refinance


@cache
def _coverage() -> pl.DataFrame:
    """One row for each investor, program, term class and whole LTV percent from 81 to 97.

    The program "unsaid" holds what the standard and the affordable program have in common, for loans whose tape is
    silent about the program.
    """
    table = reference.frame("mi_coverage")
    any_term = pl.when(pl.col("term_class") == "any").then(pl.lit("fixed_to_240;longer_or_arm")).otherwise("term_class")
    percents = pl.int_ranges(pl.col("ltv_above").cast(pl.Int64) + 1, pl.col("ltv_to").cast(pl.Int64) + 1)
    rows = table.with_columns(_term=any_term.str.split(";"), _ltv=percents).explode("_term").explode("_ltv")
    named = rows.select(
        "_term",
        pl.col("_ltv").cast(pl.Float64),
        matrix_investor="investor",
        _program="program",
        _standard="standard_pct",
        _minimum=pl.coalesce("minimum_pct", "standard_pct"),
        _from="effective_from",
        _to="effective_to",
    )
    return pl.concat([named, _in_common(named).select(named.columns)])


def _in_common(named: pl.DataFrame) -> pl.DataFrame:
    def common(name: str) -> pl.Expr:
        return pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name)

    both = named.filter(pl.col("_program").is_in(["standard", "affordable"]))
    grouped = both.group_by("matrix_investor", "_term", "_ltv", maintain_order=True)
    return grouped.agg(
        common("_standard"), common("_minimum"), pl.col("_from").max(), pl.col("_to").min()
    ).with_columns(_program=pl.lit("unsaid"))


def _program() -> pl.Expr:
    named = pl.col("affordable_indicator").replace_strict(
        {True: "affordable", False: "standard"}, return_dtype=pl.String
    )
    own_class = is_manufactured().fill_null(value=False) & (pl.col("matrix_investor") == "fannie_mae")
    return pl.when(own_class).then(pl.lit("manufactured_home")).otherwise(named.fill_null("unsaid"))


def _term() -> pl.Expr:
    arm = pl.col("amortization_type") != "Fixed"
    longer = pl.col("maturity_term_months") > 240
    return pl.when(arm | longer).then(pl.lit("longer_or_arm")).when(~arm & ~longer).then(pl.lit("fixed_to_240"))


def _join(frame: pl.LazyFrame, _terms: Terms, _as_of: date) -> pl.LazyFrame:
    keyed = frame.with_columns(_program=_program(), _term=_term(), _ltv=whole_percent("ltv"), _day=closing_date())
    joined = keyed.join(
        _coverage().lazy(), on=["matrix_investor", "_program", "_term", "_ltv"], how="left", maintain_order="left"
    )
    in_force = (pl.col("_day") >= pl.col("_from")) & (pl.col("_to").is_null() | (pl.col("_day") <= pl.col("_to")))
    conventional = pl.col("mortgage_type").fill_null("Conventional") == "Conventional"
    asked = conventional & ~relief_refinance()

    def coverage(column: str) -> pl.Expr:
        listed = pl.when(in_force).then(column)
        return pl.when(asked & (pl.col("_ltv") <= 80)).then(0.0).when(asked).then(listed)

    known = reference.frame("mi_companies")["mi_company"].to_list()
    return joined.with_columns(
        mi_required_pct=coverage("_standard"),
        mi_minimum_pct=coverage("_minimum"),
        mi_company_known=pl.col("mi_company").is_in(known),
    ).drop("^_(program|term|ltv|day|standard|minimum|from|to)$")


GROUP = Group("insurance", _join)
