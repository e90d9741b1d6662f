"""How long the loans of a list have to go, weighted by balance."""

from datetime import date

import polars as pl

from diligence.domain.findings import balance

LEFT, MATURITY = "remaining_term_months", "maturity_date"
READ = ("current_upb", "note_amount", LEFT, MATURITY)


def weighted_months(loans: pl.DataFrame, on: date) -> int | None:
    """Months left, weighted by UPB and rounded to whole ones; from the maturity where the tape does not count them.

    Loans that say neither, and those that are over, are left out; None where none is left.
    """
    until = (pl.col(MATURITY).dt.year() - on.year) * 12 + pl.col(MATURITY).dt.month() - on.month
    told = [expression for name, expression in ((LEFT, pl.col(LEFT)), (MATURITY, until)) if name in loans.columns]
    if not told:
        return None
    known = loans.select(upb=balance(loans.columns), months=pl.coalesce(told)).filter(
        (pl.col("months") > 0) & (pl.col("upb") > 0)
    )
    whole = known["upb"].sum()
    return round(float((known["upb"] * known["months"]).sum()) / float(whole)) if whole else None
