from portfolios.models.bundles import Bundle, BundleEvent, BundleLoan
from portfolios.models.published import FactorFile, LoanHistory, PublishedFactor, PublishedPool
from portfolios.models.redflags import FlagEvent, Look, RedFlag
from portfolios.models.securities import PoolMonth, Portfolio, Security

__all__ = [
    "Bundle",
    "BundleEvent",
    "BundleLoan",
    "FactorFile",
    "FlagEvent",
    "LoanHistory",
    "Look",
    "PoolMonth",
    "Portfolio",
    "PublishedFactor",
    "PublishedPool",
    "RedFlag",
    "Security",
]
