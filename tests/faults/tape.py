"""A tape large enough to be in the middle of a check when something is killed, made in columns."""

from pathlib import Path

import polars as pl

STATES = (("CA", "90210"), ("TX", "75001"), ("NY", "10001"), ("FL", "33101"), ("WA", "98101"))


def write_tape(path: Path, loans: int) -> None:
    """Write `loans` rows as CSV; every fiftieth loan has an impossible unit count, to have findings."""
    row = pl.int_range(1, loans + 1, dtype=pl.Int64, eager=True).alias("n")
    state = pl.col("n") % len(STATES)
    frame = row.to_frame().select(
        ("T" + pl.col("n").cast(pl.String).str.zfill(9)).alias("Loan Number"),
        (100_000 + pl.col("n") % 400 * 1000).alias("Note Amount"),
        (90_000 + pl.col("n") % 400 * 1000).alias("Current UPB"),
        pl.lit("6.125").alias("Note Rate"),
        pl.lit("2024-03-01").alias("First Payment Date"),
        pl.lit("2054-02-01").alias("Maturity Date"),
        pl.lit("360").alias("Term"),
        pl.lit("Purchase").alias("Loan Purpose"),
        pl.lit("PrimaryResidence").alias("Occupancy"),
        state.replace_strict({n: name for n, (name, _) in enumerate(STATES)}, return_dtype=pl.String).alias("State"),
        state.replace_strict({n: code for n, (_, code) in enumerate(STATES)}, return_dtype=pl.String).alias("ZIP"),
        pl.lit("SingleFamilyDetached").alias("Property Type"),
        pl.when(pl.col("n") % 50 == 0).then(pl.lit("7")).otherwise(pl.lit("1")).alias("Units"),
        (640 + pl.col("n") % 180).alias("Credit Score"),
        (50 + pl.col("n") % 30).alias("LTV"),
        (20 + pl.col("n") % 25).alias("DTI"),
    )
    frame.write_csv(path)
