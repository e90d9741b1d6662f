"""Cells that a tape fills with something its field cannot hold."""

from enum import StrEnum

import polars as pl

PROBLEM_SCHEMA = {
    "row_no": pl.Int64(),
    "field": pl.String(),
    "column": pl.String(),
    "text": pl.String(),
    "code": pl.String(),
}


class Problem(StrEnum):
    """The rule that reports an unreadable cell."""

    NUMBER = "DV-005"
    DATE = "DV-006"
    CODE = "DV-008"
    TWO_COLUMNS = "DV-011"
    SPREADSHEET_ERROR = "DV-017"
    FORMULA = "DV-018"
    PLACEHOLDER = "DV-019"


def problem_frame(*, row_no: pl.Series, field: str, column: str, text: pl.Series, code: pl.Series) -> pl.DataFrame:
    """Problems of one column; series of equal length, `code` without nulls."""
    frame = pl.DataFrame([row_no.alias("row_no"), text.alias("text"), code.alias("code")])
    return frame.with_columns(field=pl.lit(field), column=pl.lit(column)).select(*PROBLEM_SCHEMA)


def all_problems(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """One frame, by row; empty when nothing is wrong."""
    frames = [frame for frame in frames if frame.height]
    return pl.concat(frames).sort("row_no", maintain_order=True) if frames else pl.DataFrame(schema=PROBLEM_SCHEMA)
