"""A bidder's record as a file: JSON written in one way only, with its own SHA-256, like the whole record."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolios.domain.auctionrecord import NotAnAuction, auction_from_json, auction_to_json
from portfolios.domain.salerecord.bidderrecord import Awarded, BidderRecord, Given, Head, Sides
from portfolios.domain.salerecord.files import (
    OTHER,
    NotARecord,
    entry_from_json,
    entry_to_json,
    lots_from_json,
    lots_to_json,
    opening_to_json,
    rare_to_json,
    summed,
    unsummed,
)
from portfolios.domain.saleterms import Terms

FORM, VERSION = "bidder", 1
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, NotAnAuction)


def is_bidder_record(found: Mapping[str, Any]) -> bool:
    """Whether a file says that it is a record without the prices that lost."""
    return found.get("form") == FORM


def bidder_record_to_bytes(record: BidderRecord) -> bytes:
    """The record as its file."""
    return summed(bidder_record_to_json(record))


def bidder_record_from_bytes(data: bytes) -> BidderRecord:
    """The record behind a file; NotARecord where it is anything else, or was changed since it was written."""
    return bidder_record_from_json(unsummed(data))


def bidder_record_to_json(record: BidderRecord) -> dict[str, Any]:
    """The record as JSON; bytes are base64url."""
    own = [each for each in record.entries if record.is_own(each)]
    return {
        "form": FORM,
        "v": VERSION,
        "bidder": record.bidder,
        "sale": record.sale,
        "deadlines": list(record.deadlines),
        "opened_at": record.opened_at,
        "decided_at": record.decided_at,
        "awarded_at": record.awarded_at,
        "terms": record.terms.to_json(),
        "lots": lots_to_json(record.lots),
        "tapes": list(record.tapes),
        "head": record.head,
        "count": record.count,
        "entries": [entry_to_json(each) for each in record.entries],
        "own": {each.receipt: opening_to_json(each) for each in own},
        "contents": {receipt: dict(content) for receipt, content in record.contents.items()},
        "unread": dict(record.unread),
        "cured": sorted(record.cured),
        "awards": [_awarded_to_json(each) for each in record.awards],
        "auction": auction_to_json(record.auction) if record.auction else None,
        **_sides_to_json(record.sides),
        "whole": record.whole,
        **rare_to_json(record.barred, record.tied_lots),
    }


def _awarded_to_json(award: Awarded) -> dict[str, Any]:
    return {
        "lots": list(award.lots),
        "offer": award.offer,
        "bidder": award.bidder,
        "amount": _written(award.amount),
        "cover": _written(award.cover),
    }


def _written(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def _sides_to_json(sides: Sides) -> dict[str, Any]:
    return {
        "openers": dict(sides.openers),
        "given": [{"round": each.round, "name": each.name, "at": each.at} for each in sides.given],
        "heads": [{"round": each.round, "at": each.at, "head": each.head, "count": each.count} for each in sides.heads],
        "terms_hash": sides.terms_hash,
        "announced": dict(sides.announced),
    }


def bidder_record_from_json(found: Any) -> BidderRecord:
    """A record as published; NotARecord where it is anything else, or is not written in the one way."""
    try:
        record = _record(found)
        same = bidder_record_to_json(record) == {key: value for key, value in found.items() if key != "sha256"}
    except UNREADABLE as error:
        raise NotARecord(OTHER) from error
    if not same:
        raise NotARecord(OTHER)
    return record


def _record(found: Mapping[str, Any]) -> BidderRecord:
    if (found["form"], found["v"]) != (FORM, VERSION):
        raise NotARecord(f"This record has format {found['v']}; this program checks format {VERSION}.")
    own = found["own"]
    return BidderRecord(
        bidder=found["bidder"],
        sale=found["sale"],
        deadlines=tuple(found["deadlines"]),
        opened_at=found["opened_at"],
        decided_at=found["decided_at"],
        awarded_at=found["awarded_at"],
        terms=Terms.from_json(found["terms"]),
        lots=lots_from_json(found["lots"]),
        tapes=tuple(found["tapes"]),
        head=found["head"],
        count=found["count"],
        entries=tuple(entry_from_json(each, own.get(each["receipt"], {})) for each in found["entries"]),
        contents=dict(found["contents"]),
        unread=dict(found["unread"]),
        cured=frozenset(found["cured"]),
        awards=tuple(map(_awarded, found["awards"])),
        auction=auction_from_json(found["auction"]) if found["auction"] else None,
        sides=_sides(found),
        whole=found["whole"],
        barred=frozenset(found.get("barred", ())),
        tied_lots=frozenset(found.get("tied_lots", ())),
    )


def _awarded(found: Mapping[str, Any]) -> Awarded:
    return Awarded(
        lots=tuple(found["lots"]),
        offer=found["offer"],
        bidder=found["bidder"],
        amount=_amount(found["amount"]),
        cover=_amount(found["cover"]),
    )


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _sides(found: Mapping[str, Any]) -> Sides:
    return Sides(
        openers=dict(found["openers"]),
        given=tuple(Given(each["round"], each["name"], each["at"]) for each in found["given"]),
        heads=tuple(Head(each["round"], each["at"], each["head"], each["count"]) for each in found["heads"]),
        terms_hash=found["terms_hash"],
        announced=dict(found["announced"]),
    )
