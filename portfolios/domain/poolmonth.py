"""A month of a pool: the frame of its loans, what is measured on it, and the figures that are recorded.

A month's loans are a frame with `LOAN_COLUMNS`; `loan_id`, `balance`, `rate` and `remaining` are always there, the rest
where the source tells them. A loan that has left stays out, or has an `exit` or no balance: it is not counted.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from portfolios.domain.redflags import effective_loan_count, largest_group, largest_share

LOAN_COLUMNS: dict[str, pl.DataType] = {
    "loan_id": pl.String(),
    "balance": pl.Float64(),  # USD
    "rate": pl.Float64(),  # gross, percent a year, now
    "remaining": pl.Int32(),  # months
    "age": pl.Int32(),  # months
    "state": pl.String(),
    "zip3": pl.String(),
    "credit_score": pl.Int32(),
    "ltv": pl.Float64(),  # percent
    "dti": pl.Float64(),  # percent
    "occupancy": pl.String(),
    "purpose": pl.String(),
    "property_type": pl.String(),
    "units": pl.Int32(),
    "servicer": pl.String(),
    "seller": pl.String(),
    "months_late": pl.Int32(),  # 0 current, 1 is 30 days late, and so on; null unknown
    "exit": pl.String(),  # why it left, where the frame keeps loans that did
}
CARRIED_COLUMNS: dict[str, pl.DataType] = {"payment": pl.Float64()}  # USD of principal and interest a month
"""What a month hands on to the next one where it knows it; nothing is measured on it."""
REQUIRED_COLUMNS = ("loan_id", "balance", "rate", "remaining")
SERIOUSLY_LATE = 2  # months: 60 days
_RATE_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of a month under the names of `PoolMonth`: amounts in USD, rates and shares in percent."""

    month: date
    factor: Decimal
    balance: Decimal
    loan_balance: Decimal | None = None
    loan_count: int | None = None
    effective_loans: float | None = None
    largest_share: float | None = None
    top_state: str = ""
    top_state_share: float | None = None
    wac: Decimal | None = None
    wam: int | None = None
    wala: int | None = None
    late_count: int | None = None
    late_upb: Decimal | None = None
    due: Decimal | None = None
    scheduled: Decimal | None = None
    curtailed: Decimal | None = None
    paid_off: Decimal | None = None
    repurchased: Decimal | None = None
    liquidated: Decimal | None = None
    removed: Decimal | None = None
    paid_off_count: int | None = None
    repurchased_count: int | None = None
    liquidated_count: int | None = None
    removed_count: int | None = None
    difference: Decimal | None = None
    tolerance: Decimal | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def in_loan_columns(loans: pl.DataFrame) -> pl.DataFrame:
    """The frame with the columns of a month's loans that it has, in order and type; ValueError without a needed one."""
    if missing := [name for name in REQUIRED_COLUMNS if name not in loans.columns]:
        raise ValueError(f"A frame of loans needs the columns {', '.join(missing)}.")
    kept = {**LOAN_COLUMNS, **CARRIED_COLUMNS}
    return loans.select(pl.col(name).cast(dtype) for name, dtype in kept.items() if name in loans.columns)


def still_there(loans: pl.DataFrame) -> pl.DataFrame:
    """The loans that have a balance and have not left."""
    stays = pl.col("balance") > 0
    return loans.filter(stays & pl.col("exit").is_null() if "exit" in loans.columns else stays)


def measured(loans: pl.DataFrame) -> dict[str, Any]:
    """Count, concentration, averages weighted by balance and lateness of a month's loans, as `MonthFigures` names them.

    WAM and WALA are rounded half up to whole months, WAC to six places. What the frame does not tell is None.
    """
    there = still_there(loans)
    balances = there["balance"].to_numpy()
    return {
        "loan_balance": total(there["balance"]),
        "loan_count": there.height,
        "effective_loans": effective_loan_count(balances),
        "largest_share": largest_share(balances),
        **_top_state(there),
        "wac": _weighted(there, "rate", _RATE_PLACES),
        "wam": _months(there, "remaining"),
        "wala": _months(there, "age"),
        **_late(there),
    }


def total(amounts: pl.Series) -> Decimal:
    """Sum of amounts in USD, exact: each is taken in whole cents."""
    whole = (amounts * 100).round(0).cast(pl.Int64).sum()
    return Decimal(int(whole)).scaleb(-2)


def _top_state(there: pl.DataFrame) -> dict[str, Any]:
    named = there.filter(pl.col("state").is_not_null()) if "state" in there.columns else there.clear()
    top = largest_group(named["state"].to_list(), named["balance"].to_numpy()) if named.height else None
    if top is None:
        return {"top_state": "", "top_state_share": None}
    state, share = top
    of_all = float(named["balance"].sum()) / float(there["balance"].sum())
    return {"top_state": state, "top_state_share": share * of_all}


def _weighted(there: pl.DataFrame, name: str, places: Decimal) -> Decimal | None:
    """Average weighted by balance over the loans that tell the value, half up."""
    known = there.filter(pl.col(name).is_not_null()) if name in there.columns else there.clear()
    weight = float(known["balance"].sum()) if known.height else 0.0
    if weight <= 0:
        return None
    mean = float((known[name].cast(pl.Float64) * known["balance"]).sum()) / weight
    return Decimal(str(round(mean, 10))).quantize(places, rounding=ROUND_HALF_UP)  # float noise is no half month


def _months(there: pl.DataFrame, name: str) -> int | None:
    mean = _weighted(there, name, Decimal(1))
    return None if mean is None else int(mean)


def _late(there: pl.DataFrame) -> dict[str, Any]:
    if "months_late" not in there.columns or (there.height and there["months_late"].null_count() == there.height):
        return {"late_count": None, "late_upb": None}
    late = there.filter(pl.col("months_late") >= SERIOUSLY_LATE)
    return {"late_count": late.height, "late_upb": total(late["balance"])}
