"""Price, yield, average life, duration, convexity, returns and implied speeds (SF-45 to SF-57, MW mbs functions)."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from portfolios.domain import valuation as v
from portfolios.domain.forecast import factor_path
from portfolios.domain.prepayment import Speed
from portfolios.domain.valuation.passthrough import flows_at
from tests.portfolios.domain.published.assumptions import smm_of, speed_of, terms_of
from tests.portfolios.domain.published.rows import Percent, Row, UnknownRow

PAR = 100.0
SHIFT = 0.10  # percentage points: 10 basis points (SF-51)
QUARTER = 3
REINVESTMENT = 8.0  # percent (SF-51)

MEASURE_OF = {
    "price": "price",
    "clean_price": "price",
    "accrued": "accrued",
    "accrued_interest": "accrued",
    "accrint": "accrued",
    "average_life": "average_life",
    "wal": "average_life",
    "weighted_average_life": "average_life",
    "duration": "macaulay_duration",
    "macaulay_duration": "macaulay_duration",
    "year_duration": "macaulay_duration",
    "yearduration": "macaulay_duration",
    "modified_duration": "modified_duration",
    "mod_duration": "modified_duration",
    "modduration": "modified_duration",
    "convexity": "convexity",
    "cash_flow_convexity": "convexity",
    "cashflow_convexity": "convexity",
}
YIELD_OF = {
    "bond_equivalent_yield": "bond_equivalent_yield",
    "semiannual_yield": "bond_equivalent_yield",
    "yield": "bond_equivalent_yield",
    "bembsyield": "bond_equivalent_yield",
    "bey": "bond_equivalent_yield",
    "mortgage_yield": "mortgage_yield",
    "myield": "mortgage_yield",
    "monthly_yield": "mortgage_yield",
}


def _given_yield(row: Row) -> float | None:
    """The stated yield as a bond-equivalent one; MathWorks pages state the mortgage yield."""
    if row.has("mortgage_yield"):
        return float(v.bond_equivalent_yield(row.rate("mortgage_yield")))
    if row.has("semiannual"):
        given = row.rate("semiannual")
        return float(v.bond_equivalent_yield(given)) if row.family == "MW" else given
    return None


@lru_cache(maxsize=256)
def _valued(row: Row) -> v.Valuation:
    terms, speed, semiannual = terms_of(row), speed_of(row), _given_yield(row)
    if semiannual is not None:
        return v.value_at_yield(terms, speed, semiannual)
    return v.value_at_price(terms, speed, float(row.get("price", PAR)))


def valued(row: Row) -> v.Valuation:
    """The row's pool valued, computed once for all rows with the same inputs."""
    return _valued(Row(row.table_id, "", "", "", "", "", "", row.inputs_json))


def security(row: Row) -> float:
    if row.name in YIELD_OF:
        return Percent(getattr(valued(row), YIELD_OF[row.name]))
    if row.name in MEASURE_OF:
        found = getattr(valued(row), MEASURE_OF[row.name])
        return found / 100.0 if "/100" in row.unit + row.variable or "÷100" in row.unit + row.variable else found
    if row.name in {"full_price", "p", "dirty_price", "price_with_accrued"}:
        return valued(row).price + valued(row).accrued
    return _flow(row)


def _flow(row: Row) -> float:
    flows = flows_at(terms_of(row), speed_of(row))
    month = (row.month or 0) - 1
    if row.name in {"cf", "cash_flow", "cflowamounts"}:
        return float(flows.cash[month])
    if row.name in {"principal", "pr"}:
        return float(flows.principal[month])
    if row.name in {"factor", "pool_factor", "factors"}:
        return float(factor_path(1.0, row.rate("gross"), terms_of(row).remaining, smm_of(row))[month + 1])
    raise UnknownRow(f"{row}: no measure of a security is called {row.variable}.")


def amounts(row: Row) -> float:
    """MathWorks mbscfamounts: cash flow, months and factor per 1 of balance; the first element is the settlement."""
    flows, terms, element = flows_at(terms_of(row), speed_of(row)), terms_of(row), int(row.month or 1) - 1
    columns = {
        "cflowamounts": np.append(-terms.accrued, flows.cash) / PAR,
        "tfactors": np.append(0.0, flows.times * 12.0),
        "factors": factor_path(1.0, terms.gross, terms.remaining, smm_of(row)),
    }
    if row.name not in columns:
        raise UnknownRow(f"{row}: {row.variable} is no output of mbscfamounts.")
    return float(columns[row.name][element])


def _shift(row: Row) -> float:
    """The shift in percentage points: written in basis points, points, or (below 0.01) as a fraction."""
    basis_points = row.get("shift_bp") or row.get("bp")
    given = float(basis_points) if basis_points else float(row.get("shift", SHIFT))
    if given >= 1.0:
        return given / 100.0
    return given * 100.0 if given < 0.01 else given


def effective(row: Row) -> float:
    """Effective measures from three prices (SF-51)."""
    points = _shift(row)
    prices = float(row.get("price", PAR)), float(row.get("price_up")), float(row.get("price_down"))
    if "convexity" in row.name:
        found = v.effective_convexity(*prices, points)
        return found / 100.0 if "/100" in row.unit + row.variable else found
    if "duration" in row.name:
        return v.effective_duration(*prices, points)
    raise UnknownRow(f"{row}: {row.variable} is no effective measure.")


def holding(row: Row) -> float:
    """SF-51: sold at the same yield after some months, cash flows reinvested."""
    months, flows = int(row.get("horizon_months", QUARTER)), flows_at(terms_of(row), speed_of(row))
    terms, years = terms_of(row), int(row.get("horizon_months", QUARTER)) / 12.0
    later = v.Terms(terms.gross, terms.net, terms.remaining - months, terms.age + months, terms.delay, terms.elapsed)
    sale = float(
        row.get("sale_price") or v.value_at_yield(later, speed_of(row), valued(row).bond_equivalent_yield).price
    )
    path = factor_path(1.0, terms.gross, terms.remaining, smm_of(row))
    factor = float(row.get("pool_factor") or path[months])
    start = valued(row).price + terms.accrued
    end = v.horizon_value(
        (sale + terms.accrued) * factor,
        flows.cash[:months],
        flows.times[:months],
        years,
        float(row.get("reinvestment", REINVESTMENT)),
    )
    plain = {"sale_price": sale, "pool_factor": factor, "factor": factor}
    plain |= dict.fromkeys(("horizon_value", "pt", "p_t", "market_value", "terminal_value"), end)
    if row.name in plain:
        return plain[row.name]
    if "percentage" in row.name or "simple" in row.name or "actual" in row.name:
        return Percent(v.total_percentage_return(start, end))
    if "return" in row.name:
        return Percent(v.total_rate_of_return(start, end, years))
    raise UnknownRow(f"{row}: {row.variable} is no part of a total return.")


def implied_speed(row: Row) -> float:
    """MathWorks mbsprice2speed and mbsyield2speed: the PSA speed with the same price or yield, duration or convexity.

    Their duration speed comes out with the Macaulay duration (measured); their manual says modified.
    """
    target, terms = valued(row), terms_of(row)
    if any(word in row.name for word in ("dur", "duration")):
        return _implied(row, lambda found: found.macaulay_duration, target.macaulay_duration)
    if any(word in row.name for word in ("cnv", "conv", "convexity")):
        return _implied(row, lambda found: found.convexity, target.convexity)
    semiannual = target.bond_equivalent_yield
    found = v.implied_psa(lambda speed: v.value_at_yield(terms, speed, semiannual).price, target.price)
    return float(found or 0.0)


def _implied(row: Row, measure: Callable[[v.Valuation], float], wanted: float) -> float:
    terms, semiannual = terms_of(row), _given_yield(row)

    def at(speed: Speed) -> float:
        if semiannual is not None:
            return measure(v.value_at_yield(terms, speed, semiannual))
        return measure(v.value_at_price(terms, speed, float(row.get("price"))))

    return float(v.implied_psa(at, wanted) or 0.0)


def accrual(row: Row) -> float:
    """SF-57: average life in periods where principal may be negative."""
    principal = np.asarray(row.get("principal"), dtype=float)
    times = np.arange(1, len(principal) + 1)
    return v.accrual_average_life(principal, times) if "z_bond" in row.name else v.average_life(principal, times)
