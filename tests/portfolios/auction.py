"""A sale that takes bids: three lots, three openers with keys, and qualified bidders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import OrganizationKind, Role, User
from portfolios.domain.salerecord import RESERVE
from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import (
    Context,
    Envelope,
    KeyPair,
    NotAnEnvelope,
    NotOpened,
    Part,
    encoded,
    new_key_pair,
    parts_of,
    seal,
)
from portfolios.domain.sealing import Opener as Sealer
from portfolios.models import Bidder, Lot, Offer, Opener, Sale, SealedBid
from portfolios.services import notices, openings, salerecords, sealedrecord
from tests.factories import OrganizationFactory, UserFactory

OPENS = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 12, 15, 19, 0, tzinfo=UTC)
BEFORE, AFTER = DEADLINE - timedelta(hours=1), DEADLINE + timedelta(minutes=1)
LOTS = {"A": "1000000.00", "B": "2000000.00", "C": "500000.00"}
NAMES = ("adviser", "seller", "witness")


@dataclass
class Auction:
    """A sale with its people and their keys."""

    sale: Sale
    seller: User
    openers: dict[str, Opener] = field(default_factory=dict)
    keys: dict[str, KeyPair] = field(default_factory=dict)

    def bidder(self, **values: Any) -> Bidder:
        """A qualified bidder with one person."""
        organization = OrganizationFactory(kind=OrganizationKind.INVESTOR)
        UserFactory(organization=organization, roles=[Role.BIDDER])
        return Bidder.objects.create(
            **{
                "sale": self.sale,
                "organization": organization,
                "status": BidderStatus.QUALIFIED,
                "invited_by": self.seller,
                "invited_at": OPENS,
                **values,
            }
        )

    def context(self, by: Bidder | None, **changes: Any) -> Context:
        sale = Sale.objects.get(pk=self.sale.pk)
        name = salerecords.bidder_name(by) if by else RESERVE
        made = sealedrecord.context_of(sale, name, sealedrecord.next_seq(sale, by))
        return replace(made, **changes)

    def sealed(self, by: Bidder | None, bid: dict[str, Any], **changes: Any) -> bytes:
        openers = [Sealer(name, pair.public) for name, pair in self.keys.items()]
        return seal(bid, self.context(by, **changes), openers, 2).to_bytes()

    def bid(
        self, bidder: Bidder, *, at: datetime = BEFORE, conditions: tuple[str, ...] = (), **prices: str
    ) -> SealedBid:
        """One offer, linked where it prices several lots."""
        return self.offers(bidder, [prices], at=at, conditions=conditions)

    def offers(
        self,
        bidder: Bidder,
        prices: Sequence[Mapping[str, str]],
        *,
        at: datetime = BEFORE,
        conditions: tuple[str, ...] = (),
        **more: Any,
    ) -> SealedBid:
        """Several offers in one envelope: prices by lot for each, and more of the form such as `most_lots=1`."""
        terms = Terms.from_json(Sale.objects.get(pk=self.sale.pk).terms)
        said = {"certified": sorted(terms.certificates), "deposit_reference": "Wire 7", **more}
        return self.send(bidder, form([*prices], conditions, **said), at=at)

    def send(self, bidder: Bidder, content: dict[str, Any], *, at: datetime = BEFORE) -> SealedBid:
        """Seal and submit any content."""
        return sealedrecord.submit(
            bidder=bidder, envelope=self.sealed(bidder, content), by=bidder.organization.people.get(), at=at
        )

    def reserve(self, **amounts: str) -> SealedBid:
        content = {"lots": [{"lot": lot, "amount": amount} for lot, amount in amounts.items()]}
        return sealedrecord.reserve(sale=self.sale, envelope=self.sealed(None, content), by=self.seller, at=BEFORE)

    def close(self, at: datetime = AFTER) -> bool:
        """Close the record and tell its head, which comes before anything is opened."""
        closed = sealedrecord.close(sale=self.sale, at=at)
        for event in self.sale.events.filter(kind="closed"):
            notices.tell(event_id=event.pk, at=at)
        return closed

    def parts(self, name: str) -> dict[int, list[Any]]:
        entries = sealedrecord.standing(Sale.objects.get(pk=self.sale.pk)).values()
        return {
            entry.position: parts_or_none(bytes(entry.envelope), name, self.keys[name].private) for entry in entries
        }

    def give(self, name: str, at: datetime = AFTER) -> bool:
        opener = self.openers[name]
        return openings.give(opener=opener, parts=self.parts(name), by=opener.user, at=at)

    def open(self) -> Sale:
        self.close()
        self.give("seller")
        assert self.give("witness")
        return Sale.objects.get(pk=self.sale.pk)


def fates(auction: Auction) -> list[tuple[int | None, bool, Decimal | None]]:
    """Bidder, conforming and total of every opened offer, in order."""
    rows = Offer.objects.filter(bid__entry__sale=auction.sale).order_by("bid__entry__position", "number")
    return [(row.bid.entry.bidder_id, row.conforming, row.total) for row in rows]


def parts_or_none(data: bytes, name: str, private: bytes) -> list[Part]:
    """An opener's parts; empty ones for what does not open, as the page of the opening gives them."""
    try:
        envelope = Envelope.from_bytes(data)
    except NotAnEnvelope:
        return []
    try:
        return parts_of(envelope, name, private)
    except NotOpened:
        return [Part(group.names, name, "") for group in envelope.groups if name in group.names]


def form(prices: Sequence[Mapping[str, str]], conditions: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """The content of an envelope."""
    offers = [
        {"lots": [{"lot": lot, "price": price} for lot, price in each.items()], "conditions": list(conditions)}
        for each in prices
    ]
    return {"offers": offers, "entity": "North Shore Capital LP", "signer": "Ada Öz", **more}


def make_auction(number: str = "S-2026-0004", *, seller: User | None = None, **terms: Any) -> Auction:
    seller = seller or UserFactory(roles=[Role.MANAGER])
    sale = Sale.objects.create(
        number=number,
        name="Project Kestrel",
        seller=seller.organization,
        kind="bulk",
        status=SaleStatus.OPEN,
        time_zone="America/New_York",
        terms=Terms(**terms).to_json(),
        tape_sha256="ab" * 32,
        announced_at=OPENS,
        bids_due_at=DEADLINE,
        created_by=seller,
        created_at=OPENS,
    )
    for code, upb in LOTS.items():
        Lot.objects.create(sale=sale, code=code, name=f"Lot {code}", loan_count=10, upb=Decimal(upb))
    auction = Auction(sale, seller)
    for name in NAMES:
        auction.keys[name] = new_key_pair()
        public = encoded(auction.keys[name].public)
        auction.openers[name] = Opener.objects.create(
            sale=sale, user=UserFactory(), name=name, public_key=public, ready_at=OPENS
        )
    return auction
