"""Which pools are to be looked at again: something about them changed, or a factor that is due is not here."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from portfolios.domain.securities import SecurityStatus
from portfolios.domain.terms import month_after
from portfolios.models import PoolMonth, PublishedFactor, Security
from portfolios.queries.redflags.facts import is_due, is_reported

FIELDS = ("program", "month", "status", "published_id", "tape_id", "servicer_id")


def changed() -> QuerySet[Security]:
    """Pools with a month or a published factor that came after the last look, or that nobody looked at yet."""
    later = {"security": OuterRef("pk"), "recorded_at__gt": OuterRef("look__at")}
    published = {"pool": OuterRef("published_id"), "file__imported_at__gt": OuterRef("look__at")}
    fresh = Q(look__isnull=True) | Exists(PoolMonth.objects.filter(**later))
    return Security.objects.active().filter(
        fresh | Exists(PublishedFactor.objects.filter(**published)), month__isnull=False
    )


def overdue(*, today: date) -> Iterable[Security]:
    """Pools whose next factor should be here, and that carry no flag of it yet."""
    last_month = month_after(today.replace(day=1), -1)
    behind = Security.objects.active().filter(status=SecurityStatus.ACTIVE, month__lte=last_month)
    unmarked = behind.exclude(flags__code="missing", flags__current=True, flags__month__gt=F("month"))
    return (
        pool
        for pool in unmarked.only(*FIELDS).iterator()
        if is_reported(pool) and pool.month and is_due(pool.program, month_after(pool.month, 1), today=today)
    )


def to_look_at(*, at: datetime) -> list[int]:
    """Numbers of the pools to look at now."""
    return sorted({*changed().values_list("pk", flat=True), *(pool.pk for pool in overdue(today=at.date()))})
