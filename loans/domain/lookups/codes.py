"""Special feature codes: how many the loan has, and which are not in the shipped list."""

from datetime import date

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import Group, Terms
from loans.domain.plans import at_once

_SCHEMA = {"feature_code_count": pl.Int64(), "feature_codes_known": pl.Boolean(), "feature_codes_unknown": pl.String()}


def read_codes(text: str | None) -> tuple[int | None, bool | None, str | None]:
    """(number of codes, are all known, the unknown ones joined by semicolons) of one cell; None for a blank cell."""
    if text is None:
        return None, None, None
    known = set(reference.frame("special_feature_codes")["code"])
    codes = [code.strip() for code in text.split(";") if code.strip()]
    unknown = [code for code in codes if code.zfill(3) not in known]
    return len(codes), not unknown, ";".join(unknown) or None


def _join(frame: pl.LazyFrame, _terms: Terms, _as_of: date) -> pl.LazyFrame:
    cells = at_once(frame.select("investor_feature_ids").unique())
    read = pl.DataFrame([read_codes(cell) for (cell,) in cells.rows()], schema=_SCHEMA, orient="row")
    return frame.join(
        cells.hstack(read).lazy(), on="investor_feature_ids", how="left", maintain_order="left", nulls_equal=True
    )


GROUP = Group("codes", _join)
