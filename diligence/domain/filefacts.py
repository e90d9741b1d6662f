"""What only the whole file can say of a loan: copies of its keys, the tape's cut-off date, how amounts are rounded."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from diligence.domain import duplicates
from loans.domain.facts.schedule import CUTOFF_SIGNS, cutoff_of
from loans.domain.formats import LAYOUTS, LENDER

FIELDS_READ: frozenset[str] = frozenset({"row_no"}).union(
    *duplicates.KEYS.values(), *(needed for _, needed in CUTOFF_SIGNS.values())
)
"""All that `signs_of` looks at."""
CUTOFF = "cutoff_date"
ROUNDING = "amount_rounding"


def signs_of(typed: pl.DataFrame) -> pl.DataFrame:
    """What a batch adds to the whole: row_no, a hash for each key, month numbers that tell the cut-off."""
    present = frozenset(typed.columns)
    months = [sign.alias(name) for name, (sign, needed) in CUTOFF_SIGNS.items() if needed <= present]
    return duplicates.keys_of(typed).hstack(typed.select(months))


def file_facts(signs: Iterable[pl.DataFrame], *, as_of: date, layout: str = LENDER.code) -> pl.DataFrame:
    """The facts of each row of the file: row_no, `copies_of_...`, cutoff_date, and amount_rounding (USD) by layout."""
    frames = list(signs)
    together = pl.concat(frames) if frames else pl.DataFrame(schema={"row_no": pl.Int64})
    months = [name for name in CUTOFF_SIGNS if name in together.columns]
    facts = duplicates.file_facts([together.drop(months)])
    return facts.with_columns(_cutoff(together, months, as_of), *_rounding(layout))


def _cutoff(together: pl.DataFrame, months: list[str], as_of: date) -> pl.Expr:
    told = cutoff_of(pl.col(name) for name in months) if months else pl.col("as_of")
    dated = together.select(months).with_columns(as_of=pl.lit(as_of)) if months else pl.DataFrame({"as_of": [as_of]})
    found = dated.select(told.first()).item() if dated.height else as_of
    return pl.lit(found, dtype=pl.Date).alias(CUTOFF)


def _rounding(layout: str) -> list[pl.Expr]:
    rounded = LAYOUTS[layout].amount_rounding if layout in LAYOUTS else 0
    return [pl.lit(float(rounded)).alias(ROUNDING)] if rounded else []
