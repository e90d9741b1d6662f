"""The loans of a pool to be: those of an approved bundle or a settled lot, read from the typed parts of the tape."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from loans.models import TapeChunk
from loans.services.files import read_parquet
from portfolios.domain.issuing import TAPE_FIELDS, Face, face_of, highest_coupon, incomplete, loans_at_issue
from portfolios.domain.poolmonth import measured
from portfolios.models import Bundle
from portfolios.services.picks import kept_rows


def bundle_loans(bundle: Bundle, *, issued_on: date) -> pl.DataFrame:
    """Kept loans with `LOAN_COLUMNS` and their servicing, as they stand on the first of the issue month."""
    return tape_loans(bundle.run.version_id, kept_rows(bundle), issued_on=issued_on)


def tape_loans(version_id: int, rows: pl.Series, *, issued_on: date) -> pl.DataFrame:
    """Some rows of a prepared tape as a pool's loans, as they stand on the first of the issue month."""
    kept = rows.implode()
    chunks = TapeChunk.objects.filter(version_id=version_id).order_by("number")
    parts = [read_parquet(chunk.typed, only=TAPE_FIELDS).filter(pl.col("row_no").is_in(kept)) for chunk in chunks]
    found = pl.concat(parts, how="diagonal") if parts else pl.DataFrame(schema={"row_no": pl.Int64})
    return loans_at_issue(found, issued_on=issued_on)


@dataclass(frozen=True, slots=True)
class IssuePreview:
    """What a bundle would be as a pool: face in USD, averages as `measured` names them, coupon in percent."""

    face: Face
    figures: dict[str, Any]
    highest_coupon: Decimal
    problem: str


def preview(bundle: Bundle, today: date) -> IssuePreview:
    """The pool that an approved bundle would be if it were issued this month."""
    return preview_of(bundle_loans(bundle, issued_on=today.replace(day=1)))


def preview_of(loans: pl.DataFrame) -> IssuePreview:
    """The pool that some loans would be."""
    problem = incomplete(loans)
    return IssuePreview(face_of(loans), measured(loans), Decimal(0) if problem else highest_coupon(loans), problem)
