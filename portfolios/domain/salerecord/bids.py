"""What is in the envelopes, read as bids and reserves, and the awards they lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolios.domain.awards import Bid, Lot, Outcome, award
from portfolios.domain.awards import Sale as Offered
from portfolios.domain.salerecord.record import Record, Sealed, moment_of, standing
from portfolios.domain.sales import EntryKind
from portfolios.domain.sealing import Envelope, NotAnEnvelope, NotOpened, opened


def content_of(record: Record, sealed: Sealed) -> dict[str, Any]:
    """What is in an envelope, opened with the parts; under `not_opened` the reason why it could not be read.

    A bid sealed on an older tape is opened, so that it can be refused as such.
    """
    try:
        envelope = Envelope.from_bytes(sealed.envelope)
        context = envelope.context
        if context.tape_sha256 not in record.tapes:
            return {"not_opened": "This bid was sealed for a tape that was never published."}
        expected = replace(
            context,
            sale=record.sale,
            round=sealed.round,
            bidder=sealed.bidder,
            seq=sealed.seq,
            deadline=record.deadline,
        )
        return opened(envelope, sealed.parts, expected)
    except (NotOpened, NotAnEnvelope) as error:
        return {"not_opened": str(error)}


def offer_of(sealed: Sealed, content: Mapping[str, Any]) -> Bid | None:
    """The bid as the award reads it; None where what was sealed does not have the form of a bid."""
    try:
        return Bid(
            code=sealed.receipt,
            bidder=sealed.bidder,
            prices={str(lot["lot"]): Decimal(str(lot["price"])) for lot in content["lots"]},
            received=moment_of(sealed.at),
            tape_sha256=Envelope.from_bytes(sealed.envelope).context.tape_sha256,
            deposit=sealed.deposit,
            stipulations=tuple(str(each) for each in content.get("conditions", ())),
            signed=bool(content.get("signer")),
            cured=sealed.cured,
        )
    except (KeyError, TypeError, InvalidOperation, NotAnEnvelope):
        return None


def reserves_of(content: Mapping[str, Any]) -> dict[str, Decimal]:
    """Reserves in USD by lot; none where they are not amounts, because an unreadable one must not keep bids shut."""
    try:
        return {str(lot["lot"]): Decimal(str(lot["amount"])) for lot in content.get("lots", ())}
    except (KeyError, TypeError, InvalidOperation):
        return {}


def offered(record: Record) -> Offered:
    """The sale as the award reads it; the draw's seed is the head of the record, which nobody could choose."""
    counting, reserves = standing(record.entries, record.round), _reserves(record)
    return Offered(
        lots=tuple(Lot(code, upb, reserves.get(code, Decimal(0))) for code, upb in record.lots),
        deadline=moment_of(record.deadline),
        tape_sha256=record.tapes[-1],
        tie_rule=record.terms.tie_rule,
        deposit=Decimal(record.terms.deposit),
        conditions_allowed=record.terms.conditions,
        linked_allowed=record.terms.linked,
        most_dollars=_caps(record, counting),
        most_lots=_most_lots(record, counting),
        seed=record.head,
        opened_at=moment_of(record.opened_at),
    )


def _reserves(record: Record) -> dict[str, Decimal]:
    """The last reserve that was opened; in a further round the one of the first holds on."""
    found = [
        record.contents[each.receipt]
        for each in record.entries
        if each.kind == EntryKind.RESERVE and each.receipt in record.contents
    ]
    return reserves_of(found[-1]) if found else {}


def _caps(record: Record, counting: Sequence[Sealed]) -> dict[str, Decimal]:
    """Funding caps that bidders sealed with their bids."""
    found = {each.bidder: record.contents.get(each.receipt, {}).get("most_dollars") for each in counting}
    return {bidder: Decimal(str(most)) for bidder, most in found.items() if _is_amount(most)}


def _most_lots(record: Record, counting: Sequence[Sealed]) -> dict[str, int]:
    found = {each.bidder: record.contents.get(each.receipt, {}).get("most_lots") for each in counting}
    return {bidder: most for bidder, most in found.items() if isinstance(most, int) and most > 0}


def _is_amount(text: object) -> bool:
    try:
        return Decimal(str(text)) > 0
    except InvalidOperation:
        return False


def offers(record: Record) -> list[Bid]:
    """All bids of the round that have the form of one."""
    bids = [each for each in standing(record.entries, record.round) if each.kind == EntryKind.BID]
    found = [offer_of(each, record.contents.get(each.receipt, {})) for each in bids]
    return [offer for offer in found if offer]


def outcome(record: Record) -> Outcome:
    """The awards that the record leads to."""
    return award(offered(record), offers(record))
