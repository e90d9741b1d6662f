"""Recording what a kind of sale needs: consents, notices, orders, certificates, and who may not bid."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.localtimes import day_in
from portfolios.domain.saleneeds import Relation, needs
from portfolios.models import Bidder, RelatedParty, Sale, SaleDocument, SaleNeed
from portfolios.policies import saleneeds as policies
from portfolios.queries.saleneeds import open_before_award, open_needs
from portfolios.services.sales import record
from portfolios.services.sealedrecord import locked

__all__ = ["end_related_party", "name_related_party", "open_before_award", "open_needs", "record_need"]


@transaction.atomic
def record_need(
    *,
    sale: Sale,
    code: str,
    by: User,
    at: datetime,
    on: date,
    said_by: str = "",
    reference: str = "",
    text: str = "",
    document: SaleDocument | None = None,
    bidder: Bidder | None = None,
) -> SaleNeed:
    """Record that a need was seen to: who gave it, when, and where it stands. The newest record of a need counts."""
    sale, need = locked(sale), needs()[code]
    policies.check_can_record(by, sale, need)
    if on > day_in(at, sale.time_zone):
        raise NotAllowed("This day is still to come. Record it once it was given.")
    if need.each_bidder and bidder is None:
        raise NotAllowed("Choose the bidder that this is about.")
    if need.text and not text.strip():
        raise NotAllowed("Write down the wording; bidders are held to it.")
    if not need.text and not reference.strip() and document is None:
        raise NotAllowed("Give a reference, or choose the document.")
    made = SaleNeed.objects.create(
        sale=sale,
        code=code,
        bidder=bidder,
        said_by=said_by.strip(),
        on=on,
        reference=reference.strip(),
        text=text.strip(),
        document=document,
        by=by,
        at=at,
    )
    facts = {"need": code, "on": on.isoformat(), "reference": made.reference, "said_by": made.said_by}
    record(sale, "need_recorded", by=by, at=at, note=need.sentence, public=False, **facts)
    return made


@transaction.atomic
def name_related_party(*, name: str, relation: Relation, note: str, by: User, at: datetime) -> RelatedParty:
    """Put a party on the list of those that may not bid; naming it again changes nothing."""
    seller = by.organization
    policies.check_keeps_list(by, seller)
    if not name.strip():
        raise NotAllowed("Say who the party is, by the name of its organization.")
    known = RelatedParty.objects.filter(seller=seller, name__iexact=name.strip(), ended_at=None).first()
    values = {"relation": relation, "note": note.strip(), "by": by, "at": at}
    return known or RelatedParty.objects.create(seller=seller, name=name.strip(), **values)


@transaction.atomic
def end_related_party(*, party: RelatedParty, by: User, at: datetime) -> None:
    """Take a party off the list; that it was on it stays."""
    policies.check_keeps_list(by, party.seller)
    RelatedParty.objects.filter(pk=party.pk, ended_at=None).update(ended_at=at, ended_by=by)
