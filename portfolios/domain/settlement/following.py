"""What follows a settlement: notices of the servicing transfer and documents that come later, as dated data."""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from portfolios.domain.settlement.days import overdue_from

REFERENCE = Path(__file__).resolve().parent.parent.parent / "reference"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to borrowers: whose it is ("seller" or "buyer"), and its last day relative to the transfer date."""

    code: str
    title: str
    by: str
    days: int
    says: str
    status: str
    source: str

    def due(self, transfers_on: date) -> date:
        return transfers_on + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A document that may follow a settlement, with the usual days to deliver it."""

    doc_type: str
    title: str
    usual_days: int
    status: str
    source: str


class DocumentState(StrEnum):
    OVERDUE = "overdue"
    DUE = "due"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"


@cache
def notices() -> tuple[Notice, ...]:
    rows = tomllib.loads((REFERENCE / "transfer_notices.toml").read_text(encoding="utf-8"))["notice"]
    return tuple(Notice(**row) for row in rows)


@cache
def document_types() -> Mapping[str, DocumentType]:
    """Documents that may follow, by code, in the order of the file."""
    with (REFERENCE / "trailing_documents.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return MappingProxyType(
        {
            row["doc_type"]: DocumentType(
                row["doc_type"], row["title"], int(row["usual_days"]), row["status"], row["source"]
            )
            for row in rows
        }
    )


def document_state(*, due_on: date, delivered_on: date | None, accepted: bool, today: date) -> DocumentState:
    """Where a document stands; what is delivered is never overdue."""
    if accepted:
        return DocumentState.ACCEPTED
    if delivered_on is not None:
        return DocumentState.DELIVERED
    return DocumentState.OVERDUE if due_on <= overdue_from(today) else DocumentState.DUE
