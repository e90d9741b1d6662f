"""What is in the envelopes of a record, read by the form of its sale."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portfolios.domain.awards import Lot
from portfolios.domain.bidform import Form, Sheet, read
from portfolios.domain.salerecord.record import Offered, Record, Sealed, standing
from portfolios.domain.sales import EntryKind
from portfolios.domain.saleterms import Terms


def form_of(record: Record, sealed: Sealed) -> Form | None:
    """A bid as read by the rules of its round; None where its envelope could not be opened."""
    content = record.contents.get(sealed.receipt)
    return None if content is None else read(content, sheet_for(record, sealed))


def sheet_for(record: Record, sealed: Sealed) -> Sheet:
    """The sheet that a bid of the record was to follow, as far as the form asks for it."""
    floors = floors_of(record, sealed.bidder) if sealed.round > 1 else {}
    return {
        "bidder": sealed.bidder,
        "deadline": record.deadline_of(sealed.round),
        "floors": floors,
        **rules_of(record.terms, record.lots),
    }


def rules_of(terms: Terms, lots: tuple[Offered, ...]) -> dict[str, Any]:
    """Lots, terms and certificates as a sheet states them."""
    return {
        "lots": [{"lot": lot.code, "name": lot.name, "upb": str(lot.upb), "unit": lot.unit.value} for lot in lots],
        "terms": terms.to_json(),
        "certificates": [{"code": code, "text": text} for code, text in sorted(terms.certificates.items())],
    }


def floors_of(record: Record, bidder: str) -> dict[str, str]:
    """What a final bid must not go below: a bidder's own first bids in USD, by their lots such as `A+B`."""
    lots = {lot.code: Lot(lot.code, lot.upb, unit=lot.unit) for lot in record.lots}
    best: dict[str, Decimal] = {}
    for code, prices in _first_offers(record, bidder):
        amount = sum((lots[lot].amount(price) for lot, price in prices.items()), Decimal(0))
        best[code] = max(amount, best.get(code, amount))
    return {code: str(amount) for code, amount in sorted(best.items())}


def _first_offers(record: Record, bidder: str) -> list[tuple[str, Mapping[str, Decimal]]]:
    """The offers of a bidder's first bid that counted, each named by its lots."""
    firsts = [each for each in standing(record.entries, 1) if each.kind == EntryKind.BID and each.bidder == bidder]
    forms = [(each, form_of(record, each)) for each in firsts]
    return [
        ("+".join(sorted(offer.prices)), offer.prices)
        for sealed, form in forms
        for number, offer in enumerate(form.offers if form else (), start=1)
        if not offer.defects and (not offer.omissions or f"{sealed.receipt}.{number}" in record.cured)
    ]
