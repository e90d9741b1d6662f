"""The page of what a kind of sale needs: each need with its records, and the seller's list of related parties."""

from dataclasses import dataclass

from django.db.models import QuerySet

from portfolios.domain.saleneeds import Relation, Stage
from portfolios.domain.sales import AssetClass, LotStatus, SaleStatus
from portfolios.models import Lot, RelatedParty, Sale
from portfolios.queries.saleneeds import LISTS, NO_AFFILIATES, Mix, NeedState, delivery_problems, mixes, states

MIXED = "separate_restructured"


@dataclass(frozen=True, slots=True)
class Party:
    """A related party in words."""

    party: RelatedParty
    words: str


@dataclass(frozen=True, slots=True)
class NeedsPage:
    """Needs in order, and what the ones that are found in the sale are found from."""

    states: tuple[NeedState, ...]
    parties: tuple[Party, ...]
    mixes: tuple[Mix, ...]
    lists: tuple[Lot, ...]

    @property
    def open_before_announcement(self) -> int:
        return sum(not state.met for state in self.states if state.need.before is Stage.ANNOUNCEMENT)

    @property
    def open_before_award(self) -> int:
        return sum(not state.met for state in self.states if state.need.before is Stage.AWARD)


def needs_page(sale: Sale) -> NeedsPage:
    """Everything that the page shows."""
    found = tuple(states(sale))
    codes = {state.need.code for state in found}
    return NeedsPage(
        states=found,
        parties=tuple(parties_of(sale)) if NO_AFFILIATES in codes else (),
        mixes=tuple(mixes(sale)) if MIXED in codes else (),
        lists=tuple(lists_of(sale)) if LISTS in codes else (),
    )


def parties_of(sale: Sale) -> list[Party]:
    current = RelatedParty.objects.filter(seller_id=sale.seller_id, ended_at=None)
    return [Party(party, Relation(party.relation).words) for party in current]


def lists_of(sale: Sale) -> QuerySet[Lot]:
    return sale.lots.filter(asset_class=AssetClass.CUSTOMER_LIST).exclude(status=LotStatus.WITHDRAWN)


def undelivered(sale: Sale) -> list[str]:
    """What keeps awarded lists from being delivered."""
    if sale.status not in (SaleStatus.AWARDED, SaleStatus.SETTLED):
        return []
    return [problem for lot in lists_of(sale) for problem in delivery_problems(lot)]
