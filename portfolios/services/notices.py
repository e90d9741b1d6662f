"""Notices: what happened in a sale, told once to everybody whom it concerns, by mail where mail can be sent.

An event that has to be told is the message itself: it stands in the sale's history from the moment it happened. A
sweep tells what nobody told yet and writes down that it did. Mail goes out before that line is kept, so a worker that
is killed in between tells again instead of never. The pages say the same, with or without mail.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from portfolios.models import SaleEvent
from portfolios.queries.ceremonies.letters import LETTERS, Letter, letters_of
from portfolios.queries.ceremonies.told import TOLD, is_told
from portfolios.services import sealedrecord
from portfolios.services.flagmail import is_configured
from portfolios.services.sales import record

NOT_OLDER = timedelta(days=7)  # after a long break the news of a month are none
GIVE_UP = timedelta(minutes=15)  # a mail server that is away does not keep bids shut for longer

logger = logging.getLogger(__name__)


def waiting(*, at: datetime) -> list[int]:
    """Events of the last days that nobody was told of yet, by key, oldest first."""
    lately = SaleEvent.objects.filter(at__gte=at - NOT_OLDER).order_by("at", "pk")
    told = set(lately.filter(kind=TOLD).values_list("facts__event", flat=True))
    return [key for key in lately.filter(kind__in=LETTERS).values_list("pk", flat=True) if key not in told]


@transaction.atomic
def tell(*, event_id: int, at: datetime) -> bool:
    """Tell everybody of one event; False where that was done, or where the mail server is to be tried again.

    Another worker that tells the same event waits here, and then finds it told.
    """
    event = SaleEvent.objects.select_related("sale__seller").get(pk=event_id)
    sale = sealedrecord.locked(event.sale)
    if is_told(event):
        return False
    letters = letters_of(event)
    problem = sent(letters) if is_configured() else ""
    if problem and at < event.at + GIVE_UP:
        return False
    mailed = len(letters) if is_configured() and not problem else 0
    record(sale, TOLD, by=None, at=at, public=False, event=event.pk, of=event.kind, mailed=mailed, problem=problem)
    return True


def sent(letters: list[Letter]) -> str:
    """Mail the letters over one connection; the reason why that failed, empty where it did not."""
    mails = [EmailMessage(letter.subject, letter.body, to=[letter.to]) for letter in letters]
    try:
        get_connection().send_messages(mails)
    except (SMTPException, OSError) as error:
        logger.warning("Notices could not be mailed: %s", type(error).__name__)
        return type(error).__name__
    return ""
