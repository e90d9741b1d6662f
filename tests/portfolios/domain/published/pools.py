"""Cash flows of pools without and with defaults, and simple tranches (SF-4, SF-21 to SF-38, FJ, HB)."""

import re
from functools import lru_cache

import numpy as np

from portfolios.domain.amortization import amortized_balance, level_payment
from portfolios.domain.cashflow import (
    CashFlows,
    DefaultAssumption,
    DefaultCashFlows,
    PassThrough,
    cash_flows,
    default_cash_flows,
    pac_schedule,
    sequential_principal,
    support_principal,
)
from portfolios.domain.forecast import factor_path
from portfolios.domain.prepayment import sda_to_cdr, sda_to_mdr, smm_to_cpr
from portfolios.domain.valuation import average_life
from portfolios.domain.valuation.timing import AverageLifeTime, principal_times
from tests.portfolios.domain.published.assumptions import age_of, net_of, remaining_of, smm_of
from tests.portfolios.domain.published.rows import Percent, Row, UnknownRow

BALANCE_NAMES = {"bal", "amortized_balance", "amortized_loan_balance"}
SCHEDULE_NAMES = BALANCE_NAMES | {"gross_mortgage_payment", "level_payment", "gross_payment"}
HUNDRED_MILLION = 100_000_000.0
CMO_1 = {"A": 194.5e6, "B": 36e6, "C": 96.5e6, "D": 73e6}  # USD, Fabozzi & Jones, chapter 30

COLUMN_OF = {
    "balance_begin": "balance_begin",
    "beginning_balance": "balance_begin",
    "outstanding_balance": "balance_begin",
    "end_balance": "balance_end",
    "balance_end": "balance_end",
    "ending_balance": "balance_end",
    "balance": "balance_end",
    "mortgage_payment": "mortgage_payment",
    "payment": "mortgage_payment",
    "gross_interest": "gross_interest",
    "net_interest": "net_interest",
    "interest": "net_interest",
    "servicing": "servicing",
    "servicing_fee": "servicing",
    "scheduled_principal": "scheduled",
    "prepayment": "prepaid",
    "prepayments": "prepaid",
    "total_principal": "principal",
    "principal": "principal",
    "total_cash_flow": "investor",
    "cash_flow": "investor",
}


@lru_cache(maxsize=256)
def _flows(row: Row, psa: float | None) -> CashFlows:
    pool = PassThrough(float(row.get("balance", 1.0)), row.rate("gross"), net_of(row), remaining_of(row))
    return cash_flows(pool, smm_of(row, psa))


def flows_of(row: Row, psa: float | None = None) -> CashFlows:
    """Cash flows of a row's inputs, computed once for all rows with the same."""
    return _flows(Row(row.table_id, "", "", "", "", "", "", row.inputs_json), psa)


def pass_through(row: Row) -> float:
    flows = flows_of(row, _speed_in_index(row))
    if row.name == "average_life":
        return average_life(flows.principal, _text_times(row, len(flows.principal)))
    if row.name in {"smm", "cpr"}:
        smm = smm_of(row)[row.month - 1]
        return Percent(smm if row.name == "smm" else smm_to_cpr(smm))
    if row.name in {"factor", "pool_factor", "bond_factor"}:
        return float(flows.balance_end[row.month - 1] / flows.balance_begin[0])
    if row.name not in COLUMN_OF:
        raise UnknownRow(f"{row}: no cash flow is called {row.variable}.")
    name = COLUMN_OF[row.name]
    if row.family == "MW" and name == "principal":
        name = "scheduled"  # mbspassthrough gives prepayments apart
    column = getattr(flows, name)
    return float(column.sum() if row.is_total else column[row.month - 1])


def _speed_in_index(row: Row) -> float | None:
    """A PSA speed that stands in the index because the inputs hold none."""
    found = re.search(r"\d+", row.index)
    stated = any(row.has(name) for name in ("psa", "cpr", "smm", "abs"))
    return float(found[0]) if found and "average_life" in row.name and not stated else None


def _text_times(row: Row, months: int) -> np.ndarray:
    """Fabozzi & Jones count k/12 in table 30.9 and (30k − 5)/360 elsewhere; an input may name the convention."""
    named = " ".join(str(row.get(key, "")) for key in ("convention", "time", "timing", "time_k"))
    whole = "/12" in named or (not named.strip() and row.table_id.startswith("FJ-30.9"))
    convention = AverageLifeTime.WHOLE_MONTHS if whole else AverageLifeTime.TWENTY_FIFTH
    return principal_times(convention, months, delay=0)


def first_month(row: Row) -> float:
    """SF-4: one month from a prepayment stated as a fraction of par."""
    gross, net, term = row.get("gross"), row.get("net"), row.get("term")
    interest, fee = gross / 1200.0, (gross - net) / 1200.0
    scheduled, prepaid = float(level_payment(gross, term)) - interest, row.get("prepay_fraction_of_par")
    values = {
        "scheduled_amortization": scheduled,
        "unscheduled_prepayment": prepaid,
        "gross_interest": interest,
        "servicing_fee": fee,
        "passthrough_principal": scheduled + prepaid,
        "passthrough_interest": net / 1200.0,
        "passthrough_cash_flow": scheduled + prepaid + net / 1200.0,
        "factor": 1.0 - scheduled - prepaid,
        "pool_factor": 1.0 - scheduled - prepaid,
        "survival_factor": (1.0 - scheduled - prepaid) / (1.0 - scheduled),
    }
    if row.name not in values:
        raise UnknownRow(f"{row}: {row.variable} is no part of a first month.")
    return values[row.name]


def schedule(row: Row) -> float:
    """SF-4: scheduled balance and level payment of a loan of 1.00."""
    gross, term = row.rate("gross"), row.get("term")
    if row.name in BALANCE_NAMES:
        return float(amortized_balance(gross, row.get("remaining", term), term))
    return float(level_payment(gross, term)) * float(row.get("balance", 1.0))


@lru_cache(maxsize=64)
def _with_defaults(row: Row) -> DefaultCashFlows:
    months, age = remaining_of(row), age_of(row)
    assumption = DefaultAssumption(row.get("lag"), row.get("severity", 0.0), row.get("advances", True))
    mdr = np.full(months, float(row.get("mdr", 0.0)))
    if row.has("sda"):
        mdr = sda_to_mdr(row.get("sda"), age + 1 + np.arange(months))
    pool = PassThrough(row.get("balance", HUNDRED_MILLION), row.rate("gross"), net_of(row), months)
    return default_cash_flows(pool, smm_of(row), mdr, assumption)


def with_defaults(row: Row) -> float:
    flows = _with_defaults(Row(row.table_id, "", "", "", "", "", "", row.inputs_json))
    balance = row.get("balance", HUNDRED_MILLION)
    if row.name in {"cumulative_default", "cumulative_defaults"}:
        return Percent(100.0 * flows.cumulative_default / balance)
    if row.name in {"cumulative_loss", "cumulative_losses"}:
        return Percent(100.0 * flows.principal_loss.sum() / balance)
    if row.name not in DefaultCashFlows.__slots__:
        raise UnknownRow(f"{row}: no column of a default cash flow is called {row.variable}.")
    column = getattr(flows, row.name)
    return float(column.sum() if row.is_total else column[row.month - 1])


def default_speeds(row: Row) -> float:
    """HB table 2: SDA rates beside the factor at a PSA speed."""
    loan_month = age_of(row) + row.month
    cdr, mdr = float(sda_to_cdr(row.get("sda"), loan_month)), float(sda_to_mdr(row.get("sda"), loan_month))
    factor = float(factor_path(1.0, row.rate("gross"), remaining_of(row), smm_of(row))[row.month])
    if row.name.startswith("bond_factor"):
        return factor
    rates = {"cdr": cdr, "mdr": mdr, "factor_adjusted_mdr": mdr * factor}
    if row.name not in rates:
        raise UnknownRow(f"{row}: {row.variable} is no default rate.")
    return Percent(rates[row.name])


def tranche(row: Row) -> float:
    """Principal and average life of planned, support and sequential tranches."""
    parts = _tranches(row)
    words = re.split(r"[^a-z0-9]+", f"{row.name} {row.index}".lower())
    label = next((name for name in parts if name.lower() in words), None)
    chosen = parts[label] if label else parts.get("pac" if row.name.startswith("pac") else "support")
    if chosen is None:
        raise UnknownRow(f"{row}: no tranche is named by {row.variable} {row.index}.")
    if "average_life" in row.name:
        return average_life(chosen, _text_times(row, len(chosen)))
    return float(chosen.sum() if row.is_total else chosen[row.month - 1])


def _tranches(row: Row) -> dict[str, np.ndarray]:
    if row.has("tranches") or not row.has("low"):
        sizes = row.get("tranches") or CMO_1
        named = sizes if isinstance(sizes, dict) else dict(zip("ABCDEFGH", sizes, strict=False))
        return dict(zip(named, sequential_principal(flows_of(row).principal, list(named.values())), strict=True))
    schedule = pac_schedule(flows_of(row, row.get("low")).principal, flows_of(row, row.get("high")).principal)
    psa = row.get("psa", _speed_in_index(row))
    if psa is None:
        return {"pac": schedule}
    size = row.get("pac_size") or row.get("pac") or float(schedule.sum())
    pac, support = support_principal(flows_of(row, psa).principal, schedule, float(size))
    return {"pac": pac, "support": support}
