"""Factors, current face and settlement amounts (GN, FRE, TXT, SF-45 to SF-47)."""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from portfolios.domain.factor import (
    FACTOR_PLACES,
    current_face,
    estimated_factor,
    exact,
    interest_paid,
    pool_factor,
    principal_paid,
)
from portfolios.domain.prepayment import calculated_loan_age
from portfolios.domain.valuation import actual_delay, days_30_360, settlement
from tests.portfolios.domain.published.rows import Row, UnknownRow


def published_factor(row: Row) -> Decimal:
    """Half up, unless the table names truncation as the file's rule."""
    original = str(row.get("original_face") or row.starting("original", "issu"))
    current = str(row.get("current_balance") or row.starting("remaining", "current", "rpb"))
    if "trunc" in str(row.get("rule", "")).lower():
        return (exact(current) / exact(original)).quantize(FACTOR_PLACES, rounding=ROUND_DOWN)
    return pool_factor(original, current)


def face_now(row: Row) -> Decimal:
    if "factor" in row.name and row.has("current_face"):
        return pool_factor(str(row.get("original_face")), str(row.inputs["current_face"]))
    return current_face(str(row.get("original_face")), str(row.get("factor")))


def settled(row: Row) -> float | Decimal:
    elapsed = row.get("N") or row.get("days") or 0
    if row.has("settle", "accrual_start"):
        elapsed = days_30_360(*(date.fromisoformat(row.get(key)) for key in ("accrual_start", "settle")))
    found = settlement(
        face=row.get("face"),
        factor=row.get("factor"),
        price=row.get("price"),
        coupon=row.get("net"),
        elapsed=int(elapsed),
    )
    values = {"principal_amount": found.principal, "principal": found.principal, "cost": found.cost, "n": elapsed}
    values |= dict.fromkeys(("accrued", "accrued_interest"), found.accrued)
    values |= dict.fromkeys(("settlement_amount", "net_proceeds", "total_cost"), found.cost)
    return _named(row, values)


def month_paid(row: Row) -> Decimal:
    face, before, after = row.get("face"), row.get("F1"), row.get("F2")
    values = dict.fromkeys(("principal", "paydown", "principal_paid"), principal_paid(face, before, after))
    if row.has("net"):
        values |= dict.fromkeys(("interest", "interest_paid"), interest_paid(face, before, row.get("net")))
    return _named(row, values)


def accrual_factor(row: Row) -> Decimal:
    return _named(row, {"f_est": estimated_factor(row.get("F0"), row.get("net"), int(row.get("N0")))})


def day_count(row: Row) -> int:
    return days_30_360(*(date.fromisoformat(row.get(key)) for key in ("start", "end")))


def delay(row: Row) -> int:
    return actual_delay(int(row.get("stated_delay")))


def cage(row: Row) -> int:
    return calculated_loan_age(
        term=int(row.get("term")),
        original_remaining=row.get("original_wam"),
        elapsed=int(row.get("months")),
        remaining=row.get("remaining"),
    )


def _named(row: Row, values: dict[str, float | Decimal]) -> float | Decimal:
    if row.name not in values:
        raise UnknownRow(f"{row}: {row.variable} is no amount at settlement.")
    return values[row.name]
