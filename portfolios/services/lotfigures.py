"""The figures of a lot that bidders see: its bundle's, and how much of it is late."""

from typing import Any

import polars as pl

from diligence.services.finishing import summarized, typed_columns
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
    """The summary with the late share, in percent of UPB, where the tape tells it."""
    wanted = rows.implode()
    parts = [part.filter(pl.col("row_no").is_in(wanted)) for part in typed_columns(bundle.run, READ)]
    late = late_share(pl.concat(parts, how="diagonal")) if parts else None
    if late is None:
        return summary
    return {**summary, "totals": {**summary.get("totals", {}), "late": late}}
