"""Special feature codes: how many the loan has, and which are not in the shipped list."""

from datetime import date
from functools import cache

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import Group, Terms

_SCHEMA = {"feature_code_count": pl.Int64(), "feature_codes_known": pl.Boolean(), "feature_codes_unknown": pl.String()}


@cache
def _known() -> frozenset[str]:
    return frozenset(reference.frame("special_feature_codes")["code"])


def read_codes(text: str | None) -> tuple[int | None, bool | None, str | None]:
    """(number of codes, are all known, the unknown ones joined by semicolons) of one cell; None for a blank cell."""
    if text is None:
        return None, None, None
    codes = [code.strip() for code in text.split(";") if code.strip()]
    unknown = [code for code in codes if code.zfill(3) not in _known()]
    return len(codes), not unknown, ";".join(unknown) or None


def _read(cells: pl.Series) -> pl.Series:
    """What `read_codes` tells of each cell; asked once a text."""
    texts = cells.alias("text").to_frame()
    distinct = texts.unique()
    told = pl.DataFrame([read_codes(text) for (text,) in distinct.rows()], schema=_SCHEMA, orient="row")
    read = texts.join(distinct.hstack(told), on="text", how="left", maintain_order="left", nulls_equal=True)
    return read.select(*_SCHEMA).to_struct()


def _join(frame: pl.LazyFrame, _terms: Terms, _as_of: date) -> pl.LazyFrame:
    told = pl.col("investor_feature_ids").map_batches(_read, return_dtype=pl.Struct(_SCHEMA), is_elementwise=True)
    return frame.with_columns(_told=told).unnest("_told")


GROUP = Group("codes", _join)
