"""What is in the envelopes, read as offers and reserves, and the awards they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolios.domain.awards import Bid, Lot, Outcome, award
from portfolios.domain.awards import Sale as Terms
from portfolios.domain.salerecord.auctions import auction_outcome
from portfolios.domain.salerecord.record import Record, Sealed, deciding, moment_of
from portfolios.domain.sales import EntryKind
from portfolios.domain.sealing import Envelope, NotAnEnvelope, NotOpened, opened


def content_of(record: Record, sealed: Sealed) -> dict[str, Any]:
    """What is in an envelope, opened with the parts; NotOpened with the reason why it could not be read.

    A bid sealed on an older tape is opened, so that it can be refused as such.
    """
    try:
        envelope = Envelope.from_bytes(sealed.envelope)
    except NotAnEnvelope as error:
        raise NotOpened(str(error)) from None
    if envelope.context.tape_sha256 not in record.tapes:
        raise NotOpened("This bid was sealed for a tape that was never published.")
    expected = replace(
        envelope.context,
        sale=record.sale,
        round=sealed.round,
        bidder=sealed.bidder,
        seq=sealed.seq,
        deadline=record.deadline_of(sealed.round),
    )
    return opened(envelope, sealed.parts, expected)


def offers_of(sealed: Sealed, content: Mapping[str, Any]) -> list[Bid] | None:
    """The offers as the award reads them; None where what was sealed does not have the form of a bid."""
    try:
        return [_offer(sealed, content, number, each) for number, each in enumerate(content["offers"], start=1)]
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation, NotAnEnvelope):
        return None


def _offer(sealed: Sealed, content: Mapping[str, Any], number: int, found: Mapping[str, Any]) -> Bid:
    until = content.get("valid_until")
    return Bid(
        code=f"{sealed.receipt}.{number}",
        bidder=sealed.bidder,
        prices={str(lot["lot"]): Decimal(str(lot["price"])) for lot in found["lots"]},
        received=moment_of(sealed.at),
        tape_sha256=Envelope.from_bytes(sealed.envelope).context.tape_sha256,
        deposit=sealed.deposit,
        stipulations=tuple(str(each) for each in found.get("conditions", ())),
        signed=bool(content.get("signer")),
        valid_until=datetime.fromisoformat(until) if until else None,
    )


def reserves_of(content: Mapping[str, Any]) -> dict[str, Decimal]:
    """Reserves in USD by lot; none where they are not amounts, because an unreadable one must not keep bids shut."""
    try:
        return {str(lot["lot"]): Decimal(str(lot["amount"])) for lot in content.get("lots", ())}
    except (KeyError, TypeError, InvalidOperation):
        return {}


def decided_by(record: Record) -> Terms:
    """The sale as the award reads it; the draw's seed is the head of the record, which nobody could choose."""
    reserves = _reserves(record)
    return Terms(
        lots=tuple(Lot(lot.code, lot.upb, reserves.get(lot.code, Decimal(0)), lot.unit) for lot in record.lots),
        deadline=moment_of(record.deadlines[-1]),
        tape_sha256=record.tapes[-1],
        tie_rule=record.terms.tie_rule,
        deposit=Decimal(record.terms.deposit),
        conditions_allowed=record.terms.conditions,
        linked_allowed=record.terms.linked,
        most_dollars=_caps(record),
        most_lots=_most_lots(record),
        seed=record.head,
        decided_at=moment_of(record.decided_at),
        last_round=record.round > 1,
    )


def _reserves(record: Record) -> dict[str, Decimal]:
    """The last reserve that was opened; in a further round the one of the first holds on."""
    found = [
        record.contents[each.receipt]
        for each in deciding(record)
        if each.kind == EntryKind.RESERVE and each.receipt in record.contents
    ]
    return reserves_of(found[-1]) if found else {}


def _bids(record: Record) -> list[tuple[Sealed, Mapping[str, Any]]]:
    """The bids that count and could be read, with what was in them."""
    found = [each for each in deciding(record) if each.kind == EntryKind.BID]
    return [(each, record.contents[each.receipt]) for each in found if each.receipt in record.contents]


def _caps(record: Record) -> dict[str, Decimal]:
    """Funding caps that bidders sealed with their bids; the last one counts."""
    found = {sealed.bidder: content.get("most_dollars") for sealed, content in _bids(record)}
    return {bidder: Decimal(str(most)) for bidder, most in found.items() if _is_amount(most)}


def _most_lots(record: Record) -> dict[str, int]:
    found = {sealed.bidder: content.get("most_lots") for sealed, content in _bids(record)}
    return {bidder: most for bidder, most in found.items() if isinstance(most, int) and most > 0}


def _is_amount(text: object) -> bool:
    try:
        return Decimal(str(text)) > 0
    except InvalidOperation:
        return False


def offers(record: Record) -> list[Bid]:
    """All offers of the sale that have the form of one."""
    found = [offer for sealed, content in _bids(record) for offer in offers_of(sealed, content) or ()]
    return [replace(offer, cured=offer.code in record.cured) for offer in found]


def outcome(record: Record) -> Outcome:
    """The awards that the record leads to: by its auction where there was one, by the sealed offers otherwise."""
    if record.auction:
        return auction_outcome(decided_by(record), record.auction)
    return award(decided_by(record), offers(record))
