"""What an open auction leads to, and whether its part of the record holds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from portfolios.domain.auctionrecord import Auction, chain_start, problems
from portfolios.domain.awards import Award, Bid, Cover, Outcome
from portfolios.domain.awards import Sale as Terms
from portfolios.domain.salerecord.record import Record


def auction_outcome(terms: Terms, auction: Auction) -> Outcome:
    """The award to the last bid, covered by the best of another bidder, unless it is below the reserves together."""
    winner = auction.winner
    lots = frozenset(lot.code for lot in terms.lots)
    reserve = sum((lot.reserve for lot in terms.lots), Decimal(0))
    made = winner_bid(terms, auction)
    sold = winner is not None and made is not None and winner.price >= reserve
    award = Award(made, winner.price, _cover(auction, lots), (), None, ()) if sold and made and winner else None
    return Outcome(
        awards=(award,) if award else (),
        total=award.amount if award else Decimal(0),
        unsold=() if award else tuple(lot.code for lot in terms.lots),
        refused=(),
        below_reserve=() if award or made is None else (made,),
        ties=(),
        tie_rule=terms.tie_rule,
    )


def winner_bid(terms: Terms, auction: Auction) -> Bid | None:
    """The winner's price as a bid on all lots."""
    winner = auction.winner
    if winner is None:
        return None
    return Bid(auction.winning_offer, winner.bidder, dict(auction.prices), winner.at, terms.tape_sha256)


def _cover(auction: Auction, lots: frozenset[str]) -> Cover | None:
    back_up = auction.back_up
    return Cover(lots, back_up.price, auction.offers[back_up.bidder]) if back_up else None


def auction_problems(record: Record, terms: Terms, auction: Auction) -> Iterator[str]:
    """Everything that does not hold about the auction: its chain and rules, and what links it to the sealed bids."""
    yield from problems(auction)
    if auction.start != chain_start(record.sale, record.head):
        yield "The auction does not begin behind the sealed record."
    if auction.increment != Decimal(record.terms.minimum_increment):
        yield "The auction rose by another increment than was announced."
    if auction.extension_minutes != record.terms.extension_minutes:
        yield "The auction was extended by another rule than was announced."
    made = winner_bid(terms, auction)
    if made and auction.winner and terms.total(made) != auction.winner.price:
        yield "The winner's prices by lot do not add up to its bid."
