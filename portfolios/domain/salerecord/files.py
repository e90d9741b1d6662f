"""The record as a JSON file, which anybody can keep and check."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolios.domain.salerecord.record import Record, Sealed
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Part, decoded, encoded


def record_to_json(record: Record) -> dict[str, Any]:
    """The record as JSON; bytes are base64url."""
    return {
        "v": 1,
        "sale": record.sale,
        "round": record.round,
        "deadline": record.deadline,
        "opened_at": record.opened_at,
        "terms": record.terms.to_json(),
        "lots": [{"lot": code, "upb": str(upb)} for code, upb in record.lots],
        "tapes": list(record.tapes),
        "head": record.head,
        "count": record.count,
        "entries": [_sealed_to_json(each) for each in record.entries],
        "contents": {receipt: dict(content) for receipt, content in record.contents.items()},
        "awards": [{"receipt": receipt, "amount": str(amount)} for receipt, amount in record.awards],
    }


def _sealed_to_json(sealed: Sealed) -> dict[str, Any]:
    return {
        "kind": sealed.kind,
        "bidder": sealed.bidder,
        "round": sealed.round,
        "seq": sealed.seq,
        "at": sealed.at,
        "receipt": sealed.receipt,
        "hash": sealed.hash,
        "envelope": encoded(sealed.envelope),
        "deposit": str(sealed.deposit),
        "cured": sealed.cured,
        "parts": [{"group": list(part.group), "name": part.name, "part": part.part} for part in sealed.parts],
    }


class NotARecord(Exception):
    """The file is not the record of a sale."""


def record_from_json(found: Any) -> Record:
    """A record as published; NotARecord where it is anything else."""
    try:
        return Record(
            sale=found["sale"],
            round=found["round"],
            deadline=found["deadline"],
            opened_at=found["opened_at"],
            terms=Terms.from_json(found["terms"]),
            lots=tuple((lot["lot"], Decimal(lot["upb"])) for lot in found["lots"]),
            tapes=tuple(found["tapes"]),
            head=found["head"],
            count=found["count"],
            entries=tuple(_sealed(each) for each in found["entries"]),
            contents=found["contents"],
            awards=tuple((each["receipt"], Decimal(each["amount"])) for each in found["awards"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise NotARecord("This file is not the record of a sale. Download it again from the sale's page.") from error


def _sealed(found: Mapping[str, Any]) -> Sealed:
    parts = tuple(Part(tuple(part["group"]), part["name"], part["part"]) for part in found["parts"])
    return Sealed(
        kind=found["kind"],
        bidder=found["bidder"],
        round=found["round"],
        seq=found["seq"],
        at=found["at"],
        receipt=found["receipt"],
        hash=found["hash"],
        envelope=decoded(found["envelope"]),
        deposit=Decimal(found["deposit"]),
        cured=found["cured"],
        parts=parts,
    )
