"""Who wins a sale: the awards that pay the seller most, found exactly, with the cover of each and how ties fell."""

from portfolios.domain.awards.bids import RANGE, Bid, Lot, Refused, Sale, TieRule, conforming, fatal_reasons
from portfolios.domain.awards.changes import Change, changes
from portfolios.domain.awards.solving import Unsolved, best_value
from portfolios.domain.awards.winners import Award, Cover, Outcome, award

__all__ = [
    "RANGE",
    "Award",
    "Bid",
    "Change",
    "Cover",
    "Lot",
    "Outcome",
    "Refused",
    "Sale",
    "TieRule",
    "Unsolved",
    "award",
    "best_value",
    "changes",
    "conforming",
    "fatal_reasons",
]
