"""From the award to the wire: kick-outs, the price they leave, and the settlement statement to the cent."""

from portfolios.domain.settlement.claims import CLAIM_TRANSITIONS, ClaimState, Repurchase, repurchase
from portfolios.domain.settlement.closing import ClosingTerms
from portfolios.domain.settlement.daycount import DayCount
from portfolios.domain.settlement.kickouts import Allocation, Repriced, allocated, allocation_gap, repriced
from portfolios.domain.settlement.papers import Paper
from portfolios.domain.settlement.statement import Line, Loan, Statement, Terms, statement
from portfolios.domain.settlement.trueup import TRUE_UP_TRANSITIONS, Final, TrueUpState

__all__ = [
    "CLAIM_TRANSITIONS",
    "TRUE_UP_TRANSITIONS",
    "Allocation",
    "ClaimState",
    "ClosingTerms",
    "DayCount",
    "Final",
    "Line",
    "Loan",
    "Paper",
    "Repriced",
    "Repurchase",
    "Statement",
    "Terms",
    "TrueUpState",
    "allocated",
    "allocation_gap",
    "repriced",
    "repurchase",
    "statement",
]
