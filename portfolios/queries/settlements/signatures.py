"""The signatures of both sides on list, agreement and wire."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.models import Settlement

OPEN_SLOTS = {
    "seller_agreed": "Has not agreed yet",
    "buyer_agreed": "Has not agreed yet",
    "seller_signed": "Has not signed yet",
    "buyer_signed": "Has not signed yet",
    "funded": "Has not sent the wire yet",
    "confirmed": "Has not seen the money yet",
    "received": "Has not seen the loans yet",
}
SHOWN_SIGNATURES = {Status.DILIGENCE: 1, Status.AGREED: 2}


@dataclass(frozen=True, slots=True)
class Slot:
    """A signature: whose, what for, when; open until given."""

    name: str
    role: str
    decision: str = ""
    at: datetime | None = None
    signed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures of one step."""

    title: str
    slots: tuple[Slot, ...]

    @property
    def complete(self) -> bool:
        return all(slot.signed for slot in self.slots)

    @property
    def names(self) -> str:
        """Who signed, each once."""
        return " and ".join(dict.fromkeys(slot.name for slot in self.slots))

    @property
    def at(self) -> datetime | None:
        """When the last signature was given."""
        return max((slot.at for slot in self.slots if slot.at), default=None)


def signatures(settlement: Settlement) -> list[Signatures]:
    """The signatures of both sides that were given and those that are given now; later ones are not shown yet."""
    seller, buyer = str(settlement.award.sale.seller), str(settlement.buyer)
    agreed = Signatures(
        "Loans and price",
        (
            _slot(settlement, "seller_agreed", f"for {seller}", "Agrees to loans and price"),
            _slot(settlement, "buyer_agreed", f"for {buyer}", "Agrees to loans and price"),
        ),
    )
    signed = Signatures("Purchase agreement", signers(settlement))
    sent = _slot(settlement, "funded", f"for {buyer}", f"Sent the wire {settlement.wire_reference}".strip())
    arrived = (
        sent,
        _slot(settlement, "confirmed", f"for {seller}", "Saw the money arrive"),
        _slot(settlement, "received", f"for {buyer}", "Saw the loans arrive"),
    )
    pairs = [agreed, signed, Signatures("Wire and loans", arrived)]
    return pairs[: SHOWN_SIGNATURES.get(Status(settlement.status), len(pairs))]


def signers(settlement: Settlement) -> tuple[Slot, ...]:
    """Who signs the agreement, a person of each side."""
    return (
        _slot(settlement, "seller_signed", f"for {settlement.award.sale.seller}", "Signed the agreement"),
        _slot(settlement, "buyer_signed", f"for {settlement.buyer}", "Signed the agreement"),
    )


def _slot(settlement: Settlement, name: str, role: str, decision: str) -> Slot:
    person: User | None = getattr(settlement, f"{name}_by")
    if person is None:
        return Slot("", role, OPEN_SLOTS[name])
    return Slot(str(person), role, decision, getattr(settlement, f"{name}_at"), signed=True)
