"""Who wins a sale: the awards that pay the seller most, found exactly, with the cover of each and how ties fell."""

from portfolios.domain.awards.bids import Bid, Lot, Refused, Sale, TieRule, conforming
from portfolios.domain.awards.winners import Award, Outcome, award, best_value

__all__ = ["Award", "Bid", "Lot", "Outcome", "Refused", "Sale", "TieRule", "award", "best_value", "conforming"]
