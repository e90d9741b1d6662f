"""The signatures of both sides on list, agreement and wire."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.domain.settlement import TrueUpState
from portfolios.models import Settlement, TrueUp
from portfolios.queries.settlements.sides import payer_of, wire_of

OPEN_SLOTS = {
    "seller_agreed": "Has not agreed yet",
    "buyer_agreed": "Has not agreed yet",
    "seller_signed": "Has not signed yet",
    "buyer_signed": "Has not signed yet",
    "funded": "Has not sent the wire yet",
    "confirmed": "Has not seen the money yet",
    "received": "Has not seen the loans yet",
    "paid": "Has not sent the difference yet",
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
    sides = (seller, buyer) if payer_of(settlement) == "seller" else (buyer, seller)
    due = wire_of(settlement) or settlement.funded_at is None
    decision = f"Sent the wire {settlement.wire_reference}".strip() if due else "Nothing was due"
    arrived = (
        _slot(settlement, "funded", f"for {sides[0]}", decision),
        _slot(settlement, "confirmed", f"for {sides[1]}", "Saw the money arrive" if due else "Nothing was due"),
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


def true_up_signers(settlement: Settlement, true_up: TrueUp) -> tuple[Slot, ...]:
    """Who agreed to a true-up, and once both did, who paid it and saw it arrive."""
    names = {"seller": str(settlement.award.sale.seller), "buyer": str(settlement.buyer)}
    agreed = tuple(_slot(true_up, f"{side}_agreed", f"for {name}", "Agreed") for side, name in names.items())
    if not true_up.payer or true_up.state not in (TrueUpState.AGREED, TrueUpState.PAID, TrueUpState.SETTLED):
        return agreed
    payee = "buyer" if true_up.payer == "seller" else "seller"
    sent = _slot(true_up, "paid", f"for {names[true_up.payer]}", f"Sent the wire {true_up.wire_reference}".strip())
    return (*agreed, sent, _slot(true_up, "confirmed", f"for {names[payee]}", "Saw the money arrive"))


def _slot(settlement: Settlement | TrueUp, name: str, role: str, decision: str) -> Slot:
    person: User | None = getattr(settlement, f"{name}_by")
    if person is None:
        return Slot("", role, OPEN_SLOTS[name])
    return Slot(str(person), role, decision, getattr(settlement, f"{name}_at"), signed=True)
