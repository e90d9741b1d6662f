"""The receipt of a sealed bid by e-mail: its hashes and its place in the record, nothing of what was bid."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from portfolios.domain.sales import EntryKind
from portfolios.models import SealedBid


def send_receipt(*, entry_id: int) -> int:
    """Mail an entry's receipt to the people who bid for its organization; returns to how many."""
    entry = SealedBid.objects.select_related("sale", "bidder__organization", "by").defer("envelope").get(pk=entry_id)
    people = [] if entry.bidder is None else bidders_of(entry.bidder.organization_id)
    text = body(entry)
    for person in people:
        EmailMessage(subject(entry), text, to=[person.email]).send()
    return len(people)


def bidders_of(organization_id: int) -> list[User]:
    found = User.objects.active().holding(Role.BIDDER).filter(organization=organization_id).order_by("pk")
    return [person for person in found if person.email]


def subject(entry: SealedBid) -> str:
    what = "Bid withdrawn" if entry.kind == EntryKind.WITHDRAWAL else "Receipt of a sealed bid"
    return f"[Plumbline] {what}: {entry.sale.number}"


def body(entry: SealedBid) -> str:
    url = f"{settings.PUBLIC_URL.rstrip('/')}{reverse('portfolios:sale-receipts', args=[entry.sale.number])}"
    withdrawn = entry.kind == EntryKind.WITHDRAWAL
    return render_to_string("portfolios/bidding/receipt.txt", {"entry": entry, "url": url, "withdrawn": withdrawn})
