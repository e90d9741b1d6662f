"""The record as a file, which anybody can keep and check.

It is JSON written in one way only (sorted keys, no spaces) and carries its own SHA-256, so that no byte of it can be
changed unseen by somebody who does not work the sum out again. Who does is found by what the sum is over.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolios.domain.auctionrecord import NotAnAuction, auction_from_json, auction_to_json
from portfolios.domain.salerecord.record import Offered, Record, Sealed
from portfolios.domain.sales import PriceUnit
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Part, decoded, encoded

VERSION = 2
OTHER = "This file is not the record of a sale. Download it again from the sale's page."


class NotARecord(Exception):
    """The file is not the record of a sale."""


def record_to_bytes(record: Record) -> bytes:
    """The record as its file."""
    return summed(record_to_json(record))


def record_from_bytes(data: bytes) -> Record:
    """The record behind a file; NotARecord where it is anything else, or was changed since it was written."""
    return record_from_json(unsummed(data))


def summed(found: Mapping[str, Any]) -> bytes:
    """A record's JSON as a file, with its sum."""
    return _written({**found, "sha256": sum_of(found)})


def unsummed(data: bytes) -> dict[str, Any]:
    """The JSON of a file with its sum; NotARecord where it is anything else, or was changed since it was written."""
    try:
        found: dict[str, Any] = json.loads(data)
        same = _written(found) == data and sum_of(found) == found["sha256"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotARecord(OTHER) from error
    if not same:
        raise NotARecord("This file was changed since it was written. Download it again from the sale's page.")
    return found


def sum_of(found: Mapping[str, Any]) -> str:
    """The SHA-256 of a record's JSON, over everything but the sum itself."""
    return hashlib.sha256(_written({key: value for key, value in found.items() if key != "sha256"})).hexdigest()


def _written(found: Mapping[str, Any]) -> bytes:
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def record_to_json(record: Record) -> dict[str, Any]:
    """The record as JSON; bytes are base64url."""
    return {
        "v": VERSION,
        "sale": record.sale,
        "deadlines": list(record.deadlines),
        "opened_at": record.opened_at,
        "decided_at": record.decided_at,
        "terms": record.terms.to_json(),
        "lots": lots_to_json(record.lots),
        "tapes": list(record.tapes),
        "head": record.head,
        "count": record.count,
        "entries": [_sealed_to_json(each) for each in record.entries],
        "contents": {receipt: dict(content) for receipt, content in record.contents.items()},
        "unread": dict(record.unread),
        "cured": sorted(record.cured),
        "awards": [{"offer": offer, "amount": str(amount)} for offer, amount in record.awards],
        "awarded_at": record.awarded_at,
        "auction": auction_to_json(record.auction) if record.auction else None,
        **rare_to_json(record.barred, record.tied_lots),
    }


def rare_to_json(barred: frozenset[str], tied_lots: frozenset[str]) -> dict[str, list[str]]:
    """Who was barred, and which lots were tied; each left out where there is none, as in most records."""
    found = {"barred": sorted(barred), "tied_lots": sorted(tied_lots)}
    return {name: values for name, values in found.items() if values}


def lots_to_json(lots: Iterable[Offered]) -> list[dict[str, str]]:
    """Lots as a record states them."""
    return [{"lot": lot.code, "name": lot.name, "upb": str(lot.upb), "unit": lot.unit.value} for lot in lots]


def lots_from_json(found: Iterable[Mapping[str, str]]) -> tuple[Offered, ...]:
    return tuple(Offered(lot["lot"], lot["name"], Decimal(lot["upb"]), PriceUnit(lot["unit"])) for lot in found)


def _sealed_to_json(sealed: Sealed) -> dict[str, Any]:
    return {**entry_to_json(sealed), **opening_to_json(sealed)}


def entry_to_json(sealed: Sealed) -> dict[str, Any]:
    """An entry as everybody may see it: its line of the chain, and its envelope."""
    return {
        "kind": sealed.kind,
        "bidder": sealed.bidder,
        "round": sealed.round,
        "seq": sealed.seq,
        "at": sealed.at,
        "receipt": sealed.receipt,
        "hash": sealed.hash,
        "envelope": encoded(sealed.envelope),
    }


def opening_to_json(sealed: Sealed) -> dict[str, Any]:
    """What belongs to the opening of an entry: the deposit that had come, and the parts of the key."""
    return {
        "deposit": str(sealed.deposit),
        "parts": [{"group": list(part.group), "name": part.name, "part": part.part} for part in sealed.parts],
    }


def record_from_json(found: Any) -> Record:
    """A record as published; NotARecord where it is anything else."""
    try:
        return _record(found)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, NotAnAuction) as error:
        raise NotARecord(OTHER) from error


def _record(found: Mapping[str, Any]) -> Record:
    if found["v"] != VERSION:
        raise NotARecord(f"This record has format {found['v']}; this program checks format {VERSION}.")
    return Record(
        sale=found["sale"],
        deadlines=tuple(found["deadlines"]),
        opened_at=found["opened_at"],
        decided_at=found["decided_at"],
        terms=Terms.from_json(found["terms"]),
        lots=lots_from_json(found["lots"]),
        tapes=tuple(found["tapes"]),
        head=found["head"],
        count=found["count"],
        entries=tuple(entry_from_json(each, each) for each in found["entries"]),
        contents=dict(found["contents"]),
        unread=dict(found["unread"]),
        cured=frozenset(found["cured"]),
        awards=tuple((each["offer"], Decimal(each["amount"])) for each in found["awards"]),
        awarded_at=found["awarded_at"],
        auction=auction_from_json(found["auction"]) if found.get("auction") else None,
        barred=frozenset(found.get("barred", ())),
        tied_lots=frozenset(found.get("tied_lots", ())),
    )


def entry_from_json(found: Mapping[str, Any], opening: Mapping[str, Any]) -> Sealed:
    """An entry, and what belongs to its opening where that is known."""
    parts = tuple(Part(tuple(part["group"]), part["name"], part["part"]) for part in opening.get("parts", ()))
    return Sealed(
        kind=found["kind"],
        bidder=found["bidder"],
        round=found["round"],
        seq=found["seq"],
        at=found["at"],
        receipt=found["receipt"],
        hash=found["hash"],
        envelope=decoded(found["envelope"]),
        deposit=Decimal(opening.get("deposit", "0")),
        parts=parts,
    )
