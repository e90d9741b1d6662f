"""Speeds that happened, from factors at two dates (SF-7, SF-12 to SF-14, SF-42)."""

import re
from datetime import date

from portfolios.domain import prepayment as p
from portfolios.domain.amortization import amortized_balance, balance_ratio
from tests.portfolios.domain.published.rows import Percent, Row, UnknownRow

THIRTY_YEARS = 360


def _balances(row: Row) -> tuple[float, float]:
    original = row.get("remaining_term_at_issue") or row.get("term") or THIRTY_YEARS
    first, last = (
        amortized_balance(row.get("gross"), row.get(key), original) for key in ("remaining_1", "remaining_2")
    )
    return float(first), float(last)


def two_factors(row: Row) -> float:
    before, after = float(row.get("F1")), float(row.get("F2"))
    start, end = _balances(row)
    scheduled = p.scheduled_factor(before, start, end)
    smm = p.observed_smm(scheduled, after)
    plain = {
        "bal1": start,
        "bal2": end,
        "f_sched": scheduled,
        "scheduled_factor": scheduled,
        "amortization": before - scheduled,
        "prepayments": scheduled - after,
        "survival_factor_1": before / start,
        "survival_factor_2": after / end,
        "survival_factor": after / end,
    }
    if row.name == "psa" and (row.get("month") or row.month):
        return float(p.smm_to_psa(smm, row.get("month") or row.month))
    rates = {"smm": smm, "cpr": p.smm_to_cpr(smm)}
    return _named(row, plain, rates)


def _named(row: Row, plain: dict[str, float], rates: dict[str, float]) -> float:
    if row.name in rates:
        return Percent(rates[row.name])
    if row.name in plain:
        return plain[row.name]
    raise UnknownRow(f"{row}: {row.variable} is no measure between two factors.")


def _pool(row: Row, given: dict[str, object]) -> p.PoolPeriod:
    dates = sorted(re.search(r"(\d{4})(\d\d)(\d\d)$", key).groups() for key in given if key.startswith("factor_"))
    first, last = ("factor_" + "".join(each) for each in (dates[0], dates[-1]))
    origination, start = date.fromisoformat(str(given["origination"])), date(*(int(each) for each in dates[0]))
    elapsed = 12 * (start.year - origination.year) + start.month - origination.month
    remaining = int(given["orig_remaining"]) - elapsed
    gross = float(given.get("gross") or row.get("gross"))
    months = int(row.get("months"))
    return p.PoolPeriod(
        float(given["face"]),
        float(given[first]),
        float(given[last]),
        remaining,
        months,
        gross,
        THIRTY_YEARS - remaining,
    )


def several_pools(row: Row) -> float:
    pools = [_pool(row, given) for key, given in sorted(row.inputs.items()) if key.startswith("pool")]
    actual, scheduled = p.total_balances(pools)
    months = pools[0].months
    smm, cpr = p.average_smm(actual, scheduled, months), p.average_cpr(actual, scheduled, months)
    plain = {"final_balance_actual": actual, "final_balance_scheduled": scheduled}
    if row.name in {"psa_avg", "psa", "average_psa"}:
        return float(p.average_psa(pools) or 0.0)
    return _named(row, plain, {"smm_avg": smm, "cpr_avg": cpr, "smm": smm, "cpr": cpr})


def average_abs(row: Row) -> float:
    """An ABS speed over a period from the factors, terms and ages at both ends, or from those that follow."""
    first = int(row.get("remaining_1") or row.get("original_wam") or row.get("remaining"))
    last = int(row.get("remaining_2") or first - row.get("months"))
    age_1 = int(row.get("age1", row.get("age_1", row.get("AGE1", (row.get("term") or 0) - first))))
    age_2 = int(row.get("age2", row.get("age_2", row.get("AGE2", age_1 + first - last))))
    factors = float(row.get("F2") or row.get("factor")) / float(row.get("F1") or 1.0)
    return Percent(p.average_abs(factors, float(balance_ratio(row.get("gross"), first, last)), age_1, age_2))
