"""Refinance programs that take loans no standard table describes."""

from datetime import date

import polars as pl

RELIEF_REFINANCE = ("HighLTVRefi", "DURefiPlus", "RefiPlus")
"""Refinance programs without a maximum LTV."""

RELIEF_YEARS = date(2009, 5, 1), date(2019, 6, 1)
"""First payments of loans under HARP: applications from April 2009 to December 2018."""

STANDARD_HIGHEST_LTV = 97

RELIEF_INPUTS = ("refinance_program", "loan_purpose", "refinance_cash_out_type", "ltv", "first_payment_date")


def relief_refinance() -> pl.Expr:
    """Whether a loan is a relief refinance: by its program or, on tapes that name none, by what only those allowed.

    Never null: a loan of which nothing is known is no relief refinance.
    """
    named = pl.col("refinance_program").is_in(RELIEF_REFINANCE)
    no_cash_out = (pl.col("loan_purpose") == "Refinance") & (pl.col("refinance_cash_out_type") != "CashOut")
    in_years = pl.col("first_payment_date").is_between(pl.lit(RELIEF_YEARS[0]), pl.lit(RELIEF_YEARS[1]))
    told = no_cash_out & in_years & (pl.col("ltv") > STANDARD_HIGHEST_LTV)
    return named.fill_null(value=False) | told.fill_null(value=False)
