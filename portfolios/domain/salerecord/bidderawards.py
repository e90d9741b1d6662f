"""Whether the awards of a bidder's record can be true, as far as the bidder's own offers tell."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from portfolios.domain.awards import Bid, conforming
from portfolios.domain.awards import Sale as Terms
from portfolios.domain.salerecord.bidderrecord import Awarded, BidderRecord
from portfolios.domain.salerecord.bids import decided_by, offers_of
from portfolios.domain.salerecord.record import deciding
from portfolios.domain.sales import EntryKind


def award_problems(record: BidderRecord) -> Iterator[str]:
    """Lots awarded twice or never offered, own awards that are not own offers, and own offers that should have won."""
    lots = [code for award in record.awards for code in award.lots]
    if len(lots) != len(set(lots)) or not set(lots) <= {lot.code for lot in record.lots}:
        yield "A lot was awarded twice, or was never offered."
    if not all(award.lots for award in record.awards):
        yield "An award names no lot."
    yield from (problem for award in record.awards for problem in _told(record, award))
    terms, good = decided_by(record.as_record()), own_offers(record)
    yield from (problem for award in record.awards if award.offer for problem in _own_award(record, terms, good, award))
    if record.terms.format == "sealed":
        yield from _should_have_won(record, terms, good)
        yield from _covers(record, terms, good)
    elif (auction := record.auction) and auction.winner and total_of(record) not in (0, auction.winner.price):
        yield "The award is not at the price of the auction's last bid."


def _told(record: BidderRecord, award: Awarded) -> Iterator[str]:
    """An award tells what the terms publish, all of an own one, and no more."""
    public = record.terms.cover_published or record.terms.format == "open"
    if public or award.offer:
        if award.amount is None or award.bidder not in {each.bidder for each in record.entries}:
            yield "An award leaves out its amount, or names nobody who bid."
    elif award.bidder or award.amount is not None:
        yield "An award tells more than the terms publish."
    if award.cover is not None and not (record.terms.cover_published or record.auction):
        yield "An award tells a cover that the terms do not publish."


def total_of(record: BidderRecord) -> Decimal | None:
    """What all awards pay together; 0 where there is none."""
    return total(award.amount for award in record.awards)


def own_offers(record: BidderRecord) -> dict[str, Bid]:
    """The bidder's own conforming offers, by code."""
    whole = record.as_record()
    own = [each for each in deciding(whole) if each.kind == EntryKind.BID and record.is_own(each)]
    offers = [offer for each in own for offer in offers_of(whole, each)]
    return {offer.code: offer for offer in conforming(decided_by(whole), offers)[0]}


def _own_award(record: BidderRecord, terms: Terms, good: dict[str, Bid], award: Awarded) -> Iterator[str]:
    named = f"The award of {', '.join(award.lots)}"
    if award.bidder != record.bidder:
        yield f"{named} is said to be yours and names another."
    if record.terms.format == "open":
        if not record.auction or not record.auction.winner or award.offer != record.auction.winning_offer:
            yield f"{named} is not the winning bid of the auction."
        return
    offer = good.get(award.offer)
    if offer is None or offer.lots != set(award.lots) or terms.total(offer) != award.amount:
        yield f"{named} is not an offer of yours that conforms."


def _should_have_won(record: BidderRecord, terms: Terms, good: dict[str, Bid]) -> Iterator[str]:
    """Own offers that pay more than what others were awarded for just the same lots.

    Taking such an offer instead would have paid more, if the bidder has no other award that its caps count with it.
    """
    if any(award.offer for award in record.awards):
        return
    for offer in good.values():
        instead = [award for award in record.awards if set(award.lots) <= offer.lots]
        if {code for award in instead for code in award.lots} != offer.lots or not _within_caps(terms, offer):
            continue
        paid = total(award.amount for award in instead)
        if paid is not None and terms.total(offer) > paid:
            yield f"Your offer for {', '.join(sorted(offer.lots))} pays more than what was awarded."


def _within_caps(terms: Terms, offer: Bid) -> bool:
    dollars, lots = terms.most_dollars.get(offer.bidder), terms.most_lots.get(offer.bidder)
    return (dollars is None or terms.total(offer) <= dollars) and (lots is None or len(offer.lots) <= lots)


def _covers(record: BidderRecord, terms: Terms, good: dict[str, Bid]) -> Iterator[str]:
    """Covers that are below an own offer for the same lots."""
    for award in record.awards:
        same = [terms.total(offer) for offer in good.values() if offer.lots == set(award.lots)]
        if record.terms.cover_published and not award.offer and same and max(same) > (award.cover or 0):
            yield f"The cover of {', '.join(award.lots)} is below your own offer."


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of amounts; None where one is not known."""
    known = list(amounts)
    return None if None in known else sum((each for each in known if each is not None), Decimal(0))
