"""The settlement statement: interest, collections, advances and escrow by loan, to the cent, and kept."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
from django.core.files.base import File
from django.db import connection, transaction

from accounts.models import User
from accounts.policies import NotAllowed
from loans.services.files import parquet_of
from portfolios.domain.settlement.servicing import read_servicing
from portfolios.models import Settlement
from portfolios.policies import settlements as policies
from portfolios.services import loanlists
from portfolios.services.allocations import BadList
from portfolios.services.settlements import NO_STATEMENT, change, locked, record
from portfolios.services.statementlines import CUT_OFF, SELLER, SUMS, TAPES, Lines, Tick, computed


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


@dataclass(frozen=True)
class Drawn:
    """A statement that is stored as a file and not in force yet: the file's name, totals, and what is due in USD."""

    file: str
    totals: dict[str, Any]
    funds: Decimal


def check(by: User, settlement: Settlement) -> None:
    """NotAllowed where no statement can be drawn up now, or its dates are not set."""
    policies.check_can_draw_statement(by, settlement)
    if settlement.settles_on is None or settlement.cut_off_on is None:
        raise NotAllowed("Set the day of settlement first; interest is counted up to it.")


def stands(settlement: Settlement) -> bool:
    """Whether a statement is in force: a change of what it rests on would have made it void."""
    return bool(settlement.statement)


def draw(settlement: Settlement, tick: Tick) -> Drawn:
    """Compute the statement for the loans that stay, on the day of settlement, and store its lines."""
    lines = computed(settlement, tick)
    if lines.sums["principal"] != settlement.price:
        raise ValueError(f"{settlement}: loans cost {lines.sums['principal']}, the price is {settlement.price}")
    settlement.statement.save("statement.parquet", parquet_of(lines.frame), save=False)
    return Drawn(str(settlement.statement.name), totals_of(lines, settlement), lines.sums["total"])


def keep(settlement: Settlement, drawn: Drawn, *, by: User, at: datetime) -> Settlement:
    """Put a statement in force. Called with the settlement locked, and what the statement rests on unchanged."""
    settlement = change(settlement, statement=drawn.file, totals=drawn.totals, funds=drawn.funds)
    return record(settlement, "statement", by=by, at=at, funds=str(drawn.funds), wire=drawn.totals["wire"])


def totals_of(lines: Lines, settlement: Settlement) -> dict[str, Any]:
    """Sums as text in USD, the wire, and what was taken for granted."""
    loans = lines.frame.filter(pl.col("paid_to").is_not_null())
    sources, deposit = dict(loans.group_by("paid_to_from").len().iter_rows()), Decimal(settlement.deposit)
    return {
        **{name: str(lines.sums[name]) for name in SUMS},
        "funds": str(lines.sums["total"]),
        "deposit": str(deposit),
        "wire": str(lines.sums["total"] - deposit),
        "loans": loans.height,
        "paid_to": {name: sources.get(name, 0) for name in (SELLER, TAPES, CUT_OFF)},
        "settles_on": settlement.settles_on.isoformat() if settlement.settles_on else "",
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
