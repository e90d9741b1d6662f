"""Cells that a spreadsheet would run as a formula are made harmless before they leave in a CSV or XLSX file."""

import polars as pl

FORMULA = r"^[\s]*[=+\-@\t\r]"
NUMBER = r"^\s*[+\-]?[\d,]*\.?\d+([eE][+\-]?\d+)?%?\s*$"


def harmless(column: pl.Expr) -> pl.Expr:
    """Text that begins with `=`, `+`, `-`, `@`, tab or return gets an apostrophe in front; plain numbers stay.

    Source: OWASP, CSV Injection.
    """
    risky = column.str.contains(FORMULA) & ~column.str.contains(NUMBER)
    return pl.when(risky).then(pl.lit("'") + column).otherwise(column).name.keep()


def harmless_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text column of a frame, made harmless, and so are the names of its columns: a tape names its own."""
    texts = frame.with_columns(harmless(pl.col(name)) for name, dtype in frame.schema.items() if dtype == pl.String)
    return texts.rename(harmless_names(frame.columns))


def harmless_names(names: list[str]) -> dict[str, str]:
    """Each name as it leaves."""
    column = pl.Series("names", names, dtype=pl.String)
    return dict(zip(names, column.to_frame().select(harmless(pl.col("names")))["names"], strict=True))
