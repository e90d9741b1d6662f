"""Which loans go into a bundle: picked by filters over the typed parts of the tape, written by COPY."""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef

from diligence.models import LoanResult, Run
from diligence.services.copying import copy_frame
from diligence.services.finishing import typed_columns
from diligence.services.rulebooks import mapping_of
from loans.models import TapeChunk
from loans.services.files import read_parquet
from portfolios.domain.picking import CLEAN, KEYED, PICKED_COLUMNS, balance, picked, property_keys
from portfolios.models import Bundle, BundleLoan


@dataclass(frozen=True, slots=True)
class Preview:
    """What a selection would pick: loans, UPB in USD, and how many of the loans have open fatal findings."""

    loans: int
    upb: float
    open_fatal: int


def clear(bundle: Bundle) -> None:
    """Take all loans out, so that others can be picked."""
    BundleLoan.objects.filter(bundle=bundle).delete()


def parts(bundle: Bundle, *, first: int = 0) -> Iterator[tuple[int, pl.DataFrame]]:
    """The loans that the bundle's selection picks, part by part of its tape from the part `first` (0 is the first)."""
    secret = property_secret()
    frames = chosen(bundle.run, bundle.selection, columns=(*PICKED_COLUMNS, *KEYED), first=first)
    for number, frame in enumerate(frames, start=first):
        yield (
            number,
            property_keys(frame, key=secret).with_columns(bundle_id=pl.lit(bundle.pk), kicked_out=pl.lit("")),
        )


def store(rows: pl.DataFrame) -> None:
    """Write picked loans as `parts` gives them."""
    copy_frame(BundleLoan._meta.db_table, rows)


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


def chosen(
    run: Run, selection: Mapping[str, Any], *, columns: tuple[str, ...], first: int = 0
) -> Iterator[pl.DataFrame]:
    """The picked loans of a run part by part; columns that the tape does not have come as blanks."""
    unclean = rows_with_open_fatal(run) if selection.get(CLEAN) else None
    types = {**PICKED_COLUMNS, **KEYED}
    for part in stored_parts(run, columns, first=first):
        absent = [pl.lit(None, types[name]).alias(name) for name in columns if name not in part.columns]
        frame = picked(part.with_columns(absent), selection)
        yield frame if unclean is None else frame.filter(~pl.col("row_no").is_in(unclean.implode()))


def stored_parts(run: Run, columns: tuple[str, ...], *, first: int) -> Iterator[pl.DataFrame]:
    """Those of the columns that the tape has, part by part in order, beginning with the part `first`."""
    mapping = mapping_of(run)
    wanted = ["row_no", *(name for name in columns if name in mapping.fields)]
    for chunk in TapeChunk.objects.filter(version_id=run.version_id).order_by("number")[first:]:
        yield read_parquet(chunk.typed, columns=wanted)


def counts_of(*, run: Run, name: str) -> list[tuple[str, int]]:
    """Values of one column that occur in a run's tape with their loans, the most frequent first."""
    found = [part[name] for part in typed_columns(run, (name,)) if name in part.columns]
    if not found:
        return []
    counted = pl.concat(found).drop_nulls().cast(pl.String).value_counts(sort=True, name="n")
    return list(counted.sort(["n", name], descending=[True, False]).iter_rows())


def rows_with_open_fatal(run: Run) -> pl.Series:
    results = LoanResult.objects.filter(run=run, open_fatal__gt=0)
    return pl.Series("row_no", list(results.values_list("row_no", flat=True)), dtype=pl.Int64)


def leave_out(*, bundle: Bundle, rows: list[int] | None, reason: str) -> int:
    """Leave kept loans out for a reason; None means all of them with open fatal findings."""
    kept = BundleLoan.objects.filter(bundle=bundle, kicked_out="")
    unclean = LoanResult.objects.filter(run=bundle.run_id, row_no=OuterRef("row_no"), open_fatal__gt=0)
    chosen_loans = kept.filter(Exists(unclean)) if rows is None else kept.filter(row_no__in=rows)
    return chosen_loans.update(kicked_out=reason)


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
