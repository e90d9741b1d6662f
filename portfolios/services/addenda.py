"""Changes of what is sold after the announcement: published to all, and told apart by the hash of the tape."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.sales import LotStatus, SaleStatus
from portfolios.models import Addendum, BundleLoan, Lot, Sale
from portfolios.policies import sales as policies
from portfolios.services.sales import list_hash, record, tape_hash
from portfolios.services.sealedrecord import locked


@transaction.atomic
def publish(*, sale: Sale, text: str, dropped: Mapping[str, Sequence[str]], by: User, at: datetime) -> Addendum:
    """Publish a change of the tape: loans dropped, by lot code. Bids that were sealed before name the tape before."""
    sale = locked(sale)
    policies.check_is_seller(by, sale)
    if sale.status != SaleStatus.OPEN:
        raise NotAllowed("The tape can be changed until bids are due.")
    if not text.strip():
        raise NotAllowed("Say what changed; the addendum goes to every bidder.")
    for code, loan_ids in dropped.items():
        _drop(sale.lots.get(code=code), set(loan_ids))
    replaced, tape = sale.tape_sha256, tape_hash(sale.lots.exclude(status=LotStatus.WITHDRAWN))
    Sale.objects.filter(pk=sale.pk).update(tape_sha256=tape)
    changes = {code: sorted(loan_ids) for code, loan_ids in dropped.items()}
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


def _drop(lot: Lot, loan_ids: set[str]) -> None:
    """Take loans out of a lot: counts, balance and hash follow; the bundle itself stays as it is."""
    if lot.bundle is None:
        raise NotAllowed(f"Lot {lot.code} has no list of loans.")
    gone = set(lot.details.get("dropped", [])) | loan_ids
    loans = BundleLoan.objects.filter(bundle=lot.bundle, kicked_out="", loan_id__in=gone)
    if loans.count() != len(gone):
        raise NotAllowed(f"Lot {lot.code} does not hold all of these loans.")
    out = loans.aggregate(upb=Sum("upb"))["upb"] or 0
    lot.details = {**lot.details, "dropped": sorted(gone)}
    lot.loan_count, lot.upb = lot.bundle.kept_count - len(gone), lot.bundle.kept_upb - out
    said = "\n".join([list_hash(lot.bundle), *sorted(gone)])
    lot.tape_sha256 = hashlib.sha256(said.encode()).hexdigest()
    lot.save()
