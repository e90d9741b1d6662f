"""Changes of what is sold after the announcement: published to all, and told apart by the hash of the tape."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.sales import LotStatus
from portfolios.models import Addendum, BundleLoan, Lot, Sale
from portfolios.policies import sales as policies
from portfolios.services.lotfigures import figures_of
from portfolios.services.salehashes import lines_hash, list_hash, tape_hash
from portfolios.services.sales import record
from portfolios.services.sealedrecord import locked

NAMED = 5


@dataclass(frozen=True, slots=True)
class LotChange:
    """What an addendum makes of a lot: loans that leave, and what is left; UPB in USD."""

    lot: Lot
    leaving: tuple[str, ...]
    gone: tuple[str, ...]
    loans: int
    upb: Decimal
    tape_sha256: str

    @property
    def leaving_upb(self) -> Decimal:
        return self.lot.upb - self.upb


@dataclass(frozen=True, slots=True)
class Plan:
    """An addendum before it is published: the lots it changes, and the tape that bids name from then on."""

    changes: tuple[LotChange, ...]
    tape_sha256: str


def planned(*, sale: Sale, dropped: Mapping[str, Sequence[str]]) -> Plan:
    """What an addendum that drops these loans, by lot code, would change; NotAllowed names loans that a lot lacks."""
    lots = {lot.code: lot for lot in on_offer(sale).select_related("bundle__run__version")}
    changes = tuple(change_of(named(lots, code), set(loan_ids)) for code, loan_ids in dropped.items() if loan_ids)
    hashes = {code: lot.tape_sha256 for code, lot in lots.items()}
    hashes |= {change.lot.code: change.tape_sha256 for change in changes}
    return Plan(changes, lines_hash(sorted(hashes.items())))


def on_offer(sale: Sale) -> Any:
    return sale.lots.exclude(status=LotStatus.WITHDRAWN)


def named(lots: Mapping[str, Lot], code: str) -> Lot:
    if code not in lots:
        raise NotAllowed(f"Lot {code} is not on offer.")
    return lots[code]


def change_of(lot: Lot, leaving: set[str]) -> LotChange:
    """Count, balance and hash of a lot without these loans; the bundle itself stays as it is."""
    if lot.bundle is None:
        raise NotAllowed(f"Lot {lot.code} has no list of loans.")
    known = set(lot.details.get("dropped", []))
    gone = known | leaving
    loans = BundleLoan.objects.filter(bundle=lot.bundle, kicked_out="", loan_id__in=gone)
    if strange := gone - set(loans.values_list("loan_id", flat=True)):
        raise NotAllowed(f"Lot {lot.code} does not hold all of these loans: it lacks {some(strange)}.")
    out = loans.aggregate(upb=Sum("upb"))["upb"] or Decimal(0)
    left = lot.bundle.kept_count - loans.count()
    if left <= 0:
        raise NotAllowed(f"Lot {lot.code} would hold no loan. Withdraw the lot instead.")
    said = "\n".join([list_hash(lot.bundle), *sorted(gone)])
    sha256 = hashlib.sha256(said.encode()).hexdigest()
    new = tuple(sorted(gone - known))
    return LotChange(lot, new, tuple(sorted(gone)), left, lot.bundle.kept_upb - out, sha256)


def some(loan_ids: set[str]) -> str:
    """A few loan numbers, and how many more there are."""
    shown = ", ".join(sorted(loan_ids)[:NAMED])
    return f"{shown} and {len(loan_ids) - NAMED} more" if len(loan_ids) > NAMED else shown


@transaction.atomic
def publish(*, sale: Sale, text: str, dropped: Mapping[str, Sequence[str]], by: User, at: datetime) -> Addendum:
    """Publish a change of the tape: loans dropped, by lot code. Bids that were sealed before name the tape before."""
    sale = locked(sale)
    policies.check_can_change_tape(by, sale, at)
    if not text.strip():
        raise NotAllowed("Say what changed; the addendum goes to every bidder.")
    plan = planned(sale=sale, dropped=dropped)
    for change in plan.changes:
        apply(change)
    changes = {change.lot.code: list(change.leaving) for change in plan.changes}
    return keep(sale, text, changes, by=by, at=at)


def apply(change: LotChange) -> None:
    """Write what is left of a lot, with its strata added up anew over the loans that stay."""
    lot = change.lot
    lot.details = {**lot.details, "dropped": list(change.gone)}
    lot.loan_count, lot.upb, lot.tape_sha256 = change.loans, change.upb, change.tape_sha256
    lot.summary = figures_of(lot)
    lot.save(update_fields=["details", "loan_count", "upb", "tape_sha256", "summary"])


@transaction.atomic
def withdraw_lot(*, sale: Sale, lot: Lot, text: str, by: User, at: datetime) -> Addendum:
    """Take a lot out of an announced sale; the addendum tells every bidder, and later bids name the tape without it."""
    sale = locked(sale)
    lot = sale.lots.get(pk=lot.pk)
    policies.check_can_withdraw_lot(by, sale, lot.status, at)
    if not text.strip():
        raise NotAllowed("Say why the lot is withdrawn; the addendum goes to every bidder.")
    if on_offer(sale).count() == 1:
        raise NotAllowed("This is the last lot on offer. Cancel the sale instead.")
    Lot.objects.filter(pk=lot.pk, status=LotStatus.OFFERED).update(status=LotStatus.WITHDRAWN)
    return keep(sale, text, {lot.code: "withdrawn"}, by=by, at=at)


def keep(sale: Sale, text: str, changes: dict[str, Any], *, by: User, at: datetime) -> Addendum:
    """Write the addendum, and the hash of the tape that bids name from now on."""
    replaced, tape = sale.tape_sha256, tape_hash(on_offer(sale))
    Sale.objects.filter(pk=sale.pk).update(tape_sha256=tape)
    addendum = Addendum.objects.create(
        sale=sale,
        number=sale.addenda.count() + 1,
        text=text.strip(),
        changes=changes,
        tape_sha256=tape,
        replaces_sha256=replaced,
        published_by=by,
        published_at=at,
    )
    record(sale, "addendum", by=by, at=at, note=addendum.text, number=addendum.number, tape=tape)
    return addendum
