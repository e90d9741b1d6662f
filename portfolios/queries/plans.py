"""What pages of pooling plans show: where each loan goes, why, and how each price is built up."""

import io

import polars as pl
from django.db.models.fields.files import FieldFile

from portfolios.models.plans import PoolingPlan

PLACEMENTS: dict[str, pl.DataType] = {
    "row_no": pl.Int64(),
    "loan_id": pl.String(),
    "upb": pl.Float64(),  # USD
    "pool": pl.String(),  # code of the pool in the summary; null where nothing takes the loan
    "title": pl.String(),
    "kind": pl.String(),
    "points": pl.Float64(),  # over par, percent of balance
    "value": pl.Float64(),  # over par, USD
    "next_pool": pl.String(),  # the best of what is worth no more
    "next_title": pl.String(),
    "next_points": pl.Float64(),
    "ahead_points": pl.Float64(),  # points − next_points
    "better_pool": pl.String(),  # the best of what is worth more and was stopped
    "better_title": pl.String(),
    "better_points": pl.Float64(),
    "stopped_by": pl.String(),  # codes of the rules that stopped it, with ";"
    "why": pl.String(),  # one sentence
}
"""Columns of a plan's placements, one row a loan in the order of the tape."""

PRICED: dict[str, pl.DataType] = {
    "row_no": pl.Int64(),
    "pool": pl.String(),
    "title": pl.String(),
    "kind": pl.String(),
    "reason": pl.String(),  # why it does not take the loan; null where it is priced
    "base": pl.Float64(),  # points, all of these
    "pay_up": pl.Float64(),
    "adjusters": pl.Float64(),
    "srp": pl.Float64(),
    "servicing": pl.Float64(),
    "excess_servicing": pl.Float64(),
    "buy_up": pl.Float64(),
    "buy_down": pl.Float64(),
    "points": pl.Float64(),  # over par: base + the others − 100
    "value": pl.Float64(),  # USD
    "servicing_to": pl.String(),  # "retained", or who buys the servicing
    "adjusters_named": pl.String(),  # "Score and LTV -0.375; Condominium -0.75"
    "adjusters_from": pl.String(),  # a line each: name, points, "grid:row" or "published table:line", between tabs
}
"""Columns of a plan's prices, one row a loan and pool."""


def placements(plan: PoolingPlan) -> pl.DataFrame:
    """Where each loan goes (`PLACEMENTS`); empty before there is an answer."""
    return _stored(plan.placements, PLACEMENTS)


def prices_of(plan: PoolingPlan, row_no: int) -> pl.DataFrame:
    """Every pool, bid and buyer for one loan, the best price first, then those that do not take it (`PRICED`)."""
    rows = _stored(plan.columns, PRICED, row_no=row_no)
    return rows.sort("points", descending=True, nulls_last=True)


def _stored(file: FieldFile, schema: dict[str, pl.DataType], *, row_no: int | None = None) -> pl.DataFrame:
    if not file:
        return pl.DataFrame(schema=schema)
    with file.open("rb") as source:
        frame = pl.scan_parquet(io.BytesIO(source.read()))
        if row_no is not None:
            frame = frame.filter(pl.col("row_no") == row_no)
        known = frame.collect_schema().names()
        told = [pl.col(name) if name in known else pl.lit(None, kind).alias(name) for name, kind in schema.items()]
        return frame.select(told).collect()
