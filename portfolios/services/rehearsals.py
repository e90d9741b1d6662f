"""Rehearsals: long before it matters, every opener shows that the key still opens."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.sales import TAKES_BIDS
from portfolios.domain.sealing import canary_for, decoded, is_answer
from portfolios.domain.sealing.rehearsing import asked_since
from portfolios.models import Opener, Rehearsal, Sale, SaleEvent
from portfolios.policies import bids as policies
from portfolios.services.sales import record


@transaction.atomic
def begin(*, opener: Opener, by: User, at: datetime) -> Rehearsal:
    """Seal a fresh canary to the opener's key; only the last one counts. Raises NotAllowed with the reason."""
    policies.check_can_rehearse(by, opener)
    canary = canary_for(decoded(opener.public_key), sale=opener.sale.number, name=opener.name)
    opener.rehearsals.filter(passed_at=None).delete()
    return Rehearsal.objects.create(
        opener=opener, sealed=canary.sealed, answer_sha256=canary.answer_sha256, asked_at=at
    )


@transaction.atomic
def answer(*, opener: Opener, answer: str, by: User, at: datetime) -> Opener:
    """Take what was in the canary; NotAllowed where it was something else, or where none was asked."""
    policies.check_can_rehearse(by, opener)
    asked = opener.rehearsals.select_for_update().filter(passed_at=None).first()
    if asked is None or not is_answer(answer, asked.answer_sha256):
        raise NotAllowed("This is not what was in the rehearsal envelope. Begin the rehearsal again.")
    Rehearsal.objects.filter(pk=asked.pk).update(passed_at=at)
    Opener.objects.filter(pk=opener.pk).update(rehearsed_at=at)
    opener.refresh_from_db()
    record(opener.sale, "rehearsed", by=by, at=at, public=False, opener=opener.name)
    return opener


def due(*, at: datetime) -> list[int]:
    """Sales whose openers are to be asked now, by key: once for each window before the deadline."""
    found = Sale.objects.filter(status__in=TAKES_BIDS, bids_due_at__gt=at).order_by("bids_due_at")
    return [sale.pk for sale in found if to_ask(sale, at)]


def to_ask(sale: Sale, at: datetime) -> bool:
    """Whether a window has begun in which nobody was asked yet, while somebody has not rehearsed in it."""
    since = asked_since(sale.bids_due_at, at) if sale.bids_due_at else None
    if since is None or not late(sale, since):
        return False
    return not SaleEvent.objects.filter(sale=sale, kind="rehearsal_asked", at__gte=since).exists()


def late(sale: Sale, since: datetime) -> list[Opener]:
    """Openers who have not opened a canary since then."""
    openers = sale.openers.select_related("user")
    return [each for each in openers if each.rehearsed_at is None or each.rehearsed_at < since]


@transaction.atomic
def ask(*, sale_id: int, at: datetime) -> bool:
    """Ask the openers who have not rehearsed in this window; the mail goes out as every notice does. Asks once."""
    sale = Sale.objects.select_for_update(of=("self",), no_key=True).get(pk=sale_id)
    if sale.status not in TAKES_BIDS or not to_ask(sale, at):
        return False
    record(sale, "rehearsal_asked", by=None, at=at, public=False)
    return True
