"""The loans of an approved bundle, read from its frozen list and the typed parts of its tape."""

from datetime import date

import polars as pl

from loans.models import TapeChunk
from loans.services.files import read_parquet
from portfolios.domain.issuing import TAPE_FIELDS, loans_at_issue
from portfolios.models import Bundle
from portfolios.services.picks import kept_rows


def bundle_loans(bundle: Bundle, *, issued_on: date) -> pl.DataFrame:
    """Kept loans with `LOAN_COLUMNS` and their servicing, as they stand on the first of the issue month."""
    kept = kept_rows(bundle).implode()
    chunks = TapeChunk.objects.filter(version_id=bundle.run.version_id).order_by("number")
    parts = [read_parquet(chunk.typed, only=TAPE_FIELDS).filter(pl.col("row_no").is_in(kept)) for chunk in chunks]
    rows = pl.concat(parts, how="diagonal") if parts else pl.DataFrame(schema={"row_no": pl.Int64})
    return loans_at_issue(rows, issued_on=issued_on)
