"""Price, yield, average life and risk of a pass-through, semiannual compounding, 30/360 (SF-44 to SF-52)."""

from portfolios.domain.valuation.grid import GridResult, Pools, price_matrix, value_grid, yield_matrix
from portfolios.domain.valuation.implied import implied_psa
from portfolios.domain.valuation.passthrough import (
    InvestorFlows,
    Terms,
    Valuation,
    effective_measures,
    investor_flows,
    value_at_price,
    value_at_yield,
)
from portfolios.domain.valuation.returns import horizon_value, total_percentage_return, total_rate_of_return
from portfolios.domain.valuation.risk import (
    accrual_average_life,
    average_life,
    cash_flow_convexity,
    effective_convexity,
    effective_duration,
    estimated_price,
    macaulay_duration,
    modified_duration,
)
from portfolios.domain.valuation.settlement import Settlement, accrued_interest, settlement
from portfolios.domain.valuation.timing import AverageLifeTime, DatedTerms, actual_delay, days_30_360, receipt_times
from portfolios.domain.valuation.yields import bond_equivalent_yield, mortgage_yield, present_value, solve_yield

__all__ = [
    "AverageLifeTime",
    "DatedTerms",
    "GridResult",
    "InvestorFlows",
    "Pools",
    "Settlement",
    "Terms",
    "Valuation",
    "accrual_average_life",
    "accrued_interest",
    "actual_delay",
    "average_life",
    "bond_equivalent_yield",
    "cash_flow_convexity",
    "days_30_360",
    "effective_convexity",
    "effective_duration",
    "effective_measures",
    "estimated_price",
    "horizon_value",
    "implied_psa",
    "investor_flows",
    "macaulay_duration",
    "modified_duration",
    "mortgage_yield",
    "present_value",
    "price_matrix",
    "receipt_times",
    "settlement",
    "solve_yield",
    "total_percentage_return",
    "total_rate_of_return",
    "value_at_price",
    "value_at_yield",
    "value_grid",
    "yield_matrix",
]
