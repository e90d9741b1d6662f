"""Cash flows of pass-through pools: without and with defaults, of one pool, many pools, or many loans in total."""

from portfolios.domain.cashflow.defaults import DefaultAssumption, DefaultCashFlows, DefaultOrder, default_cash_flows
from portfolios.domain.cashflow.passthrough import CashFlows, PassThrough, cash_flows
from portfolios.domain.cashflow.totals import Loans, Totals, loan_totals
from portfolios.domain.cashflow.tranches import pac_schedule, sequential_principal, support_principal

__all__ = [
    "CashFlows",
    "DefaultAssumption",
    "DefaultCashFlows",
    "DefaultOrder",
    "Loans",
    "PassThrough",
    "Totals",
    "cash_flows",
    "default_cash_flows",
    "loan_totals",
    "pac_schedule",
    "sequential_principal",
    "support_principal",
]
