"""Which loans go into a bundle: picked by filters over the typed parts of the tape, written by COPY."""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection
from django.db.models import Q

from diligence.models import LoanResult, Run
from diligence.services.copying import copy_frame
from diligence.services.finishing import typed_columns
from portfolios.domain.picking import CLEAN, KEYED, PICKED_COLUMNS, balance, picked, property_keys
from portfolios.models import Bundle, BundleLoan


@dataclass(frozen=True, slots=True)
class Preview:
    """What a selection would pick: loans, UPB in USD, and how many of the loans have open fatal findings."""

    loans: int
    upb: float
    open_fatal: int


def pick(*, bundle: Bundle, selection: Mapping[str, Any]) -> int:
    """Replace the loans of a bundle by those the selection picks; returns how many there are."""
    BundleLoan.objects.filter(bundle=bundle).delete()
    secret = property_secret()
    count = 0
    for frame in chosen(bundle.run, selection, columns=(*PICKED_COLUMNS, *KEYED)):
        rows = property_keys(frame, key=secret).with_columns(bundle_id=pl.lit(bundle.pk), kicked_out=pl.lit(""))
        copy_frame(BundleLoan._meta.db_table, rows)
        count += rows.height
    return count


def property_secret() -> bytes:
    """Key of the hashes of properties, good for nothing else: bundles of years are compared by it."""
    return hmac.digest(settings.PROPERTY_KEY.encode(), b"plumbline.property", "sha256")


def preview(*, run: Run, selection: Mapping[str, Any]) -> Preview:
    """What a selection would pick, without storing anything."""
    unclean = rows_with_open_fatal(run)
    loans, upb, fatal = 0, 0.0, 0
    for frame in chosen(run, selection, columns=tuple(PICKED_COLUMNS)):
        loans += frame.height
        upb += float(frame.select(balance().sum()).item() or 0)
        fatal += int(frame["row_no"].is_in(unclean.implode()).sum())
    return Preview(loans, upb, fatal)


def chosen(run: Run, selection: Mapping[str, Any], *, columns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """The picked loans of a run part by part; columns that the tape does not have come as blanks."""
    unclean = rows_with_open_fatal(run) if selection.get(CLEAN) else None
    types = {**PICKED_COLUMNS, **KEYED}
    for part in typed_columns(run, columns):
        absent = [pl.lit(None, types[name]).alias(name) for name in columns if name not in part.columns]
        frame = picked(part.with_columns(absent), selection)
        yield frame if unclean is None else frame.filter(~pl.col("row_no").is_in(unclean.implode()))


def counts_of(*, run: Run, name: str) -> list[tuple[str, int]]:
    """Values of one column that occur in a run's tape with their loans, the most frequent first."""
    parts = [part[name] for part in typed_columns(run, (name,)) if name in part.columns]
    if not parts:
        return []
    counted = pl.concat(parts).drop_nulls().cast(pl.String).value_counts(sort=True, name="n")
    return list(counted.sort(["n", name], descending=[True, False]).iter_rows())


def rows_with_open_fatal(run: Run) -> pl.Series:
    results = LoanResult.objects.filter(run=run, open_fatal__gt=0)
    return pl.Series("row_no", list(results.values_list("row_no", flat=True)), dtype=pl.Int64)


def leave_out(*, bundle: Bundle, rows: list[int] | None, reason: str) -> int:
    """Leave kept loans out for a reason; None means all of them with open fatal findings."""
    chosen_rows = rows_with_open_fatal(bundle.run).to_list() if rows is None else rows
    return BundleLoan.objects.filter(Q(row_no__in=chosen_rows), bundle=bundle, kicked_out="").update(kicked_out=reason)


def take_back(*, bundle: Bundle, rows: list[int]) -> int:
    """Take loans back that were left out."""
    left_out = BundleLoan.objects.filter(bundle=bundle, row_no__in=rows).exclude(kicked_out="")
    return left_out.update(kicked_out="")


def kept_rows(bundle: Bundle) -> pl.Series:
    """Row numbers of the loans that are in the bundle and not left out."""
    return rows_where(bundle, "AND kicked_out = ''")


def delivered_rows(bundle: Bundle) -> pl.Series:
    """Row numbers of all loans that the lender delivered, those left out included."""
    return rows_where(bundle, "")


def rows_where(bundle: Bundle, condition: str) -> pl.Series:
    query = f"SELECT row_no FROM portfolios_bundleloan WHERE bundle_id = %s {condition} ORDER BY row_no"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [bundle.pk])
        return pl.Series("row_no", [row for (row,) in cursor.fetchall()], dtype=pl.Int64)
