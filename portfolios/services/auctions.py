"""The open auction of a sale: started once the sealed bids are open, bid by bid under a lock, and ended by the clock.

Amounts are USD. The winner's price becomes offer number 0 of the envelope that qualified it, so the award, the
settlement and the published record find it like every other offer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain import awards as kernel
from portfolios.domain.auction import NOTHING, LotShare, moved_end, prices_by_lot
from portfolios.domain.auctionrecord import Bid, chain_start, chained, offer_zero
from portfolios.domain.sales import LotStatus, PriceUnit, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Auction, Bidder, Lot, Offer, OpenBid, Sale, SaleEvent, Seat
from portfolios.policies import auctions as policies
from portfolios.queries.auctions.rooms import least_of, worth_of
from portfolios.services import salerecords, sealedrecord
from portfolios.services.clocks import TooEarly, by_the_clock


@dataclass(frozen=True, slots=True)
class Valued:
    """What the seller counts for or against a bidder's price, and how it found it; USD."""

    assumed: Decimal = NOTHING
    cure_costs: Decimal = NOTHING
    credit_limit: Decimal = NOTHING
    basis: str = ""


@transaction.atomic
def start(*, sale: Sale, ends_at: datetime, values: Mapping[int, Valued], by: User, at: datetime) -> Auction:
    """Start the auction among those whose sealed bids for all lots conform; `values` by bidder.

    The best of these bids is the baseline. The stalking horse is held to the price that was announced; one that sealed
    no bid has left, and is owed nothing. Raises NotAllowed with the reason.
    """
    sale = sealedrecord.locked(sale)
    policies.check_can_start(by, sale, ends_at, at)
    qualified = qualifying(sale, at)
    if not qualified:
        raise NotAllowed("No conforming sealed bid is for all lots, so nobody qualifies for the auction.")
    terms = Terms.from_json(sale.terms)
    auction = _opened_room(sale, terms, qualified, ends_at, by, at)
    seats = [_seat(auction, terms, offer, values.get(offer.bid.entry.bidder_id or 0, Valued())) for offer in qualified]
    Seat.objects.bulk_create(seats)
    _move(sale, SaleStatus.OPENED, SaleStatus.AUCTION)
    baseline = max(seats, key=lambda seat: (worth_of(seat, seat.sealed_total, auction).comparable, -seat.bidder_id))
    _append(auction, baseline, baseline.sealed_total, None, by=by, at=at)
    facts = {"ends_at": ends_at.isoformat(), "bidders": len(seats), "baseline": str(baseline.sealed_total)}
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="auction_started", facts=facts)
    return auction


def qualifying(sale: Sale, at: datetime) -> list[Offer]:
    """The best conforming sealed offer for all lots of every bidder that may still bid."""
    lots = set(_offered(sale).values_list("code", flat=True))
    offers = Offer.objects.filter(bid__entry__sale=sale, conforming=True, number__gt=0).order_by("total")
    best: dict[int, Offer] = {}
    for offer in offers.select_related("bid__entry__bidder__organization"):
        bidder = offer.bid.entry.bidder
        if bidder and set(offer.prices) == lots and policies.may_bid(bidder, at):
            best[bidder.pk] = offer
    return list(best.values())


def _offered(sale: Sale) -> QuerySet[Lot]:
    return sale.lots.exclude(status=LotStatus.WITHDRAWN).order_by("code")


def _opened_room(
    sale: Sale, terms: Terms, qualified: list[Offer], ends_at: datetime, by: User, at: datetime
) -> Auction:
    bidders = [offer.bid.entry.bidder for offer in qualified]
    horse = next((each for each in bidders if each and each.organization.name == terms.stalking_horse), None)
    return Auction.objects.create(
        sale=sale,
        starts_at=at,
        announced_end=ends_at,
        ends_at=ends_at,
        increment=Decimal(terms.minimum_increment),
        extension_minutes=terms.extension_minutes,
        stalking_horse=horse,
        break_up_fee=Decimal(terms.break_up_fee) if horse else NOTHING,
        expense_cap=Decimal(terms.expense_cap) if horse else NOTHING,
        chain_start=chain_start(sale.number, sale.closed_head),
        started_by=by,
    )


def _seat(auction: Auction, terms: Terms, offer: Offer, valued: Valued) -> Seat:
    bidder = offer.bid.entry.bidder
    amounts = _amounts(auction.sale, offer)
    total = sum(amounts.values(), NOTHING)
    if bidder == auction.stalking_horse:
        total = max(total, Decimal(terms.stalking_price))
    return Seat(
        auction=auction,
        bidder=bidder,
        sealed_total=total,
        sealed_amounts={code: str(amount) for code, amount in amounts.items()},
        sealed_code=offer.code,
        assumed=valued.assumed,
        cure_costs=valued.cure_costs,
        credit_limit=valued.credit_limit,
        basis=valued.basis.strip(),
    )


def _amounts(sale: Sale, offer: Offer) -> dict[str, Decimal]:
    lots = (kernel.Lot(lot.code, lot.upb, unit=PriceUnit(lot.unit)) for lot in _offered(sale))
    return {lot.code: lot.amount(Decimal(offer.prices[lot.code])) for lot in lots}


@transaction.atomic
def bid(*, auction: Auction, bidder: Bidder, price: Decimal, credit: bool, by: User, at: datetime) -> OpenBid:
    """Take a bid: one at a time, each at least an increment above the last. Raises NotAllowed with the reason.

    A bid in the last minutes moves the end by the announced rule.
    """
    auction = Auction.objects.select_for_update(of=("self",), no_key=True).select_related("sale").get(pk=auction.pk)
    seat = Seat.objects.filter(auction=auction, bidder=bidder).select_related("bidder").first()
    if seat is None:
        raise NotAllowed("Your organization did not qualify for the auction by a sealed bid for all lots.")
    seat.auction = auction
    policies.check_can_bid_openly(by, seat, at)
    leading = leading_bid(auction)
    policies.check_follows(seat, leading, price, least_of(seat, leading, auction))
    if credit:
        policies.check_credit(seat, price)
    made = _append(auction, seat, price, leading, by=by, at=at, credit=credit)
    ends_at = moved_end(auction.ends_at, at, auction.extension_minutes)
    if ends_at != auction.ends_at:
        Auction.objects.filter(pk=auction.pk).update(ends_at=ends_at)
    return made


def leading_bid(auction: Auction) -> OpenBid:
    """The bid that wins if nobody bids more; there is always one, the baseline."""
    return auction.bids.select_related("bidder__organization").order_by("-position")[0]


def _append(
    auction: Auction, seat: Seat, price: Decimal, last: OpenBid | None, *, by: User, at: datetime, credit: bool = False
) -> OpenBid:
    worth = worth_of(seat, price, auction)
    position = last.position + 1 if last else 1
    line = Bid(position, salerecords.bidder_name(seat.bidder), worth, at, credit)
    with by_the_clock(NotAllowed(policies.OVER)):
        return OpenBid.objects.create(
            auction=auction,
            position=position,
            bidder=seat.bidder,
            price=worth.price,
            assumed=worth.assumed,
            break_up=worth.break_up,
            cure_costs=worth.cure_costs,
            comparable=worth.comparable,
            credit=credit,
            by=by,
            at=at,
            hash=chained(last.hash if last else auction.chain_start, line),
        )


def close(*, auction_id: int, at: datetime) -> bool:
    """End an auction once its time is over, and keep its head and what the winner pays by lot; False if it is not.

    A worker whose clock is fast is refused by the database, and comes back later.
    """
    try:
        return _end(auction_id, at)
    except TooEarly:
        return False


@transaction.atomic
def _end(auction_id: int, at: datetime) -> bool:
    auction = Auction.objects.select_for_update(of=("self",), no_key=True).select_related("sale").get(pk=auction_id)
    if auction.closed_at is not None or at <= auction.ends_at or auction.sale.status != SaleStatus.AUCTION:
        return False
    winner = leading_bid(auction)
    seat = Seat.objects.get(auction=auction, bidder=winner.bidder)
    prices = prices_by_lot(winner.price, _shares(auction, seat))
    texts = _keep_offer(seat, winner, prices).prices
    ended = {"closed_at": at, "head": winner.hash, "count": winner.position, "prices": texts}
    with by_the_clock(TooEarly("The auction still runs.")):
        Auction.objects.filter(pk=auction.pk).update(**ended)
    _move(auction.sale, SaleStatus.AUCTION, SaleStatus.OPENED)
    facts = {"bids": winner.position, "head": winner.hash, "winner": winner.bidder.organization.name}
    SaleEvent.objects.create(
        sale=auction.sale, at=at, kind="auction_closed", facts=facts | {"price": str(winner.price)}
    )
    return True


def _shares(auction: Auction, seat: Seat) -> tuple[LotShare, ...]:
    sealed = {code: Decimal(amount) for code, amount in seat.sealed_amounts.items()}
    return tuple(
        LotShare(lot.code, lot.upb, sealed[lot.code], lot.unit == PriceUnit.USD) for lot in _offered(auction.sale)
    )


def _keep_offer(seat: Seat, winner: OpenBid, prices: Mapping[str, Decimal]) -> Offer:
    receipt = offer_zero(seat.sealed_code).partition(".")[0]
    sealed = Offer.objects.filter(bid__entry__receipt=receipt, bid__entry__sale=seat.auction.sale).first()
    if sealed is None:
        raise NotAllowed("The envelope that qualified the winner is missing.")
    texts = {code: f"{price:f}" for code, price in prices.items()}
    return Offer.objects.create(bid=sealed.bid, number=0, prices=texts, total=winner.price, conforming=True)


def waiting(*, at: datetime) -> list[int]:
    """Auctions whose time is over and that nobody has ended."""
    over = Auction.objects.filter(closed_at=None, ends_at__lt=at, sale__status=SaleStatus.AUCTION)
    return list(over.values_list("pk", flat=True))


def _move(sale: Sale, frm: SaleStatus, to: SaleStatus) -> None:
    if not Sale.objects.filter(pk=sale.pk, status=frm).update(status=to):
        raise NotAllowed("The sale has moved on meanwhile. Load the page again to see where it stands.")
    sale.refresh_from_db()
