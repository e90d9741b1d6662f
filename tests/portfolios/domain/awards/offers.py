"""Sales and bids for the tests of awards."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from portfolios.domain.awards import Bid, Lot, Sale

DEADLINE = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
TAPE = "ab" * 32
LOTS = (Lot("A", Decimal("1000000.00")), Lot("B", Decimal("2000000.00")), Lot("C", Decimal("500000.00")))


def sale(**terms: Any) -> Sale:
    return Sale(**{"lots": LOTS, "deadline": DEADLINE, "tape_sha256": TAPE, **terms})


def bid(code: str, bidder: str, minutes_before: float = 60, **terms: Any) -> Bid:
    """A bid with its prices as keywords in capitals, such as A="98.5"."""
    prices = {name: Decimal(str(terms.pop(name))) for name in list(terms) if name.isupper()}
    received = DEADLINE - timedelta(minutes=minutes_before)
    return Bid(code, bidder, prices, received, **{"tape_sha256": TAPE, **terms})
