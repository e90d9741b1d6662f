"""A sale's record out of the database, as it is checked and published."""

from decimal import Decimal

from accounts.policies import NotAllowed
from portfolios.domain.salerecord import RESERVE, Record, Sealed, moment
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Part
from portfolios.models import Bidder, OpenedBid, OpeningPart, Sale, SealedBid


def bidder_name(bidder: Bidder) -> str:
    """How the record names a bidder: without its name, because contexts are public before the opening."""
    return f"bidder-{bidder.pk}"


def record_of(sale: Sale) -> Record:
    """All of a sale's record: entries, parts, contents and awards as far as they are there."""
    if sale.bids_due_at is None:
        raise NotAllowed("This sale has no deadline yet.")
    opened = OpenedBid.objects.filter(entry__sale=sale).select_related("entry")
    awards = sale.awards.select_related("bid__entry").order_by("pk")
    return Record(
        sale=sale.number,
        round=sale.round,
        deadline=moment(sale.bids_due_at),
        opened_at=moment(sale.opened_at or sale.bids_due_at),
        terms=Terms.from_json(sale.terms),
        lots=tuple(sale.lots.order_by("code").values_list("code", "upb")),
        tapes=(*sale.addenda.order_by("number").values_list("replaces_sha256", flat=True), sale.tape_sha256),
        head=sale.closed_head,
        count=sale.closed_count or 0,
        entries=entries_of(sale),
        contents={row.entry.receipt: row.content for row in opened},
        awards=tuple((each.bid.entry.receipt, each.amount) for each in awards),
    )


def entries_of(sale: Sale) -> tuple[Sealed, ...]:
    """Every entry in order, with the parts given for it and whether a defect of its bid was cured."""
    parts: dict[int, list[Part]] = {}
    for row in OpeningPart.objects.filter(bid__sale=sale).select_related("opener"):
        parts.setdefault(row.bid_id, []).append(Part(tuple(row.group), row.opener.name, row.part))
    cured = set(OpenedBid.objects.filter(entry__sale=sale, cured_by__isnull=False).values_list("entry_id", flat=True))
    rows = SealedBid.objects.filter(sale=sale).select_related("bidder").order_by("position")
    return tuple(_sealed(row, tuple(parts.get(row.pk, ())), row.pk in cured) for row in rows)


def _sealed(row: SealedBid, parts: tuple[Part, ...], cured: bool) -> Sealed:
    return Sealed(
        kind=row.kind,
        bidder=bidder_name(row.bidder) if row.bidder else RESERVE,
        round=row.round,
        seq=row.seq,
        at=moment(row.at),
        receipt=row.receipt,
        hash=row.hash,
        envelope=bytes(row.envelope),
        deposit=row.bidder.deposit if row.bidder else Decimal(0),
        cured=cured,
        parts=parts,
    )
