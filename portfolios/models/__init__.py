from portfolios.models.bids import Offer, OpenedBid, Opener, OpeningPart, SealedBid
from portfolios.models.bundles import Bundle, BundleEvent, BundleLoan
from portfolios.models.plans import PoolingPlan, PriceGrid
from portfolios.models.poolfiles import PoolFile
from portfolios.models.published import FactorFile, LoanHistory, PublishedFactor, PublishedPool
from portfolios.models.redflags import FlagEvent, Look, RedFlag
from portfolios.models.sales import Addendum, Bidder, DocumentAccess, Lot, Question, Sale, SaleDocument, SaleEvent
from portfolios.models.securities import PoolMonth, Portfolio, Security
from portfolios.models.settlements import (
    Award,
    RepurchaseClaim,
    Settlement,
    SettlementEvent,
    SettlementLoan,
    TrailingDocument,
)

__all__ = [
    "Addendum",
    "Award",
    "Bidder",
    "Bundle",
    "BundleEvent",
    "BundleLoan",
    "DocumentAccess",
    "FactorFile",
    "FlagEvent",
    "LoanHistory",
    "Look",
    "Lot",
    "Offer",
    "OpenedBid",
    "Opener",
    "OpeningPart",
    "PoolFile",
    "PoolMonth",
    "PoolingPlan",
    "Portfolio",
    "PriceGrid",
    "PublishedFactor",
    "PublishedPool",
    "Question",
    "RedFlag",
    "RepurchaseClaim",
    "Sale",
    "SaleDocument",
    "SaleEvent",
    "SealedBid",
    "Security",
    "Settlement",
    "SettlementEvent",
    "SettlementLoan",
    "TrailingDocument",
]
