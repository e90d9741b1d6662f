"""From the award to the wire: kick-outs, the price they leave, and the settlement statement to the cent."""

from portfolios.domain.settlement.kickouts import Allocation, allocated, allocation_gap, repriced
from portfolios.domain.settlement.statement import Line, Loan, Statement, Terms, statement

__all__ = [
    "Allocation",
    "Line",
    "Loan",
    "Statement",
    "Terms",
    "allocated",
    "allocation_gap",
    "repriced",
    "statement",
]
