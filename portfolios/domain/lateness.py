"""How much of a list of loans is late, by what its tape says of each."""

import polars as pl

from diligence.domain.findings import balance

STATUS = "delinquency_status"
READ = ("current_upb", "note_amount", STATUS)
ON_TIME = "Current"


def late_share(loans: pl.DataFrame) -> float | None:
    """Percent of the UPB of loans with a known status that is 30 days late or worse; None where no status is known."""
    if STATUS not in loans.columns:
        return None
    known = loans.select(upb=balance(loans.columns), late=pl.col(STATUS) != ON_TIME).filter(
        pl.col("late").is_not_null()
    )
    whole = known["upb"].sum()
    return 100 * float(known.filter("late")["upb"].sum()) / float(whole) if whole else None
