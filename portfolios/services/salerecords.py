"""A sale's record out of the database, as it is checked and published."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import QuerySet

from accounts.policies import NotAllowed
from portfolios.domain.auctionrecord import Auction, Bid
from portfolios.domain.salerecord import RESERVE, Offered, Record, Sealed, moment
from portfolios.domain.sales import BidderStatus, LotStatus, PriceUnit, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Part
from portfolios.models import Auction as AuctionRow
from portfolios.models import Bidder, Offer, OpenedBid, OpeningPart, Sale, SealedBid
from portfolios.queries.ceremonies.further import tied_lots


def bidder_name(bidder: Bidder) -> str:
    """How the record names a bidder: without its name, because contexts are public before the opening."""
    return f"bidder-{bidder.pk}"


def record_of(sale: Sale) -> Record:
    """All of a sale's record: entries, parts, contents and signed awards as far as they are there.

    Of a further round that the seller ended before its bids were opened nothing is in it: they stay sealed for good.
    """
    if sale.bids_due_at is None:
        raise NotAllowed("This sale has no deadline yet.")
    due = [each for each in (sale.first_due_at, sale.bids_due_at) if each]
    entries = SealedBid.objects.filter(sale=sale)
    if ended_unopened(sale):
        due, entries = due[:1], entries.filter(position__lte=sale.closed_count or 0)
    opened = sale.opened_at or sale.bids_due_at
    found = list(OpenedBid.objects.filter(entry__sale=sale).select_related("entry"))
    awards = list(sale.awards.select_related("offer__bid__entry").order_by("pk"))
    cured = Offer.objects.filter(bid__entry__sale=sale, cured_by__isnull=False).select_related("bid__entry")
    return Record(
        sale=sale.number,
        deadlines=tuple(map(moment, due)),
        opened_at=moment(opened),
        decided_at=moment(awards[0].proposed_at if awards else opened),
        terms=Terms.from_json(sale.terms),
        lots=lots_of(sale),
        tapes=(*sale.addenda.order_by("number").values_list("replaces_sha256", flat=True), sale.tape_sha256),
        head=sale.closed_head,
        count=sale.closed_count or 0,
        entries=entries_of(entries, {row.entry_id: row.deposit for row in found}),
        contents={row.entry.receipt: row.content for row in found if row.content is not None},
        unread={row.entry.receipt: row.problem for row in found if row.content is None},
        cured=frozenset(offer.code for offer in cured),
        awards=tuple((each.offer.code, each.amount) for each in awards if each.confirmed_at),
        awarded_at=moment(sale.awarded_at) if sale.awarded_at else "",
        auction=auction_of(sale),
        barred=frozenset(map(bidder_name, sale.bidders.filter(status=BidderStatus.BARRED))),
        tied_lots=tied_lots(sale) or frozenset(),
    )


def lots_of(sale: Sale) -> tuple[Offered, ...]:
    """The lots that are offered, in order of their codes; withdrawn ones cannot be bid for."""
    lots = sale.lots.exclude(status=LotStatus.WITHDRAWN).order_by("code")
    return tuple(Offered(lot.code, lot.name, lot.upb, PriceUnit(lot.unit)) for lot in lots)


def auction_of(sale: Sale) -> Auction | None:
    """The open auction of a sale, once it is over."""
    held = AuctionRow.objects.filter(sale=sale, closed_at__isnull=False).first()
    if held is None:
        return None
    rows = held.bids.select_related("bidder").order_by("position")
    seats = held.seats.select_related("bidder")
    return Auction(
        start=held.chain_start,
        begins=held.starts_at,
        announced_end=held.announced_end,
        increment=held.increment,
        extension_minutes=held.extension_minutes,
        head=held.head,
        count=held.count or 0,
        bids=tuple(Bid(row.position, bidder_name(row.bidder), row.worth, row.at, row.credit, row.hash) for row in rows),
        prices={code: Decimal(price) for code, price in held.prices.items()},
        offers={bidder_name(seat.bidder): seat.sealed_code for seat in seats},
    )


def ended_unopened(sale: Sale) -> bool:
    """Whether all bids were rejected while a further round ran, which was never closed and opened."""
    return (
        sale.status == SaleStatus.NO_AWARD
        and sale.round > 1
        and not sale.events.filter(kind="opened", at__gt=sale.bids_due_at).exists()
    )


def entries_of(entries: QuerySet[SealedBid], deposits: Mapping[int, Decimal]) -> tuple[Sealed, ...]:
    """Every entry in order, with the parts given for it and, once opened, the deposit that had come by then.

    Deposits come and go after the opening, and the record must not change with them.
    """
    parts: dict[int, list[Part]] = {}
    for part in OpeningPart.objects.filter(bid__in=entries).select_related("opener").order_by("pk"):
        parts.setdefault(part.bid_id, []).append(Part(tuple(part.group), part.opener.name, part.part))
    rows = entries.select_related("bidder").order_by("position")
    return tuple(_sealed(row, tuple(parts.get(row.pk, ())), deposits.get(row.pk, Decimal(0))) for row in rows)


def _sealed(row: SealedBid, parts: tuple[Part, ...], deposit: Decimal) -> Sealed:
    return Sealed(
        kind=row.kind,
        bidder=bidder_name(row.bidder) if row.bidder else RESERVE,
        round=row.round,
        seq=row.seq,
        at=moment(row.at),
        receipt=row.receipt,
        hash=row.hash,
        envelope=bytes(row.envelope),
        deposit=deposit,
        parts=parts,
    )
