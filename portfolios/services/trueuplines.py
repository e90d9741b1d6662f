"""The lines of a true-up: what final figures make of the lines that were paid by, and by how much each changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from portfolios.domain.settlement import Final, Line, Loan
from portfolios.domain.settlement.trueup import PARTS, final_line
from portfolios.models import Settlement
from portfolios.queries.settlements.figures import terms_of
from portfolios.services.statementlines import BATCH, COLUMNS, MONEY, SELLER, Tick, frame_of, terms_on

CHANGES = {f"{name}_change": MONEY for name in PARTS}
TRUE_UP_COLUMNS: dict[str, Any] = {**COLUMNS, **CHANGES, "note": pl.String}
STATED = ("upb", "rate", "paid_to", "collected", "advances", "escrow")


@dataclass(frozen=True)
class Compared:
    """Every line as it is finally (`TRUE_UP_COLUMNS`), sums by column, the loans that changed, the true-up in USD."""

    frame: pl.DataFrame
    totals: dict[str, dict[str, str]]
    changed: int
    amount: Decimal


def compared(settlement: Settlement, base: pl.DataFrame, finals: pl.DataFrame, tick: Tick) -> Compared:
    """Lines that were paid by against final figures: a loan that no line of the list names stays as it was."""
    before = base.select(*COLUMNS).with_row_index("place")
    stated = before.join(finals, on="loan_id", how="inner", suffix="_final", maintain_order="left")
    frames = [before.join(finals.select("loan_id"), on="loan_id", how="anti").with_columns(note=pl.lit(""))]
    for batch in stated.iter_slices(BATCH):
        frames.append(_finally(batch, settlement))
        tick(sum(frame.height for frame in frames[1:]))
    after = pl.concat([frame.select("place", *COLUMNS, "note") for frame in frames]).sort("place")
    return _told(before, after)


def _finally(batch: pl.DataFrame, settlement: Settlement) -> pl.DataFrame:
    """Lines of some loans by their final figures."""
    terms = terms_on(settlement, terms_of(settlement))
    lines: list[Line] = [final_line(loan, final, terms) for loan, final in _pairs(batch)]
    inputs = batch.select(
        "lot", "loan_id", "price",
        *(pl.coalesce(pl.col(f"{name}_final").cast(COLUMNS[name]), name).alias(name) for name in ("upb", "rate")),
        pl.coalesce("paid_to_final", "paid_to").alias("paid_to"),
        pl.when(pl.col("paid_to_final").is_not_null()).then(pl.lit(SELLER)).otherwise("paid_to_from")
        .alias("paid_to_from"),
        "collected", "advances", "escrow",
    )  # fmt: skip
    note = pl.col("note").fill_null("")
    return frame_of(inputs, lines).with_columns(batch["place"], batch.select(note)["note"])


def _pairs(batch: pl.DataFrame) -> Iterator[tuple[Loan, Final]]:
    """Each loan as the line before has it, and what is stated of it in the end."""
    names = ("loan_id", "upb", "price", "rate", "paid_to", "collected", "advances", "escrow")
    for row in batch.iter_rows(named=True):
        told = {name: row[f"{name}_final"] for name in STATED}
        numbers = {name: Decimal(value) for name, value in told.items() if name != "paid_to" and value is not None}
        loan = Loan(**{name: row[name] for name in names} | {"rate": row["rate"] or Decimal(0)})
        yield loan, Final(paid_to=told["paid_to"], **numbers)


def _told(before: pl.DataFrame, after: pl.DataFrame) -> Compared:
    """The frame with its changes, and what they come to."""
    changes = [(after[name] - before[name]).cast(MONEY).alias(f"{name}_change") for name in PARTS]
    frame = after.with_columns(changes)
    moved = pl.any_horizontal(pl.col(name) != 0 for name in CHANGES)
    totals = {
        name: {
            "before": str(_sum(before[name])),
            "after": str(_sum(after[name])),
            "change": str(_sum(frame[f"{name}_change"])),
        }
        for name in PARTS
    }
    amount = _sum(frame["total_change"])
    return Compared(frame.select(*TRUE_UP_COLUMNS), totals, frame.filter(moved).height, amount)


def _sum(column: pl.Series) -> Decimal:
    return Decimal(column.sum() or 0).quantize(Decimal("0.01"))
