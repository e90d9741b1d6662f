"""Which loans go into a bundle: picked by filters over the typed parts of the tape, written by COPY."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection
from django.db.models import Q

from diligence.models import LoanResult
from diligence.services.copying import copy_frame
from loans.models import TapeChunk
from loans.services.files import read_parquet
from portfolios.domain.picking import PICKED_COLUMNS, picked, property_keys
from portfolios.models import Bundle, BundleLoan


def pick(*, bundle: Bundle, selection: Mapping[str, Any]) -> int:
    """Replace the loans of a bundle by those the selection picks; returns how many there are."""
    BundleLoan.objects.filter(bundle=bundle).delete()
    unclean = rows_with_open_fatal(bundle) if selection.get("clean") else []
    secret = settings.SECRET_KEY.encode()
    count = 0
    for chunk in TapeChunk.objects.filter(version_id=bundle.run.version_id):
        frame = picked(typed_part(chunk), selection).filter(~pl.col("row_no").is_in(unclean))
        rows = property_keys(frame, key=secret).with_columns(bundle_id=pl.lit(bundle.pk), kicked_out=pl.lit(""))
        copy_frame(BundleLoan._meta.db_table, rows)
        count += rows.height
    return count


def typed_part(chunk: TapeChunk) -> pl.DataFrame:
    """The columns a pick needs; those the tape does not have come as blanks."""
    frame = read_parquet(chunk.typed)
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in PICKED_COLUMNS.items() if name not in frame.columns]
    return frame.with_columns(absent).select("row_no", *PICKED_COLUMNS)


def rows_with_open_fatal(bundle: Bundle) -> list[int]:
    results = LoanResult.objects.filter(run_id=bundle.run_id, open_fatal__gt=0)
    return list(results.values_list("row_no", flat=True))


def leave_out(*, bundle: Bundle, rows: list[int] | None, reason: str) -> int:
    """Leave loans out for a reason, or take them back with an empty one; None means all with open fatal findings."""
    chosen = Q(row_no__in=rows_with_open_fatal(bundle) if rows is None else rows)
    return BundleLoan.objects.filter(chosen, bundle=bundle).exclude(kicked_out=reason).update(kicked_out=reason)


def kept_rows(bundle: Bundle) -> pl.Series:
    """Row numbers of the loans that are in the bundle and not left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_no FROM portfolios_bundleloan WHERE bundle_id = %s AND kicked_out = '' ORDER BY row_no",
            [bundle.pk],
        )
        return pl.Series("row_no", [row for (row,) in cursor.fetchall()], dtype=pl.Int64)
