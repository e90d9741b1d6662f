"""The settlement statement: interest, collections, advances and escrow by loan, to the cent, and kept."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from django.core.files.base import File
from django.db import connection, transaction

from accounts.models import User
from accounts.policies import NotAllowed
from loans.models import TapeChunk
from loans.services.files import parquet_of, read_parquet
from portfolios.domain.settlement import ClosingTerms, Line, Loan, Statement, Terms, statement
from portfolios.domain.settlement.servicing import STATED, read_servicing
from portfolios.models import Lot, Settlement
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.figures import terms_of
from portfolios.queries.settlements.parties import lot_prices
from portfolios.services import loanlists
from portfolios.services.allocations import BadList
from portfolios.services.settlements import NO_STATEMENT, change, locked, record

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


@transaction.atomic
def state(*, settlement: Settlement, upload: File, by: User, at: datetime) -> Settlement:
    """Take what the seller states by loan, in place of what it stated before. Raises BadList with every problem."""
    settlement = locked(settlement)
    policies.check_can_state(by, settlement)
    rows, sha256 = loanlists.read(upload)
    stated, wrong = read_servicing(rows, loan_ids(settlement))
    if wrong:
        raise BadList(wrong)
    settlement.servicing.save("servicing.parquet", parquet_of(stated), save=False)
    settlement = change(settlement, servicing=settlement.servicing.name, **NO_STATEMENT)
    return record(settlement, "servicing", by=by, at=at, sha256=sha256, loans=stated.height)


def loan_ids(settlement: Settlement) -> pl.Series:
    """Loan numbers of all awarded loans; NotAllowed where two lots hold the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT loan_id FROM portfolios_settlementloan WHERE settlement_id = %s", [settlement.pk])
        numbers = pl.Series("loan_id", [loan_id for (loan_id,) in cursor.fetchall()], dtype=pl.String)
    if doubled := numbers.filter(numbers.is_duplicated()).unique().sort().to_list():
        raise NotAllowed(f"Loan number {doubled[0]} stands in this settlement twice, so a list cannot tell them apart.")
    return numbers


@transaction.atomic
def draw_up(*, settlement: Settlement, by: User, at: datetime) -> Settlement:
    """Draw the statement up for the loans that stay, on the day of settlement; again as often as something changed."""
    settlement = locked(settlement)
    policies.check_can_draw_statement(by, settlement)
    if settlement.settles_on is None or settlement.cut_off_on is None:
        raise NotAllowed("Set the day of settlement first; interest is counted up to it.")
    found, lines = compute(settlement)
    if found.sum_of("principal") != settlement.price:
        raise ValueError(f"{settlement}: loans cost {found.sum_of('principal')}, the price is {settlement.price}")
    settlement.statement.save("statement.parquet", parquet_of(lines), save=False)
    totals = totals_of(found, lines, settlement)
    settlement = change(settlement, statement=settlement.statement.name, totals=totals, funds=found.funds)
    return record(settlement, "statement", by=by, at=at, funds=str(found.funds), wire=str(found.wire))


def compute(settlement: Settlement) -> tuple[Statement, pl.DataFrame]:
    """The statement by the kernel, and its lines (`COLUMNS`) with what each rests on."""
    closing = terms_of(settlement)
    inputs = pl.concat([inputs_of(settlement, lot, closing) for lot in lots_with_loans(settlement)] or [no_inputs()])
    refuse_without_rate(inputs, closing)
    found = statement(list(loans_of(inputs)), terms_on(settlement, closing))
    whole = [(lot, price) for lot, price in lot_prices(settlement.award) if lot.bundle_id is None]
    lines = (*found.lines, *(whole_line(lot, price) for lot, price in whole))
    return Statement(lines, found.deposit), frame_of(inputs, found.lines, whole)


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


def whole_line(lot: Lot, price: Decimal) -> Line:
    """The line of a lot that is paid for as a whole."""
    return Line(f"Lot {lot.code} as a whole", price, 0, Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def frame_of(inputs: pl.DataFrame, lines: Sequence[Line], whole: Sequence[tuple[Lot, Decimal]]) -> pl.DataFrame:
    """The lines as they are kept and leave as files."""
    computed = pl.DataFrame(
        [(x.principal, x.days, x.accrued, x.collected, x.advances, x.escrow, x.total) for x in lines],
        schema={name: COLUMNS[name] for name in ("principal", "days", *SUMS[1:])},
        orient="row",
    )
    base = inputs.drop("collected", "advances", "escrow").with_columns(
        pl.col("upb").cast(MONEY), pl.col("price").cast(COLUMNS["price"]), pl.col("rate").cast(COLUMNS["rate"])
    )
    rows = [_whole_row(lot, price) for lot, price in whole]
    return pl.concat([base.hstack(computed).select(*COLUMNS), pl.DataFrame(rows, schema=COLUMNS, orient="row")])


def _whole_row(lot: Lot, price: Decimal) -> tuple[object, ...]:
    line, none = whole_line(lot, price), Decimal(0)
    return (
        lot.code, line.loan_id, Decimal(lot.upb), None, price, None, None, "", 0, none, none, none, none, line.total,
    )  # fmt: skip


def totals_of(found: Statement, lines: pl.DataFrame, settlement: Settlement) -> dict[str, Any]:
    """Sums as text in USD, the wire, and what was taken for granted."""
    loans = lines.filter(pl.col("paid_to").is_not_null())
    sources = dict(loans.group_by("paid_to_from").len().iter_rows())
    day: date | None = settlement.settles_on
    return {
        **{name: str(found.sum_of(name)) for name in SUMS},
        "funds": str(found.funds),
        "deposit": str(found.deposit),
        "wire": str(found.wire),
        "loans": loans.height,
        "paid_to": {name: sources.get(name, 0) for name in (SELLER, TAPES, CUT_OFF)},
        "settles_on": day.isoformat() if day else "",
    }


@transaction.atomic
def deposit(*, settlement: Settlement, amount: Decimal, by: User, at: datetime) -> Settlement:
    """Record the deposit that the seller holds for this award, USD; a statement with another one is void."""
    settlement = locked(settlement)
    policies.check_can_state(by, settlement)
    if amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise NotAllowed("A deposit is at least 0, with at most two decimals.")
    if amount > settlement.price:
        raise NotAllowed("A deposit is at most the price.")
    settlement = change(settlement, deposit=amount, **NO_STATEMENT)
    return record(settlement, "deposit", by=by, at=at, amount=str(amount))
