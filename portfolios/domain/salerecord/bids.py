"""What is in the envelopes, read as offers and reserves, and the awards they lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portfolios.domain.awards import Bid, Lot, Outcome, award
from portfolios.domain.awards import Sale as Terms
from portfolios.domain.bidform import read_reserve, read_unsold
from portfolios.domain.salerecord.auctions import auction_outcome
from portfolios.domain.salerecord.forms import form_of, sheet_for
from portfolios.domain.salerecord.record import Record, Sealed, deciding, moment_of
from portfolios.domain.sales import EntryKind
from portfolios.domain.sealing import Envelope, NotAnEnvelope, NotOpened, opened, receipt_of


def content_of(record: Record, sealed: Sealed) -> dict[str, Any]:
    """What is in an envelope, opened with the parts; NotOpened with the reason why it could not be read.

    A bid sealed on an older tape is opened, so that it can be refused as such.
    """
    if receipt_of(sealed.envelope) != sealed.receipt:
        raise NotOpened("The envelope was changed after it was received: it is not the one of its receipt.")
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


BARRED = "The seller had barred its bidder before the bids were opened."


def offers_of(record: Record, sealed: Sealed) -> list[Bid]:
    """The offers of a bid as the award reads them; none where it could not be opened or is no bid at all."""
    form = form_of(record, sealed)
    if form is None or form.defects:
        return []
    tape = tape_of(sealed)
    return [
        Bid(
            code=(code := f"{sealed.receipt}.{number}"),
            bidder=sealed.bidder,
            prices=dict(offer.prices),
            received=moment_of(sealed.at),
            tape_sha256=tape,
            deposit=sealed.deposit,
            stipulations=offer.conditions,
            valid_until=form.valid_until,
            defects=(*offer.defects, *_shut_out(record, sealed, offer.prices)),
            omissions=(*form.omissions, *offer.omissions),
            cured=code in record.cured,
            position=record.position_of(sealed),
        )
        for number, offer in enumerate(form.offers, start=1)
    ]


def _shut_out(record: Record, sealed: Sealed, prices: Mapping[str, Decimal]) -> Iterator[str]:
    """Why an offer cannot count whatever it says."""
    if sealed.bidder in record.barred:
        yield BARRED
    if sealed.round > 1 and record.tied_lots and not prices.keys() <= record.tied_lots:
        yield f"This round is for what was tied: {', '.join(sorted(record.tied_lots))}."


def decided_by(record: Record) -> Terms:
    """The sale as the award reads it; the draw's seed is the head of the record, which nobody could choose."""
    reserves, caps = _reserves(record), _caps(record)
    return Terms(
        lots=tuple(Lot(lot.code, lot.upb, reserves.get(lot.code, Decimal(0)), lot.unit) for lot in record.lots),
        deadline=moment_of(record.deadlines[-1]),
        tape_sha256=record.tapes[-1],
        tie_rule=record.terms.tie_rule,
        deposit=Decimal(record.terms.deposit),
        most_dollars=caps["dollars"],
        most_lots={bidder: int(most) for bidder, most in caps["lots"].items()},
        seed=record.head,
        decided_at=moment_of(record.decided_at),
        last_round=record.round > 1,
    )


def tape_of(sealed: Sealed) -> str:
    """The hash of the tape that a bid prices; empty where its envelope is none, as in a record that was changed."""
    try:
        return Envelope.from_bytes(sealed.envelope).context.tape_sha256
    except NotAnEnvelope:
        return ""


def _reserves(record: Record) -> Mapping[str, Decimal]:
    """The last reserve that was opened; in a further round the one of the first holds on.

    One that cannot be read counts for nothing, because it must not keep bids shut.
    """
    found = _last_reserve(record)
    return read_reserve(record.contents[found.receipt], sheet_for(record, found))[0] if found else {}


def unsold_values(record: Record) -> Mapping[str, Decimal]:
    """What the seller sealed, beside its reserve, as what each lot brings in USD if it is not sold."""
    found = _last_reserve(record)
    return read_unsold(record.contents[found.receipt], sheet_for(record, found)) if found else {}


def _last_reserve(record: Record) -> Sealed | None:
    found = [each for each in deciding(record) if each.kind == EntryKind.RESERVE and each.receipt in record.contents]
    return found[-1] if found else None


def _bids(record: Record) -> list[Sealed]:
    return [each for each in deciding(record) if each.kind == EntryKind.BID]


def _caps(record: Record) -> dict[str, dict[str, Decimal]]:
    """What bidders sealed as the most they may spend and win. In a further round a cap can be widened, not narrowed."""
    caps: dict[str, dict[str, Decimal]] = {"dollars": {}, "lots": {}}
    read = [(each.bidder, form) for each in _bids(record) if (form := form_of(record, each)) and not form.defects]
    for bidder in {bidder for bidder, _ in read}:
        forms = [form for other, form in read if other == bidder]
        for name, found in (
            ("dollars", [form.most_dollars for form in forms]),
            ("lots", [None if form.most_lots is None else Decimal(form.most_lots) for form in forms]),
        ):
            if all(most is not None for most in found):
                caps[name][bidder] = max(most for most in found if most is not None)
    return caps


def offers(record: Record) -> list[Bid]:
    """All offers of the bids that count."""
    return [offer for sealed in _bids(record) for offer in offers_of(record, sealed)]


def outcome(record: Record) -> Outcome:
    """The awards that the record leads to: by its auction where there was one, by the sealed offers otherwise."""
    if record.auction:
        return auction_outcome(decided_by(record), record.auction)
    return award(decided_by(record), offers(record))
