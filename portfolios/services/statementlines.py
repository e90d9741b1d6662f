"""The lines of a settlement statement: what each rests on, computed by the kernel batch by batch, kept as a frame."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import connection

from accounts.policies import NotAllowed
from loans.models import TapeChunk
from loans.services.files import read_parquet
from portfolios.domain.settlement import ClosingTerms, Line, Loan, Terms, statement
from portfolios.domain.settlement.servicing import STATED
from portfolios.models import Lot, Settlement
from portfolios.queries.settlements.figures import terms_of
from portfolios.queries.settlements.parties import lot_prices

TAPE = ("row_no", "note_rate", "current_rate", "last_paid_installment_date", "escrow_balance")
KEPT = """
    SELECT row_no, loan_id, upb::text, price::text FROM portfolios_settlementloan
    WHERE settlement_id = %s AND lot_id = %s AND answer <> 'out' ORDER BY row_no
"""
MONEY = pl.Decimal(20, 2)
COLUMNS: dict[str, Any] = {
    "lot": pl.String,
    "loan_id": pl.String,
    "upb": MONEY,
    "price": pl.Decimal(16, 10),
    "principal": MONEY,
    "rate": pl.Decimal(9, 6),
    "paid_to": pl.Date,
    "paid_to_from": pl.String,
    "days": pl.Int64,
    "accrued": MONEY,
    "collected": MONEY,
    "advances": MONEY,
    "escrow": MONEY,
    "total": MONEY,
}
SUMS = ("principal", "accrued", "collected", "advances", "escrow", "total")
SELLER, TAPES, CUT_OFF = "seller", "tape", "cut-off"
BATCH = 20_000  # loans between two signs of life
Tick = Callable[[int], None]  # told how many loans are done


@dataclass(frozen=True)
class Lines:
    """All lines of a statement (`COLUMNS`) and the sums of its columns, USD."""

    frame: pl.DataFrame
    sums: dict[str, Decimal]


def computed(settlement: Settlement, tick: Tick) -> Lines:
    """Every line by the kernel: the loans that stay, and the lots that are paid for as a whole."""
    closing = terms_of(settlement)
    inputs = pl.concat([inputs_of(settlement, lot, closing) for lot in lots_with_loans(settlement)] or [no_inputs()])
    refuse_without_rate(inputs, closing)
    terms, frames, sums = terms_on(settlement, closing), [], dict.fromkeys(SUMS, Decimal(0))
    for batch in inputs.iter_slices(BATCH):
        found = statement(list(loans_of(batch)), terms)
        frames.append(frame_of(batch, found.lines))
        sums = {name: sums[name] + found.sum_of(name) for name in SUMS}
        tick(sum(frame.height for frame in frames))
    whole = [(lot, price) for lot, price in lot_prices(settlement.award) if lot.bundle_id is None]
    frames.append(pl.DataFrame([_whole_row(*each) for each in whole], schema=COLUMNS, orient="row"))
    priced = sum((price for _, price in whole), Decimal(0))
    return Lines(pl.concat(frames), {**sums, "principal": sums["principal"] + priced, "total": sums["total"] + priced})


def terms_on(settlement: Settlement, closing: ClosingTerms) -> Terms:
    if settlement.settles_on is None or settlement.cut_off_on is None:
        raise ValueError(f"{settlement} has no dates")
    return Terms(
        settlement.settles_on, settlement.cut_off_on, closing.day_count, closing.accrues, Decimal(settlement.deposit)
    )


def lots_with_loans(settlement: Settlement) -> list[Lot]:
    lots = settlement.award.lots.filter(bundle__isnull=False).select_related("bundle__run")
    return list(lots.order_by("code"))


def inputs_of(settlement: Settlement, lot: Lot, closing: ClosingTerms) -> pl.DataFrame:
    """What the statement rests on, by loan of a lot: what the seller stated, else the tape, else the cut-off date.

    Escrow balances stay with the servicing.
    """
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [settlement.pk, lot.pk])
        schema = {"row_no": pl.Int64, "loan_id": pl.String, "upb": pl.String, "price": pl.String}
        kept = pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    whole = kept.join(tape_of(lot, kept["row_no"]), on="row_no", how="left", maintain_order="left")
    whole = whole.join(stated_of(settlement), on="loan_id", how="left", maintain_order="left")
    released = pl.lit(closing.servicing == "released")
    day = pl.lit(settlement.cut_off_on, pl.Date)
    return whole.select(
        pl.lit(lot.code).alias("lot"),
        "loan_id",
        "upb",
        "price",
        pl.coalesce("rate", "tape_rate").alias("rate"),
        pl.coalesce("paid_to", "tape_paid_to", day).alias("paid_to"),
        pl.when(pl.col("paid_to").is_not_null()).then(pl.lit(SELLER))
        .when(pl.col("tape_paid_to").is_not_null()).then(pl.lit(TAPES))
        .otherwise(pl.lit(CUT_OFF)).alias("paid_to_from"),
        pl.col("collected").fill_null("0"),
        pl.col("advances").fill_null("0"),
        pl.coalesce("escrow", pl.when(released).then("tape_escrow"), pl.lit("0")).alias("escrow"),
    )  # fmt: skip


def no_inputs() -> pl.DataFrame:
    names = ("lot", "loan_id", "upb", "price", "rate", "paid_to", "paid_to_from", "collected", "advances", "escrow")
    return pl.DataFrame(schema={name: pl.Date if name == "paid_to" else pl.String for name in names})


def tape_of(lot: Lot, rows: pl.Series) -> pl.DataFrame:
    """Rate (percent), date interest is paid to and escrow of some rows of the announced tape, numbers as text."""
    if lot.bundle is None:
        raise ValueError(f"{lot} has no tape")
    chunks = TapeChunk.objects.filter(version=lot.bundle.run.version_id).order_by("number")
    parts = [read_parquet(chunk.typed, only=TAPE).filter(pl.col("row_no").is_in(rows.implode())) for chunk in chunks]
    frame = pl.concat(parts, how="diagonal") if parts else pl.DataFrame(schema={"row_no": pl.Int64})
    types = {"last_paid_installment_date": pl.Date}
    absent = [pl.lit(None, types.get(name, pl.Float64)).alias(name) for name in TAPE if name not in frame.columns]
    rate = pl.coalesce("current_rate", "note_rate").round(6).cast(pl.Decimal(9, 6)).cast(pl.String)
    escrow = pl.col("escrow_balance").round(2).cast(MONEY).cast(pl.String)
    return frame.with_columns(absent).select(
        "row_no",
        rate.alias("tape_rate"),
        pl.col("last_paid_installment_date").alias("tape_paid_to"),
        escrow.alias("tape_escrow"),
    )


def stated_of(settlement: Settlement) -> pl.DataFrame:
    """What the seller stated by loan, if it stated anything."""
    return read_parquet(settlement.servicing) if settlement.servicing else pl.DataFrame(schema=STATED)


def refuse_without_rate(inputs: pl.DataFrame, closing: ClosingTerms) -> None:
    without = inputs.filter(pl.col("rate").is_null())
    if closing.accrues and without.height:
        raise NotAllowed(
            f"{without.height:,} of {inputs.height:,} loans have no rate on the tape, so their interest cannot be "
            "counted. State the rates in the list of servicing figures."
        )


def loans_of(inputs: pl.DataFrame) -> Iterator[Loan]:
    names = ("loan_id", "upb", "price", "rate", "paid_to", "collected", "advances", "escrow")
    for loan_id, upb, price, rate, paid_to, collected, advances, escrow in inputs.select(names).iter_rows():
        yield Loan(
            loan_id, Decimal(upb), Decimal(price), Decimal(rate or 0), paid_to, Decimal(collected), Decimal(advances),
            Decimal(escrow),
        )  # fmt: skip


def frame_of(inputs: pl.DataFrame, lines: Sequence[Line]) -> pl.DataFrame:
    """Lines as they are kept and leave as files."""
    computed = pl.DataFrame(
        [(x.principal, x.days, x.accrued, x.collected, x.advances, x.escrow, x.total) for x in lines],
        schema={name: COLUMNS[name] for name in ("principal", "days", *SUMS[1:])},
        orient="row",
    )
    base = inputs.drop("collected", "advances", "escrow").with_columns(
        pl.col("upb").cast(MONEY), pl.col("price").cast(COLUMNS["price"]), pl.col("rate").cast(COLUMNS["rate"])
    )
    return base.hstack(computed).select(*COLUMNS)


def _whole_row(lot: Lot, price: Decimal) -> tuple[object, ...]:
    """The line of a lot that is paid for as a whole."""
    none, name = Decimal(0), f"Lot {lot.code} as a whole"
    return (lot.code, name, Decimal(lot.upb), None, price, None, None, "", 0, none, none, none, none, price)
