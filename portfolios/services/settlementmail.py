"""Mail to the side that has to act, and to both at the turns of a settlement; with amounts, never with loans."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from accounts.roles import Role
from portfolios.domain.settlement.steps import SETTLEMENT_STEPS
from portfolios.models import Settlement
from portfolios.queries.settlements.sides import BUYER, SELLER

TOLD: dict[str, tuple[str, ...]] = {
    "begun": (BUYER, SELLER),
    "proposed": (SELLER,),
    "answered": (BUYER,),
    "seller_agreed": (BUYER,),
    "buyer_agreed": (SELLER,),
    "agreed": (SELLER, BUYER),
    "reopened": (SELLER, BUYER),
    "drafted": (BUYER,),
    "seller_signed": (BUYER,),
    "buyer_signed": (SELLER,),
    "signed": (SELLER, BUYER),
    "statement": (BUYER,),
    "funded": (SELLER, BUYER),
    "not_arrived": (SELLER, BUYER),
    "settled": (SELLER, BUYER),
    "trued_up": (SELLER, BUYER),
    "true_up_seller_agreed": (BUYER,),
    "true_up_buyer_agreed": (SELLER,),
    "true_up_contested": (SELLER,),
    "true_up_withdrawn": (BUYER,),
    "true_up_paid": (SELLER, BUYER),
    "true_up_not_arrived": (SELLER, BUYER),
    "true_up_settled": (SELLER, BUYER),
    "claimed": (SELLER,),
    "claim_contested": (BUYER,),
    "claim_accepted": (BUYER,),
    "claim_paid": (BUYER,),
    "failed": (SELLER, BUYER),
}
CONSOLE = "django.core.mail.backends.console.EmailBackend"


def tell(settlement: Settlement, kind: str, *, by: User | None, note: str) -> None:
    """Mail a step once it is stored, to those it concerns except who did it; nothing where mail cannot leave.

    A mail server that is away changes nothing: the pages say the same.
    """
    people = [person for person in people_of(settlement, TOLD.get(kind, ())) if by is None or person.pk != by.pk]
    if not people or settings.EMAIL_BACKEND == CONSOLE:
        return
    mails = [EmailMessage(subject(settlement), body(settlement, kind, by, note), to=[each.email]) for each in people]
    transaction.on_commit(lambda: send(mails), robust=True)


def send(mails: list[EmailMessage]) -> None:
    for mail in mails:
        mail.send()


def people_of(settlement: Settlement, sides: tuple[str, ...]) -> list[User]:
    """Managers of the seller, bidders of the buyer, who are active."""
    found: list[User] = []
    for side in sides:
        organization = settlement.seller_id if side == SELLER else settlement.buyer_id
        role = Role.MANAGER if side == SELLER else Role.BIDDER
        people = User.objects.filter(organization_id=organization, is_active=True).order_by("pk")
        found += [person for person in people if person.has_role(role)]
    return found


def subject(settlement: Settlement) -> str:
    return f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}Settlement of {settlement.award.sale.number}"


def body(settlement: Settlement, kind: str, by: User | None, note: str) -> str:
    address = settlement.get_absolute_url()
    context = {
        "who": by.name if by else "Plumbline",
        "what": SETTLEMENT_STEPS[kind].what,
        "note": note,
        "settlement": settlement,
        "sale": settlement.award.sale,
        "url": f"{settings.PUBLIC_URL.rstrip('/')}{address}" if settings.PUBLIC_URL else "",
    }
    return render_to_string("portfolios/settlements/mail.txt", context)
