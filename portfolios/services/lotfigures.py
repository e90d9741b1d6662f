"""The figures of a lot that bidders see: its bundle's, and how much of it is late."""

from typing import Any

import polars as pl

from diligence.services.finishing import summarized, typed_columns
from portfolios.domain import remaining
from portfolios.domain.lateness import READ, late_share
from portfolios.models import Bundle, Lot
from portfolios.services.lottapes import kept_rows
from portfolios.services.measures import loans_of


def figures_of(lot: Lot) -> dict[str, Any]:
    """Totals and strata of the loans that are for sale; taken from the bundle where none of its loans was dropped."""
    bundle = lot.bundle
    if bundle is None:
        return lot.summary
    rows = kept_rows(lot)
    summary = summarized(loans_of(bundle, rows)) if lot.details.get("dropped") else bundle.summary
    return with_late(summary, bundle, rows)


def with_late(summary: dict[str, Any], bundle: Bundle, rows: pl.Series) -> dict[str, Any]:
    """The summary with the late share, in percent of UPB, and the weighted months left, where the tape tells them."""
    wanted = rows.implode()
    names = tuple(dict.fromkeys((*READ, *remaining.READ)))
    parts = [part.filter(pl.col("row_no").is_in(wanted)) for part in typed_columns(bundle.run, names)]
    if not parts:
        return summary
    loans = pl.concat(parts, how="diagonal")
    told = {"late": late_share(loans), "wam": remaining.weighted_months(loans, bundle.run.as_of)}
    known = {name: value for name, value in told.items() if value is not None}
    return {**summary, "totals": {**summary.get("totals", {}), **known}} if known else summary
