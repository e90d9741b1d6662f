"""From the award to the wire: kick-outs, the price they leave, and the settlement statement to the cent."""

from portfolios.domain.settlement.claims import CLAIM_TRANSITIONS, ClaimState, Repurchase, repurchase
from portfolios.domain.settlement.closing import ClosingTerms
from portfolios.domain.settlement.kickouts import Allocation, Repriced, allocated, allocation_gap, repriced
from portfolios.domain.settlement.statement import DayCount, Line, Loan, Statement, Terms, statement

__all__ = [
    "CLAIM_TRANSITIONS",
    "Allocation",
    "ClaimState",
    "ClosingTerms",
    "DayCount",
    "Line",
    "Loan",
    "Repriced",
    "Repurchase",
    "Statement",
    "Terms",
    "allocated",
    "allocation_gap",
    "repriced",
    "repurchase",
    "statement",
]
