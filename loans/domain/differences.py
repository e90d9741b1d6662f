"""What changed from one version of a tape to the next: loans found again by their number, fields compared by value."""

from dataclasses import dataclass

import polars as pl

CHANGE_SCHEMA = {
    "kind": pl.String(),
    "loan_id": pl.String(),
    "row_before": pl.Int64(),
    "row_after": pl.Int64(),
    "field": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
}


@dataclass(frozen=True)
class Pairs:
    """Loans of two versions. Each frame has `loan_id` and the places (from 0) where the loan stands.

    `both` has `before` and `after`, `added` only `after`, `dropped` only `before`. `unnumbered` counts rows of the new
    version that cannot be compared: without a loan number, or with one that stood further up already.
    """

    both: pl.DataFrame
    added: pl.DataFrame
    dropped: pl.DataFrame
    unnumbered: int


def pair(before: pl.Series, after: pl.Series) -> Pairs:
    """Find loans again by their numbers, spaces and case aside; of a number that stands twice the first row counts."""
    old, new = _places(before, "before"), _places(after, "after")
    both = new.join(old, on="key", how="inner", maintain_order="left").select("loan_id", "before", "after")
    added = new.join(old, on="key", how="anti", maintain_order="left").select("loan_id", "after")
    dropped = old.join(new, on="key", how="anti", maintain_order="left").select("loan_id", "before")
    return Pairs(both, added, dropped, after.len() - new.height)


def _places(numbers: pl.Series, name: str) -> pl.DataFrame:
    key = pl.col("loan_id").str.strip_chars().str.to_lowercase()
    placed = numbers.cast(pl.String).alias("loan_id").to_frame().with_row_index(name).with_columns(key=key)
    return placed.filter(pl.col("key") != "").unique("key", keep="first", maintain_order=True)


def differs(pairs: Pairs, before: pl.Series, after: pl.Series) -> pl.Series:
    """Whether a field of the loans in both versions has another value now; a value that came or went is a change."""
    return before.gather(pairs.both["before"]).ne_missing(after.gather(pairs.both["after"]))


def changes(pairs: Pairs, before: pl.Series, after: pl.Series, changed: pl.Series) -> pl.DataFrame:
    """One row (CHANGE_SCHEMA) a loan whose value changed, values as text; rows of the tape count from 1."""
    found = pairs.both.filter(changed)
    return found.select(
        pl.lit("changed").alias("kind"),
        "loan_id",
        (pl.col("before").cast(pl.Int64) + 1).alias("row_before"),
        (pl.col("after").cast(pl.Int64) + 1).alias("row_after"),
        pl.lit(after.name).alias("field"),
        before.gather(found["before"]).cast(pl.String).alias("was"),
        after.gather(found["after"]).cast(pl.String).alias("now"),
    ).rename({"was": "before", "now": "after"})


def came_and_went(pairs: Pairs) -> pl.DataFrame:
    """Loans added and dropped, as rows of CHANGE_SCHEMA."""
    added = pairs.added.select(
        pl.lit("added").alias("kind"), "loan_id", (pl.col("after").cast(pl.Int64) + 1).alias("row_after")
    )
    dropped = pairs.dropped.select(
        pl.lit("dropped").alias("kind"), "loan_id", (pl.col("before").cast(pl.Int64) + 1).alias("row_before")
    )
    whole = pl.DataFrame(schema=CHANGE_SCHEMA)
    return pl.concat([whole, added, dropped], how="diagonal")
