"""Who buys by an award, and for how much, lot by lot."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portfolios.domain.factor import cents
from portfolios.domain.sales import PriceUnit
from portfolios.models import Award, Bidder, Lot, Security, Settlement
from portfolios.queries.settlements.figures import Figures, figures


def bidder_of(award: Award) -> Bidder:
    """The bidder whose offer won."""
    bidder = award.offer.bid.entry.bidder
    if bidder is None:
        raise ValueError(f"{award} is of no bidder.")
    return bidder


def lot_prices(award: Award) -> Iterator[tuple[Lot, Decimal]]:
    """Each lot of an award with what it costs, USD to the cent: a percent of its balance, or the dollars bid."""
    for lot in award.lots.order_by("code"):
        price = Decimal(award.offer.prices[lot.code])
        yield lot, cents(price if lot.unit == PriceUnit.USD else lot.upb * price / 100)


def sealed_allocation(award: Award, lot: Lot) -> str:
    """SHA-256 of the list of prices that the bid committed to for a lot; empty when it committed to none."""
    content = award.offer.bid.content
    said = content.get("allocations", {}) if isinstance(content, dict) else {}
    return str(said.get(lot.code, "")) if isinstance(said, dict) else ""


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot of a settlement: what it was sold for, where its loans' prices come from, and the pool it became."""

    lot: Lot
    price: Decimal
    found: Figures
    sealed: str
    told: dict[str, Any] | None
    security: Security | None


def lot_lines(settlement: Settlement) -> list[LotLine]:
    """The lots of a settlement with their figures."""
    securities = {each.lot_id: each for each in Security.objects.filter(lot__in=settlement.award.lots.all())}
    return [
        LotLine(
            lot,
            price,
            figures(settlement, lot),
            sealed_allocation(settlement.award, lot),
            settlement.allocations.get(lot.code),
            securities.get(lot.pk),
        )
        for lot, price in lot_prices(settlement.award)
    ]
