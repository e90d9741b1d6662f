from portfolios.models.advisers import SaleAdviser
from portfolios.models.auctions import Auction, OpenBid, Seat
from portfolios.models.bids import Offer, OpenedBid, Opener, OpeningPart, SealedBid
from portfolios.models.bundles import Bundle, BundleEvent, BundleLoan
from portfolios.models.needs import RelatedParty, SaleNeed
from portfolios.models.plans import PoolingPlan, PriceGrid
from portfolios.models.poolfiles import PoolFile
from portfolios.models.published import FactorFile, LoanHistory, PublishedFactor, PublishedPool
from portfolios.models.redflags import FlagEvent, Look, RedFlag
from portfolios.models.rehearsals import Rehearsal
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
from portfolios.models.settlementwork import SettlementWork
from portfolios.models.sharedloss import SaleCosts, SharedLossAgreement, SharedLossMonth
from portfolios.models.trueups import TrueUp

__all__ = [
    "Addendum",
    "Auction",
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
    "OpenBid",
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
    "Rehearsal",
    "RelatedParty",
    "RepurchaseClaim",
    "Sale",
    "SaleAdviser",
    "SaleCosts",
    "SaleDocument",
    "SaleEvent",
    "SaleNeed",
    "SealedBid",
    "Seat",
    "Security",
    "Settlement",
    "SettlementEvent",
    "SettlementLoan",
    "SettlementWork",
    "SharedLossAgreement",
    "SharedLossMonth",
    "TrailingDocument",
    "TrueUp",
]
