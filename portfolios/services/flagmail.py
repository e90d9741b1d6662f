"""The digest of new red flags by e-mail: pools and their figures only, nothing of borrowers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Organization, User
from accounts.roles import Role
from portfolios.models import RedFlag
from portfolios.models.redflags import RedFlagQuerySet
from portfolios.queries.redflags.news import by_look

NOT_OLDER = timedelta(days=7)  # after a break nobody wants the news of a month
CONSOLE = "django.core.mail.backends.console.EmailBackend"


def is_configured() -> bool:
    """Whether mail leaves this machine; the console only shows it."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)


def unsent(*, at: datetime) -> RedFlagQuerySet:
    """Open flags of the last days that no digest carried."""
    followed = RedFlag.objects.open().filter(security__archived_at=None)
    return followed.filter(announced=True, mailed_at=None, raised_at__gte=at - NOT_OLDER)


def waiting(*, at: datetime) -> QuerySet[Organization]:
    """Organizations that have news."""
    return Organization.objects.filter(pk__in=unsent(at=at).order_by().values("security__organization"))


@transaction.atomic
def send_digest(*, organization: Organization, at: datetime) -> int:
    """Mail the organization's analysts what no digest carried yet; returns how many people are written to.

    The mail goes out once the flags are marked as mailed, so that no flag is mailed twice.
    """
    found = unsent(at=at).filter(security__organization=organization)
    flags = list(found.select_for_update(of=("self",)).select_related("security"))
    people = analysts(organization)
    if not flags or not people:
        return 0
    RedFlag.objects.filter(pk__in=[flag.pk for flag in flags]).update(mailed_at=at)
    mails = [EmailMessage(subject(flags), body(flags), to=[person.email]) for person in people]
    # Robust: the flags stay on the pages when the mail server is away.
    transaction.on_commit(lambda: send(mails), robust=True)
    return len(people)


def send(mails: list[EmailMessage]) -> None:
    for mail in mails:
        mail.send()


def subject(flags: list[RedFlag]) -> str:
    return f"[Plumbline] {len(flags)} new red flag{'' if len(flags) == 1 else 's'}"


def body(flags: list[RedFlag]) -> str:
    """Pools with red flags first, the flags of a pool together."""
    worst = {flag.security_id: flag.level for flag in sorted(flags, key=lambda flag: -flag.level)}
    ordered = sorted(flags, key=lambda f: (worst[f.security_id], f.security.name, f.raised_at, f.level, f.code))
    url = f"{settings.PUBLIC_URL.rstrip('/')}{reverse('portfolios:flags')}"
    context = {"looks": by_look(ordered), "count": len(flags), "url": url}
    return render_to_string("portfolios/flags/digest.txt", context)


def analysts(organization: Organization) -> list[User]:
    """The people who judge flags."""
    people = User.objects.filter(organization=organization, is_active=True).order_by("pk")
    return [person for person in people if person.email and person.has_role(Role.ANALYST)]
