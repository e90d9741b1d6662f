"""What came of an organization's bids. Of others it is told the covers, and those only where the terms publish them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.ui import numbers
from portfolios.domain.sales import EntryKind, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Award, Bidder, Offer, SealedBid

DECIDED = (SaleStatus.AWARDED, SaleStatus.SETTLED, SaleStatus.NO_AWARD)


@dataclass(frozen=True, slots=True)
class Result:
    """One of one's own offers after the award: its lots, total in USD, and why it did not conform."""

    number: int
    lots: str
    total: Decimal
    won: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a sale for one bidder. `covers` are lots with the best losing amount, where that is published."""

    words: str
    note: str = ""
    tone: str = ""
    results: tuple[Result, ...] = ()
    covers: tuple[tuple[str, Decimal], ...] = ()


def outcome_of(bidder: Bidder) -> Outcome | None:
    return outcomes_of([bidder]).get(bidder.pk)


def outcomes_of(bidders: Sequence[Bidder]) -> dict[int, Outcome]:
    """By bidder; a sale of which nothing is decided has none. Three queries, however many sales."""
    decided = [bidder for bidder in bidders if bidder.sale.status in DECIDED]
    offers, awards, bid = offers_of(decided), awards_of(decided), who_bid(decided)
    found = {
        bidder.pk: outcome(bidder, offers.get(bidder.pk, []), awards.get(bidder.sale_id, []), bidder.pk in bid)
        for bidder in decided
    }
    cancelled = Outcome("Canceled", "Envelopes were deleted unopened")
    gone = {bidder.pk: cancelled for bidder in bidders if bidder.sale.status == SaleStatus.CANCELLED}
    return found | gone


def outcome(bidder: Bidder, offers: list[Offer], awards: list[Award], bid: bool) -> Outcome:
    """In words: won, lost, all bids rejected, or nothing to open."""
    won = {award.offer_id: award for award in awards}
    results = tuple(result_of(offer, offer.pk in won) for offer in offers)
    covers = covers_of(bidder, awards)
    mine = [won[offer.pk] for offer in offers if offer.pk in won]
    if mine:
        total = sum((award.amount for award in mine), Decimal(0))
        lots = ", ".join(sorted(lot.code for award in mine for lot in award.lots.all()))
        return Outcome("Awarded to you", f"Lot {lots}: {numbers.money_cents(total)}", "t-pass med", results, covers)
    if not bid:
        return Outcome("No bid", "", "mut")
    if bidder.sale.status == SaleStatus.NO_AWARD:
        return Outcome("No award", "The seller rejected all bids", "", results)
    return Outcome("Not awarded", "", "", results, covers)


def result_of(offer: Offer, won: bool) -> Result:
    reasons = () if offer.conforming or offer.cured_by_id else tuple(offer.reasons)
    return Result(offer.number, ", ".join(sorted(offer.prices)), offer.total, won, reasons)


def covers_of(bidder: Bidder, awards: list[Award]) -> tuple[tuple[str, Decimal], ...]:
    """Lots of each award with the best losing amount."""
    if not Terms.from_json(bidder.sale.terms).cover_published:
        return ()
    return tuple(
        (", ".join(sorted(lot.code for lot in award.lots.all())), award.cover)
        for award in awards
        if award.cover is not None
    )


def offers_of(bidders: Sequence[Bidder]) -> dict[int, list[Offer]]:
    """The offers that were opened, of the last round of each sale, by bidder."""
    rows = Offer.objects.filter(bid__entry__bidder__in=bidders).select_related("bid__entry").order_by("number")
    rounds = {bidder.pk: bidder.sale.round for bidder in bidders}
    found: dict[int, list[Offer]] = {}
    for offer in rows:
        entry = offer.bid.entry
        if entry.bidder_id is not None and entry.round == rounds[entry.bidder_id]:
            found.setdefault(entry.bidder_id, []).append(offer)
    return found


def awards_of(bidders: Sequence[Bidder]) -> dict[int, list[Award]]:
    """The awards that two people signed, by sale."""
    sales = {bidder.sale_id for bidder in bidders}
    rows = Award.objects.filter(sale__in=sales, confirmed_at__isnull=False).prefetch_related("lots")
    found: dict[int, list[Award]] = {}
    for award in rows:
        found.setdefault(award.sale_id, []).append(award)
    return found


def who_bid(bidders: Sequence[Bidder]) -> set[int]:
    """Those that put a bid into the record at all."""
    entries = SealedBid.objects.filter(bidder__in=bidders, kind=EntryKind.BID)
    return {pk for pk in entries.values_list("bidder", flat=True).distinct() if pk is not None}
