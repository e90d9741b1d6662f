"""Who may bid: invitation, confidentiality agreement, qualification until a date, questions, documents."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from portfolios.domain.localtimes import day_in
from portfolios.domain.sales import BIDDER_TRANSITIONS, TAKES_BIDS, BidderStatus
from portfolios.models import Bidder, DocumentAccess, Question, Sale, SaleDocument
from portfolios.policies import sales as policies
from portfolios.policies.saleneeds import check_certified, check_not_related
from portfolios.services.sales import record
from portfolios.services.sealedrecord import locked, standing

MOST_CHARS = 4_000
MOST_DOCUMENT_BYTES = 200 * 1024 * 1024


@transaction.atomic
def invite(*, sale: Sale, organization: Organization, by: User, at: datetime) -> Bidder:
    """Invite an organization; inviting it again changes nothing."""
    policies.check_can_invite(by, sale, organization.kind)
    if sale.openers.filter(user__organization=organization).exists():
        raise NotAllowed(f"{organization} opens the bids of this sale, so it cannot bid in it.")
    check_not_related(sale, organization)
    values = {"invited_by": by, "invited_at": at}
    bidder, made = Bidder.objects.get_or_create(sale=sale, organization=organization, defaults=values)
    if bidder.status == BidderStatus.DECLINED:
        move(bidder, BidderStatus.INVITED)
        made = True
    if made:
        record(sale, "invited", by=by, at=at, public=False, organization=organization.name, bidder=bidder.pk)
    return bidder


@transaction.atomic
def invite_all(*, sale: Sale, organizations: Iterable[Organization], by: User, at: datetime) -> list[Bidder]:
    """Invite several organizations, or none where one of them cannot be invited."""
    return [invite(sale=sale, organization=organization, by=by, at=at) for organization in organizations]


@transaction.atomic
def take_back_invitation(*, bidder: Bidder, by: User, at: datetime) -> None:
    """Take an invitation back while the sale is a draft, which nobody who is invited has seen."""
    sale = locked(bidder.sale)
    policies.check_can_prepare(by, sale)
    record(sale, "invitation_taken_back", by=by, at=at, public=False, organization=bidder.organization.name)
    bidder.delete()


@transaction.atomic
def sign_agreement(*, bidder: Bidder, text: str, by: User, at: datetime) -> Bidder:
    """Sign the confidentiality agreement as it was shown; its hash is kept beside the signature, its text on record."""
    policies.check_is_bidder(by, bidder)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    move(bidder, BidderStatus.CONFIDENTIAL, agreement_sha256=sha256, signed_by=by, signed_at=at)
    record(bidder.sale, "agreement_signed", by=by, at=at, public=False, agreement=sha256, bidder=bidder.pk, text=text)
    return bidder


@transaction.atomic
def state(*, bidder: Bidder, statement: Mapping[str, Any], by: User) -> Bidder:
    """Send the qualification statement, which the seller reads."""
    policies.check_is_bidder(by, bidder)
    if bidder.status == BidderStatus.INVITED:
        raise NotAllowed("Sign the confidentiality agreement first.")
    Bidder.objects.filter(pk=bidder.pk).update(statement=dict(statement))
    bidder.refresh_from_db()
    return bidder


@transaction.atomic
def qualify(*, bidder: Bidder, until: date, deposit: Decimal, by: User, at: datetime) -> Bidder:
    """Let a bidder bid until a date, with the deposit received, USD."""
    policies.check_is_seller(by, bidder.sale)
    check_certified(bidder)
    if until < day_in(at, bidder.sale.time_zone):
        raise NotAllowed("The qualification would have ended already. Choose today or a later day.")
    if bidder.status == BidderStatus.QUALIFIED:
        Bidder.objects.filter(pk=bidder.pk).update(qualified_until=until, deposit=deposit, qualified_by=by)
        bidder.refresh_from_db()
    else:
        move(bidder, BidderStatus.QUALIFIED, qualified_by=by, qualified_until=until, deposit=deposit)
    facts = {"organization": bidder.organization.name, "until": until.isoformat(), "deposit": str(deposit)}
    record(bidder.sale, "qualified", by=by, at=at, public=False, **facts)
    return bidder


@transaction.atomic
def bar(*, bidder: Bidder, note: str, by: User, at: datetime) -> Bidder:
    """Keep an organization out, with the reason; a bid that it sealed opens with the others and does not conform."""
    policies.check_can_bar(by, locked(bidder.sale))
    if not note.strip():
        raise NotAllowed("Say why this organization cannot take part.")
    move(bidder, BidderStatus.BARRED, note=note.strip()[:MOST_CHARS])
    record(bidder.sale, "barred", by=by, at=at, note=note, public=False, organization=bidder.organization.name)
    return bidder


@transaction.atomic
def decline(*, bidder: Bidder, by: User, at: datetime) -> Bidder:
    """A bidder leaves the sale; not while a bid of it stands, which binds it."""
    policies.check_is_bidder(by, bidder)
    sale = locked(bidder.sale)
    if bidder.pk in standing(sale):
        takes = "Withdraw your bid first." if sale.status in TAKES_BIDS else "It binds your organization."
        raise NotAllowed(f"Your organization has a sealed bid. {takes}")
    move(bidder, BidderStatus.DECLINED)
    record(bidder.sale, "declined", by=by, at=at, public=False)
    return bidder


def move(bidder: Bidder, to: BidderStatus, **changes: object) -> None:
    """Move by one conditional UPDATE; NotAllowed where the bidder does not stand where it should."""
    allowed = [status for status in BidderStatus if to in BIDDER_TRANSITIONS[status]]
    if not Bidder.objects.filter(pk=bidder.pk, status__in=allowed).update(status=to, **changes):
        raise NotAllowed("This bidder does not stand where this step begins. Load the page again.")
    bidder.refresh_from_db()


@transaction.atomic
def ask(*, bidder: Bidder, text: str, by: User, at: datetime) -> Question:
    """Ask the seller; the answer goes to everybody, the name of the asker to nobody."""
    policies.check_can_ask(by, bidder)
    if not text.strip():
        raise NotAllowed("Write the question first.")
    return Question.objects.create(
        sale=bidder.sale, bidder=bidder, text=text.strip()[:MOST_CHARS], asked_by=by, asked_at=at
    )


@transaction.atomic
def answer(*, question: Question, text: str, by: User, at: datetime) -> Question:
    """Answer once, to all."""
    policies.check_is_seller(by, question.sale)
    if not text.strip():
        raise NotAllowed("Write the answer first.")
    values = {"answer": text.strip()[:MOST_CHARS], "answered_by": by, "published_at": at}
    if not Question.objects.filter(pk=question.pk, published_at=None).update(**values):
        raise NotAllowed("This question is answered already; what was said to all stays.")
    question.refresh_from_db()
    record(question.sale, "answered", by=by, at=at, question=question.pk)
    return question


@transaction.atomic
def add_document(*, sale: Sale, title: str, tier: int, upload: File, by: User, at: datetime) -> SaleDocument:
    """Put a file into the data room, byte for byte."""
    policies.check_is_seller(by, sale)
    if upload.size > MOST_DOCUMENT_BYTES:
        raise NotAllowed(f"A document has at most {MOST_DOCUMENT_BYTES // 1024**2} MB.")
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    document = SaleDocument.objects.create(
        sale=sale,
        title=title.strip(),
        tier=tier,
        file=upload,
        filename=str(upload.name)[-255:],
        size=upload.size,
        sha256=digest.hexdigest(),
        uploaded_by=by,
        uploaded_at=at,
    )
    record(sale, "document", by=by, at=at, public=tier == 1, title=document.title, sha256=document.sha256)
    return document


@transaction.atomic
def withdraw_document(*, document: SaleDocument, by: User, at: datetime) -> SaleDocument:
    """Close a document to bidders. The file and the list of those who opened it stay with the seller."""
    policies.check_is_seller(by, document.sale)
    if not SaleDocument.objects.filter(pk=document.pk, withdrawn_at=None).update(withdrawn_at=at):
        raise NotAllowed("This document is withdrawn already.")
    document.refresh_from_db()
    facts = {"title": document.title, "sha256": document.sha256}
    record(document.sale, "document_withdrawn", by=by, at=at, public=document.tier == 1, **facts)
    return document


@transaction.atomic
def open_document(*, document: SaleDocument, bidder: Bidder | None, by: User, at: datetime) -> SaleDocument:
    """Open a document for a person, and note that they did."""
    policies.check_can_read(by, document, bidder, at)
    DocumentAccess.objects.create(document=document, by=by, at=at)
    return document
