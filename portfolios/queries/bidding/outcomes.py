"""What came of an organization's bids, in a few words; the page of its result tells the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.ui import numbers
from portfolios.domain.sales import EntryKind, SaleStatus
from portfolios.models import Award, Bidder, SealedBid

DECIDED = (SaleStatus.AWARDED, SaleStatus.SETTLED, SaleStatus.NO_AWARD)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a sale for one bidder; `note` says more, `won` that something was awarded to it."""

    words: str
    note: str = ""
    won: bool = False


def outcome_of(bidder: Bidder) -> Outcome | None:
    return outcomes_of([bidder]).get(bidder.pk)


def outcomes_of(bidders: Sequence[Bidder]) -> dict[int, Outcome]:
    """By bidder; a sale of which nothing is decided has none. Three queries, however many sales."""
    decided = [bidder for bidder in bidders if bidder.sale.status in DECIDED]
    awards, bid = awards_of(decided), who_bid(decided)
    found = {bidder.pk: outcome(bidder, awards.get(bidder.pk, []), bidder.pk in bid) for bidder in decided}
    cancelled = Outcome("Canceled", "Envelopes were deleted unopened")
    return found | {bidder.pk: cancelled for bidder in bidders if bidder.sale.status == SaleStatus.CANCELLED}


def outcome(bidder: Bidder, awards: list[Award], bid: bool) -> Outcome:
    """Won, lost, all bids rejected, or nothing to open."""
    if awards:
        total = sum((award.amount for award in awards), Decimal(0))
        lots = sorted(lot.code for award in awards for lot in award.lots.all())
        named = f"Lot {lots[0]}" if len(lots) == 1 else f"Lots {', '.join(lots[:-1])} and {lots[-1]}"
        return Outcome("Awarded to you", f"{named}: {numbers.money_cents(total)}", won=True)
    if not bid:
        return Outcome("No bid")
    if bidder.sale.status == SaleStatus.NO_AWARD:
        return Outcome("No award", "The seller rejected all bids")
    return Outcome("Not awarded")


def awards_of(bidders: Sequence[Bidder]) -> dict[int, list[Award]]:
    """The awards that two people signed, by bidder."""
    rows = Award.objects.filter(offer__bid__entry__bidder__in=bidders, confirmed_at__isnull=False)
    found: dict[int, list[Award]] = {}
    for award in rows.select_related("offer__bid__entry").prefetch_related("lots"):
        found.setdefault(award.offer.bid.entry.bidder_id or 0, []).append(award)
    return found


def who_bid(bidders: Sequence[Bidder]) -> set[int]:
    """Those that put a bid into the record at all."""
    entries = SealedBid.objects.filter(bidder__in=bidders, kind=EntryKind.BID)
    return {pk for pk in entries.values_list("bidder", flat=True).distinct() if pk is not None}
