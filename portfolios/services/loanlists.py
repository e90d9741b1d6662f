"""Small files with a line a loan, as the two sides of a settlement send them: read as text, at most some columns."""

import hashlib
import tempfile
from pathlib import Path

import polars as pl
from django.core.files.base import File
from django.db import connection

from accounts.policies import NotAllowed
from diligence.services.copying import copy_frame
from loans.domain.formats import Unreadable, open_tape
from loans.services.texts import bounds

MOST_COLUMNS = 40


def read(upload: File) -> tuple[pl.DataFrame, str]:
    """The rows of an uploaded CSV or XLSX as text with `row_no`, and its SHA-256; NotAllowed says what is wrong."""
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(prefix="plumbline-list-") as folder:
        path = Path(folder) / "list"
        with path.open("wb") as target:
            for piece in upload.chunks():
                digest.update(piece)
                target.write(piece)
        try:
            return _rows(path, str(upload.name)), digest.hexdigest()
        except Unreadable as problem:
            raise NotAllowed(str(problem)) from None


def _rows(path: Path, name: str) -> pl.DataFrame:
    tape = open_tape(path, name=name, layout="lender", bounds=bounds(), unpack_dir=path.parent)
    if len(tape.columns) > MOST_COLUMNS:
        raise NotAllowed(f"A list of loans has at most {MOST_COLUMNS} columns; this file has {len(tape.columns)}.")
    frames = list(tape.batches())
    return pl.concat(frames) if frames else tape.empty()


def update_from(frame: pl.DataFrame, *, settlement_id: int, lot_id: int, column: str, kind: str) -> int:
    """Write one column of a lot's loans by `row_no`, by COPY and one UPDATE; the number of loans written."""
    with connection.cursor() as cursor:
        # The key keeps every plan near: without statistics PostgreSQL may read the list once for each loan.
        cursor.execute(f"CREATE TEMPORARY TABLE listed (row_no bigint PRIMARY KEY, value {kind}) ON COMMIT DROP")
        copy_frame("listed", frame.select("row_no", pl.col(column).alias("value")))
        cursor.execute(
            f"UPDATE portfolios_settlementloan loan SET {column} = listed.value FROM listed "  # noqa: S608
            "WHERE loan.settlement_id = %s AND loan.lot_id = %s AND loan.row_no = listed.row_no",
            [settlement_id, lot_id],
        )
        written = cursor.rowcount
        cursor.execute("DROP TABLE listed")
    return int(written)
