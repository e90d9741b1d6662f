"""The opening: openers give their parts after the deadline; with the k-th, every bid opens at once or none does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.awards import Bid, Lot, conforming
from portfolios.domain.awards import Sale as Offered
from portfolios.domain.sales import EntryKind, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Broken, Envelope, NotOpened, Part, opened, verified
from portfolios.models import OpenedBid, Opener, OpeningPart, Sale, SaleEvent, SealedBid
from portfolios.policies import bids as policies
from portfolios.services import sealedrecord

Given = Mapping[int, Sequence[Part]]


@transaction.atomic
def give(*, opener: Opener, parts: Given, by: User, at: datetime) -> bool:
    """Take an opener's parts, by position of the entry; True when they were the last ones and the bids are open.

    Raises NotAllowed where a part is missing, so that an opener gives all or nothing.
    """
    sale = sealedrecord.locked(opener.sale)
    opener.sale = sale
    policies.check_can_give_parts(by, opener, at)
    entries = list(sealedrecord.standing(sale).values())
    for entry in entries:
        _store(opener, entry, parts.get(entry.position, ()), at)
    SaleEvent.objects.create(sale=sale, at=at, by=by, kind="parts_given", facts={"opener": opener.name})
    given = set(OpeningPart.objects.filter(bid__in=entries).values_list("opener__name", flat=True))
    if entries and len(given) < Terms.from_json(sale.terms).k:
        return False
    open_all(sale, entries, at=at)
    return True


def _store(opener: Opener, entry: SealedBid, parts: Sequence[Part], at: datetime) -> None:
    expected = {
        group.names for group in Envelope.from_bytes(bytes(entry.envelope)).groups if opener.name in group.names
    }
    mine = {part.group: part for part in parts if part.name == opener.name}
    if set(mine) != expected:
        raise NotAllowed(f"Parts are missing for entry {entry.position}. Open the page again and give all of them.")
    OpeningPart.objects.bulk_create(
        (
            OpeningPart(bid=entry, opener=opener, group=list(group), part=part.part, given_at=at)
            for group, part in mine.items()
        ),
        ignore_conflicts=True,
    )


def open_all(sale: Sale, entries: Sequence[SealedBid], *, at: datetime) -> None:
    """Check the record against its published head, open every envelope, and write all of them in this transaction."""
    check_record(sale)
    contents = [_content(sale, entry) for entry in entries]
    offers = [
        (entry, content, offer_of(entry, content))
        for entry, content in zip(entries, contents, strict=True)
        if entry.kind == EntryKind.BID
    ]
    terms = offered(sale, reserves_in(entries, contents), at)
    refused = _refusals(terms, [offer for *_, offer in offers if offer])
    rows = [_row(entry, content, offer, terms, refused, at) for entry, content, offer in offers]
    rows += [
        OpenedBid(entry=entry, content=content, conforming=True, opened_at=at)
        for entry, content in zip(entries, contents, strict=True)
        if entry.kind == EntryKind.RESERVE
    ]
    OpenedBid.objects.bulk_create(rows)
    moved = Sale.objects.filter(pk=sale.pk, status=SaleStatus.CLOSED).update(status=SaleStatus.OPENED, opened_at=at)
    if not moved:
        raise NotAllowed("The sale has moved on meanwhile.")
    facts = {"bids": len(offers), "conforming": sum(row.conforming for row in rows if row.entry.kind == EntryKind.BID)}
    SaleEvent.objects.create(sale=sale, at=at, kind="opened", facts=facts)


def check_record(sale: Sale) -> None:
    """Raise NotAllowed, naming the position, where the record is not the one that was published at the deadline."""
    try:
        verified(sealedrecord.chain_of(sale), head=sale.closed_head)
    except Broken as broken:
        raise NotAllowed(f"The bids are not opened: {broken}") from None


def _content(sale: Sale, entry: SealedBid) -> dict[str, Any]:
    """What was in an envelope; under `not_opened` the reason why it could not be read."""
    name = sealedrecord.bidder_name(entry.bidder) if entry.bidder else sealedrecord.RESERVE
    parts = [Part(tuple(row.group), row.opener.name, row.part) for row in entry.parts.select_related("opener")]
    envelope = Envelope.from_bytes(bytes(entry.envelope))
    expected = sealedrecord.context_of(sale, name, entry.seq)
    if envelope.context.tape_sha256 in sale.addenda.values_list("replaces_sha256", flat=True):
        expected = replace(expected, tape_sha256=envelope.context.tape_sha256)  # opened, and named as of an older tape
    try:
        return opened(envelope, parts, expected)
    except NotOpened as error:
        return {"not_opened": str(error)}


def offer_of(entry: SealedBid, content: Mapping[str, Any]) -> Bid | None:
    """The bid as the award reads it; None where what was sealed does not have the form of a bid."""
    try:
        prices = {str(lot["lot"]): Decimal(str(lot["price"])) for lot in content["lots"]}
        return Bid(
            code=str(entry.position),
            bidder=sealedrecord.bidder_name(entry.bidder) if entry.bidder else "",
            prices=prices,
            received=entry.at,
            tape_sha256=Envelope.from_bytes(bytes(entry.envelope)).context.tape_sha256,
            deposit=entry.bidder.deposit if entry.bidder else Decimal(0),
            stipulations=tuple(str(each) for each in content.get("conditions", ())),
            signed=bool(content.get("signer")),
        )
    except (KeyError, TypeError, InvalidOperation):
        return None


def reserves_in(entries: Sequence[SealedBid], contents: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """The seller's reserves in USD by lot, from its own envelope; none where it set none."""
    for entry, content in zip(entries, contents, strict=True):
        if entry.kind == EntryKind.RESERVE:
            return _amounts(content)
    return {}


def _amounts(content: Mapping[str, Any]) -> dict[str, Decimal]:
    """Amounts by lot; none where they are not amounts, because an unreadable reserve must not keep bids shut."""
    try:
        return {str(lot["lot"]): Decimal(str(lot["amount"])) for lot in content.get("lots", ())}
    except (KeyError, TypeError, InvalidOperation):
        return {}


def offered(sale: Sale, reserves: Mapping[str, Decimal], at: datetime) -> Offered:
    """The sale as the award reads it."""
    terms = Terms.from_json(sale.terms)
    lots = tuple(Lot(lot.code, lot.upb, reserves.get(lot.code, Decimal(0))) for lot in sale.lots.all())
    if sale.bids_due_at is None:
        raise NotAllowed("This sale has no deadline.")
    return Offered(
        lots=lots,
        deadline=sale.bids_due_at,
        tape_sha256=sale.tape_sha256,
        tie_rule=terms.tie_rule,
        deposit=Decimal(terms.deposit),
        conditions_allowed=terms.conditions,
        linked_allowed=terms.linked,
        seed=sale.closed_head,
        opened_at=at,
    )


def _refusals(terms: Offered, offers: Sequence[Bid]) -> dict[str, tuple[str, ...]]:
    _, refused = conforming(terms, offers)
    return {each.bid.code: each.reasons for each in refused}


def _row(
    entry: SealedBid,
    content: dict[str, Any],
    offer: Bid | None,
    terms: Offered,
    refused: Mapping[str, tuple[str, ...]],
    at: datetime,
) -> OpenedBid:
    unread = (str(content.get("not_opened", "What was sealed does not have the form of a bid.")),)
    reasons = refused.get(offer.code, ()) if offer else unread
    total = terms.total(offer) if offer and not reasons else Decimal(0)
    return OpenedBid(
        entry=entry, content=content, total=total, conforming=not reasons, reasons=list(reasons), opened_at=at
    )
